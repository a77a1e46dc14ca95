/**
 * The steps go to the user first (DESIGN §5 *guide*): the case waits without a ticket until the user enrolls, answers, fails
 * again, or the time is up. Whatever ends the wait without an enrollment leads to a new decision, which is not to wait again.
 * Pure; part of the case machine.
 */
import { ANSWER_WORDS, SEEN_WORDS } from '../../decide/advice.ts'
import { isOwnAttempt } from '../../decide/own-report.ts'
import { type Case, type Guide, isOpen, type UserAnswer } from '../../domain/case.ts'
import { endOf, plus } from '../../domain/time.ts'
import type { Answer, Channel, Instant, SeenError } from '../../domain/vocabulary.ts'
import {
  type CaseChange,
  type CasePolicy,
  change,
  endedGuide,
  guideEnded,
  raiseSecurityAlert,
  unchanged,
  withNewContent
} from './transitions.ts'

/** The case waits for the user. Decided so again, it keeps its time. */
export function guideUser(c: Case, now: Instant, { guide: { escalateAfterMs, quiet } }: CasePolicy): CaseChange {
  const from = quiet ? endOf(quiet, now) : now
  const guide: Guide = c.guide ?? { at: now, until: plus(from, escalateAfterMs) }
  const waiting = { ...waitFor(c, guide), proposal: null, approval: null, tries: 0 }
  const what = c.guide ? undefined : `The steps go to the user first. ${c.decision?.because ?? ''}`.trim()
  return change({ ...waiting, contentRevision: c.contentRevision + 1 }, now, what)
}

/** Waiting until the guide's end, or an earlier look at Okta. */
function waitFor(c: Case, guide: Guide, lookAt: Instant = guide.until): Case {
  const watchUntil = lookAt < guide.until ? lookAt : guide.until
  return { ...c, state: 'with_user', guide, watchUntil, dueAt: watchUntil }
}

/** The user has the steps, and a new look at the evidence changed nothing. */
export function keepWaiting(c: Case, now: Instant): CaseChange {
  return c.guide ? change({ ...waitFor(c, c.guide), tries: 0 }, now) : unchanged(c)
}

/** Looks at Okta at that time, before the wait is over. */
export function lookEarlier(c: Case, at: Instant): Case {
  return c.state === 'with_user' && c.guide ? waitFor(c, c.guide, at) : c
}

/** Read and decided again, and not guided again: the ticket or the proposal follows. */
export function escalate(c: Case, because: string, now: Instant, by = 'reenroll'): CaseChange {
  const next: Case = { ...endedGuide(c, because, now), state: 'received', watchUntil: null, tries: 0, dueAt: now }
  const changed = change({ ...next, contentRevision: c.contentRevision + 1 }, now, because, [], by)
  return { ...changed, telemetry: [guideEnded(c, 'escalated')] }
}

/** Looked at Okta, and the user is not known to be enrolled. */
export function notEnrolledYet(c: Case, now: Instant): CaseChange {
  if (!c.guide || now < c.guide.until) return keepWaiting(c, now)
  const hasSteps = c.mailed || isOwnAttempt(c.failures)
  return escalate(c, hasSteps ? 'The user did not enroll in time with the steps.' : NOT_SENT, now)
}

const NOT_SENT = 'The steps could not be sent to the user in time.'

/* What becomes of the message; `ticket/mail` sends it. */

/** `unreached`: nothing was sent, and nothing will be; `returned`: it was sent, and came back later. */
export type Mailed = NonNullable<Case['mailed']>['result'] | 'unreached' | 'returned'

const WORDS: Readonly<Record<Channel, Readonly<Record<Exclude<Mailed, 'unreached'>, string>>>> = {
  mail: {
    sent: 'The steps were mailed to the user, at the address on file.',
    perhaps_sent:
      'The steps may have been mailed to the user: the connection to the mail server broke. They are not sent again.',
    refused: 'The mail server refused to take the steps for the user; send them another way.',
    returned: 'The mail with the steps came back: it did not reach the user. Send them another way.'
  },
  slack: {
    sent: 'The steps were sent to the user in Slack.',
    perhaps_sent: 'The steps may have been sent to the user in Slack: the connection broke. They are not sent again.',
    refused: 'Slack does not reach the user; send the steps another way.',
    returned: 'Slack does not reach the user; send the steps another way.'
  }
}

