/**
 * Delivers the outbox: one dispatcher per target, oldest entry first, one at a time, so that tickets come in order and within
 * the target's rate limit. Before a call the entry is saved as possibly created; whatever happens then, the next try looks
 * before it makes a second ticket.
 */
import type { OutboxPolicy } from '../../config/policy/ticket-policy.ts'
import type { Case } from '../../domain/case.ts'
import { type OutboxEntry, type RemoteTicket, withoutTicket } from '../../domain/outbox.ts'
import { type Store, StoreUnavailable } from '../../domain/store.ts'
import type { Emit } from '../../domain/telemetry-event.ts'
import { MINUTE_MS, msBetween, plus, SECOND_MS, waitMs } from '../../domain/time.ts'
import { NO_TRACE, type Trace } from '../../domain/trace.ts'
import type { Clock, Instant, RefusalMeaning } from '../../domain/vocabulary.ts'
import { TARGET_ERRORS, type TargetReason } from '../targets/answers.ts'
import { type HttpClient, type Target, TargetError, type TicketSnapshot, type TicketStatus } from '../targets/target.ts'
import { afterError, blockedUntil, type CircuitState, CLOSED } from './circuit-breaker.ts'
import type { CloseCase } from './close-sync.ts'
import { type Plan, planOf, SECOND_LOOK_MS } from './plan.ts'
import { afterPass, afterRefusal, isOfTarget, REPAIR_MS, type Refusals, waitsUntil } from './refusals.ts'
import { noteOf } from './snapshot.ts'

/* One step of a plan: the calls to the target, and what they make of the entry. */

export interface StepDeps {
  readonly c: Case
  readonly entry: OutboxEntry
  /** An earlier try may have done this already. */
  readonly possiblyDone: boolean
  readonly target: Target
  readonly now: Clock
  readonly snapshot: (c: Case, entry: OutboxEntry) => TicketSnapshot
  readonly closeCase: CloseCase
}

export interface StepResult {
  readonly entry: OutboxEntry
  /** Nothing more to do now. */
  readonly done: boolean
  /** What to count. */
  readonly op: 'ensure' | 'resolve' | null
}

type Doing = Exclude<Plan['do'], 'nothing' | 'wait'>
type Step<Name extends Doing> = (plan: Extract<Plan, { do: Name }>, deps: StepDeps) => Promise<StepResult>

/** A case that cannot be closed right now, because a write is under way, is tried again after this. */
const CLOSE_AGAIN_MS = 30 * SECOND_MS

const STEPS: { readonly [Name in Doing]: Step<Name> } = {
  async recover({ since }, { c, entry, target, snapshot, now }) {
    const seen = snapshot(c, entry)
    const found = await target.recover(seen, since)
    // An account that sees nothing finds nothing: that does not prove that no ticket was made.
    if (!found) await target.prove(seen.set)
    const ticket = found && ticketOf(found, now())
    return { entry: { ...entry, ticket, possiblyCreatedAt: null }, done: false, op: null }
  },

  async create(_, { c, entry, target, snapshot, now }) {
    const fresh: OutboxEntry = { ...entry, ticket: null, deliveredEntries: 0, deliveredAt: null }
    const current = await target.ensure(snapshot(c, fresh), null)
    return delivered(c, { ...fresh, ticket: ticketOf(current, now()) }, now, 'ensure')
  },

  // Remembered before anything is called, so that from here on it is a ticket like any other.
  async adopt({ ticket }, { entry }) {
    return { entry: { ...entry, ticket: { ...ticket, state: 'resolved' } }, done: false, op: null }
  },

  async renew(_, { entry }) {
    return { entry: withoutTicket(entry), done: false, op: null }
  },

  async reopen({ ticket }, deps) {
    const { c, entry, possiblyDone, target, snapshot, now } = deps
    const seen = snapshot(c, entry)
    const note = noteOf(seen, 'Opened again: the user needs a person again.', possiblyDone)
    if (!(await target.reopen(ticket, seen, note))) return STEPS.renew({ do: 'renew' }, deps)
    const current = await target.ensure(seen, ticket)
    return delivered(c, { ...entry, ticket: ticketOf(current, now()) }, now, 'ensure')
  },

  async update({ ticket }, { c, entry, possiblyDone, target, snapshot, now }) {
    const seen = snapshot(c, entry)
    const current = await target.ensure(seen, ticket)
    if (current.state === 'open' && target.can.notes && seen.newEntries.length > 0) {
      await target.note(ticket, noteOf(seen, 'News:', possiblyDone))
    }
    const next = ticketOf(current, now())
    if (next.state === 'open')
      return delivered(c, { ...entry, ticket: { ...next, since: ticket.since } }, now, 'ensure')
    return {
      entry: { ...entry, ticket: next, possiblyCreatedAt: null, notVisibleSince: null },
      done: false,
      op: 'ensure'
    }
  },

  async resolve({ ticket }, { c, entry, possiblyDone, target, snapshot, now }) {
    const seen = snapshot(c, entry)
    const lead = c.state === 'resolved' ? 'Resolved: the user is enrolled in Okta Verify.' : 'Closed by Reenroll.'
    const how = await target.resolve(ticket, seen, noteOf(seen, lead, possiblyDone))
    // A ticket that an earlier try closed looks as if a person had closed it.
    const isOurs = how === 'resolved' || how === 'left_open' || (how === 'was_closed' && possiblyDone)
    const state = isOurs ? 'resolved' : 'closed_there'
    return delivered(
      c,
      { ...entry, ticket: { ...ticket, state, wontFix: how === 'wont_fix', since: now() } },
      now,
      'resolve'
    )
  },

  async close_case({ ticket }, { c, entry, target, closeCase, now }) {
    const closing = target.can.closings ? await target.readOne(ticket.key) : null
    // Opened again since, or not surely closed by a person: the case still needs it.
    if (target.can.closings && closing?.actor !== 'person') {
      const state = closing === null ? 'open' : 'resolved'
      return { entry: { ...entry, ticket: { ...ticket, state, wontFix: false, since: now() } }, done: false, op: null }
    }
    const how = `the ticket ${ticket.key} was closed in ${target.name}`
    const closed = await closeCase(c.id, target.name, closing ?? { how, by: null, at: null })
    if (closed) return delivered(c, entry, now, null)
    return { entry: { ...entry, dueAt: plus(now(), CLOSE_AGAIN_MS) }, done: true, op: null }
  }
}

