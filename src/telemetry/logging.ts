/** Log lines: constant messages, ids only, one wide line per delivery and per step. */
import { type DestinationStream, type Logger, type LoggerOptions, pino, stdSerializers } from 'pino'
import { StoreUnavailable } from '../domain/store.ts'
import {
  type HookOutcome,
  isRecovered,
  type SetOutcome,
  type TelemetryEvent,
  type TelemetryEventOf
} from '../domain/telemetry-event.ts'
import { MINUTE_MS } from '../domain/time.ts'
import { createScrub, type Pseudonym, scrubFields } from './redact.ts'

export interface LogOptions {
  readonly level: LoggerOptions['level'] & string
  /** Values that must never appear, such as hook secrets, tokens and keys. */
  readonly secrets: readonly string[]
  /** For ids of users that stand in a text all the same, such as a path; left out: they stay. */
  readonly pseudonym?: Pseudonym | null
  /** Standard output when left out. */
  readonly to?: DestinationStream
  /** Gets the warnings and errors too. */
  readonly recent?: RecentLines
}

/** A warning or an error as the log has it. */
export interface RecentLine {
  readonly at: string
  readonly level: 'warn' | 'error'
  readonly message: string
  readonly fields: unknown
}

/** The newest warnings and errors, for `support-bundle`. */
export interface RecentLines {
  add(line: RecentLine): void
  all(): readonly RecentLine[]
}

const RECENT_LINES = 200
/** Levels of pino. */
const [WARN, ERROR] = [40, 50]

export function createRecentLines(): RecentLines {
  const lines: RecentLine[] = []
  return {
    add(line) {
      lines.push(line)
      if (lines.length > RECENT_LINES) lines.shift()
    },
    all: () => [...lines]
  }
}

export function createLogger({ level, secrets, pseudonym = null, to, recent }: LogOptions): Logger {
  const scrub = createScrub(secrets, pseudonym)
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: {
      level: (label) => ({ level: label }),
      log: (fields) => scrubFields(fields, scrub) as Record<string, unknown>
    },
    serializers: {
      err: (error: unknown) => showError(error, scrub),
      // The query may hold a login and the headers a secret: neither is needed to find a request.
      req: (request: { method?: string; url?: string }) => ({
        method: request.method,
        path: scrub((request.url ?? '').split('?')[0] ?? '')
      }),
      res: (reply: { statusCode?: number }) => ({ status: reply.statusCode })
    },
    hooks: {
      logMethod(args, method, level) {
        const words = args.map((word: unknown) => (typeof word === 'string' ? scrub(word) : word))
        if (level >= WARN) recent?.add(recentLine(words, level, scrub))
        method.apply(this, words as typeof args)
      }
    }
  }
  return to ? pino(options, to) : pino(options)
}

function recentLine(words: readonly unknown[], level: number, scrub: (text: string) => string): RecentLine {
  const [first, ...rest] = words
  const { err, ...fields } =
    typeof first === 'object' && first !== null ? { err: undefined, ...first } : { err: undefined }
  return {
    at: new Date().toISOString(),
    level: level >= ERROR ? 'error' : 'warn',
    message: String(rest[0] ?? (typeof first === 'string' ? first : '')),
    fields: { ...(scrubFields(fields, scrub) as object), ...(err === undefined ? {} : { err: showError(err, scrub) }) }
  }
}

/**
 * An error by type, text and stack, without the fields that libraries hang on it, such as the request. A store that is away says
 * all in its text; a stack for each delivery would fill the disk that may be the reason.
 */
function showError(error: unknown, scrub: (text: string) => string): unknown {
  if (!(error instanceof Error)) return scrub(String(error))
  const { type, message, stack } = stdSerializers.err(error)
  const code = 'code' in error && typeof error.code === 'string' ? { code: scrub(error.code) } : {}
  const where = error instanceof StoreUnavailable ? {} : { stack: scrub(stack) }
  return { type, message: scrub(message), ...where, ...code }
}

/** Fields of a line beside those of its event. */
export interface LineContext {
  readonly traceId: string | null
  /** A pseudonym. */
  readonly user: string | null
}

const REFUSALS: readonly (HookOutcome | SetOutcome)[] = [
  ...(['bad_secret', 'rate_limited', 'malformed', 'too_large', 'wrong_media_type'] as const),
  ...(['store_unavailable', 'overloaded'] as const),
  ...(['invalid_request', 'invalid_key', 'invalid_issuer', 'invalid_audience'] as const),
  ...(['authentication_failed', 'invalid_state', 'unavailable'] as const)
]

