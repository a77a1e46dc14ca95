/** The settings of the review pages: where people reach them, how they sign in. */
import type { Settings } from './settings.ts'
import { MIN_SECRET_LENGTH, type SettingName } from './table.ts'
import type { SettingsSource } from './values.ts'

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
/** A key of 32 random bytes, as hex or base64. In characters. */
const MIN_KEY_LENGTH = 32

/** Reads `REENROLL_PUBLIC_OPS_URL`, `REENROLL_SESSION_KEY` and `REENROLL_OIDC_*`; null when anything in it is wrong. */
export function readReview(source: SettingsSource): NonNullable<Settings['review']> | null {
  const before = source.faults.length
  const publicUrl = readUrl(source, 'REENROLL_PUBLIC_OPS_URL')
  const sessionKey = source.get('REENROLL_SESSION_KEY')
  if (sessionKey !== null && sessionKey.length < MIN_KEY_LENGTH) {
    source.fault(
      `REENROLL_SESSION_KEY has ${sessionKey.length} characters. Make one of at least ${MIN_KEY_LENGTH}: openssl rand -hex 32.`
    )
  }
  const oidc = readOidc(source)
  if (oidc && publicUrl === null) {
    source.fault(
      'REENROLL_OIDC_ISSUER needs REENROLL_PUBLIC_OPS_URL: the provider sends people back to <that>/sign-in/callback.'
    )
  }
  if (oidc && sessionKey === null) {
    source.warn(
      'REENROLL_SESSION_KEY is not set: everybody signs in again after a restart, and replicas cannot share sessions.'
    )
  }
  return source.faults.length > before ? null : { publicUrl, sessionKey, oidc }
}

const OIDC_SETTINGS = [
  'REENROLL_OIDC_CLIENT_ID',
  'REENROLL_OIDC_CLIENT_SECRET',
  'REENROLL_OIDC_APPROVER_GROUPS',
  'REENROLL_OIDC_VIEWER_GROUPS'
] as const satisfies readonly SettingName[]

function readOidc(source: SettingsSource): NonNullable<Settings['review']>['oidc'] {
  const issuer = readUrl(source, 'REENROLL_OIDC_ISSUER')
  if (!source.isSet('REENROLL_OIDC_ISSUER')) {
    const stray = OIDC_SETTINGS.filter((name) => source.isSet(name))
    if (stray.length > 0)
      source.fault(`${stray.join(', ')} without REENROLL_OIDC_ISSUER means nothing. Set the issuer too.`)
    return null
  }
  const clientId = source.get('REENROLL_OIDC_CLIENT_ID')
  if (clientId === null)
    source.fault('REENROLL_OIDC_CLIENT_ID is not set. It is the client id of the web app at the provider.')
  const clientSecret = source.get('REENROLL_OIDC_CLIENT_SECRET')
  if (clientSecret !== null && clientSecret.length < MIN_SECRET_LENGTH) {
    source.warn(`REENROLL_OIDC_CLIENT_SECRET has only ${clientSecret.length} characters.`)
  }
  const approverGroups = listOf(source.get('REENROLL_OIDC_APPROVER_GROUPS'))
  if (approverGroups.length === 0) {
    source.fault(
      'REENROLL_OIDC_APPROVER_GROUPS is not set. Name the groups whose members may approve, separated by commas.'
    )
  }
  if (issuer === null || clientId === null) return null
  return {
    issuer,
    clientId,
    clientSecret,
    groupsClaim: source.get('REENROLL_OIDC_GROUPS_CLAIM') ?? 'groups',
    approverGroups,
    viewerGroups: listOf(source.get('REENROLL_OIDC_VIEWER_GROUPS')),
    scopes: (source.get('REENROLL_OIDC_SCOPES') ?? '').split(/\s+/).filter(Boolean)
  }
}

/** An address without a slash at the end; HTTPS, except for loopback addresses. Null when not set or wrong. */
export function readUrl(source: SettingsSource, name: SettingName): string | null {
  const text = source.get(name)
  if (text === null) return null
  if (!URL.canParse(text)) {
    source.fault(`${name} is ${text}, which is no address. Write one such as https://reenroll.example.com.`)
    return null
  }
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.includes(url.hostname))) {
    source.fault(`${name} must begin with https://; http:// is for loopback addresses only.`)
    return null
  }
  if (url.username || url.password || url.search || url.hash) {
    source.fault(`${name} has a user, a query or a fragment. Write the address alone.`)
    return null
  }
  return text.replace(/\/+$/, '')
}

function listOf(text: string | null): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
}
