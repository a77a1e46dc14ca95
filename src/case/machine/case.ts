/**
 * The case machine, pure: the next step (`nextStep`), and the effect of its result on the case (`applyResult`).
 *
 * The way of a failure, in reading order:
 * 1. `case/process-events.ts` reads a stored event and loads its case; `fold-event.ts` joins or opens the case.
 * 2. `case/pipeline.ts` performs the case's due step and saves its result; the write itself is in `case/act.ts`.
 * 3. This file: which step is due, and what follows from its result.
 * 4. `verdict.ts`: from the verdict to a ticket, a proposal, or a write and its proof.
 * `operator-commands.ts` applies people's decisions, `storm.ts` handles many failures at once.
 *
 * received → correlating → (acting → watching) | awaiting_approval | with_user | with_person → resolved | closed
 */
import { workingDevices } from '../../decide/recovery.ts'
import { type Case, isOpen } from '../../domain/case.ts'
import type { Verdict } from '../../domain/decision.ts'
import { type Evidence, hasFailed, retryAt } from '../../domain/evidence.ts'
import type { StepName } from '../../domain/telemetry-event.ts'
import { msBetween, plus, SECOND_MS, showDuration, waitMs } from '../../domain/time.ts'
import type { Instant, Ternary, TicketRef } from '../../domain/vocabulary.ts'
import { challenged } from './challenges.ts'
import { isDueAgain, nextTimer } from './decide-again.ts'
import { sourcesStillNeeded } from './deferred-reads.ts'
import { canaryDone } from './fold-event.ts'
import { notEnrolledYet } from './guide.ts'
import { stormChecked } from './storm.ts'
import {
  type CaseChange,
  type CasePolicy,
  challengeDueAt,
  change,
  didNotHelp,
  effectOf,
  failedSince,
  lastAction,
  needsTicket,
  resolve,
  type StepOutcome,
  toPerson,
  unchanged,
  updateLastAction
} from './transitions.ts'
import { applyVerdict, intended, refused, settled, withAction, written } from './verdict.ts'

/** The one thing to do now, or null when only time, an event or a person moves the case. */
export function nextStep(c: Case, now: Instant): StepName | null {
  if (c.dueAt === null || c.dueAt > now) return null
  const challengeAt = challengeDueAt(c)
  if (challengeAt !== null && challengeAt <= now) return 'verify'
  switch (c.state) {
    case 'received':
      return c.canary ? 'close_canary' : 'correlate'
    case 'correlating':
      return 'decide'
    case 'acting':
      if (lastAction(c)?.state === 'intended') return 'settle'
      // An approval expires with its proposal: the write may have been delayed for long.
      return c.approval && c.proposal && c.proposal.expiresAt <= now ? 'expire' : 'act'
    case 'awaiting_approval':
      if (c.proposal && c.proposal.expiresAt <= now) return 'expire'
      return needsTicket(c) ? 'ticket' : null
    case 'watching':
      if (c.watchUntil && c.watchUntil <= now) return 'check_recovery'
      return c.ticket && needsTicket(c) ? 'ticket' : null
    case 'with_user':
      return c.watchUntil && c.watchUntil <= now ? 'check_recovery' : null
    case 'with_person':
      if (needsTicket(c)) return 'ticket'
      if (c.storm) return 'check_storm'
      // A ticket from before the storm: the storm's ticket covers the case now.
      if (c.parentId && !c.securityAlert && c.ticket?.state === 'open') return 'close_ticket'
      if (isDueAgain(c, now)) return 'correlate'
      return c.watchUntil && c.watchUntil <= now ? 'check_recovery' : null
    case 'resolved':
    case 'closed':
      if (c.ticket?.state === 'open') return 'close_ticket'
      return c.storm ? 'check_storm' : null
  }
}

/**
 * Applies a step's result to the case. The case may have changed during the step (the user enrolled, a person closed it). A
 * result that no longer fits only changes what it proves.
 */
export function applyResult(c: Case, result: StepOutcome, now: Instant, policy: CasePolicy): CaseChange {
  const changed = concludeAfterWrite(c, apply(c, result, now, policy), now, policy)
  return { ...changed, next: withNextTimer(changed.next, now) }
}

