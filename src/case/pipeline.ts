/**
 * Takes a claimed case through its due steps: perform one, apply and save its result, emit telemetry, repeat. A step reads,
 * decides or writes a ticket, and returns a result; `machine/case.ts` applies it.
 */
import { recoveredSince, workedBefore } from '../decide/recovery.ts'
import type { Case } from '../domain/case.ts'
import type { TicketWrite } from '../domain/desk.ts'
import { unreadEvidence } from '../domain/evidence.ts'
import type { LocalTicket } from '../domain/store.ts'
import type { StepName, TelemetryEvent } from '../domain/telemetry-event.ts'
import { msBetween } from '../domain/time.ts'
import { NO_TRACE } from '../domain/trace.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { type ActResult, act, settle } from './act.ts'
import { type CaseContext, failedBy } from './context.ts'
import { applyResult, nextStep } from './machine/case.ts'
import { type CaseChange, lagMs, type StepOutcome } from './machine/transitions.ts'
import { correlate, RECOVERY_SOURCES, rateLimitedSource, readForRecovery } from './reads.ts'
import { checkStorm } from './storms.ts'
import { verifyCaller } from './verify-caller.ts'

/** More steps than any case needs in one go; a case that wants more waits for its next claim. */
const STEPS_PER_CLAIM = 12

/**
 * Works a case until nothing is due, the lease is lost, or a step failed and waits. The lease ends with the last save.
 * `mayContinue` is checked between steps: a process that is stopping leaves the rest to another one and releases the lease.
 */
export async function advance(
  claimed: Case,
  holder: string,
  deps: CaseContext,
  mayContinue: () => boolean = () => true
): Promise<Case> {
  const { trace = NO_TRACE } = deps
  let c = claimed
  let before: StepOutcome | null = null
  for (let count = 0; count < STEPS_PER_CLAIM && mayContinue(); count++) {
    const now = deps.clock()
    const step = nextStep(c, now)
    if (!step) {
      if (c.dueAt !== null && c.dueAt <= now) await commit(c, { of: 'idle' }, holder, deps)
      break
    }
    const last: StepOutcome | null = before
    const stepped: ActResult | null = await trace.step(c, step, () => performStep(step, c, last, holder, deps))
    if (!stepped) return c
    c = stepped.c
    before = stepped.result
  }
  return c
}

/** Performs, saves and reports one step, which may use what the one `before` found. Null when the lease was lost. */
async function performStep(
  step: StepName,
  c: Case,
  before: StepOutcome | null,
  holder: string,
  deps: CaseContext
): Promise<ActResult | null> {
  const startedAt = deps.clock()
  const acted = await actOrPerform(step, c, before, holder, deps)
  if (!acted) return null
  const saved = await commit(acted.c, acted.result, holder, deps)
  if (!saved) return null
  const { result } = acted
  deps.emit(stepEvent(step, c, saved, result, startedAt, deps))
  return { c: saved, result }
}

function stepEvent(
  step: StepName,
  before: Case,
  after: Case,
  result: StepOutcome,
  startedAt: Instant,
  { clock }: Pick<CaseContext, 'clock'>
): TelemetryEvent {
  return {
    type: 'step',
    caseId: before.id,
    userId: after.user.id,
    step,
    from: before.state,
    to: after.state,
    ms: msBetween(startedAt, clock()),
    error: result.of === 'failed' ? result.error : null,
    because: 'because' in result ? result.because : null
  }
}

/**
 * Applies a result to the case and saves it, together with the ticket that is due then. When events or people changed the case
 * meanwhile, the result is applied to the current case, which is why `applyResult` is pure. Null when the lease was lost; its
 * new holder continues.
 */
async function commit(worked: Case, result: StepOutcome, holder: string, deps: CaseContext): Promise<Case | null> {
  let c = worked
  for (;;) {
    const now = deps.clock()
    const { stored, ...changed } = await withTicket(applyResult(c, result, now, deps.policy), result, now, deps)
    const more = nextStep(changed.next, now) !== null
    // Deciding follows at once and is cheap to repeat, so it needs no separate commit.
    if (result.of === 'correlated' && changed.next.state === 'correlating') return changed.next
    const next = { ...changed.next, version: c.version + 1 }
    const saved = await deps.store.save({
      next,
      ledger: changed.ledger,
      holder,
      keepLease: more,
      ...(stored ? { ticket: stored } : {})
    })
    if (saved === 'saved') {
      for (const event of changed.telemetry) deps.emit(event)
      return next
    }
    const current = await deps.store.getCase(c.id)
    if (!current || current.version === c.version) return null
    c = current
  }
}

