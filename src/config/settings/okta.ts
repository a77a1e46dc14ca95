/** The settings that say which org is meant and how to sign in to it. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { isRecord, parseJson } from '../../domain/json.ts'
import { DEFAULT_SCOPES, OPTIONAL_SCOPES, type ScopeName, scopesOfApp } from './scopes.ts'
import { isLoopback, type Setting, type SettingsSource, type TextCheck } from './setting.ts'

/** An API Services app (facts §7). */
export interface AppCredentials {
  readonly kind: 'private_key'
  readonly clientId: string
  readonly privateKey: string
  readonly keyId: string | null
  readonly scopes: readonly string[]
}

export interface OktaSettings {
  /** Without trailing slash (facts §8 finding 5). */
  readonly orgUrl: string
  readonly auth:
    | AppCredentials
    /** SSWS, for development only. */
    | { readonly kind: 'token'; readonly token: string }
  /** A second app that does every write; left out: `auth` does them too. */
  readonly actuator?: AppCredentials
}

/** Okta's floor for RSA keys of service apps, in bits (facts §7). */
const MIN_RSA_BITS = 2048

const orgAddress: TextCheck = (text) => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return `${text} is not a web address; write it as https://example.okta.com`
  }
  if (/[{}<>$%]|your-?okta-?domain/i.test(text)) {
    return `${text} is a placeholder; write the address of your org, such as https://example.okta.com`
  }
  if (url.username || url.password) return 'it carries a user name or password; leave them out'
  if (url.pathname !== '/' || url.search || url.hash) return `it has a path; write ${url.origin}`
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return `plain HTTP is accepted for loopback addresses only; write https://${url.host}`
  }
  const [label = '', ...domain] = url.hostname.split('.')
  if (!label.endsWith('-admin') || domain.length === 0) return null
  const org = [label.slice(0, -'-admin'.length), ...domain].join('.')
  return `${url.hostname} is the Admin Console, which has no API; write https://${org}`
}

const scopeList: TextCheck = (text) => {
  const wrong = scopesIn(text).filter((scope) => !/^okta\.[A-Za-z]+\.(read|manage)$/.test(scope))
  return wrong.length === 0
    ? null
    : `${wrong.join(', ')} is not a valid scope; write scopes such as okta.users.read, separated by spaces`
}

const privateKey =
  (setting: string): TextCheck =>
  (text) => {
    const key = parseKey(text, setting)
    return key.ok ? null : key.error
  }

