/** The settings: what the environment says. `readSettings` lists every fault at once (DESIGN §4). */
import type { Mode } from '../../domain/vocabulary.ts'
import { nearestName } from '../did-you-mean.ts'
import { readHook, readOps, readPlaces, readStoreUrl } from './listeners.ts'
import { type MailSettings, readMail } from './mail.ts'
import { readOkta } from './okta.ts'
import { readReview } from './review.ts'
import { readStoreAccess, type StoreAccess } from './store.ts'
import { SETTINGS } from './table.ts'
import { readTracing, type TracingSettings } from './tracing.ts'
import { type Env, type ReadText, type SettingsSource, settingsSource } from './values.ts'

/* `REENROLL_LOG_USER_KEY`: under which names users may stand in logs and traces. */

/** A key of 32 random bytes, as hex or base64. In characters. */
const MIN_KEY_LENGTH = 32

/** Null inside: users are left out. Null itself: the key is too short. */
export function readLogUserKey(source: SettingsSource): { readonly logUserKey: string | null } | null {
  const logUserKey = source.get('REENROLL_LOG_USER_KEY')
  if (logUserKey === null || logUserKey.length >= MIN_KEY_LENGTH) return { logUserKey }
  source.fault(
    `REENROLL_LOG_USER_KEY has ${logUserKey.length} characters, so user ids could be guessed back. Make one of at least ${MIN_KEY_LENGTH}: openssl rand -hex 32.`
  )
  return null
}

/* `REENROLL_TICKET_SECRETS`: the credentials of the ticket systems that the policy names. */

/** Secrets by name; none when not set, null when wrong. The value is never shown. */
export function readTicketSecrets(source: SettingsSource): Readonly<Record<string, string>> | null {
  const text = source.get('REENROLL_TICKET_SECRETS')
  if (text === null) return {}
  const entries = entriesOf(text)
  if (entries === null) {
    source.fault('REENROLL_TICKET_SECRETS is no JSON object of texts. Write {"name of the target": "its secret", …}.')
    return null
  }
  const empty = entries.filter(([, secret]) => secret.trim() === '').map(([name]) => name)
  if (empty.length > 0) source.fault(`REENROLL_TICKET_SECRETS has an empty secret for ${empty.join(', ')}.`)
  return empty.length > 0 ? null : Object.fromEntries(entries)
}

function entriesOf(text: string): readonly (readonly [string, string])[] | null {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null
    const entries = Object.entries(parsed)
    return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string') ? entries : null
  } catch {
    return null
  }
}

/** An API Services app (facts §7). */
export interface AppCredentials {
  readonly kind: 'private_key'
  readonly clientId: string
  readonly privateKey: string
  readonly keyId: string | null
  readonly scopes: readonly string[]
}

export interface Settings {
  readonly okta: {
    /** Without trailing slash (facts §8 finding 5). */
    readonly orgUrl: string
    readonly auth:
      | AppCredentials
      /** SSWS, for development only. */
      | { readonly kind: 'token'; readonly token: string }
    /** A second app that does every write; left out: `auth` does them too. */
    readonly actuator?: AppCredentials
  }
  readonly hook: {
    readonly secrets: readonly string[]
    /** Lower-case name of the header that carries the secret. */
    readonly authHeader: string
    readonly host: string
    readonly port: number
    /** Where Okta reaches it, path and all; the canary goes there. */
    readonly publicUrl?: string | null
  }
  readonly ops: { readonly host: string; readonly port: number; readonly token: string }
  /** The review pages; left out: the ops token, and sessions that end with the process. */
  readonly review?: {
    /** Where people reach the ops listener, without a slash at the end; null: its own address. */
    readonly publicUrl: string | null
    readonly sessionKey: string | null
    readonly oidc: {
      readonly issuer: string
      readonly clientId: string
      readonly clientSecret: string | null
      readonly groupsClaim: string
      readonly approverGroups: readonly string[]
      readonly viewerGroups: readonly string[]
      readonly scopes: readonly string[]
    } | null
  }
  readonly storeUrl: string
  /** How to connect to it; the engine's defaults when left out. */
  readonly storeAccess?: StoreAccess
  /** Credentials of ticket systems, by the target's name in the policy. */
  readonly ticketSecrets?: Readonly<Record<string, string>>
  /** The mail server for guidance to users; left out: none. */
  readonly mail?: MailSettings
  readonly policyFile: string | null
  readonly mode: Mode
  /** Null or left out: nothing is traced. */
  readonly tracing?: TracingSettings | null
  /** Null or left out: logs and traces name no user. */
  readonly logUserKey?: string | null
}

export type SettingsRead =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

/** All settings, or every fault in one go: each sentence names the setting, what is wrong and what to write instead. */
export function readSettings(env: Env, readText?: ReadText): SettingsRead {
  const source = settingsSource(env, readText)
  const okta = readOkta(source)
  const hook = readHook(source)
  const ops = readOps(source, hook)
  const review = readReview(source)
  const places = readPlaces(source)
  const storeAccess = readStoreAccess(source)
  const ticketSecrets = readTicketSecrets(source)
  const mail = readMail(source)
  const traced = readTracing(source)
  const logged = readLogUserKey(source)
  warnOfMisspelt(env, source)
  if (
    okta === null ||
    hook === null ||
    ops === null ||
    review === null ||
    places === null ||
    storeAccess === null ||
    ticketSecrets === null ||
    mail === null ||
    traced === null ||
    logged === null ||
    source.faults.length > 0
  ) {
    return { ok: false, faults: source.faults }
  }
  return {
    ok: true,
    settings: {
      ...{ okta, hook, ops, review, ...places, storeAccess, ticketSecrets, ...traced, ...logged },
      ...(mail ? { mail } : {})
    },
    warnings: source.warnings
  }
}

/** What the commands that talk to a running service need; they must work without Okta's credentials. */
export type OpsAccess = Pick<Settings, 'ops' | 'storeUrl' | 'storeAccess'>

/** Only the settings of the ops listener and the store. */
export function readOpsAccess(
  env: Env,
  readText?: ReadText
): { readonly ok: true; readonly access: OpsAccess } | { readonly ok: false; readonly faults: readonly string[] } {
  const source = settingsSource(env, readText)
  const ops = readOps(source, null)
  const storeUrl = readStoreUrl(source)
  const storeAccess = readStoreAccess(source)
  // Files of other settings are none of this reading's business.
  const faults = source.faults.filter((fault) => /^REENROLL_(OPS|STORE)_/.test(fault))
  return ops && storeUrl && storeAccess ? { ok: true, access: { ops, storeUrl, storeAccess } } : { ok: false, faults }
}

const PREFIX = /^(REENROLL|OKTA_CLIENT)_/

/**
 * A warning, not a fault: Kubernetes puts variables such as `REENROLL_SERVICE_HOST` into the environment by itself for a
 * Service called `reenroll`.
 */
function warnOfMisspelt(env: Env, source: SettingsSource): void {
  const known: string[] = SETTINGS.flatMap((setting) =>
    setting.secret ? [setting.name, `${setting.name}_FILE`] : [setting.name]
  )
  // Without the prefix that they all share, which would make everything look alike.
  const bare = (name: string) => name.replace(PREFIX, '')
  for (const name of Object.keys(env)) {
    if (known.includes(name) || !PREFIX.test(name)) continue
    const nearest = nearestName(bare(name), known.map(bare))
    const meant = known.find((candidate) => bare(candidate) === nearest)
    if (meant) source.warn(`${name} is no setting and is ignored. Did you mean ${meant}?`)
  }
}
