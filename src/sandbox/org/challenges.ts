/**
 * Challenges on a user's factors (Management API 2026.06.3, `verifyFactor` and `getFactorTransactionStatus`), and how people
 * answer them. What the description leaves open is marked as a guess.
 */
import { MINUTE_MS, msBetween, plus, SECOND_MS } from '../../domain/time.ts'
import { invalidPasscode, notInThisStatus, objectNotFound, smsTooSoon, validationFailed } from '../server/errors.ts'
import { SYSTEM_CALLER, userTarget } from './log-event.ts'
import type { SandboxChallenge, SandboxFactor, SandboxUser } from './model.ts'
import type { Org } from './org.ts'

/** `tokenLifetimeSeconds` of codes by default; that a push waits as long is a guess. */
const LIFETIME_MS = 5 * MINUTE_MS
/** "Please wait 30 seconds before trying again": E0000109 of Okta's list of errors. */
const SMS_PAUSE_MS = 30 * SECOND_MS

/** Sends a challenge to the factor. */
export function sendChallenge(org: Org, user: SandboxUser, factorId: string, withNumber: boolean): SandboxChallenge {
  const factor = challengedFactor(user, factorId)
  const { factorType } = factor
  // The description names u2f, webauthn and call too, which Reenroll does not send.
  if (factorType !== 'push' && factorType !== 'sms' && factorType !== 'email') throw validationFailed('passCode')
  const now = org.clock()
  const last = lastOf(org, factorId)
  if (factorType === 'sms' && last && msBetween(last.sentAt, now) < SMS_PAUSE_MS) throw smsTooSoon()
  const digits = org.ids.uuid().replace(/\D/g, '')
  const challenge: SandboxChallenge = {
    // The form of the description's examples.
    transactionId: `v2mst.${org.ids.token(22)}`,
    ...{ userId: user.id, factorId, factorType },
    // Two digits, as in the description's example.
    number: factorType === 'push' && withNumber ? 10 + (Number(digits.slice(0, 6)) % 90) : null,
    code: factorType === 'push' ? '' : `${digits}000000`.slice(0, 6),
    sentAt: now,
    expiresAt: plus(now, LIFETIME_MS),
    result: 'WAITING'
  }
  org.challenges.push(challenge)
  return challenge
}

/** Checks the code of the last challenge of the factor. A used, an old and a wrong one get the same answer: a guess for the first two. */
export function checkCode(org: Org, user: SandboxUser, factorId: string, code: string): void {
  const { id } = challengedFactor(user, factorId)
  const challenge = lastOf(org, id)
  if (!challenge || challenge.code === '' || challenge.code !== code || org.clock() > challenge.expiresAt) {
    throw invalidPasscode()
  }
  challenge.code = ''
  conclude(org, challenge, 'SUCCESS')
}

/** The transaction of a push. */
export function transactionOf(org: Org, user: SandboxUser, factorId: string, transactionId: string): SandboxChallenge {
  const found = org.challenges.find((one) => one.transactionId === transactionId)
  if (!found || found.factorId !== factorId || found.userId !== user.id || found.factorType !== 'push') {
    throw objectNotFound(transactionId, 'Transaction')
  }
  return found
}

/** What a poll answers. */
export function challengeResult(
  org: Org,
  { result, expiresAt }: SandboxChallenge
): SandboxChallenge['result'] | 'TIMEOUT' {
  return result === 'WAITING' && org.clock() > expiresAt ? 'TIMEOUT' : result
}

/** The person taps the number in the app, or "No, it's not me". A wrong number counts as a no, which is a guess. */
export function answerPush(org: Org, userId: string, answer: number | 'yes' | 'no'): void {
  const challenge = org.challenges.findLast((one) => one.userId === userId && one.factorType === 'push')
  if (!challenge || challengeResult(org, challenge) !== 'WAITING') throw new Error(`no push waits for ${userId}`)
  const isRight = challenge.number === null ? answer === 'yes' : answer === challenge.number
  conclude(org, challenge, isRight ? 'SUCCESS' : 'REJECTED')
}

function lastOf(org: Org, factorId: string): SandboxChallenge | undefined {
  return org.challenges.findLast((one) => one.factorId === factorId)
}

/** Which statuses allow it is not documented; that these two do not is a guess. */
function challengedFactor(user: SandboxUser, factorId: string): SandboxFactor {
  if (user.status === 'DEPROVISIONED' || user.status === 'STAGED') throw notInThisStatus()
  const factor = user.factors.find(({ id }) => id === factorId)
  if (!factor) throw objectNotFound(factorId, 'UserFactor')
  if (factor.status !== 'ACTIVE') throw notInThisStatus()
  return factor
}

/** A no is logged as INVALID_CREDENTIALS with OV_RESPONSE_DENY (Okta support, "Does rejecting an Okta Verify push count as failed MFA"). */
function conclude(org: Org, challenge: SandboxChallenge, result: 'SUCCESS' | 'REJECTED'): void {
  challenge.result = result
  const user = org.users.get(challenge.userId)
  if (!user) return
  const isYes = result === 'SUCCESS'
  const factor = { push: 'OKTA_VERIFY_PUSH', sms: 'SMS_FACTOR', email: 'EMAIL_FACTOR' }[challenge.factorType]
  const { alternateId, displayName } = userTarget(user)
  org.record({
    eventType: 'user.authentication.auth_via_mfa',
    // Who is named as the actor, and the log entry of a success, are guesses.
    actor: { id: user.id, type: 'User', alternateId, displayName, detailEntry: null },
    client: { userAgent: null, ipAddress: null, ipChain: [], id: SYSTEM_CALLER.clientId },
    target: [userTarget(user)],
    outcome: isYes ? { result: 'SUCCESS', reason: null } : { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' },
    debugContext: { debugData: { factor, ...(isYes ? {} : { pushOnlyResponseType: 'OV_RESPONSE_DENY' }) } }
  })
}