export const OKTA_SETTINGS = [
  {
    name: 'OKTA_CLIENT_ORGURL',
    needed: 'required',
    meaning: 'Address of the Okta org, without a path. HTTPS, except for loopback addresses.',
    example: 'https://example.okta.com',
    check: orgAddress,
    whenMissing: 'give the address of the Okta org, such as https://example.okta.com'
  },
  {
    name: 'OKTA_CLIENT_CLIENTID',
    needed: 'with a private key',
    meaning: 'Client id of the API Services app.',
    example: '0oa1a2b3c4D5E6F7G8H9'
  },
  {
    name: 'OKTA_CLIENT_PRIVATEKEY',
    needed: 'this or a token',
    meaning: 'Private key of that app: RSA, at least 2048 bits, as JWK (JSON) or PEM. The SDK cannot use EC keys.',
    secret: true,
    check: privateKey('OKTA_CLIENT_PRIVATEKEY')
  },
  {
    name: 'OKTA_CLIENT_KEYID',
    needed: 'with a private key that is not a JWK with a kid',
    meaning: "The key's id (kid) as the app lists it."
  },
  {
    name: 'OKTA_CLIENT_SCOPES',
    default: DEFAULT_SCOPES.join(' '),
    meaning: `Scopes to ask for, separated by spaces; each must be granted to the app, or Okta refuses the token. Leave out the two \`manage\` scopes to observe only; with an actuator the default has none. More of them: ${OPTIONAL_SCOPES.map(({ name, meaning }) => `\`${name}\` (${meaning})`).join(', ')}.`,
    check: scopeList
  },
  {
    name: 'OKTA_CLIENT_TOKEN',
    needed: 'development only',
    meaning: 'API token (SSWS) in place of a private key. It has every right of the admin who made it.',
    secret: true
  },
  {
    name: 'REENROLL_ACTUATOR_CLIENTID',
    needed: 'with an actuator',
    meaning:
      'Client id of a second API Services app, which does the writes and nothing else; the first app then only reads. Without it the first app does both.',
    example: '0oa3c4d5E6F7G8H9I0J1'
  },
  {
    name: 'REENROLL_ACTUATOR_PRIVATEKEY',
    needed: 'with an actuator',
    meaning: 'Private key of that app, of the same kind as the first one and another key.',
    secret: true,
    check: privateKey('REENROLL_ACTUATOR_PRIVATEKEY')
  },
  {
    name: 'REENROLL_ACTUATOR_KEYID',
    needed: 'with a private key that is not a JWK with a kid',
    meaning: "That key's id (kid) as the app lists it."
  },
  {
    name: 'REENROLL_ACTUATOR_SCOPES',
    default: scopesOfApp('actuator').join(' '),
    meaning: 'Scopes to ask for with that app; each must be granted to it.',
    check: scopeList
  }
] as const satisfies readonly Setting[]

/** Reads `OKTA_CLIENT_*` and `REENROLL_ACTUATOR_*`. */
export function readOkta(source: SettingsSource): OktaSettings {
  const auth = readAuth(source)
  const orgUrl = orgUrlOf(source.text('OKTA_CLIENT_ORGURL'))
  if (!Object.values(ACTUATOR).some((name) => name !== ACTUATOR.scopes && source.isSet(name))) return { orgUrl, auth }
  const { clientId, key } = ACTUATOR
  if (!source.isSet(key)) source.error(key, 'not set; give the private key of the app that writes')
  const actuator = readApp(source, ACTUATOR)
  if (auth.kind === 'private_key' && actuator.clientId !== '' && auth.clientId === actuator.clientId) {
    source.error(clientId, 'it equals OKTA_CLIENT_CLIENTID; make a second app that writes, or leave it out')
  }
  return { orgUrl, auth: withReadScopes(auth, source), actuator }
}

/** Client ids of our own apps, by which Okta's log marks what we did. */
export function clientIdsOf({ auth, actuator }: OktaSettings): readonly string[] {
  return [auth, actuator].flatMap((app) => (app?.kind === 'private_key' ? [app.clientId] : []))
}

/** The app with the one scope that listing groups needs: the service's own token must not fail where it is not granted. */
export function listerOfGroups({ orgUrl, auth }: OktaSettings): OktaSettings {
  return {
    orgUrl,
    auth: auth.kind === 'token' ? auth : { ...auth, scopes: ['okta.groups.read'] satisfies ScopeName[] }
  }
}

/** Who writes: the actuator, or the one app that does both. */
export function writerOf({ orgUrl, auth, actuator }: OktaSettings): OktaSettings {
  return { orgUrl, auth: actuator ?? auth }
}

function orgUrlOf(text: string): string {
  return text === '' ? '' : new URL(text).origin
}

/** The settings that hold the parts of one app's credentials. */
interface AppSettings {
  readonly clientId: string
  readonly key: string
  readonly keyId: string
  readonly scopes: string
}

const READER: AppSettings = {
  clientId: 'OKTA_CLIENT_CLIENTID',
  key: 'OKTA_CLIENT_PRIVATEKEY',
  keyId: 'OKTA_CLIENT_KEYID',
  scopes: 'OKTA_CLIENT_SCOPES'
}

const ACTUATOR: AppSettings = {
  clientId: 'REENROLL_ACTUATOR_CLIENTID',
  key: 'REENROLL_ACTUATOR_PRIVATEKEY',
  keyId: 'REENROLL_ACTUATOR_KEYID',
  scopes: 'REENROLL_ACTUATOR_SCOPES'
}

function readAuth(source: SettingsSource): OktaSettings['auth'] {
  const hasToken = source.isSet('OKTA_CLIENT_TOKEN')
  if (!source.isSet(READER.key) && !hasToken) {
    source.error(
      READER.key,
      'not set, so signing in to Okta is impossible; give the private key of an API Services app'
    )
  } else if (!hasToken) return readApp(source, READER)
  else if (source.isSet(READER.key)) source.error(READER.key, 'OKTA_CLIENT_TOKEN is set too; keep the private key')
  else source.warn('OKTA_CLIENT_TOKEN', 'it has every right of the admin who made it; use it for development only')
  return { kind: 'token', token: source.text('OKTA_CLIENT_TOKEN') }
}

function readApp(source: SettingsSource, names: AppSettings): AppCredentials {
  const clientId = source.text(names.clientId)
  if (clientId === '') source.error(names.clientId, "not set; give the API Services app's client id")
  const key = parseKey(source.text(names.key), names.key)
  const keyId = source.get(names.keyId)
  if (key.ok && keyId === null && key.kid === null) {
    source.error(names.keyId, 'not set, and the private key has no kid; copy the key id that the app lists')
  }
  if (key.ok && keyId !== null && key.kid !== null && keyId !== key.kid) {
    source.error(names.keyId, `${keyId} is not the kid in the private key (${key.kid}); make them agree`)
  }
  return {
    kind: 'private_key',
    clientId,
    privateKey: key.ok ? key.text : '',
    keyId: keyId ?? (key.ok ? key.kid : null),
    scopes: scopesIn(source.text(names.scopes))
  }
}

/** With an actuator, the first app reads and asks for nothing more. */
function withReadScopes(auth: OktaSettings['auth'], source: SettingsSource): OktaSettings['auth'] {
  if (auth.kind === 'token') return auth
  const manage = auth.scopes.filter((scope) => scope.endsWith('.manage'))
  if (!source.isSet(READER.scopes)) return { ...auth, scopes: auth.scopes.filter((scope) => !manage.includes(scope)) }
  if (manage.length > 0) {
    source.warn(READER.scopes, `the reader never uses ${manage.join(', ')}; leave it to the actuator`)
  }
  return auth
}

function scopesIn(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))]
}

export type ParsedKey = { ok: true; text: string; kid: string | null } | { ok: false; error: string }

/** Reads a JWK or PEM from `setting`. RSA only: the SDK signs DPoP proofs with RS256 whatever the key is (facts §8 finding 6). */
function parseKey(given: string, setting: string): ParsedKey {
  const isJson = given.startsWith('{')
  // Environment files often hold a PEM on one line, with \n written out.
  const text = isJson || given.includes('\n') ? given : withLineBreaks(given.replaceAll('\\n', '\n'))
  if (!isJson && !text.includes('-----BEGIN')) {
    return refused(`the value is neither a JWK (JSON) nor a PEM; if it is a path, set ${setting}_FILE to it instead`)
  }
  if (text.includes('ENCRYPTED')) return refused('the key is encrypted; give it without a passphrase')
  const parsed = isJson ? parseJson(text) : null
  const jwk = isRecord(parsed) ? parsed : null
  if (isJson && jwk === null) return refused('the value is not valid JSON; copy the whole JWK, from { to }')
  if (jwk && 'keys' in jwk) return refused('the value is a key set; give the one private key in it')
  if (jwk && !('d' in jwk)) return refused('this is a public key; give the private one, whose JSON has a member "d"')
  if (/-----BEGIN (RSA )?PUBLIC KEY/.test(text)) return refused('this is a public key; give the private one')
  let key: KeyObject
  try {
    key = jwk ? createPrivateKey({ key: jwk, format: 'jwk' }) : createPrivateKey(text)
  } catch {
    return refused('the value cannot be read as a private key; copy it again, whole and unchanged')
  }
  if (key.asymmetricKeyType !== 'rsa') {
    return refused(`the Okta SDK cannot use a key of type ${key.asymmetricKeyType}; make an RSA key`)
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) {
    return refused(`the key has fewer than ${MIN_RSA_BITS} bits; make a longer RSA key`)
  }
  return { ok: true, text, kid: typeof jwk?.kid === 'string' && jwk.kid !== '' ? jwk.kid : null }
}

/** Secret stores and shells turn the line breaks of a PEM into spaces. Nothing but its two marks may contain one. */
function withLineBreaks(pem: string): string {
  const [, begin, body = '', end] = /^\s*(-----BEGIN [A-Z ]+-----)([^-]*)(-----END [A-Z ]+-----)\s*$/.exec(pem) ?? []
  return begin === undefined ? pem : [begin, ...body.split(/\s+/).filter(Boolean), end, ''].join('\n')
}

function refused(error: string): ParsedKey {
  return { ok: false, error }
}