/** What happened during an outstanding write (a recovery, an alert, a failure after it) takes effect when the write is settled. */
function concludeAfterWrite(before: Case, changed: CaseChange, now: Instant, policy: CasePolicy): CaseChange {
  const { next } = changed
  if (!isOpen(next) || lastAction(next)?.state === 'intended') return changed
  const action = lastAction(next)
  const settles = lastAction(before)?.state === 'intended'
  const isInVain = settles && next.state === 'watching' && action !== undefined && failedSince(next, action)
  if (next.securityAlert ? !settles : !next.recovery && !isInVain) return changed
  const ended = next.recovery
    ? resolve(next, next.recovery.publishedAt, now)
    : next.securityAlert
      ? toPerson(next, 'The write is settled; the security alert remains open.', now, policy)
      : didNotHelp(next, 'The user failed again after the write.', now)
  return {
    next: ended.next,
    ledger: [...changed.ledger, ...ended.ledger],
    telemetry: [...changed.telemetry, ...ended.telemetry]
  }
}

/** A due case with nothing to do becomes due at its next timer, otherwise it would be claimed for ever; or earlier, for a challenge. */
function withNextTimer(c: Case, now: Instant): Case {
  const challengeAt = challengeDueAt(c)
  const isIdle = c.dueAt !== null && c.dueAt <= now && nextStep(c, now) === null
  const timer = c.state === 'awaiting_approval' ? (c.proposal?.expiresAt ?? null) : nextTimer(c)
  const dueAt = isIdle ? timer : c.dueAt
  return { ...c, dueAt: challengeAt !== null && (dueAt === null || challengeAt < dueAt) ? challengeAt : dueAt }
}

function apply(before: Case, result: StepOutcome, now: Instant, policy: CasePolicy): CaseChange {
  // Any other result ends the wait.
  const c = before.waitingSince ? { ...before, waitingSince: null } : before
  switch (result.of) {
    case 'correlated':
      return correlated(before, c, result.evidence, now, policy)
    case 'rate_limited':
      return rateLimited(before, c, result, now, policy)
    case 'decided':
      return c.state === 'correlating' ? decided(c, result, now, policy) : unchanged(c)
    case 'refused':
      return c.state === 'acting' ? refused(c, result, now, policy) : unchanged(c)
    case 'intended':
      return intended(c, result, now, policy)
    case 'written':
      return written(c, result.calls, now, policy)
    case 'settled':
      return settled(c, result.landed, now, policy)
    case 'checked':
      return checked(c, result.recovered, now, policy)
    case 'expired':
      return expired(c, now, policy)
    case 'storm_checked':
      return stormChecked(c, result.storm, now, policy)
    case 'canary_done':
      return canaryDone(c, now)
    case 'challenged':
      return challenged(c, result.challenge, now)
    case 'ticketed':
      return ticketed(c, result.ticket, now)
    case 'idle':
      return unchanged(c)
    case 'ticket_closed': {
      // A storm that has ended may still have open children.
      const endedDueAt = c.storm ? now : null
      return change({ ...c, ticket: result.ticket, tries: 0, dueAt: isOpen(c) ? nextTimer(c) : endedDueAt }, now)
    }
    case 'failed':
      return failed(c, result, now, policy)
  }
}

function expired(c: Case, now: Instant, policy: CasePolicy): CaseChange {
  if (c.state === 'awaiting_approval') return toPerson(c, 'Nobody answered the proposal in time.', now, policy)
  if (c.state === 'acting' && c.approval && lastAction(c)?.state !== 'intended') {
    return toPerson(c, 'The approval expired before the write could begin; nothing was written.', now, policy)
  }
  return unchanged(c)
}

