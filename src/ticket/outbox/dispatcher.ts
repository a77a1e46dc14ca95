/**
 * Tells the targets what the outbox holds: one lane per target, oldest errand first, one at a time, so that tickets come in
 * order and within the target's rate limit. Before anything is called the doubt is written down; whatever happens then, the
 * next try looks before it makes a second ticket.
 */
import type { OutboxPolicy } from '../../config/policy/tickets.ts'
import type { Case } from '../../domain/case.ts'
import type { OutboxEntry, RemoteTicket } from '../../domain/outbox.ts'
import { type Store, StoreUnavailable } from '../../domain/store.ts'
import type { Emit } from '../../domain/telemetry-event.ts'
import { MINUTE_MS, msBetween, plus, SECOND_MS, waitMs } from '../../domain/time.ts'
import { NO_TRACE, type Trace } from '../../domain/trace.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { type Snapshot, type Target, TargetError, type TargetReason } from '../targets/target.ts'
import { afterError, blockedUntil, type CircuitState, CLOSED } from './circuit-breaker.ts'
import { type Plan, planOf } from './plan.ts'
import { perform } from './steps.ts'

/* What becomes of an errand whose call failed. Pure. */

const WAITS = { firstWaitMs: 10 * SECOND_MS, maxWaitMs: 30 * MINUTE_MS }

/**
 * Tries until an errand is given up, by reason. Trouble of the target itself is nobody's errand's fault: it keeps its place,
 * and the breaker waits. An answer that is perhaps this errand's fault counts; after three it lets the others pass.
 */
const GIVE_UP_AFTER: Readonly<Partial<Record<TargetReason, number>>> = {
  refused: 5,
  server_error: 25,
  unreadable: 25,
  timeout: 25
}
const PATIENCE: Readonly<Partial<Record<TargetReason, number>>> = { server_error: 3, unreadable: 3, timeout: 3 }

export function afterFailure(errand: OutboxEntry, trouble: TargetError, now: Instant): OutboxEntry {
  const { reason, message } = trouble
  const most = GIVE_UP_AFTER[reason]
  if (most === undefined) return { ...errand, dueAt: now, lastError: message }
  const tries = errand.tries + 1
  if (tries >= most) return { ...errand, state: 'dead', tries, lastError: message }
  const patient = tries < (PATIENCE[reason] ?? 0)
  const dueAt = patient ? now : plus(now, waitMs(tries, WAITS, `${errand.caseId}/${errand.target}`))
  return { ...errand, tries, dueAt, lastError: message }
}

export interface OutboxDeps {
  readonly store: Pick<Store, 'claimOutboxEntry' | 'saveOutboxEntry' | 'outboxEntries' | 'getCase'>
  readonly snapshot: (c: Case, errand: OutboxEntry, target: string) => Snapshot
  /** A person closed the ticket: closes the case too. False when it cannot be closed right now. */
  readonly closeCase: (caseId: string, target: string, how: string) => Promise<boolean>
  readonly policy: OutboxPolicy
  readonly clock: Clock
  readonly emit: Emit
  /** Left out: nothing is traced. */
  readonly trace?: Pick<Trace, 'step'>
  readonly holder: string
  /** In [0, 1), so that replicas do not try in step. */
  readonly dice: () => number
}

export interface DispatcherTarget {
  readonly target: Target
  /** Writes that may have had an effect, of `Wire`. */
  readonly effects: () => number
}

export interface TargetDispatcher {
  readonly name: string
  /** Tells all that is due; the moment to come back, or null when only a new errand or a back-off brings work. */
  drain(): Promise<Instant | null>
  breaker(): CircuitState
}

/** Longer than one errand takes: some ten calls at their time-out, or waiting for the rate limit. */
const LEASE_MS = 300 * SECOND_MS
/** A plan may lead to another one, such as recovering to updating; more than this would be a circle. */
const PLANS_PER_ERRAND = 6
/** Plans that change something at the target. */
const CALLS: ReadonlySet<Plan['do']> = new Set(['create', 'reopen', 'update', 'resolve'])

