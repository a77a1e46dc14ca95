/**
 * The step that verifies the caller: checks again and sends a challenge, asks Okta how it ended, or checks a code. A challenge
 * goes to a person, so it obeys the brakes of writes, and its intent is on disk before the call.
 */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import { challengeBrake, factorChoices, mayVerify, needsSecondOperator, whyNoChallenge } from '../decide/caller.ts'
import { type Case, isOpen, openChallenge } from '../domain/case.ts'
import type { DecidePolicy } from '../domain/decision.ts'
import { type EvidenceSource, known, mergeEvidence, type OktaUser } from '../domain/evidence.ts'
import { HOUR_MS, plus, showInstant } from '../domain/time.ts'
import { type Challenge, type ChallengeCaps, MOST_CODES, reachedChallengeCap } from '../domain/verification.ts'
import type { Instant } from '../domain/vocabulary.ts'
import type { ActResult } from './act.ts'
import { type CaseContext, failedBy, type VerifyParts } from './context.ts'
import { applyResult } from './machine/case.ts'
import { CHALLENGE_MS, MANAGER_MS, POLL_MS } from './machine/challenges.ts'
import { read } from './reads.ts'

/** Null when the case, or a brake, changed meanwhile; nothing was sent then. */
export async function verifyCaller(c: Case, holder: string, deps: CaseContext): Promise<ActResult | null> {
  const challenge = openChallenge(c)
  if (!challenge) return { c, result: { of: 'idle' } }
  const ended = (state: Challenge['state'], because: string): ActResult => {
    return { c, result: { of: 'challenged', challenge: { ...challenge, state, because, at: deps.clock() } } }
  }
  const { verify } = deps
  if (!verify) return ended('not_sent', 'Verification is not set up.')
  try {
    switch (challenge.state) {
      case 'asked':
        return await check(c, challenge, holder, deps, verify)
      case 'sending':
        return ended('unknown', 'The service stopped while it was sent. Start another one.')
      case 'push': {
        const latest = isOpen(c) ? null : await deps.store.latestCase(c.subjectKey)
        if (latest && latest.id !== c.id) return ended('unknown', `Case ${latest.id} follows it.`)
        return { c, result: { of: 'challenged', challenge: await poll(challenge, deps.clock(), verify) } }
      }
      default:
        if (challenge.code === undefined) return ended('expired', '')
        return {
          c,
          result: { of: 'challenged', challenge: await checkCode(challenge, challenge.code, deps.clock(), verify) }
        }
    }
  } catch (error) {
    return { c, result: failedBy('verify', error) }
  }
}

const NEEDS: readonly EvidenceSource[] = ['user', 'factors', 'devices', 'roles', 'history']

/** Everything that was checked when it was asked for, by fresh evidence; then the brakes, the intent, and the call. */
async function check(
  c: Case,
  challenge: Challenge,
  holder: string,
  deps: CaseContext,
  verify: VerifyParts
): Promise<ActResult | null> {
  const fresh = await read(c, deps, NEEDS, 'fresh')
  const evidence = c.evidence ? mergeEvidence(c.evidence, fresh, NEEDS) : fresh
  const seen = { ...c, evidence }
  const now = deps.clock()
  const controls = await deps.store.controls()
  const policy = await verify.policy(controls)
  const choice = factorChoices(seen, policy.verification, now).find(
    ({ kind, factorId }) => kind === challenge.kind && factorId === challenge.factorId
  )
  const because =
    (isOpen(c) ? null : 'The case has ended.') ??
    (challenge.expiresAt > now ? null : 'It was asked for too long ago; start another one.') ??
    challengeBrake(policy, controls) ??
    (mayVerify(challenge.by, policy.verification) ? null : 'The policy now lets only approvers verify callers.') ??
    (await reachedCap(c, challenge, policy, now, deps)) ??
    whyNoChallenge(seen, now) ??
    (choice ? choice.refused : 'The factor is gone, or the policy no longer allows it.')
  const stop = (state: Challenge['state'], why: string): ActResult => {
    return { c, result: { of: 'challenged', challenge: { ...challenge, state, because: why, at: now } } }
  }
  if (because !== null || !choice) return stop('not_sent', because ?? '')
  if (needsSecondOperator(seen) && challenge.secondBy === undefined) {
    return stop('second_operator', '')
  }
  const sending: Challenge = { ...challenge, state: 'sending', strength: choice.strength, sentAt: now, at: now }
  const intent = applyResult(c, { of: 'challenged', challenge: sending }, now, deps.policy)
  const next = { ...intent.next, version: c.version + 1 }
  const brakes = { controlsVersion: controls.version, challengeCaps: capsFor(challenge, policy) }
  const write = { next, ledger: intent.ledger, holder, keepLease: true, ...brakes }
  if ((await deps.store.save(write)) === 'conflict') return null
  const user = known(evidence.user)
  const sent =
    challenge.kind === 'manager' && user ? await ask(sending, c.id, user, verify) : await send(sending, verify)
  return { c: next, result: { of: 'challenged', challenge: { ...sending, ...sent, at: deps.clock() } } }
}

