/** Everything that watches the service: log, traces and metrics, fed by one stream of happenings. Part of `compose.ts`. */
import type { Logger } from 'pino'
import type { Emit, Happening } from './ops/happening.ts'
import { createLogger, type LogOptions, logHappening } from './ops/logging.ts'
import type { Metrics } from './ops/metrics.ts'
import { createPseudonym, type Pseudonym, userOf } from './ops/pseudonym.ts'
import { NO_TRACE, type Trace } from './ops/trace.ts'
import type { Settings } from './settings.ts'

export interface Observers {
  readonly trace: Trace
  readonly emit: Emit
  /** From now on metrics count too, beginning with what has happened before they were there. */
  readonly count: (metrics: Metrics) => void
}

/** First of all: everything else may have something to say. */
export function openLogger(settings: Settings, log: Pick<LogOptions, 'level' | 'to'>): Logger {
  return createLogger({ ...log, secrets: secretsOf(settings), pseudonym: pseudonymOf(settings) })
}

/** Metrics join later: the hook takes deliveries before there are any. */
export async function openObservers(settings: Settings, version: string, logger: Logger): Promise<Observers> {
  const pseudonym = pseudonymOf(settings)
  const trace = await traceOf(settings, version, (message) => logger.warn({ because: message }, 'traces not sent'))
  const early: { readonly happening: Happening; readonly traceId: string | null }[] = []
  let metrics: Metrics | null = null
  const emit: Emit = (happening) => {
    const [traceId, user] = [trace.idOf(happening), userOf(happening, pseudonym)]
    trace.observe(happening, user)
    if (metrics) metrics.observe(happening, traceId)
    else early.push({ happening, traceId })
    logHappening(logger, happening, { traceId, user })
  }
  const count = (made: Metrics) => {
    metrics = made
    for (const { happening, traceId } of early.splice(0)) made.observe(happening, traceId)
  }
  return { trace, emit, count }
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