function perform(plan: Exclude<Plan, { do: 'nothing' | 'wait' }>, deps: StepDeps): Promise<StepResult> {
  const step = STEPS[plan.do] as Step<Doing>
  return step(plan, deps)
}

/** The entry after delivery of the case as it was read. */
function delivered(c: Case, entry: OutboxEntry, now: Clock, op: StepResult['op']): StepResult {
  const next: OutboxEntry = {
    ...entry,
    state: 'done',
    deliveredRevision: c.contentRevision,
    deliveredEntries: c.timeline.length,
    deliveredAt: now(),
    dueAt: now(),
    tries: 0,
    possiblyCreatedAt: null,
    notVisibleSince: null,
    lastError: null
  }
  return { entry: next, done: true, op }
}

function ticketOf({ ref, state, wontFix }: TicketStatus, since: string): RemoteTicket {
  return { key: ref.key, url: ref.url, state: state === 'open' ? 'open' : 'closed_there', wontFix, since }
}

/* What becomes of an entry whose call failed. Pure. */

const WAITS = { firstWaitMs: 10 * SECOND_MS, maxWaitMs: 30 * MINUTE_MS }

/**
 * Tries until an entry is given up, by reason. Errors of the target itself do not count: the entry keeps its place,
 * and the breaker waits. An answer that is perhaps this entry's fault counts; after three it lets the others pass.
 */
const GIVE_UP_AFTER: Readonly<Partial<Record<TargetReason, number>>> = {
  refused: 5,
  server_error: 25,
  unreadable: 25,
  timeout: 25
}
const PATIENCE: Readonly<Partial<Record<TargetReason, number>>> = { server_error: 3, unreadable: 3, timeout: 3 }

function afterFailure(entry: OutboxEntry, targetError: TargetError, now: Instant): OutboxEntry {
  const { reason, message } = targetError
  const most = GIVE_UP_AFTER[reason]
  if (most === undefined) return { ...entry, dueAt: now, lastError: message }
  const tries = entry.tries + 1
  if (tries >= most) return { ...entry, state: 'dead', tries, lastError: message }
  const patient = tries < (PATIENCE[reason] ?? 0)
  const dueAt = patient ? now : plus(now, waitMs(tries, WAITS, `${entry.caseId}/${entry.target}`))
  return { ...entry, tries, dueAt, lastError: message }
}

export interface OutboxDeps {
  readonly store: Pick<Store, 'claimOutboxEntry' | 'saveOutboxEntry' | 'outboxEntries' | 'getCase'>
  readonly snapshot: (c: Case, entry: OutboxEntry) => TicketSnapshot
  readonly closeCase: CloseCase
  readonly policy: OutboxPolicy
  readonly clock: Clock
  readonly emit: Emit
  /** Left out: nothing is traced. */
  readonly trace?: Pick<Trace, 'step'>
  readonly holder: string
  /** In [0, 1), so that replicas do not try in step. */
  readonly random: () => number
}

