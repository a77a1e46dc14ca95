/** The settings that say which org is meant and how to sign in to it. */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { AppCredentials, Settings } from './settings.ts'
import type { SettingName } from './table.ts'
import type { SettingsSource } from './values.ts'

/* Private keys of service apps, as settings hold them. */

/** Okta's floor for RSA keys of service apps, in bits (facts §7). */
const MIN_RSA_BITS = 2048

export type ParsedKey = { ok: true; text: string; kid: string | null } | { ok: false; fault: string }

/** JWK or PEM, `setting` is where it came from; RSA only: the SDK signs DPoP proofs with RS256 whatever the key is (facts §8 finding 6). */
export function parseKey(given: string, setting: string): ParsedKey {
  const isJson = given.startsWith('{')
  // Environment files often hold a PEM on one line, with \n written out.
  const text = isJson || given.includes('\n') ? given : given.replaceAll('\\n', '\n')
  if (!isJson && !text.includes('-----BEGIN')) {
    return refused(`is neither a JWK (JSON) nor a PEM. If it is a path, set ${setting}_FILE to it instead.`)
  }
  if (text.includes('ENCRYPTED')) return refused('is encrypted. Give the key without a passphrase.')
  const jwk = isJson ? parseJwk(text) : null
  if (isJson && jwk === null) return refused('is not valid JSON. Copy the whole JWK, from { to }.')
  if (jwk && 'keys' in jwk) return refused('is a key set. Give the one private key in it.')
  if (jwk && !('d' in jwk)) return refused('is a public key. Give the private one; its JSON has a member "d".')
  if (/-----BEGIN (RSA )?PUBLIC KEY/.test(text)) return refused('is a public key. Give the private one.')
  let key: KeyObject
  try {
    key = jwk ? createPrivateKey({ key: jwk, format: 'jwk' }) : createPrivateKey(text)
  } catch {
    return refused('cannot be read as a private key. Copy it again, whole and unchanged.')
  }
  if (key.asymmetricKeyType !== 'rsa') {
    return refused(`is a key of type ${key.asymmetricKeyType}, which the Okta SDK cannot use. Make an RSA key.`)
  }
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < MIN_RSA_BITS) {
    return refused(`has fewer than ${MIN_RSA_BITS} bits. Make a longer RSA key.`)
  }
  return { ok: true, text, kid: typeof jwk?.kid === 'string' && jwk.kid !== '' ? jwk.kid : null }
}

function refused(fault: string): ParsedKey {
  return { ok: false, fault }
}

function parseJwk(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

type OktaAuth = Settings['okta']['auth']

/** Reads `OKTA_CLIENT_*` and `REENROLL_ACTUATOR_*`; null when anything in it is wrong. */
export function readOkta(source: SettingsSource): Settings['okta'] | null {
  const orgUrl = readOrgUrl(source)
  const auth = readAuth(source)
  const second = readActuator(source, auth)
  if (orgUrl === null || auth === null || second === null) return null
  return { orgUrl, auth: second.actuator ? readerScopes(auth, source) : auth, ...second }
}

/** Client ids of our own apps: what Okta's log says of them is an echo of ours. */
export function clientIdsOf({ auth, actuator }: Settings['okta']): readonly string[] {
  return [auth, actuator].flatMap((app) => (app?.kind === 'private_key' ? [app.clientId] : []))
}

/** Who writes: the actuator, or the one app that does both. */
export function writerOf({ orgUrl, auth, actuator }: Settings['okta']): Settings['okta'] {
  return { orgUrl, auth: actuator ?? auth }
}

function readOrgUrl(source: SettingsSource): string | null {
  const refuse = (what: string) => {
    source.fault(`OKTA_CLIENT_ORGURL ${what}`)
    return null
  }
  const text = source.get('OKTA_CLIENT_ORGURL')
  if (text === null) return refuse('is not set. Give the address of the Okta org, such as https://example.okta.com.')
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return refuse('is not a web address. Write it as https://example.okta.com.')
  }
  if (url.username || url.password) return refuse('carries a user name or password. Leave them out.')
  if (url.pathname !== '/' || url.search || url.hash) return refuse(`has a path. Write ${url.origin}.`)
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return refuse(`is plain HTTP. Write https://${url.host}; http:// is accepted for loopback addresses only.`)
  }
  const [label = '', ...domain] = url.hostname.split('.')
  if (label.endsWith('-admin') && domain.length > 0) {
    const org = [label.slice(0, -'-admin'.length), ...domain].join('.')
    return refuse(`is the Admin Console (${url.hostname}), which has no API. Write https://${org}.`)
  }
  return url.origin
}

