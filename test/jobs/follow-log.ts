/** A poller over the sandbox's System Log, whose waits last until the test ends them; the clock moves with each. */
import type { Test } from 'tap'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { OktaError } from '../../src/domain/okta.ts'
import type { Store } from '../../src/domain/store.ts'
import type { TelemetryEvent } from '../../src/domain/telemetry-event.ts'
import { logFilter } from '../../src/intake/system-log.ts'
import { type LogPollerOptions, startLogPoller } from '../../src/jobs/log-poller.ts'
import type { Priority } from '../../src/okta/client/calls.ts'
import type { LogAsk, LogFeed, LogRead } from '../../src/okta/log-feed.ts'
import { createOrg, type Org } from '../../src/sandbox/org/org.ts'
import { asLogEntry, queryLog } from '../../src/sandbox/routes/logs.ts'
import { SimError } from '../../src/sandbox/server/errors.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { type ManualClock, manualClock } from '../support/clock.ts'
import { createNaps } from './naps.ts'

export const START = '2026-06-15T14:00:00.000Z'

export interface LogWorld {
  readonly time: ManualClock
  readonly org: Org
  readonly store: Store
  /** What was asked of Okta, in order. */
  readonly asked: LogAsk[]
  readonly priorities: readonly (Priority | undefined)[]
  readonly told: Extract<TelemetryEvent, { type: 'log_read' }>[]
  /** The waits so far, in milliseconds. */
  readonly waits: readonly number[]
  readonly troubles: unknown[]
  /** Answers instead of the log, used up one by one. */
  readonly answers: LogRead[]
  fail(published?: string): string
  start(over?: Partial<LogPollerOptions>): { stop(): Promise<void> }
  /** Resolves when the poller waits. */
  resting(): Promise<void>
  /** Ends the wait, with the clock moved on by it, and resolves at the next one. */
  rest(): Promise<void>
  stored(): Promise<string[]>
}

export function followLog(t: Pick<Test, 'teardown'>, store: Store = openInMemory()): LogWorld {
  const time = manualClock(START)
  const org = createOrg({ clock: time.clock })
  const asked: LogAsk[] = []
  const priorities: LogWorld['priorities'][number][] = []
  const told: LogWorld['told'][number][] = []
  const naps = createNaps(time)
  const troubles: unknown[] = []
  const answers: LogRead[] = []
  const feed: LogFeed = {
    async read(ask, _signal, priority) {
      asked.push(ask)
      priorities.push(priority)
      return answers.shift() ?? askSandbox(org, ask)
    }
  }
  const world: LogWorld = {
    time,
    org,
    store,
    asked,
    priorities,
    told,
    waits: naps.waits,
    troubles,
    answers,
    fail: (published) =>
      org.record({
        eventType: 'user.mfa.factor.activate',
        outcome: { result: 'FAILURE', reason: 'invalidToken' },
        ...(published ? { published } : {})
      }).uuid,
    start(over = {}) {
      const poller = startLogPoller({
        feed,
        store,
        filter: logFilter(DEFAULT_POLICY.classifier),
        clock: time.clock,
        emit: (happening) => void (happening.type === 'log_read' && told.push(happening)),
        ...DEFAULT_POLICY.log,
        hookGracePeriodMs: 0,
        sleep: naps.sleep,
        onError: (error) => void troubles.push(error),
        ...over
      })
      t.teardown(() => poller.stop())
      return poller
    },
    resting: naps.resting,
    rest: naps.rest,
    async stored() {
      const ask = { limit: 10_000, now: '2026-06-01T00:00:00.000Z', leaseMs: 0, holder: 'test' }
      return (await store.claimEvents(ask)).map(({ uuid }) => uuid)
    }
  }
  return world
}

export function trouble(kind: OktaError['kind'], retryAfterMs: number | null = null): LogRead {
  const because = 'GET /api/v1/logs was refused.'
  const rest = { status: 400, errorCode: null, because, retryAfterMs, ambiguous: false, requestId: null }
  return { ok: false, error: { kind, ...rest } }
}

/** The sandbox's own query semantics, without HTTP. */
function askSandbox(org: Org, ask: LogAsk): LogRead {
  const stored = org.log.map((event) => ({ event, persistedAt: org.persistedAt(event) }))
  const params =
    ask.kind === 'next'
      ? Object.fromEntries(new URLSearchParams(ask.next))
      : {
          since: ask.since,
          ...(ask.kind === 'window' ? { until: ask.until } : {}),
          ...(ask.filter === null ? {} : { filter: ask.filter }),
          limit: String(ask.limit)
        }
  try {
    const { events, next } = queryLog(stored, params, org.clock())
    const { since: _replaced, ...kept } = params as Record<string, string>
    const link = next === null ? null : new URLSearchParams({ ...kept, after: next }).toString()
    return { ok: true, page: { entries: events.map(asLogEntry), next: link } }
  } catch (error) {
    if (error instanceof SimError) return trouble('rejected')
    throw error
  }
}