export interface DispatcherTarget {
  readonly target: Target
  readonly http: Pick<HttpClient, 'effects' | 'credentialEndsAt'>
}

export interface TargetDispatcher {
  readonly name: string
  /** Delivers all that is due; returns when to run again, or null when only a new entry or a back-off brings work. */
  drain(): Promise<Instant | null>
  breaker(): CircuitState
  /** When the credential ends, where the system says so. */
  credentialEndsAt?(): Instant | null
}

/** Longer than one entry takes: some ten calls at their time-out, or waiting for the rate limit. */
const LEASE_MS = 300 * SECOND_MS
/** A plan may lead to another one, such as recovering to updating; more than this would be a circle. */
const PLANS_PER_ENTRY = 6
/** Why an entry ends whose ticket cannot be seen while others can. */
const HIDDEN =
  'The ticket was deleted, or the account may no longer see it. Let the account see it and send again, or have another one made if it is gone.'
/** Plans that change something at the target. */
const CALLS: ReadonlySet<Plan['do']> = new Set(['create', 'reopen', 'update', 'resolve'])

export function createDispatcher({ target, http }: DispatcherTarget, deps: OutboxDeps): TargetDispatcher {
  const { effects, credentialEndsAt } = http
  const { store, clock, holder, trace = NO_TRACE } = deps
  let breaker = CLOSED
  const refusals = new Map<Plan['do'], Refusals>()
  /** When a ticket was made last. */
  let madeAt: Instant | null = null

  async function drain(): Promise<Instant | null> {
    for (;;) {
      const blocked = blockedUntil(breaker, clock())
      if (blocked !== null) return blocked
      const entry = await store.claimOutboxEntry({ target: target.name, now: clock(), leaseMs: LEASE_MS, holder })
      if (!entry) return null
      await deliver(entry)
    }
  }

  /** Follows plans until the entry is delivered, waits, or fails. Store errors are thrown: the lease then runs out. */
  async function deliver(claimed: OutboxEntry): Promise<void> {
    let entry = claimed
    let before = effects()
    let doing: Plan['do'] = 'nothing'
    try {
      for (let plans = 0; plans < PLANS_PER_ENTRY; plans++) {
        const c = await store.getCase(entry.caseId)
        const plan = planOf({
          c,
          entry: entry,
          earlier: await earlierTicket(entry),
          can: target.can,
          policy: deps.policy,
          now: clock()
        })
        if (plan.do === 'wait') return save({ ...entry, dueAt: plan.until }, false)
        if (plan.do === 'nothing' || c === null)
          return save(
            { ...entry, state: 'done', deliveredRevision: c?.contentRevision ?? entry.desiredRevision },
            false
          )
        doing = plan.do
        const refused = refusals.get(doing)
        const dueAt = refused ? waitsUntil(refused, c.id, clock()) : null
        if (refused && dueAt !== null) return save({ ...entry, dueAt, lastError: refused.message }, false)
        const possiblyDone = entry.possiblyCreatedAt !== null
        if (CALLS.has(plan.do)) await save({ ...entry, possiblyCreatedAt: entry.possiblyCreatedAt ?? clock() }, true)
        before = effects()
        const isDone = await trace.step(c, plan.do === 'resolve' ? 'close_ticket' : 'ticket', async () => {
          const step = await perform(plan, { c, entry, possiblyDone, target, now: clock, ...deps })
          entry = step.entry
          await save(entry, !step.done)
          breaker = CLOSED
          if (plan.do === 'create') madeAt = clock()
          if (refused) refusals.set(plan.do, afterPass(refused, c.id))
          if (step.op) count(c, step.op, 'ok')
          return step.done
        })
        if (isDone) return
      }
      await save({ ...entry, dueAt: plus(clock(), SECOND_MS) }, false)
    } catch (error) {
      if (error instanceof LeaseLost) return
      const targetError = asTargetError(target.name, error)
      if (!targetError) throw error
      const effect = effects() > before
      if (targetError.reason === 'gone' && entry.ticket) await dropTicket(entry)
      else if (targetError.reason === 'not_visible' && entry.ticket) await notVisible(entry, targetError, effect, doing)
      else await failed(entry, targetError, effect, doing)
    }
  }

  /** A second look after some minutes, and a proof that the login sees anything at all. Then a person decides: to be hidden is not to be gone. */
  async function notVisible(entry: OutboxEntry, first: TargetError, effect: boolean, doing: Plan['do']): Promise<void> {
    const since = entry.notVisibleSince ?? clock()
    const again = plus(since, SECOND_LOOK_MS)
    const waiting = { ...entry, notVisibleSince: since, lastError: first.message }
    if (clock() < again) {
      breaker = CLOSED
      return saveUnlessLost({ ...waiting, dueAt: again })
    }
    try {
      await target.prove()
    } catch (error) {
      const targetError = asTargetError(target.name, error)
      if (!targetError) throw error
      return failed(waiting, targetError, effect, doing)
    }
    // One that is resolved stays closed, deleted or not, and may have a successor.
    if (entry.ticket?.state === 'resolved' && entry.possiblyCreatedAt === null) return dropTicket(entry)
    breaker = CLOSED
    const c = await store.getCase(entry.caseId)
    if (c) count(c, 'ensure', 'failed', 'ticket')
    await saveUnlessLost({ ...waiting, state: 'dead', lastError: `${first.message} ${HIDDEN}` })
  }

  /** The ticket was deleted. The dispatcher claims the entry again: a case that is still open gets another ticket. */
  async function dropTicket(entry: OutboxEntry): Promise<void> {
    breaker = CLOSED
    await saveUnlessLost({ ...withoutTicket(entry), dueAt: clock() })
  }

  async function saveUnlessLost(next: OutboxEntry): Promise<void> {
    try {
      await save(next, false)
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error
    }
  }

  async function failed(
    entry: OutboxEntry,
    targetError: TargetError,
    effect: boolean,
    doing: Plan['do']
  ): Promise<void> {
    const now = clock()
    const { caseId } = entry
    const isRefusal = TARGET_ERRORS[targetError.reason] === 'ticket'
    const run = isRefusal ? afterRefusal(refusals.get(doing) ?? null, caseId, targetError.message, now) : null
    if (run) refusals.set(doing, run)
    const ofTarget = run !== null && isOfTarget(run, caseId)
    breaker = afterError(breaker, targetError, now, deps.random())
    const c = await store.getCase(entry.caseId)
    const concern = ofTarget ? 'target' : TARGET_ERRORS[targetError.reason]
    const meaning = concern === 'not_visible' || concern === 'gone' ? 'ticket' : concern
    if (c) count(c, entry.ticket && c.state === 'resolved' ? 'resolve' : 'ensure', 'failed', meaning)
    // Possibly created, unless neither this try nor one before it can have had an effect. The first moment stays: the
    // ticket may be as old as that, and a search may be a POST.
    const possiblyCreatedAt = entry.possiblyCreatedAt ?? (effect ? now : null)
    // A refusal of the whole target does not count against one entry. Nor does that of a new ticket until another is made:
    // what is sent hardly differs, so that the cause may be a setting.
    const isAlone = doing === 'create' && !run?.own.has(caseId) && (madeAt === null || madeAt < entry.enqueuedAt)
    const next =
      run !== null && (ofTarget || isAlone)
        ? { ...entry, dueAt: waitsUntil(run, caseId, now) ?? plus(now, REPAIR_MS), lastError: targetError.message }
        : afterFailure(entry, targetError, now)
    await saveUnlessLost({ ...next, possiblyCreatedAt, notVisibleSince: isRefusal ? null : entry.notVisibleSince })
  }

  async function save(next: OutboxEntry, keepLease: boolean): Promise<void> {
    if ((await store.saveOutboxEntry({ next, holder, keepLease })) === 'conflict') throw new LeaseLost()
  }

  /** Of the person's case before this one, at this target; not one that the earlier case may still have to close. */
  async function earlierTicket(entry: OutboxEntry): Promise<RemoteTicket | null> {
    if (entry.ticket !== null || entry.deliveredRevision > 0) return null
    const ask = { subjectKey: entry.subjectKey, target: target.name, before: entry.id, limit: 1 }
    const [earlier] = await store.outboxEntries(ask)
    return earlier?.possiblyCreatedAt === null ? earlier.ticket : null
  }

  function count(c: Case, op: 'ensure' | 'resolve', result: 'ok' | 'failed', meaning?: RefusalMeaning): void {
    const lagMs = Math.max(0, msBetween(c.failures.at(-1)?.publishedAt ?? clock(), clock()))
    const event = { type: 'ticket', caseId: c.id, system: target.name, op, result, lagMs } as const
    deps.emit(meaning ? { ...event, meaning } : event)
  }

  return { name: target.name, drain, breaker: () => breaker, credentialEndsAt }
}

class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

/** What a target threw, or null when it was the store. A bug counts against the entry, which then ends as a dead letter. */
function asTargetError(name: string, error: unknown): TargetError | null {
  if (error instanceof TargetError) return error
  if (error instanceof StoreUnavailable) return null
  return new TargetError('unreadable', `${name}: ${error instanceof Error ? error.message : String(error)}`)
}
