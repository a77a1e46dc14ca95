/** Applies operators' commands to a case. Pure. */
import { advice } from '../../decide/advice.ts'
import { callerProof, isSubject } from '../../decide/caller.ts'
import { guardTitle } from '../../decide/guards/guards.ts'
import { type Approval, type Case, isOpen, type NamedRepair } from '../../domain/case.ts'
import { hasDeferred } from '../../domain/evidence.ts'
import type { LedgerDraft } from '../../domain/ledger.ts'
import {
  type AssignAsk,
  type CloseAsk,
  type CommandResult,
  type Operator,
  visibleLength
} from '../../domain/operator-commands.ts'
import { DAY_MS, plus } from '../../domain/time.ts'
import type { GuardId, Instant } from '../../domain/vocabulary.ts'
import { MOST_AGAIN } from './decide-again.ts'
import {
  type CaseChange,
  type CasePolicy,
  caseEnded,
  challengeDueAt,
  change,
  endedGuide,
  toPerson,
  withNewContent
} from './transitions.ts'

/* Commands of people; `case/commands.ts` loads, saves and returns results. */

export type Refusal = Extract<CommandResult, { ok: false }>
export type Decided = CaseChange | Refusal

export interface ApproveAsk {
  readonly hash: string
  readonly overrides: readonly { readonly guard: GuardId; readonly because: string }[]
}

/** With the id, which the API's caller needs for an override. */
const nameOfGuard = (id: GuardId) => `${guardTitle(id)} (${id})`

/** Approves the proposed write; `act.ts` still reads and checks everything again before it. */
export function approve(c: Case, ask: ApproveAsk, by: Operator, now: Instant): Decided {
  const refusal = checkProposal(c, ask.hash, by, now)
  if (refusal) return refusal
  const needed = c.proposal?.overridesNeeded ?? []
  const given = new Map(ask.overrides.map((override) => [override.guard, override.because.trim()]))
  const missing = needed.filter((guard) => visibleLength(given.get(guard) ?? '') === 0)
  if (missing.length > 0) {
    return refuse(
      'incomplete',
      `Give a reason for overriding each of these guards: ${missing.map(nameOfGuard).join(', ')}.`
    )
  }
  const stray = [...given.keys()].filter((guard) => !needed.includes(guard))
  if (stray.length > 0) {
    return refuse(
      'incomplete',
      `These guards are not among those that stop this proposal: ${stray.map(nameOfGuard).join(', ')}.`
    )
  }
  const overrides = needed.map((guard) => ({ guard, because: given.get(guard) ?? '' }))
  const barred = whyBarred(c, by)
  if (barred !== null) return refuse('forbidden', barred)
  const need = c.decision?.verifiedCaller
  const proof = need ? callerProof(c, need, ask.hash, now) : null
  if (proof && 'missing' in proof) return refuse('incomplete', proof.missing)
  const { id: operatorId, provider } = by
  const proved = proof ? { proof } : {}
  const approval = { hash: ask.hash, by: by.name, operatorId, provider, at: now, overrides, ...proved }
  // A proof serves one proposal, so that none is used again.
  const usedProofs = proof ? [...(c.usedProofs ?? []), { id: proof.id, hash: ask.hash }] : c.usedProofs
  if (c.proposal?.approvalsNeeded === 2 && !firstOf(c)) {
    const first = ledgerLine(c, 'approval', { hash: ask.hash, overrides, nth: 1, of: 2, ...proved }, by, now)
    const what = `Approved by ${by.name}; a second person must approve it too.`
    return change(
      {
        ...c,
        ...(usedProofs ? { usedProofs } : {}),
        firstApproval: approval,
        contentRevision: c.contentRevision + 1,
        dueAt: now
      },
      now,
      what,
      [first],
      by.name
    )
  }
  const next: Case = {
    ...answered(c, 'approved'),
    ...(usedProofs ? { usedProofs } : {}),
    state: 'acting',
    approval,
    dueAt: now,
    tries: 0,
    contentRevision: c.contentRevision + 1
  }
  const line = ledgerLine(c, 'approval', { hash: ask.hash, overrides, ...proved }, by, now)
  return change(next, now, `Approved: ${c.proposal?.remediation}.`, [line], by.name)
}

/** The first of two approvals of the current proposal, while the second is missing. */
export function firstOf({ proposal, firstApproval }: Case): Approval | null {
  const isFirst = proposal?.approvalsNeeded === 2 && firstApproval?.hash === proposal.hash
  return isFirst ? firstApproval : null
}

