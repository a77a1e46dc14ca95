/** The settings of the review pages: where people reach them, how they sign in, and their texts. */
import { readFileSync } from 'node:fs'
import { itemsIn, withoutSlash } from './listeners.ts'
import { longKey, MIN_SECRET_LENGTH, type ReadText, type Setting, type SettingsSource, webAddress } from './setting.ts'

/** The sign-in provider. */
export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | null
  /** Claim in the id token or user info that lists a person's groups. */
  readonly groupsClaim: string
  readonly approverGroups: readonly string[]
  readonly viewerGroups: readonly string[]
  /** Scopes besides `openid profile email`. */
  readonly scopes: readonly string[]
}

export interface ReviewSettings {
  /** Where people reach the ops listener, without a slash at the end; null: its own address. */
  readonly publicUrl: string | null
  readonly sessionKey: string | null
  readonly oidc: OidcSettings | null
  /** Null or left out: English. */
  readonly texts?: PageTexts | null
}

export const REVIEW_SETTINGS = [
  {
    name: 'REENROLL_PUBLIC_OPS_URL',
    needed: 'with OIDC',
    meaning:
      'Address at which people reach the review pages; tickets link to it, and the sign-in provider sends people back to its `/sign-in/callback`, and after signing out to its `/sign-in`. Without it, the ops listener’s own address.',
    example: 'https://reenroll.example.com',
    check: webAddress
  },
  {
    name: 'REENROLL_SESSION_KEY',
    needed: 'with several replicas',
    meaning:
      'Encrypts the session cookies of the review pages, at least 32 characters. Without it, people sign in again after every restart.',
    secret: true,
    check: longKey
  },
  {
    name: 'REENROLL_PAGE_TEXTS',
    meaning:
      'Path of a file with the texts of the review pages in another language: a copy of `deploy/page-texts.json` with the translations in it (deploy/settings.md). Without it, the pages are English.',
    example: 'page-texts.de.json'
  },
  {
    name: 'REENROLL_OIDC_ISSUER',
    meaning:
      'OpenID Connect issuer for signing in to the review pages, such as the Okta org’s own address. Without it, people type the ops token.',
    example: 'https://example.okta.com',
    check: webAddress
  },
  {
    name: 'REENROLL_OIDC_CLIENT_ID',
    needed: 'with OIDC',
    meaning: 'Client id of the web app at that provider (authorization code with PKCE).',
    example: '0oa2b3c4d5E6F7G8H9I0'
  },
  {
    name: 'REENROLL_OIDC_CLIENT_SECRET',
    needed: 'for a confidential client',
    meaning: 'Its client secret.',
    secret: true
  },
  {
    name: 'REENROLL_OIDC_APPROVER_GROUPS',
    needed: 'with OIDC',
    meaning: 'Groups whose members may approve, reject, close and use the brake, separated by commas.',
    example: 'reenroll-approvers'
  },
  {
    name: 'REENROLL_OIDC_VIEWER_GROUPS',
    meaning: 'Groups whose members may only look, separated by commas. Who is in no group gets in nowhere.',
    example: 'service-desk'
  },
  {
    name: 'REENROLL_OIDC_GROUPS_CLAIM',
    default: 'groups',
    meaning: 'Claim of the id token or the user info that lists a person’s groups.'
  },
  {
    name: 'REENROLL_OIDC_SCOPES',
    default: 'openid profile email groups',
    meaning: 'Scopes to ask for. Leave out `groups` where the provider does not know it.'
  }
] as const satisfies readonly Setting[]

/** Reads `REENROLL_PUBLIC_OPS_URL`, `REENROLL_SESSION_KEY`, `REENROLL_PAGE_TEXTS` and `REENROLL_OIDC_*`. */
export function readReview(source: SettingsSource, readText?: ReadText): ReviewSettings {
  const publicUrl = withoutSlash(source.get('REENROLL_PUBLIC_OPS_URL'))
  const sessionKey = source.get('REENROLL_SESSION_KEY')
  const oidc = readOidc(source)
  if (oidc && !source.isSet('REENROLL_PUBLIC_OPS_URL')) {
    source.error(
      'REENROLL_PUBLIC_OPS_URL',
      'not set; REENROLL_OIDC_ISSUER needs it, since the provider sends people back to <address>/sign-in/callback'
    )
  }
  if (oidc && !source.isSet('REENROLL_SESSION_KEY')) {
    source.warn(
      'REENROLL_SESSION_KEY',
      'not set; everybody signs in again after a restart, and replicas cannot share sessions'
    )
  }
  return { publicUrl, sessionKey, oidc, texts: readPageTexts(source, readText) }
}

const OIDC_ONLY = [
  'REENROLL_OIDC_CLIENT_ID',
  'REENROLL_OIDC_CLIENT_SECRET',
  'REENROLL_OIDC_APPROVER_GROUPS',
  'REENROLL_OIDC_VIEWER_GROUPS'
]

