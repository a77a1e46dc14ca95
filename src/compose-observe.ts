/** Everything that watches the service: log, metrics and traces, fed by one stream of happenings. Part of `compose.ts`. */
import type { Logger } from 'pino'
import { currentStorm } from './case/storms.ts'
import { RULES } from './decide/rules.ts'
import type { Emit } from './ops/happening.ts'
import { createLogger, type LogOptions, logHappening } from './ops/logging.ts'
import { createMetrics, type Metrics, type MetricsDeps } from './ops/metrics.ts'
import { createPseudonym, type Pseudonym, userOf } from './ops/pseudonym.ts'
import { NO_TRACE, type Trace } from './ops/trace.ts'
import type { Policy } from './policy.ts'
import { policyHash } from './policy-file.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store/store.ts'
import { MAIL_TARGET } from './ticket/mail/mail-policy.ts'
import type { Clock } from './vocabulary.ts'

export interface ObserveParts {
  readonly settings: Settings
  readonly policy: Policy
  readonly store: Store
  readonly clock: Clock
  readonly version: string
  readonly logger: Logger
  readonly breakers: MetricsDeps['breakers']
}

export interface Observers {
  readonly metrics: Metrics
  readonly trace: Trace
  readonly emit: Emit
}

/** First of all: everything else may have something to say. */
export function openLogger(settings: Settings, log: Pick<LogOptions, 'level' | 'to'>): Logger {
  return createLogger({ ...log, secrets: secretsOf(settings), pseudonym: pseudonymOf(settings) })
}

export async function openObservers(parts: ObserveParts): Promise<Observers> {
  const { settings, policy, store, clock, version, logger, breakers } = parts
  const pseudonym = pseudonymOf(settings)
  const metrics = createMetrics({
    store,
    canaryEveryMs: settings.hook.publicUrl ? policy.canary.everyMs : undefined,
    config: { hash: policyHash(policy), mode: settings.mode },
    breakers,
    isStorm: async () => (await currentStorm(store)) !== null,
    clock,
    version,
    rules: RULES.map((rule) => rule.id),
    systems: ['local', ...policy.tickets.targets.map((target) => target.name), MAIL_TARGET],
    process: true
  })
  const trace = await traceOf(settings, version, (message) => logger.warn({ because: message }, 'traces not sent'))
  const emit: Emit = (happening) => {
    const [traceId, user] = [trace.idOf(happening), userOf(happening, pseudonym)]
    trace.observe(happening, user)
    metrics.observe(happening, traceId)
    logHappening(logger, happening, { traceId, user })
  }
  return { metrics, trace, emit }
}

/** Null: users are left out. */
function pseudonymOf({ logUserKey }: Settings): Pseudonym | null {
  return logUserKey ? createPseudonym(logUserKey) : null
}

/** The libraries are loaded only when traces are wanted. */
async function traceOf({ tracing }: Settings, version: string, onTrouble: (message: string) => void): Promise<Trace> {
  if (!tracing) return NO_TRACE
  const { openTrace } = await import('./ops/tracing.ts')
  return openTrace(tracing, { version, onTrouble })
}

/** Values that may never reach a log line. */
function secretsOf({ okta, hook, ops, review, ticketSecrets, mail, tracing, logUserKey }: Settings): string[] {
  const own = [logUserKey, review?.sessionKey, review?.oidc?.clientSecret, mail?.auth?.pass].filter(
    (secret) => typeof secret === 'string'
  )
  return [
    ...hook.secrets,
    ops.token,
    okta.auth.kind === 'token' ? okta.auth.token : okta.auth.privateKey,
    okta.actuator?.privateKey ?? '',
    ...own,
    ...Object.values(ticketSecrets ?? {}),
    ...Object.values(tracing?.headers ?? {})
  ]
}