/** Why this operator cannot approve, or cannot be one of the two who do, or null. Two names can be one person; two ids of a provider cannot. */
export function whyBarred(c: Case, by: Operator): string | null {
  if (isSubject(c, by)) return 'You are the user of this case. Another operator must approve.'
  if (c.proposal?.approvalsNeeded !== 2) return null
  if (by.provider === null) {
    return 'Two people must approve this, each signed in by name (REENROLL_OIDC_ISSUER). A token does not count: several people can hold it.'
  }
  const first = firstOf(c)
  if (!first) return null
  if (first.operatorId === by.id) return 'You gave the first approval. A second person must approve.'
  if (first.provider === by.provider) return null
  return `The first approval came through ${first.provider}. The second must come the same way, so that it is surely another person.`
}

/** An entry of the ledger about what this operator did. */
export function ledgerLine(
  c: Case,
  kind: LedgerDraft['kind'],
  entry: LedgerDraft['entry'],
  by: Operator,
  at: Instant
): LedgerDraft {
  return { at, kind, caseId: c.id, by: by.name, entry: { ...entry, operator: by.id } }
}

/** Rejects the proposal; the case and its ticket stay with people. */
export function reject(
  c: Case,
  ask: { hash: string; because: string },
  by: Operator,
  now: Instant,
  policy: CasePolicy
): Decided {
  const refusal = checkProposal(c, ask.hash, by, now)
  if (refusal) return refusal
  if (visibleLength(ask.because) === 0)
    return refuse('incomplete', 'Say why: the reason goes into the ticket and the ledger.')
  const line = ledgerLine(c, 'rejection', { hash: ask.hash, because: ask.because.trim() }, by, now)
  // A person has decided: new failures are added to the ticket, and nothing is proposed again.
  const rejected: Case = { ...answered(c, 'rejected'), again: { dueAt: null, times: MOST_AGAIN } }
  return toPerson(rejected, `Rejected by ${by.name}: ${ask.because.trim()}`, now, policy, [line])
}

function answered(c: Case, answer: NonNullable<NamedRepair['answer']>): Case {
  return c.repair ? { ...c, repair: { ...c.repair, answer } } : c
}

/**
 * Ends the case without a recovery, unless a write is not settled. An ended case can still be marked as an attack, as that is
 * mostly found later.
 */
export function close(c: Case, ask: CloseAsk, by: Operator, now: Instant): Decided {
  if (by.role !== 'approver') return forbidden()
  const marks = !isOpen(c) && ask.attack && !c.attack
  if (!isOpen(c) && !marks) return refuse('wrong_state', `The case is ${c.state} already.`)
  if (c.actions.at(-1)?.state === 'intended') {
    return refuse('wrong_state', 'A write is under way; close the case when its outcome is known, within a minute.')
  }
  if (visibleLength(ask.because) === 0)
    return refuse('incomplete', 'Say why: the reason goes into the ticket and the ledger.')
  const because = ask.because.trim()
  if (marks) {
    const line = ledgerLine(c, 'close', { because, attack: true }, by, now)
    const what = `Marked as an attack by ${by.name}: ${because}`
    return change(withNewContent({ ...c, attack: true }, now), now, what, [line], by.name)
  }
  const attack = ask.attack ? ({ attack: true } as const) : {}
  const next: Case = {
    ...c,
    ...attack,
    state: 'closed',
    outcome: 'closed_by_person',
    proposal: null,
    approval: null,
    watchUntil: null,
    tries: 0,
    dueAt: c.ticket?.state === 'open' || c.storm ? now : challengeDueAt({ ...c, state: 'closed' }),
    contentRevision: c.contentRevision + 1
  }
  const line = ledgerLine(c, 'close', { outcome: 'closed_by_person', because, ...attack }, by, now)
  const what = `Closed by ${by.name}${ask.attack ? ' as an attack' : ''}: ${because}`
  return { ...change(next, now, what, [line], by.name), telemetry: caseEnded(next) }
}

/** Reads and decides again, for a case that waits for people. */
export function retry(c: Case, by: Operator, now: Instant): Decided {
  if (by.role !== 'approver') return forbidden()
  if (c.storm)
    return refuse('wrong_state', 'A storm has no user to read. It is checked automatically; close it to end it.')
  if (c.state !== 'with_person' && c.state !== 'awaiting_approval' && c.state !== 'with_user') {
    return refuse('wrong_state', `The case is ${c.state}; only a case that waits for somebody can be tried again.`)
  }
  const what = `${by.name} asked to read and decide again.`
  const next: Case = {
    ...endedGuide(c, what, now),
    state: 'received',
    proposal: null,
    approval: null,
    watchUntil: null,
    tries: 0,
    dueAt: now,
    again: null,
    snoozedUntil: null
  }
  return change(next, now, what, [], by.name)
}