function readOidc(source: SettingsSource): ReviewSettings['oidc'] {
  if (!source.isSet('REENROLL_OIDC_ISSUER')) {
    const set = OIDC_ONLY.filter((name) => source.isSet(name))
    if (set.length > 0)
      source.error('REENROLL_OIDC_ISSUER', `not set, but ${set.join(', ')} need it; set the issuer too`)
    return null
  }
  const clientSecret = source.get('REENROLL_OIDC_CLIENT_SECRET')
  if (clientSecret !== null && clientSecret.length < MIN_SECRET_LENGTH) {
    source.warn('REENROLL_OIDC_CLIENT_SECRET', `it has only ${clientSecret.length} characters and may be guessed`)
  }
  const clientId = source.text('REENROLL_OIDC_CLIENT_ID')
  if (clientId === '') {
    source.error('REENROLL_OIDC_CLIENT_ID', 'not set; give the client id of the web app at the provider')
  }
  const approverGroups = itemsIn(source.text('REENROLL_OIDC_APPROVER_GROUPS'))
  if (approverGroups.length === 0) {
    source.error(
      'REENROLL_OIDC_APPROVER_GROUPS',
      'not set; name the groups whose members may approve, separated by commas'
    )
  }
  return {
    issuer: withoutSlash(source.text('REENROLL_OIDC_ISSUER')) ?? '',
    clientId,
    clientSecret,
    groupsClaim: source.text('REENROLL_OIDC_GROUPS_CLAIM'),
    approverGroups,
    viewerGroups: itemsIn(source.text('REENROLL_OIDC_VIEWER_GROUPS')),
    scopes: source.text('REENROLL_OIDC_SCOPES').split(/\s+/).filter(Boolean)
  }
}

/* The texts of the review pages in another language: a copy of `deploy/page-texts.json` with the translations in it. */

export interface PageTexts {
  /** A language tag, such as `pt-BR`. */
  readonly language: string
  /** Translations by the English text. */
  readonly messages: ReadonlyMap<string, string>
}

const NAME = 'REENROLL_PAGE_TEXTS'
const CATALOGUE = new URL('../../../deploy/page-texts.json', import.meta.url)

/** Reads the file that the setting names, and compares its messages with the catalogue. */
function readPageTexts(
  source: SettingsSource,
  readText: ReadText = (path) => readFileSync(path, 'utf8')
): PageTexts | null {
  const path = source.get(NAME)
  if (path === null) return null
  try {
    const texts = parsePageTexts(readText(path))
    const known = parsePageTexts(readFileSync(CATALOGUE, 'utf8')).messages
    for (const [english, text] of texts.messages) {
      const fault = known.has(english) ? faultOf(english, text) : 'it is not in deploy/page-texts.json; remove it'
      if (fault) source.error(NAME, `${path}, "${english}": ${fault}`)
    }
    const messages = new Map([...texts.messages].filter(([, text]) => text !== ''))
    const missing = known.size - messages.size
    if (missing > 0) source.warn(NAME, `${missing} of ${known.size} messages have no translation; they stay English`)
    return { ...texts, messages }
  } catch (cause) {
    const because = cause instanceof RangeError ? 'its language is not a tag such as "de"' : (cause as Error).message
    source.error(NAME, `${path} cannot be read (${because}); copy deploy/page-texts.json`)
    return null
  }
}

/** Throws when the text is not such a file. A group of messages has the name of the source file that shows them. */
export function parsePageTexts(text: string): PageTexts {
  const { language, messages } = JSON.parse(text) as { language?: string; messages?: Record<string, object> }
  const [tag] = Intl.getCanonicalLocales(language)
  if (!tag) throw new RangeError('no language')
  const entries = Object.values(messages ?? {}).flatMap((group) => Object.entries(group))
  return { language: tag, messages: new Map(entries.map(([english, text]) => [english, String(text)])) }
}

/** `{0}` in a message is a value, and `<0>…</0>` a link or emphasis. */
export const MARK = /(\{\d+\}|<\/?\d+>)/

/** What is wrong with a translation; null when it has the marks of the English text once each, and its tags are closed. */
function faultOf(english: string, text: string): string | null {
  if (text === '') return null
  const marks = (of: string) => of.split(MARK).filter((_, index) => index % 2 === 1)
  const wanted = marks(english).toSorted().join(' ')
  if (marks(text).toSorted().join(' ') !== wanted) return `the translation must hold ${wanted || 'no mark'}; each once`
  let inner = text
  while (/<\d+>/.test(inner)) {
    const outer = inner.replace(/<(\d+)>((?:(?!<\/?\d+>).)*)<\/\1>/s, '$2')
    if (outer === inner) return 'a tag is closed in the wrong place; close inner tags first'
    inner = outer
  }
  return null
}
