/** Challenges that verify the caller: what operators ask, which one is due, and what its result makes of the case. Pure. */
import {
  factorChoices,
  isManager,
  isSubject,
  mayAnswer,
  mayVerify,
  needsSecondOperator,
  whyNoChallenge
} from '../../decide/caller.ts'
import { type Case, isOpen, openChallenge } from '../../domain/case.ts'
import type { ChallengeAsk, Operator } from '../../domain/operator-commands.ts'
import { MINUTE_MS, plus, SECOND_MS } from '../../domain/time.ts'
import { type Challenge, hasEnded, MOST_CODES, type VerificationPolicy } from '../../domain/verification.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { type Decided, forbidden, ledgerLine, refuse } from './operator-commands.ts'
import { type CaseChange, change, raiseSecurityAlert, unchanged } from './transitions.ts'

/** How long a challenge waits for its answer when Okta names no time. */
export const CHALLENGE_MS = 5 * MINUTE_MS
/** The manager has to be found first. */
export const MANAGER_MS = 15 * MINUTE_MS
/** How often Okta is asked how a push ended. */
export const POLL_MS = 4 * SECOND_MS

/** Asks for a challenge. It is checked again and sent by the worker; an administrator's waits for a second operator. */
export function askChallenge(
  c: Case,
  ask: ChallengeAsk,
  by: Operator,
  now: Instant,
  policy: Pick<VerificationPolicy, 'kinds' | 'startedBy'>
): Decided {
  const refusal = whyNotAsked(c, by, policy, now)
  if (refusal) return refusal
  const choice = factorChoices(c, policy, now).find(({ kind, factorId }) => `${factorId ?? kind}` === ask.factor)
  if (!choice) return refuse('incomplete', 'Choose one of the factors that the policy allows for this user.')
  if (choice.refused !== null) return refuse('wrong_state', `This factor must not be used. ${choice.refused}`)
  const { challenges = [] } = c
  const challenge: Challenge = {
    id: `${c.id}/challenge/${challenges.length + 1}`,
    ...{ kind: choice.kind, factorId: choice.factorId, factor: choice.factor, strength: choice.strength },
    userId: c.user.id ?? '',
    state: needsSecondOperator(c) ? 'second_operator' : 'asked',
    by: { name: by.name, operatorId: by.id, provider: by.provider, role: by.role },
    ...{ askedAt: now, sentAt: null, at: now, expiresAt: plus(now, MANAGER_MS), pollAt: null },
    ...{ transactionId: null, number: null, wrongCodes: 0, because: '', requestIds: [] }
  }
  const waits =
    challenge.state === 'second_operator'
      ? ' The user is, or may be, an administrator: a second operator must confirm it.'
      : ''
  const line = ledgerLine(
    c,
    'verification',
    { challenge: challenge.id, factor: choice.factor, state: challenge.state },
    by,
    now
  )
  const next = { ...c, challenges: [...challenges, challenge], dueAt: now }
  return change(next, now, `${by.name} asked to verify the caller: ${choice.factor}.${waits}`, [line], by.name)
}

function whyNotAsked(c: Case, by: Operator, policy: Pick<VerificationPolicy, 'kinds' | 'startedBy'>, now: Instant) {
  if (!mayVerify(by, policy)) return forbidden()
  if (!isOpen(c) || c.storm || c.canary) return refuse('wrong_state', 'Only an open case of a user has a caller.')
  if (policy.kinds.length === 0) return refuse('wrong_state', 'The policy allows no verification (verification.kinds).')
  if (isSubject(c, by)) return refuse('forbidden', 'You are the user of this case. Another operator must verify you.')
  if (openChallenge(c)) return refuse('wrong_state', 'A verification is under way; wait for its result.')
  const because = whyNoChallenge(c, now)
  return because === null ? undefined : refuse('wrong_state', because)
}

/** The second operator of an administrator's challenge. Two names can be one person; two ids of a provider cannot. */
export function confirmChallenge(c: Case, by: Operator, now: Instant): Decided {
  const challenge = openChallenge(c)
  if (by.role !== 'approver') return forbidden()
  if (challenge?.state !== 'second_operator' || !isOpen(c) || challenge.expiresAt <= now) {
    return refuse('wrong_state', 'No verification waits for a second operator.')
  }
  if (isSubject(c, by)) return refuse('forbidden', 'You are the user of this case. Another operator must confirm.')
  if (by.provider === null || challenge.by.provider !== by.provider || challenge.by.operatorId === by.id) {
    return refuse(
      'forbidden',
      'Two different people must ask, each signed in by name at the same provider (REENROLL_OIDC_ISSUER).'
    )
  }
  const line = ledgerLine(c, 'verification', { challenge: challenge.id, state: 'confirmed' }, by, now)
  const next = withChallenge(c, {
    ...{ ...challenge, state: 'asked', secondBy: by.name, at: now },
    expiresAt: plus(now, MANAGER_MS)
  })
  return change({ ...next, dueAt: now }, now, `${by.name} confirmed the verification.`, [line], by.name)
}

