/** `.env.example`: every setting, its meaning and its default. */
import type { Setting } from '../../src/config/settings/setting.ts'
import { SETTINGS } from '../../src/config/settings/settings.ts'
import { commented } from './wrap.ts'

const HEAD = `Copy to .env and fill in. Lines with a # in front show the default, or what an optional value looks like.
The environment wins over .env. Secrets can come from files instead: NAME_FILE holds the path.`

/** What a first start needs: the required settings, a key, and a mode in which nothing is written yet. */
const LIVE = ['OKTA_CLIENT_CLIENTID', 'OKTA_CLIENT_PRIVATEKEY', 'OKTA_CLIENT_KEYID', 'REENROLL_MODE']

export function envExample(): string {
  return `${[commented(HEAD), ...SETTINGS.map(entry)].join('\n\n')}\n`
}

function entry({ name, needed = 'optional', meaning, default: value, example = value ?? '' }: Setting): string {
  const isQuoted = /\s/.test(example)
  const line = `${name}=${isQuoted ? `"${example}"` : example}`
  const isLive = needed === 'required' || LIVE.includes(name)
  const note = value === undefined ? ` (${needed})` : ''
  return `${commented(`${meaning}${note}`)}\n${isLive ? line : `# ${line}`}`
}
