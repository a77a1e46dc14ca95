/** The settings: what the environment says. `readSettings` lists every error at once (DESIGN §4). */
import { MODES, type Mode } from '../../domain/vocabulary.ts'
import { nearestName } from '../did-you-mean.ts'
import {
  checkListeners,
  type HookSettings,
  LISTENER_SETTINGS,
  OPS_SETTINGS,
  type OpsSettings,
  readHook,
  readOps,
  readTrustedProxies
} from './listeners.ts'
import { MAIL_SETTINGS, type MailSettings, readMail, readTicketSecrets } from './mail.ts'
import { OKTA_SETTINGS, type OktaSettings, readOkta } from './okta.ts'
import { REVIEW_SETTINGS, type ReviewSettings, readReview } from './review.ts'
import { readSelf, SELF_SETTINGS, type SelfSettings } from './self.ts'
import { choiceOf, type Env, longKey, type ReadText, readRows, type Setting, type SettingsSource } from './setting.ts'
import { readTransmitters, SIGNAL_SETTINGS, type TransmitterSettings } from './signals.ts'
import { readStore, STORE_SETTINGS, type StoreAccess, type StoreSettings } from './store.ts'
import { readTracing, TRACING_SETTINGS, type TracingSettings } from './tracing.ts'

export interface Settings {
  readonly okta: OktaSettings
  readonly hook: HookSettings
  readonly ops: OpsSettings
  /** Proxies whose `X-Forwarded-For` is believed; left out: none. */
  readonly trustedProxies?: string[]
  /** The review pages; left out: the ops token, and sessions that end with the process. */
  readonly review?: ReviewSettings
  /** Left out: no self-service. */
  readonly self?: SelfSettings
  readonly storeUrl: string
  /** How to connect to it; the engine's defaults when left out. */
  readonly storeAccess?: StoreAccess
  /** Credentials of ticket systems, by the target's name in the policy. */
  readonly ticketSecrets?: Readonly<Record<string, string>>
  /** The mail server for guidance to users; left out: none. */
  readonly mail?: MailSettings
  /** For direct messages to users; left out or null: none. */
  readonly slackToken?: string | null
  /** Other vendors that send security events about users; left out: none. */
  readonly transmitters?: readonly TransmitterSettings[]
  readonly mode: Mode
  /** Null or left out: nothing is traced. */
  readonly tracing?: TracingSettings | null
  /** Null or left out: logs and traces name no user. */
  readonly logUserKey?: string | null
}

const GENERAL_SETTINGS = [
  {
    name: 'REENROLL_POLICY_FILE',
    meaning: 'Path of the policy (YAML); without it the built-in policy of `deploy/policy.example.yaml` is in force.',
    example: 'policy.yaml'
  },
  {
    name: 'REENROLL_MODE',
    default: 'observe',
    meaning: 'Ceiling over all rules: `observe` (say what would be done), `propose` (a person approves) or `auto`.',
    check: choiceOf(MODES)
  },
  {
    name: 'REENROLL_LOG_USER_KEY',
    meaning:
      'Key of at least 32 characters. With it, logs and traces name each user by a keyed hash of the Okta id, the same for as long as the key is. Without it they name no user.',
    secret: true,
    check: longKey
  }
] as const satisfies readonly Setting[]

/** Every setting as data. Reading, `.env.example` and the documentation follow this list; tests compare them both ways. */
export const SETTINGS: readonly Setting[] = [
  ...OKTA_SETTINGS,
  ...LISTENER_SETTINGS,
  ...REVIEW_SETTINGS,
  ...SELF_SETTINGS,
  ...STORE_SETTINGS,
  ...MAIL_SETTINGS,
  ...SIGNAL_SETTINGS,
  ...GENERAL_SETTINGS,
  ...TRACING_SETTINGS
]

export type SettingsRead =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly errors: readonly string[] }