/** The case with the result, or null when it is already recorded. A user who is not reached gets a ticket. */
export function mailed(
  c: Case,
  { result, channel, because }: { readonly result: Mailed; readonly channel: Channel; readonly because?: string },
  now: Instant,
  { guide: { escalateAfterMs } }: Pick<CasePolicy, 'guide'>
): CaseChange | null {
  const isGuided = c.state === 'with_user' && c.guide
  if (result === 'unreached')
    return isGuided ? escalate(c, `The steps were not sent to the user. ${because}`, now) : null
  const before = c.mailed?.result
  const isNews =
    result === 'returned'
      ? isOpen(c) && before !== undefined && before !== 'refused' && c.mailed?.channel === undefined
      : before !== result && before !== 'sent' && !c.mailed?.returned
  if (!isNews) return null
  const entry = { what: 'guidance', result, ...(channel === 'mail' ? {} : { channel }) }
  const line = { at: now, kind: 'mail' as const, caseId: c.id, by: 'reenroll', entry }
  const kept = result === 'returned' ? ({ result: 'refused', returned: true } as const) : { result }
  const noted: Case = { ...c, mailed: { at: now, ...kept, ...(channel === 'mail' ? {} : { channel }) } }
  const changed = change(withNewContent(noted, now), now, WORDS[channel][result], [line])
  if (!isGuided) return changed
  if (kept.result === 'refused') {
    const next = escalate(changed.next, 'The user was not reached, so a person takes over.', now)
    return { ...next, ledger: [...changed.ledger, ...next.ledger] }
  }
  return { ...changed, next: waitFor(changed.next, { ...isGuided, until: plus(now, escalateAfterMs) }) }
}

/* What the user answers, behind the link of the message. */

export interface AnswerAsk {
  readonly what: Answer
  readonly seen?: SeenError
}

/**
 * Takes the first answer of an open case, and "this was not me" once, whatever was answered before: the first answer may be
 * that of somebody else who read the message, or got in. Null for any other.
 */
export function answered(c: Case, ask: AnswerAsk, now: Instant): CaseChange | null {
  if (ask.what === 'not_me') return disowned(c, now)
  return isOpen(c) && !c.answer ? withAnswer(c, ask, now) : null
}

/** Takes "this was not me", also after another answer or an enrollment; null when it was said already, or a person closed the case. */
export function disowned(c: Case, now: Instant): CaseChange | null {
  const isSaid = c.notMeAt !== undefined && c.notMeAt >= c.openedAt
  return isSaid || !(isOpen(c) || c.state === 'resolved') ? null : withAnswer(c, { what: 'not_me' }, now)
}

/** Notes in an ended case that its link was used for "this was not me", which a newer case of the user has taken. */
export function disownedLater(c: Case, taken: string, now: Instant): CaseChange {
  const answer: UserAnswer = { at: now, what: 'not_me' }
  return change({ ...c, answer, notMeAt: now }, now, `${ANSWER_WORDS.not_me} Case ${taken} takes it.`, [], 'user')
}

function withAnswer(c: Case, { what, seen }: AnswerAsk, now: Instant): CaseChange {
  const answer: UserAnswer = { at: now, what, ...(seen ? { seen } : {}) }
  const said = `${ANSWER_WORDS[what]}${seen ? ` They see: ${SEEN_WORDS[seen]}.` : ''}`
  const line = {
    at: now,
    kind: 'mail' as const,
    caseId: c.id,
    by: 'user',
    entry: { answer: what, ...(seen ? { seen } : {}) }
  }
  const noted = change(withNewContent({ ...c, answer }, now), now, said, [line], 'user')
  const next = followUp(noted, what, now)
  return { ...next, ledger: [...noted.ledger, ...next.ledger.filter((one) => !noted.ledger.includes(one))] }
}

function followUp(noted: CaseChange, what: Answer, now: Instant): CaseChange {
  const c = noted.next
  if (what === 'not_me') return notMe(noted, now)
  if (c.state !== 'with_user') {
    // A case with a ticket is looked at now; the write of another state is being proved already.
    return what === 'works' && c.state === 'with_person' ? change({ ...c, watchUntil: now, dueAt: now }, now) : noted
  }
  if (what === 'works') return change(lookEarlier(c, now), now)
  return escalate(c, 'It failed again after the steps, so a person takes over.', now)
}

/** Security gets the case at once, and nothing automatic happens for the user (guard G3 in later cases). */
function notMe(noted: CaseChange, now: Instant): CaseChange {
  const ended = endedGuide(noted.next, 'The user said that the attempts were not theirs.', now)
  const c: Case = { ...ended, notMeAt: now }
  return raiseSecurityAlert({ ...noted, next: c }, NOT_ME, now)
}

/** The alert of a case whose user says so. */
const NOT_ME = 'The user says that the attempts were not theirs'