/** What strangers can make many of: one line a minute of each kind. */
const SAMPLED: readonly (HookOutcome | SetOutcome)[] = [...REFUSALS, 'verified']

/** Writes at most one line a minute per kind of request that strangers can send, with how many were left out; `now` in milliseconds. */
export function createEventLogger(logger: EventLog, now: () => number = () => performance.now()) {
  const refusals = new Map<string, { readonly since: number; omitted: number }>()
  return (event: TelemetryEvent, context?: LineContext) => {
    const isSampled = (event.type === 'request' || event.type === 'set') && SAMPLED.includes(event.outcome)
    if (!isSampled) return logEvent(logger, event, context)
    const kind = `${event.type} ${event.outcome}`
    const last = refusals.get(kind)
    if (last && now() - last.since < MINUTE_MS) {
      last.omitted += 1
      return
    }
    refusals.set(kind, { since: now(), omitted: 0 })
    const omitted = last?.omitted ?? 0
    logEvent(logger, omitted > 0 ? { ...event, omitted } : event, context)
  }
}

type EventLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>

/**
 * Writes a telemetry event to the log. `error` means: page on-call, since the hook turns deliveries away or a step has a bug. Deliveries,
 * steps, writes and their effects are `info`; what they consist of is `debug`.
 */
export function logEvent(
  logger: EventLog,
  event: TelemetryEvent & { readonly omitted?: number },
  { traceId, user }: LineContext = { traceId: null, user: null }
): void {
  const level = levelOf(event)
  if (!logger.isLevelEnabled(level)) return
  const { type: of, ...fields } = event
  // Left out of the line: the name that may be shown takes its place.
  const { userId: _, ...shown } = 'userId' in fields ? fields : { ...fields, userId: null }
  const context = { ...(user === null ? {} : { user }), ...(traceId === null ? {} : { traceId }) }
  logger[level]({ ...shown, ...context }, LINES[of][0])
}

type Level = 'debug' | 'info' | 'warn' | 'error'

/** The message of each event, and its level, which may depend on what the event says. */
const LINES: {
  readonly [Type in TelemetryEvent['type']]: readonly [string, Level | ((event: TelemetryEventOf<Type>) => Level)]
} = {
  request: ['delivery', ({ outcome }) => levelOfDelivery(outcome)],
  // The hook should have brought a recovered one: worth a look, case by case.
  event: ['event read', (event) => (isRecovered(event) ? 'info' : 'debug')],
  case_opened: ['case opened', 'debug'],
  case_ended: ['case ended', 'debug'],
  step: ['step', ({ error }) => (error === 'bug' ? 'error' : error === null ? 'info' : 'warn')],
  decision: ['decided', 'debug'],
  event_proof: ['event not in the system log', ({ result }) => (result === 'missing' ? 'warn' : 'info')],
  action: ['write ended', 'info'],
  effect: ['effect known', 'info'],
  verification: ['verification of a caller ended', ({ result }) => (result === 'rejected' ? 'warn' : 'info')],
  reenrolled: ['user enrolled again', 'info'],
  ticket: ['ticket call', 'debug'],
  okta_call: ['okta call', 'debug'],
  okta_circuit_breaker: ['okta circuit breaker', ({ open }) => (open ? 'warn' : 'info')],
  log_read: [
    'system log read',
    ({ result, failedDeliveries, fresh }) =>
      result !== 'ok' || failedDeliveries > 0 ? 'warn' : fresh > 0 ? 'info' : 'debug'
  ],
  canary: ['canary', ({ result }) => (result === 'refused' || result === 'unreachable' ? 'warn' : 'debug')],
  rule_mode: ['mode of a rule changed', 'warn'],
  guide_ended: ['steps for a user ended', 'info'],
  target_time: ['target time of a case', ({ step }) => (step === 'missed' ? 'warn' : 'info')],
  leadership: ['singleton job changed replica', 'info'],
  set: ['security event token', ({ outcome }) => (REFUSALS.includes(outcome) ? 'warn' : 'info')]
}

function levelOfDelivery(outcome: HookOutcome): Level {
  if (outcome === 'store_unavailable' || outcome === 'overloaded') return 'error'
  return outcome === 'stored' || outcome === 'canary' || outcome === 'verified' ? 'info' : 'warn'
}

function levelOf<Type extends TelemetryEvent['type']>(event: TelemetryEventOf<Type>): Level {
  const level: Level | ((event: TelemetryEventOf<Type>) => Level) = LINES[event.type as Type][1]
  return typeof level === 'function' ? level(event) : level
}
