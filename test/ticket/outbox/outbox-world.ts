/** A store, a clock that tests move, one target and its dispatcher: cases go in, tickets come out at the fake. */
import type { TargetPolicy } from '../../../src/config/policy/ticket-policy.ts'
import type { Case } from '../../../src/domain/case.ts'
import type { OutboxEntry } from '../../../src/domain/outbox.ts'
import { type Store, StoreUnavailable } from '../../../src/domain/store.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/domain/time.ts'
import { openInMemory } from '../../../src/store/sqlite/same-thread.ts'
import { ticketDraft } from '../../../src/ticket/draft/draft.ts'
import { createThrottle, type RateLimit } from '../../../src/ticket/outbox/circuit-breaker.ts'
import type { CloseCase } from '../../../src/ticket/outbox/close-sync.ts'
import { createDispatcher, type TargetDispatcher } from '../../../src/ticket/outbox/dispatcher.ts'
import { feedOutbox, outboxDraft } from '../../../src/ticket/outbox/routing.ts'
import { snapshotOf } from '../../../src/ticket/outbox/snapshot.ts'
import { createHttpClient } from '../../../src/ticket/targets/http.ts'
import { withPolicy } from '../../../src/ticket/targets/switches.ts'
import type { Target, TargetDeps } from '../../../src/ticket/targets/target.ts'
import { NOW } from '../../remediate/situations.ts'
import { type ManualClock, manualClock } from '../../support/clock.ts'
import { caseWith, OPTIONS } from '../draft/cases.ts'
import { targetPolicy } from '../target-settings.ts'

export type MakeTarget = (deps: TargetDeps) => Target

export interface OutboxWorld {
  readonly store: Store
  readonly clock: ManualClock
  readonly target: Target
  /** Opens or changes a case, as the pipeline would: a newer story, saved with its entry. */
  save(c: Case, patch?: Partial<Case>, line?: { what: string; by?: string }): Promise<Case>
  /** Lets the dispatcher run, moving the clock on to whatever is next, until nothing is pending. */
  settle(): Promise<void>
  dispatcher(): TargetDispatcher
  /** A new process: nothing in memory but the store. */
  restart(): void
  entries(): Promise<readonly OutboxEntry[]>
  /** Each case that a person closed in the tracker. */
  readonly closedCases: string[]
  readonly closeCase: CloseCase
  /** What each refusal concerned. */
  readonly meanings: string[]
}

export const POLICY = { reopenWithinMs: 7 * DAY_MS, repeatEveryMs: 10 * MINUTE_MS }

export interface WorldOptions {
  readonly clock?: ManualClock
  readonly limit?: RateLimit
  readonly store?: Store
  /** What the policy says of the target. */
  readonly policy?: Partial<TargetPolicy>
}

export function openOutboxWorld(make: MakeTarget, options: WorldOptions = {}): OutboxWorld {
  const clock = options.clock ?? manualClock(NOW)
  const kept = options.store ?? openInMemory()
  const routes = [{ to: ['tracker'] }]
  const store = feedOutbox(kept, (c) => outboxDraft(c, { routes }))
  const closedCases: string[] = []
  const meanings: string[] = []
  const sleep = async (ms: number) => clock.advance(ms)
  const pace = createThrottle(options.limit ?? { calls: 1_000_000, perMs: MINUTE_MS }, clock.clock, sleep)
  const http = createHttpClient({ name: 'tracker', pace, timeoutMs: 5_000 })
  const policy = targetPolicy(options.policy)
  const target = withPolicy(make({ http: http, clock: clock.clock }), policy)
  let holders = 0

  function startDispatcher(): TargetDispatcher {
    return createDispatcher(
      { target, http },
      {
        store: kept,
        snapshot: (c, entry) =>
          snapshotOf(c, entry, policy, {
            draft: (it) => ticketDraft(it, OPTIONS),
            caseUrl: OPTIONS.caseUrl
          }),
        closeCase,
        policy: POLICY,
        clock: clock.clock,
        emit: (event) => {
          if (event.type === 'ticket' && event.meaning) meanings.push(event.meaning)
        },
        holder: `dispatcher-${holders++}`,
        random: () => 0.5
      }
    )
  }
  async function closeCase(caseId: string): Promise<boolean> {
    closedCases.push(caseId)
    const c = await store.getCase(caseId)
    if (c) await save(c, { state: 'closed', outcome: 'closed_by_person' }, { what: 'Closed there.', by: 'ticket' })
    return true
  }
  let dispatcher = startDispatcher()

  async function save(c: Case, patch: Partial<Case> = {}, line?: { what: string; by?: string }): Promise<Case> {
    const now = clock.clock()
    const stored = await store.getCase(c.id)
    const timeline = line ? [...c.timeline, { at: now, what: line.what, by: line.by ?? 'reenroll' }] : c.timeline
    const next: Case = {
      ...c,
      ...{
        timeline,
        contentRevision: stored ? c.contentRevision + 1 : c.contentRevision,
        version: (stored?.version ?? 0) + 1,
        updatedAt: now
      },
      ...patch
    }
    const saved = await store.save({ next, ledger: [] })
    if (saved === 'conflict') throw new Error('the case moved meanwhile')
    return next
  }

  const entries = () => kept.outboxEntries({ limit: 1_000 })

  async function settle(): Promise<void> {
    for (let turns = 0; turns < 500; turns++) {
      const back = await dispatcher.drain().catch((error) => {
        if (!(error instanceof StoreUnavailable)) throw error
        // The process died; another one starts, and the lease of the first runs out.
        dispatcher = startDispatcher()
        clock.advance(6 * MINUTE_MS)
        return undefined
      })
      const pending = (await entries()).filter((entry) => entry.state === 'pending')
      if (pending.length === 0) return
      if (back === undefined) continue
      const next = [back, ...pending.map((entry) => entry.dueAt)].filter((at) => at !== null && at > clock.clock())
      const at = next.toSorted()[0]
      if (at) clock.set(at)
      else clock.advance(MINUTE_MS)
    }
    throw new Error(`still pending after 500 turns: ${JSON.stringify(await entries())}`)
  }

  return {
    store,
    clock,
    target,
    save,
    settle,
    dispatcher: () => dispatcher,
    restart() {
      dispatcher = startDispatcher()
    },
    entries,
    closedCases,
    closeCase,
    meanings
  }
}

/** A case that waits for a person. */
export function waitingCase(name: string, patch: Partial<Case> = {}): Case {
  return caseWith({
    id: `RE-${name}`,
    subjectKey: `user:${name}`,
    user: { id: `00u${name}`, login: `${name.toLowerCase()}@example.com`, name: `${name} Example` },
    failures: [],
    evidence: null,
    ...patch
  })
}

/** Longer than the reopen window. */
export const LATER_MS = POLICY.reopenWithinMs + HOUR_MS