/** The caps of challenges and of writes: when no repair may follow, nobody is disturbed for it. */
async function reachedCap(
  c: Case,
  challenge: Challenge,
  policy: DecidePolicy,
  now: Instant,
  deps: CaseContext
): Promise<string | null> {
  const caps = capsFor(challenge, policy)
  const reached = reachedChallengeCap(await deps.store.challengesSince(plus(now, -HOUR_MS)), caps)
  if (reached) {
    const whose = reached.cap === 'perOperator' ? `started by ${challenge.by.name}` : 'of all users'
    const next = `${reached.cap === 'perOperator' ? 'Their' : 'The'} next one may be sent at ${showInstant(plus(reached.at, HOUR_MS))}.`
    return `The cap of ${caps[reached.cap]} challenges ${whose} in an hour is reached (verification.${reached.cap}). ${next}`
  }
  const { stormWindowMs, writesPerHour } = policy.guards
  const { writesLastHour } = await deps.store.recent({
    subjectKey: c.subjectKey,
    ips: [],
    asNumbers: [],
    now,
    stormWindowMs
  })
  return writesLastHour < writesPerHour ? null : `The cap of ${writesPerHour} writes in an hour is reached.`
}

function capsFor({ by }: Challenge, { verification: { perHour, perOperator } }: DecidePolicy): ChallengeCaps {
  return { perHour, perOperator, operator: by.operatorId }
}

type Sent = Partial<Challenge> & Pick<Challenge, 'state'>

async function send({ userId, factorId, kind, strength, at }: Challenge, { okta }: VerifyParts): Promise<Sent> {
  if (factorId === null || kind === 'manager') return { state: 'not_sent', because: 'It has no factor.' }
  const sent = await okta.send(userId, factorId, kind)
  if (!sent.ok) {
    const { ambiguous, because, requestId } = sent.error
    return { state: ambiguous ? 'unknown' : 'failed', because, requestIds: requestId ? [requestId] : [] }
  }
  const { requestId, transactionId, number } = sent
  const longest = plus(at, CHALLENGE_MS)
  const expiresAt =
    sent.expiresAt !== null && sent.expiresAt > at && sent.expiresAt < longest ? sent.expiresAt : longest
  const requestIds = requestId ? [requestId] : []
  if (kind !== 'push') return { state: 'code', expiresAt, requestIds }
  if (transactionId === null) return { state: 'unknown', because: 'Okta named no transaction to follow.', requestIds }
  // A push without a number is accepted by a person who is tired of pushes.
  const proves = number === null ? 'weak' : strength
  return { state: 'push', expiresAt, requestIds, transactionId, number, strength: proves, pollAt: plus(at, POLL_MS) }
}

async function ask({ id, at }: Challenge, caseId: string, user: OktaUser, { askManager }: VerifyParts): Promise<Sent> {
  const code = String(randomInt(100_000_000)).padStart(8, '0')
  const because = await askManager({ id, caseId, user, code })
  if (because !== null) return { state: 'failed', because }
  return { state: 'code', codeHash: hashOf(id, code), expiresAt: plus(at, MANAGER_MS) }
}

async function poll(challenge: Challenge, now: Instant, { okta }: VerifyParts): Promise<Challenge> {
  const { userId, factorId, transactionId, expiresAt } = challenge
  const polled = await okta.poll(userId, factorId ?? '', transactionId ?? '')
  // The user answered before it ended, however late that is seen.
  const at = now < expiresAt ? now : expiresAt
  if (polled.ok && polled.result !== 'waiting') return { ...challenge, state: polled.result, at }
  // Once more after its end, so that an answer in the last second is seen.
  if (now > plus(expiresAt, POLL_MS)) return { ...challenge, state: polled.ok ? 'expired' : 'unknown', at: now }
  const wait = polled.ok ? POLL_MS : Math.max(POLL_MS, polled.error.retryAfterMs ?? 0)
  return { ...challenge, pollAt: plus(now, wait) }
}

async function checkCode(challenge: Challenge, code: string, now: Instant, { okta }: VerifyParts): Promise<Challenge> {
  const { id, userId, factorId, codeHash, requestIds } = challenge
  if (factorId === null) {
    const isRight = codeHash !== undefined && timingSafeEqual(Buffer.from(codeHash), Buffer.from(hashOf(id, code)))
    return afterCode(challenge, isRight, now)
  }
  const checked = await okta.check(userId, factorId, code)
  if (!checked.ok) return { ...challenge, state: 'failed', because: checked.error.because, at: now }
  const { requestId, isRight } = checked
  return afterCode({ ...challenge, requestIds: [...requestIds, ...(requestId ? [requestId] : [])] }, isRight, now)
}

function afterCode(challenge: Challenge, isRight: boolean, now: Instant): Challenge {
  // `at` is when the code was entered, however late it is checked.
  if (isRight) return { ...challenge, state: 'passed' }
  const wrongCodes = challenge.wrongCodes + 1
  if (wrongCodes < MOST_CODES) return { ...challenge, wrongCodes, at: now }
  return { ...challenge, wrongCodes, state: 'failed', because: `${MOST_CODES} wrong codes.`, at: now }
}

function hashOf(id: string, code: string): string {
  return createHash('sha256').update(`${id} ${code}`).digest('hex')
}
