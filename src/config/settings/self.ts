/** The settings of the self-service listener, which people who cannot enroll reach. It is off until its port is set. */
import { host, port, withoutSlash } from './listeners.ts'
import { type Setting, type SettingsSource, webAddress } from './setting.ts'

export interface SelfSettings {
  readonly host: string
  readonly port: number
  /** Where people reach it, without a slash at the end. */
  readonly publicUrl: string
  /** `REENROLL_SESSION_KEY`: what its links and cookies are signed with is derived from it. */
  readonly key: string
}

export const SELF_SETTINGS = [
  {
    name: 'REENROLL_SELF_HOST',
    default: '0.0.0.0',
    meaning: 'Address of the self-service listener: the pages behind the links in messages to users.',
    example: '0.0.0.0',
    check: host
  },
  {
    name: 'REENROLL_SELF_PORT',
    needed: 'for self-service',
    meaning:
      'Its port; 0 takes a free one. Without it there is no such listener, and messages to users have no links. It also needs REENROLL_SESSION_KEY.',
    example: '8081',
    check: port
  },
  {
    name: 'REENROLL_PUBLIC_SELF_URL',
    needed: 'for self-service',
    meaning: 'Address at which users reach it; messages link to it.',
    example: 'https://help.example.com',
    check: webAddress
  }
] as const satisfies readonly Setting[]

/** Reads `REENROLL_SELF_*`; null without a port. */
export function readSelf(source: SettingsSource): SelfSettings | null {
  if (!source.isSet('REENROLL_SELF_PORT')) {
    if (source.isSet('REENROLL_PUBLIC_SELF_URL')) {
      source.error('REENROLL_SELF_PORT', 'not set, but REENROLL_PUBLIC_SELF_URL needs it; set the port too')
    }
    return null
  }
  const publicUrl = withoutSlash(source.get('REENROLL_PUBLIC_SELF_URL'))
  const key = source.get('REENROLL_SESSION_KEY')
  if (publicUrl === null) source.error('REENROLL_PUBLIC_SELF_URL', 'not set; write the address that users can reach')
  if (key === null) {
    source.error(
      'REENROLL_SESSION_KEY',
      'not set; REENROLL_SELF_PORT needs it, since links to users must outlive a restart'
    )
  }
  const port = Number(source.text('REENROLL_SELF_PORT'))
  return { host: source.text('REENROLL_SELF_HOST'), port, publicUrl: publicUrl ?? '', key: key ?? '' }
}