/** When the case is due after its ticket was written: at its next timer, or at once when it changed meanwhile. */
function ticketed(c: Case, ticket: TicketRef, now: Instant): CaseChange {
  const next: Case = { ...c, ticket, tries: 0 }
  if (c.state === 'awaiting_approval') {
    return change({ ...next, dueAt: needsTicket(next) ? now : (c.proposal?.expiresAt ?? null) }, now)
  }
  if (c.state === 'with_person' || c.state === 'watching') {
    return change({ ...next, dueAt: needsTicket(next) || c.storm ? now : nextTimer(c) }, now)
  }
  // The case changed while the ticket was written: its next step is due, or the ticket must be closed again.
  return change({ ...next, dueAt: isOpen(c) ? c.dueAt : now }, now)
}

/** The case with the devices on which Okta Verify works, as the first evidence shows them. */
export function withWorkingDevices(c: Case, evidence: Evidence): Case {
  const worked = c.worked ?? workingDevices(evidence)
  return worked ? { ...c, worked } : c
}

/** Failed reads are retried a few times; rate-limited ones wait. What is still unknown then stays unknown. */
function correlated(before: Case, old: Case, evidence: Evidence, now: Instant, policy: CasePolicy): CaseChange {
  if (old.state !== 'received' && !isDueAgain(old, now)) return unchanged(before)
  const c = withWorkingDevices(old, evidence)
  const until = retryAt(evidence)
  if (hasFailed(evidence)) {
    const tries = c.tries + 1
    const dueAt = plus(now, waitMs(tries, policy.retries, c.id))
    if (tries < policy.retries.maxTries) {
      return change({ ...c, evidence, tries, dueAt: until && until > dueAt ? until : dueAt }, now)
    }
  } else if (until) {
    const waiting = waitUntil(before, { ...c, evidence }, until, now, policy)
    if (waiting) return waiting
  }
  return change({ ...c, evidence, tries: 0, state: 'correlating', dueAt: now }, now)
}

/**
 * Deferred evidence is read when it matters after all: a storm or a control changed at that moment. Not after failed reads,
 * which had their tries: a source that fails for ever must not keep a case from its decision.
 */
function decided(
  c: Case,
  result: Extract<StepOutcome, { of: 'decided' }>,
  now: Instant,
  policy: CasePolicy
): CaseChange {
  const hasGaps = c.evidence === null || hasFailed(c.evidence) || retryAt(c.evidence) !== null
  if (c.evidence && !hasGaps && sourcesStillNeeded(c, result, c.evidence, policy).length > 0) {
    return change({ ...c, state: 'received', tries: 0, dueAt: now }, now)
  }
  const { proofLookAt, enrollingUntil } = result.verdict.decision
  if (proofLookAt) return awaitProof(c, result.verdict, proofLookAt, now)
  // A case with a ticket keeps it.
  if (enrollingUntil && c.ticket === null && !c.again) return awaitEnrollment(c, result.verdict, enrollingUntil, now)
  return applyVerdict(c, result, now, policy)
}

/** The user may still finish the enrollment that they began: everything is read again then. */
function awaitEnrollment(c: Case, verdict: Verdict, until: Instant, now: Instant): CaseChange {
  const { cause, considered, guards, decision } = verdict
  const waiting: Case = { ...c, cause, considered, guards, decision, state: 'received', tries: 0, dueAt: until }
  return change(
    waiting,
    now,
    'The user began an enrollment minutes ago. Reenroll looks again when it should be finished.'
  )
}

/** The event is not in the System Log yet: only the log is read again then (facts §6.1b). The wait is bounded by `decide/proof.ts`. */
function awaitProof(c: Case, { cause, considered, guards, decision }: Verdict, at: Instant, now: Instant): CaseChange {
  const history = {
    state: 'unknown',
    at: now,
    because: 'read again for the proof of the event',
    retryable: true,
    heldUntil: at
  } as const
  const evidence = c.evidence && { ...c.evidence, history }
  const unread: Case = { ...c, evidence, state: 'received', tries: 0, waitingSince: now, dueAt: at }
  if (at <= now) return change(unread, now)
  const waiting: Case = { ...unread, cause, considered, guards, decision }
  const isFirst = c.decision?.proofLookAt === undefined
  const what = isFirst ? 'The event is not in the System Log yet. It is looked up again for some minutes.' : undefined
  const changed = change(waiting, now, what)
  return { ...changed, telemetry: [{ type: 'event_proof', caseId: c.id, result: 'awaited' }] }
}