type WithTicket = CaseChange & { readonly stored?: LocalTicket | null }

/** The ticket that a change makes due, in the same save. When it cannot be made now, the step `ticket` tries again. */
async function withTicket(
  changed: CaseChange,
  result: StepOutcome,
  now: Instant,
  deps: CaseContext
): Promise<WithTicket> {
  if (result.of === 'ticketed' || result.of === 'ticket_closed') return { ...changed, stored: result.stored ?? null }
  const { next: c, ledger, telemetry } = changed
  if (nextStep(c, now) !== 'ticket') return changed
  const { trace = NO_TRACE } = deps
  const startedAt = deps.clock()
  const made = await trace.step(c, 'ticket', () => perform('ticket', c, null, deps))
  if (made.of !== 'ticketed') return changed
  const { next, ...more } = applyResult(c, made, now, deps.policy)
  const step = stepEvent('ticket', c, next, made, startedAt, deps)
  return {
    next,
    ledger: [...ledger, ...more.ledger],
    telemetry: [...telemetry, ...more.telemetry, step],
    stored: made.stored ?? null
  }
}

async function actOrPerform(
  step: StepName,
  c: Case,
  before: StepOutcome | null,
  holder: string,
  deps: CaseContext
): Promise<ActResult | null> {
  if (step === 'act') return act(c, holder, deps)
  return step === 'verify' ? verifyCaller(c, holder, deps) : { c, result: await perform(step, c, before, deps) }
}

/** A step that saves nothing itself. */
export type PlainStep = Exclude<StepName, 'act' | 'verify'>

type Step = (c: Case, deps: CaseContext, before: StepOutcome | null) => Promise<StepOutcome>

const STEPS: Readonly<Record<PlainStep, Step>> = {
  correlate,
  decide: async (c, deps, before) => {
    if (before?.of === 'correlated' && before.evaluation && before.evidence === c.evidence)
      return { of: 'decided', ...before.evaluation }
    const evidence = c.evidence ?? unreadEvidence(deps.clock(), 'not read yet')
    return { of: 'decided', ...(await deps.evaluate(c, evidence)) }
  },
  settle,
  check_storm: checkStorm,
  close_canary: async () => ({ of: 'canary_done' }),
  check_recovery: async (c, deps) => {
    const evidence = await readForRecovery(c, deps)
    const wait = rateLimitedSource('check_recovery', RECOVERY_SOURCES, evidence)
    if (wait) return wait
    return { of: 'checked', recovered: recoveredSince(evidence, c.failures, workedBefore(c)) }
  },
  expire: async () => ({ of: 'expired' }),
  ticket: async (c, deps) => {
    const { ref, stored } = await countedCall('ensure', c, deps, () => deps.desk.ensure(deps.draft(c), c.ticket))
    return { of: 'ticketed', ticket: ref, stored }
  },
  close_ticket: async (c, deps) => {
    const { ticket } = c
    if (!ticket) throw new Error('there is no ticket to close')
    const because = c.timeline.at(-1)?.what ?? 'The case has ended.'
    const resolve = () => deps.desk.resolve(ticket, deps.draft(c), because)
    const { ref, stored } = await countedCall('resolve', c, deps, resolve)
    return { of: 'ticket_closed', ticket: ref, stored }
  }
}

/** Calls the ticket system and counts the result. */
async function countedCall(
  op: 'ensure' | 'resolve',
  c: Case,
  deps: CaseContext,
  call: () => Promise<TicketWrite>
): Promise<TicketWrite> {
  const count = (result: 'ok' | 'failed') =>
    deps.emit({ type: 'ticket', caseId: c.id, system: deps.desk.system, op, result, lagMs: lagMs(c, deps.clock()) })
  try {
    const ticket = await call()
    count('ok')
    return ticket
  } catch (error) {
    count('failed')
    throw error
  }
}

/** Performs a step. Every error becomes a `failed` result, so that the case waits and is retried. */
async function perform(step: PlainStep, c: Case, before: StepOutcome | null, deps: CaseContext): Promise<StepOutcome> {
  try {
    return await STEPS[step](c, deps, before)
  } catch (error) {
    return failedBy(step, error)
  }
}