/** The code that the caller, or the manager, reads out. */
export function answerChallenge(
  c: Case,
  { code }: { readonly code: string },
  by: Operator,
  now: Instant,
  policy: VerificationPolicy
): Decided {
  const challenge = openChallenge(c)
  if (!mayVerify(by, policy)) return forbidden()
  if (challenge?.state !== 'code' || challenge.expiresAt <= now)
    return refuse('wrong_state', 'No verification waits for a code.')
  if (!mayAnswer(challenge, by, policy))
    return refuse('forbidden', `${challenge.by.name} started this verification. They, or an approver, enter the code.`)
  if (challenge.code !== undefined) return refuse('wrong_state', 'A code is being checked; wait for the result.')
  if (isSubject(c, by))
    return refuse('forbidden', 'You are the user of this case. Another operator must enter the code.')
  if (challenge.kind === 'manager' && isManager(c, by))
    return refuse('forbidden', 'You are the user’s manager. Another operator must enter the code.')
  const digits = code.replace(/\s/g, '')
  if (!/^\d{4,10}$/.test(digits)) return refuse('incomplete', 'A code has 4 to 10 digits.')
  const next = withChallenge(c, { ...challenge, code: digits, at: now })
  const line = ledgerLine(c, 'verification', { challenge: challenge.id, state: 'code entered' }, by, now)
  return change({ ...next, dueAt: now }, now, undefined, [line])
}

function withChallenge(c: Case, challenge: Challenge): Case {
  return { ...c, challenges: (c.challenges ?? []).map((one) => (one.id === challenge.id ? challenge : one)) }
}

const WORDS: Readonly<Record<Challenge['state'], string>> = {
  second_operator: 'The user is, or may be, an administrator: a second operator must confirm the verification',
  asked: 'Verification asked',
  sending: 'About to send a verification',
  push: 'Verification sent, waiting for the user',
  code: 'Verification sent, waiting for the code',
  passed: 'The caller was verified',
  rejected: 'The user refused the verification',
  expired: 'Nobody answered the verification in time',
  failed: 'The verification failed',
  unknown: 'It is not known how the verification ended',
  not_sent: 'The verification was not sent'
}

/** The challenge as it is now. Its secrets go when it ends; a refusal by the user alerts security. */
export function challenged(c: Case, challenge: Challenge, now: Instant): CaseChange {
  const before = c.challenges?.find(({ id }) => id === challenge.id)
  if (!before || hasEnded(before)) return unchanged(c)
  const updated = { ...withChallenge(c, withoutSecrets(challenge)), dueAt: now, tries: 0 }
  const { id, kind, factor, strength, state, because, requestIds, wrongCodes, by } = challenge
  if (before.state === state && before.wrongCodes === wrongCodes) return change(updated, now)
  const line = { at: now, kind: 'verification' as const, caseId: c.id, by: 'reenroll' }
  const operator = by.operatorId
  const entry = { challenge: id, kind, factor, strength, state, because, requestIds: [...requestIds], operator }
  const what = `${headOf(before, challenge)}: ${factor}.${because ? ` ${because}` : ''}`
  if (!hasEnded(challenge)) return change(updated, now, what, [{ ...line, entry }])
  const ended = change({ ...updated, contentRevision: c.contentRevision + 1 }, now, what, [{ ...line, entry }])
  const done: CaseChange = {
    ...ended,
    telemetry: [{ type: 'verification', caseId: c.id, kind, result: challenge.state }]
  }
  if (state !== 'rejected') return done
  return raiseSecurityAlert(
    done,
    `The user refused a verification (${factor}) at ${now}: somebody else may be calling`,
    now
  )
}

/** A code that was checked is gone; at the end everything that only the challenge needed. */
function withoutSecrets({ code: _code, codeHash, ...rest }: Challenge): Challenge {
  if (hasEnded(rest)) return { ...rest, number: null, transactionId: null, pollAt: null }
  return { ...rest, ...(codeHash === undefined ? {} : { codeHash }) }
}

function headOf(before: Challenge, { state, strength, wrongCodes }: Challenge): string {
  if (state === before.state) return `Wrong code (${wrongCodes} of ${MOST_CODES})`
  return state === 'passed' ? `${WORDS.passed} (${strength})` : WORDS[state]
}