function checked(c: Case, recovered: Ternary, now: Instant, policy: CasePolicy): CaseChange {
  if (c.state !== 'watching' && c.state !== 'with_user' && c.state !== 'with_person') return unchanged(c)
  if (recovered === 'yes') return resolve(c, now, now)
  if (c.state === 'with_user') return notEnrolledYet(c, now)
  if (c.state === 'with_person') {
    const watched = { ...c, watchUntil: null, tries: 0 }
    return change({ ...watched, dueAt: nextTimer(watched) }, now)
  }
  // A new cause needs a new failure; without one, evidence from before the repair would be diagnosed again.
  const because =
    recovered === 'no'
      ? 'No new attempt since the repair. The user should try again.'
      : 'It is not known whether the user enrolled; that counts as not enrolled.'
  const marked = effectOf(c, 'unknown', now)
  const handed = toPerson(marked.next, because, now, policy)
  return { ...handed, ledger: [...marked.ledger, ...handed.ledger], telemetry: marked.telemetry }
}

/** Hands the case to a person when the wait exceeds the policy's limit, with what could not be read or done. */
function rateLimited(
  before: Case,
  c: Case,
  result: Extract<StepOutcome, { of: 'rate_limited' }>,
  now: Instant,
  policy: CasePolicy
): CaseChange {
  const waiting = waitUntil(before, c, result.until, now, policy)
  if (waiting) return waiting
  const waited = showDuration(msBetween(before.waitingSince ?? now, now))
  return giveUp(c, `It waited ${waited} for Okta (${result.step}): ${result.because}`, now, policy)
}

function failed(c: Case, result: Extract<StepOutcome, { of: 'failed' }>, now: Instant, policy: CasePolicy): CaseChange {
  const tries = c.tries + 1
  const dueAt = plus(now, Math.max(waitMs(tries, policy.retries, c.id), result.retryAfterMs ?? 0))
  const ticketing = result.step === 'ticket' || result.step === 'close_ticket'
  // Tickets are retried for ever, since a person must get them; eventually at the longest back-off.
  // So are storms, since their children depend on them.
  if (ticketing || c.storm || tries < policy.retries.maxTries) return change({ ...c, tries, dueAt }, now)
  return giveUp(c, `It failed ${tries} times (${result.step}): ${result.because}`, now, policy)
}

/** A step that is not retried any more. */
function giveUp(c: Case, because: string, now: Instant, policy: CasePolicy): CaseChange {
  const action = lastAction(c)
  if (c.state === 'with_person') {
    const again = c.again ? { ...c.again, dueAt: null } : null
    return change({ ...c, tries: 0, watchUntil: null, again, dueAt: null }, now, because)
  }
  if (action?.state !== 'intended') return toPerson(c, because, now, policy)
  const unsure = updateLastAction(c, { state: 'unknown', at: now, effect: 'unknown' })
  return withAction(toPerson(unsure, because, now, policy), c, action, 'unknown', now)
}

/*
 * Waiting for Okta: when a rate limit is used up or Okta is unavailable, a case keeps its state and is retried later. No call
 * was made, so no attempt is counted. A limit in the policy ends the wait (fail open toward tickets).
 */

/** Cases that waited together are resumed over this period. */
const RESUME_SPREAD = { firstWaitMs: 2 * SECOND_MS, maxWaitMs: 2 * SECOND_MS }

/** The case, waiting until then; null when it has waited as long as the policy allows. `c` has the start of the wait. */
function waitUntil(c: Case, next: Case, until: Instant, now: Instant, policy: CasePolicy): CaseChange | null {
  const since = c.waitingSince ?? now
  if (msBetween(since, now) >= policy.oktaMaxWaitMs) return null
  const dueAt = plus(until > now ? until : now, waitMs(1, RESUME_SPREAD, c.id))
  return change({ ...next, waitingSince: since, dueAt }, now)
}