/** All settings, or every error: each names the setting, what is wrong and what to do. */
export function readSettings(env: Env, readText?: ReadText): SettingsRead {
  const source = readRows(SETTINGS, env, readText)
  const mail = readMail(source)
  const transmitters = readTransmitters(source)
  const self = readSelf(source)
  const settings: Settings = {
    okta: readOkta(source),
    hook: readHook(source),
    ops: readOps(source),
    trustedProxies: readTrustedProxies(source),
    review: readReview(source, readText),
    ...(self ? { self } : {}),
    ...readStore(source),
    ticketSecrets: readTicketSecrets(source),
    ...(mail ? { mail } : {}),
    slackToken: source.get('REENROLL_SLACK_TOKEN'),
    ...(transmitters.length > 0 ? { transmitters } : {}),
    mode: readMode(source, env),
    tracing: readTracing(source),
    logUserKey: source.get('REENROLL_LOG_USER_KEY')
  }
  checkListeners(source, settings.hook, settings.ops, self)
  warnOfUnknown(env, source)
  const errors = source.errors()
  return errors.length > 0 ? { ok: false, errors } : { ok: true, settings, warnings: source.warnings() }
}

/** What the commands that talk to a running service need; they must work without Okta's credentials. */
export type OpsAccess = StoreSettings & { readonly ops: OpsSettings }

export type AccessRead<Access> =
  | { readonly ok: true; readonly access: Access }
  | { readonly ok: false; readonly errors: readonly string[] }

/** Only the settings of the ops listener and the store. The token may be missing: without a running service none is needed. */
export function readOpsAccess(env: Env, readText?: ReadText): AccessRead<OpsAccess> {
  const ops = OPS_SETTINGS.map((row) => ({ ...row, needed: 'optional' }))
  const source = readRows([...ops, ...STORE_SETTINGS], env, readText)
  return accessOf(source, { ops: readOps(source), ...readStore(source) })
}

/** Only the settings of the store. */
export function readStoreSettings(env: Env): AccessRead<StoreSettings> {
  const source = readRows(STORE_SETTINGS, env)
  return accessOf(source, readStore(source))
}

function accessOf<Access>(source: SettingsSource, access: Access): AccessRead<Access> {
  const errors = source.errors()
  return errors.length > 0 ? { ok: false, errors } : { ok: true, access }
}

/** An empty mode is an error: a template that was not filled in must not choose one. */
function readMode(source: SettingsSource, env: Env): Mode {
  if (env.REENROLL_MODE?.trim() === '') source.error('REENROLL_MODE', `it is empty; write one of ${MODES.join(', ')}`)
  return MODES.find((mode) => mode === source.get('REENROLL_MODE')) ?? 'observe'
}

const PREFIX = /^(REENROLL|OKTA_CLIENT)_/i
/** What Kubernetes adds for Services called `reenroll` or `reenroll-…`, and Docker's links. */
const FROM_KUBERNETES =
  /^REENROLL(_[A-Z0-9]+)*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP)(_[A-Z]+)?)?)$/

/** Names every `REENROLL_*` that is not a setting, and what resembles one of the SDK's; the SDK has others of its own. */
function warnOfUnknown(env: Env, source: SettingsSource): void {
  const known = SETTINGS.flatMap(({ name, secret }) => (secret ? [name, `${name}_FILE`] : [name]))
  // Without the prefix that they all share, which would make everything look alike.
  const bare = (name: string) => name.replace(PREFIX, '')
  for (const name of Object.keys(env)) {
    if (known.includes(name) || !PREFIX.test(name) || FROM_KUBERNETES.test(name)) continue
    const nearest = nearestName(bare(name), known.map(bare))
    const meant = known.find((candidate) => bare(candidate) === nearest)
    if (meant) source.warn(name, `not a setting and ignored; write ${meant} if that is meant`)
    else if (/^REENROLL_/i.test(name)) source.warn(name, 'not a setting and ignored; remove it')
  }
}
