/** Everything that observes the service: log, traces and metrics, fed by one stream of telemetry events. */
import { unescape as decoded } from 'node:querystring'
import type { Logger } from 'pino'
import { activeStorm } from '../case/storms.ts'
import type { Policy } from '../config/policy/policy.ts'
import { MAIL_TARGET } from '../config/policy/ticket-policy.ts'
import type { Settings } from '../config/settings/settings.ts'
import { RULES } from '../decide/rules.ts'
import type { Store } from '../domain/store.ts'
import type { Emit } from '../domain/telemetry-event.ts'
import { NO_TRACE, type Trace } from '../domain/trace.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { createEventLogger, createLogger, type LogOptions } from '../telemetry/logging.ts'
import { createMetrics, type Metrics, type MetricsDeps } from '../telemetry/metrics.ts'
import { createPseudonym, type Pseudonym, userOf } from '../telemetry/redact.ts'

export interface MetricsParts {
  readonly settings: Settings
  readonly policy: Policy
  /** Of the policy in force. */
  readonly hash: () => string
  readonly store: Store
  readonly clock: Clock
  readonly version: string
  readonly breakers: MetricsDeps['breakers']
}

export function openMetrics({ settings, policy, hash, store, clock, version, breakers }: MetricsParts): Metrics {
  return createMetrics({
    ...{ store, breakers, clock, version },
    canaryEveryMs: settings.hook.publicUrl ? policy.canary.everyMs : undefined,
    config: () => ({ hash: hash(), mode: settings.mode, pages: settings.review?.publicUrl ?? '' }),
    isStorm: async () => (await activeStorm(store)) !== null,
    rules: RULES.map((rule) => rule.id),
    systems: ['local', ...policy.tickets.targets.map((target) => target.name), MAIL_TARGET],
    process: true
  })
}

/** First of all: everything else may have something to log. */
export function openLogger(settings: Settings, log: Pick<LogOptions, 'level' | 'to' | 'recent'>): Logger {
  return createLogger({ ...log, secrets: secretsOf(settings), pseudonym: pseudonymOf(settings) })
}

export interface Observers {
  readonly trace: Trace
  readonly emit: Emit
}

/** Hands each telemetry event to traces, metrics and log. */
export async function openObservers(
  settings: Settings,
  version: string,
  logger: Logger,
  metrics: Metrics
): Promise<Observers> {
  const pseudonym = pseudonymOf(settings)
  const trace = await traceOf(settings, version, (message) => logger.warn({ because: message }, 'traces not sent'))
  const log = createEventLogger(logger)
  const emit: Emit = (event) => {
    const [traceId, user] = [trace.idOf(event), userOf(event, pseudonym)]
    trace.observe(event, user)
    metrics.observe(event, traceId)
    log(event, { traceId, user })
  }
  return { trace, emit }
}

/** Null: users are left out. */
function pseudonymOf({ logUserKey }: Settings): Pseudonym | null {
  return logUserKey ? createPseudonym(logUserKey) : null
}

/** The libraries are loaded only when traces are wanted. */
async function traceOf({ tracing }: Settings, version: string, onError: (message: string) => void): Promise<Trace> {
  if (!tracing) return NO_TRACE
  const { openTrace } = await import('../telemetry/tracing.ts')
  return openTrace(tracing, { version, onError })
}

/** Values that may never reach a log line. */
export function secretsOf({
  okta,
  hook,
  ops,
  review,
  storeUrl,
  storeAccess,
  ticketSecrets,
  mail,
  slackToken,
  transmitters,
  self,
  tracing,
  logUserKey
}: Settings): string[] {
  const ofPages = [review?.sessionKey, review?.oidc?.clientSecret, self?.key, self?.signIn?.clientSecret]
  const ofTickets = Object.values(ticketSecrets ?? {})
  const own = [logUserKey, slackToken, mail?.auth?.pass, ...ofPages].filter((secret) => typeof secret === 'string')
  return [
    ...hook.secrets,
    ops.token,
    okta.auth.kind === 'token' ? okta.auth.token : okta.auth.privateKey,
    okta.actuator?.privateKey ?? '',
    ...own,
    ...(storeAccess?.ledgerKeys ?? []),
    ...[storeUrl, mail?.proxy ?? '', ...ofTickets].flatMap(passwordOf),
    ...Object.entries(mail?.oauth?.form ?? {}).flatMap(([name, value]) => (/secret|token/.test(name) ? [value] : [])),
    ...ofTickets,
    ...(transmitters ?? []).flatMap(({ authorization }) => [authorization ?? '', authorization?.split(' ')[1] ?? '']),
    ...Object.values(tracing?.headers ?? {})
  ]
}

/** The password of an address, as it stands there and as it is sent. */
function passwordOf(address: string): string[] {
  const password = URL.parse(address)?.password ?? ''
  return [password, decoded(password)]
}