export function createDispatcher({ target, effects }: DispatcherTarget, deps: OutboxDeps): TargetDispatcher {
  const { store, clock, holder, trace = NO_TRACE } = deps
  let breaker = CLOSED

  async function drain(): Promise<Instant | null> {
    for (;;) {
      const blocked = blockedUntil(breaker, clock())
      if (blocked !== null) return blocked
      const errand = await store.claimOutboxEntry({ target: target.name, now: clock(), leaseMs: LEASE_MS, holder })
      if (!errand) return null
      await tell(errand)
    }
  }

  /** Follows plans until the errand is told, waits, or fails. Store trouble is thrown: the lease then runs out. */
  async function tell(claimed: OutboxEntry): Promise<void> {
    let errand = claimed
    let before = effects()
    try {
      for (let plans = 0; plans < PLANS_PER_ERRAND; plans++) {
        const c = await store.getCase(errand.caseId)
        const plan = planOf({
          c,
          errand,
          earlier: await earlierTicket(errand),
          can: target.can,
          policy: deps.policy,
          now: clock()
        })
        if (plan.do === 'wait') return save({ ...errand, dueAt: plan.until }, false)
        if (plan.do === 'nothing' || c === null)
          return save(
            { ...errand, state: 'done', deliveredRevision: c?.contentRevision ?? errand.desiredRevision },
            false
          )
        const doubt = errand.possiblyCreatedAt !== null
        if (CALLS.has(plan.do)) await save({ ...errand, possiblyCreatedAt: clock() }, true)
        before = effects()
        const isDone = await trace.step(c, plan.do === 'resolve' ? 'close_ticket' : 'ticket', async () => {
          const step = await perform(plan, { c, errand, doubt, target, now: clock, ...deps })
          errand = step.errand
          await save(errand, !step.done)
          breaker = CLOSED
          if (step.op) count(c, step.op, 'ok')
          return step.done
        })
        if (isDone) return
      }
      await save({ ...errand, dueAt: plus(clock(), SECOND_MS) }, false)
    } catch (error) {
      if (error instanceof LeaseLost) return
      const trouble = asTrouble(target.name, error)
      if (!trouble) throw error
      await failed(errand, trouble, effects() > before)
    }
  }

  async function failed(errand: OutboxEntry, trouble: TargetError, effect: boolean): Promise<void> {
    const now = clock()
    breaker = afterError(breaker, trouble, now, deps.dice())
    const c = await store.getCase(errand.caseId)
    if (c) count(c, errand.ticket && c.state === 'resolved' ? 'resolve' : 'ensure', 'failed')
    // The doubt stays unless this try surely did nothing, and so does that of a try before it.
    const doubtAt = effect ? now : errand.possiblyCreatedAt
    try {
      await save({ ...afterFailure(errand, trouble, now), possiblyCreatedAt: doubtAt }, false)
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error
    }
  }

  async function save(next: OutboxEntry, keepLease: boolean): Promise<void> {
    if ((await store.saveOutboxEntry({ next, holder, keepLease })) === 'conflict') throw new LeaseLost()
  }

  /** Of the person's case before this one, at this target. */
  async function earlierTicket(errand: OutboxEntry): Promise<RemoteTicket | null> {
    if (errand.ticket !== null || errand.deliveredRevision > 0) return null
    const ask = { subjectKey: errand.subjectKey, target: target.name, before: errand.id, limit: 1 }
    return (await store.outboxEntries(ask))[0]?.ticket ?? null
  }

  function count(c: Case, op: 'ensure' | 'resolve', result: 'ok' | 'failed'): void {
    const lagMs = Math.max(0, msBetween(c.failures.at(-1)?.publishedAt ?? clock(), clock()))
    deps.emit({ type: 'ticket', caseId: c.id, system: target.name, op, result, lagMs })
  }

  return { name: target.name, drain, breaker: () => breaker }
}

class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** What a target threw, or null when it was the store. A bug of ours counts against the errand, and ends as a dead letter. */
function asTrouble(name: string, error: unknown): TargetError | null {
  if (error instanceof TargetError) return error
  if (error instanceof StoreUnavailable) return null
  return new TargetError('unreadable', `${name}: ${error instanceof Error ? error.message : String(error)}`)
}