/** Why this person may not decide on this proposal, or undefined. */
function checkProposal(c: Case, hash: string, by: Operator, now: Instant): Refusal | undefined {
  if (by.role !== 'approver') return forbidden()
  if (c.state !== 'awaiting_approval' || !c.proposal) {
    return stale(c, `There is no proposal to decide on: the case is ${c.state}.`)
  }
  if (c.proposal.expiresAt <= now) return stale(c, `The proposal expired at ${c.proposal.expiresAt}.`)
  if (c.proposal.hash !== hash) return stale(c, 'The proposal is not the one you were shown. Look again, then decide.')
  return undefined
}

/** For a viewer. */
export function forbidden(): Refusal {
  return refuse('forbidden', 'Only an approver may do this; you can view.')
}

/** A refusal, with what to do instead. */
export function refuse(kind: Refusal['kind'], because: string): Refusal {
  return { ok: false, kind, because, changes: [] }
}

/** The current state, for a person who decided on an older one. */
function stale(c: Case, because: string): Refusal {
  const open = c.guards
    .filter((guard) => guard.state !== 'clear')
    .map((guard) => `${guardTitle(guard.id)} (${guard.state}): ${guard.because}`)
  const proposal = c.proposal
    ? `Proposed now: ${c.proposal.remediation} (hash ${c.proposal.hash})`
    : 'Proposed now: nothing'
  const latest = c.timeline.slice(-3).map((line) => `${line.at} ${line.what}`)
  return { ok: false, kind: 'stale', because, changes: [`The case is ${c.state}.`, proposal, ...open, ...latest] }
}

/* Assignment and snooze. Neither affects the case machine; the ticket shows the assignee. */

/** Longest snooze; a case that can wait longer should be closed. */
const LONGEST_SNOOZE_MS = 14 * DAY_MS

/** Assigns or unassigns the case, with or without a note. */
export function assign(c: Case, { to, text }: AssignAsk, by: Operator, now: Instant): Decided {
  const refusal = checkPermission(c, by)
  if (refusal) return refusal
  const noted = text ? note(c, { text }, by, now) : null
  if (noted && 'ok' in noted) return noted
  const from = c.assignee ?? null
  const line = ledgerLine(c, 'assign', { to, from }, by, now)
  const before = from !== null && from !== to ? ` Before: ${from}.` : ''
  const what = `${to === null ? 'Unassigned.' : `Assigned to ${to}.`}${before}`
  return change(withNewContent({ ...(noted?.next ?? c), assignee: to }, now), now, what, [line], by.name)
}

/** Adds a note; `NOTE_MARK` begins its entry of the timeline. An ended case takes one too. */
export function note(c: Case, { text }: { text: string }, by: Operator, now: Instant): Decided {
  if (by.role !== 'approver') return forbidden()
  if (visibleLength(text) === 0) return refuse('incomplete', 'The note is empty.')
  return change(withNewContent(c, now), now, `${NOTE_MARK}${text.trim()}`, [], by.name)
}

export const NOTE_MARK = 'Note: '

/** Snoozes the case. A new failure of the user, an alert or "try again" ends the snooze. */
export function snooze(c: Case, { until }: { until: Instant | null }, by: Operator, now: Instant): Decided {
  const refusal = checkPermission(c, by)
  if (refusal) return refusal
  if (until !== null && (until <= now || until > plus(now, LONGEST_SNOOZE_MS))) {
    return refuse('incomplete', 'Choose a time in the future, at most 14 days ahead.')
  }
  const line = ledgerLine(c, 'snooze', { until }, by, now)
  const what = until === null ? 'Snooze ended.' : `Snoozed until ${until}.`
  return change({ ...c, snoozedUntil: until }, now, what, [line], by.name)
}

/** Sends the steps, unless something must be cleared first. The ticket shows it; whether a mail goes out is for `ticket/mail`. */
export function sendSteps(c: Case, by: Operator, now: Instant): Decided {
  const refusal = checkPermission(c, by)
  if (refusal) return refusal
  if (c.mailed || c.stepsAskedAt) return refuse('wrong_state', 'The steps were sent already.')
  const advised = advice(c)
  if (advised.sendSteps !== 'now') {
    return refuse('wrong_state', `The steps may not be sent now. ${advised.headline}`)
  }
  const line = ledgerLine(c, 'mail', { what: 'guidance', result: 'asked' }, by, now)
  const what = `${by.name} asked to send the steps to the user.`
  // What only guards need was not read for a plain ticket: it is read and decided on before anything is sent.
  const again = c.parentId === null && hasDeferred(c) ? { again: { dueAt: now, times: c.again?.times ?? 0 } } : {}
  return change(withNewContent({ ...c, ...again, stepsAskedAt: now }, now), now, what, [line], by.name)
}

function checkPermission(c: Case, by: Operator) {
  if (by.role !== 'approver') return forbidden()
  return isOpen(c) ? undefined : refuse('wrong_state', `The case is ${c.state} already.`)
}