/** Whether the name or address can only mean this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname)
}

function readAuth(source: SettingsSource): OktaAuth | null {
  const hasKey = source.isSet('OKTA_CLIENT_PRIVATEKEY')
  const hasToken = source.isSet('OKTA_CLIENT_TOKEN')
  if (hasKey && hasToken) {
    source.fault('OKTA_CLIENT_PRIVATEKEY and OKTA_CLIENT_TOKEN are both set. Keep the private key.')
    return null
  }
  if (hasToken) return readToken(source)
  if (hasKey) return readPrivateKey(source, READER)
  source.fault(
    'OKTA_CLIENT_PRIVATEKEY is not set, so there is no way to sign in to Okta. Give the private key of an API Services app.'
  )
  return null
}

function readToken(source: SettingsSource): OktaAuth | null {
  const token = source.get('OKTA_CLIENT_TOKEN')
  if (token === null) return null
  source.warn(
    'OKTA_CLIENT_TOKEN is set: an API token has every right of the admin who made it. Use it for development only.'
  )
  return { kind: 'token', token }
}

/** Where the parts of one app's credentials stand. */
interface AppSettings {
  readonly clientId: SettingName
  readonly key: SettingName
  readonly keyId: SettingName
  readonly scopes: SettingName
}

const READER = {
  clientId: 'OKTA_CLIENT_CLIENTID',
  key: 'OKTA_CLIENT_PRIVATEKEY',
  keyId: 'OKTA_CLIENT_KEYID',
  scopes: 'OKTA_CLIENT_SCOPES'
} as const satisfies AppSettings

const ACTUATOR = {
  clientId: 'REENROLL_ACTUATOR_CLIENTID',
  key: 'REENROLL_ACTUATOR_PRIVATEKEY',
  keyId: 'REENROLL_ACTUATOR_KEYID',
  scopes: 'REENROLL_ACTUATOR_SCOPES'
} as const satisfies AppSettings

function readPrivateKey(source: SettingsSource, names: AppSettings): AppCredentials | null {
  const clientId = source.get(names.clientId)
  if (clientId === null) source.fault(`${names.clientId} is not set. Give the API Services app's client id.`)
  const scopes = readScopes(source, names.scopes)
  const text = source.get(names.key)
  if (text === null) return null
  const key = parseKey(text, names.key)
  if (!key.ok) {
    source.fault(`${names.key} ${key.fault}`)
    return null
  }
  const keyId = readKeyId(source, names.keyId, key.kid)
  if (clientId === null || keyId === null || scopes === null) return null
  return { kind: 'private_key', clientId, privateKey: key.text, keyId, scopes }
}

/** The second app, which writes; `{}` without one, null when something in it is wrong. */
function readActuator(source: SettingsSource, reader: OktaAuth | null): { readonly actuator?: AppCredentials } | null {
  const { clientId, key, keyId } = ACTUATOR
  if (![clientId, key, keyId].some((name) => source.isSet(name))) return {}
  if (!source.isSet(key)) source.fault(`${key} is not set. Give the private key of the app that writes.`)
  const actuator = readPrivateKey(source, ACTUATOR)
  if (actuator === null) return null
  if (reader?.kind === 'private_key' && reader.clientId === actuator.clientId) {
    source.fault(`${clientId} equals OKTA_CLIENT_CLIENTID. Make a second app that writes, or leave it out.`)
    return null
  }
  return { actuator }
}

/** With an actuator, the first app reads and is given nothing more. */
function readerScopes(auth: OktaAuth, source: SettingsSource): OktaAuth {
  if (auth.kind === 'token') return auth
  if (!source.isSet('OKTA_CLIENT_SCOPES')) return { ...auth, scopes: auth.scopes.filter((scope) => !isManage(scope)) }
  const manage = auth.scopes.filter(isManage)
  if (manage.length > 0) {
    source.warn(`OKTA_CLIENT_SCOPES has ${manage.join(', ')}, which the reader never uses. Leave it to the actuator.`)
  }
  return auth
}

function isManage(scope: string): boolean {
  return scope.endsWith('.manage')
}

function readKeyId(source: SettingsSource, name: SettingName, kid: string | null): string | null {
  const keyId = source.get(name)
  if (keyId !== null && kid !== null && keyId !== kid) {
    source.fault(`${name} is ${keyId}, but the private key says its kid is ${kid}. Make them agree.`)
    return null
  }
  if (keyId === null && kid === null) {
    source.fault(`${name} is not set, and the private key has no kid. Copy the key id that the app lists.`)
  }
  return keyId ?? kid
}

function readScopes(source: SettingsSource, name: SettingName): readonly string[] | null {
  const scopes = [...new Set((source.get(name) ?? '').split(/[\s,]+/).filter(Boolean))]
  const wrong = scopes.filter((scope) => !/^okta\.[A-Za-z]+\.(read|manage)$/.test(scope))
  if (wrong.length === 0 && scopes.length > 0) return scopes
  source.fault(
    `${name} has ${wrong.join(', ') || 'no scope'}. Write scopes such as okta.users.read, separated by spaces.`
  )
  return null
}
