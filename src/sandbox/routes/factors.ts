/** Factors and authenticator enrollments of a user: the lists, the removal of a factor, and challenges (facts §3.1, §3.2). */
import { isRecord, recordOf, textOf } from '../../domain/json.ts'
import { challengeResult, checkCode, sendChallenge, transactionOf } from '../org/challenges.ts'
import { enrollmentsOf, unenrollFactor } from '../org/enrollments.ts'
import type { SandboxChallenge } from '../org/model.ts'
import { type Call, factorBody, ok, routeFor, type SandboxRoute, type SimResponse, userById } from '../server/call.ts'
import { validationFailed } from '../server/errors.ts'

const FACTORS = '/api/v1/users/:userId/factors'

export const factorRoutes: readonly SandboxRoute[] = [
  routeFor('GET', FACTORS, 'okta.users.read', (call) => ok(userById(call).factors.map(factorBody))),
  routeFor(
    'DELETE',
    `${FACTORS}/:factorId`,
    'okta.users.manage',
    ({ org, params: { userId = '', factorId = '' }, caller }) => {
      unenrollFactor(org, userId, factorId, caller)
      return { status: 204, wrote: { action: 'unenroll_factor', userId } }
    }
  ),
  routeFor('POST', `${FACTORS}/:factorId/verify`, 'okta.users.manage', verify),
  routeFor('GET', `${FACTORS}/:factorId/transactions/:transactionId`, 'okta.users.read', (call) => {
    const { factorId = '', transactionId = '' } = call.params
    return ok(pushBody(call, transactionOf(call.org, userById(call), factorId, transactionId)))
  }),
  routeFor('GET', '/api/v1/users/:userId/authenticator-enrollments', 'okta.users.read', (call) =>
    ok(enrollmentsOf(userById(call)).map((enrollment) => ({ ...enrollment, nickname: null })))
  )
]

/** A code is checked; without one a challenge is sent: 201 for a push, 200 for others. */
function verify(call: Call): SimResponse {
  const { org, body, caller, params } = call
  const user = userById(call)
  const { factorId = '' } = params
  const code = textOf(recordOf(body).passCode)
  if (code !== null) {
    checkCode(org, user, factorId, code)
    return ok({ factorResult: 'SUCCESS' })
  }
  const isPush = user.factors.some(({ id, factorType }) => id === factorId && factorType === 'push')
  if (isPush && !caller.userAgent) throw validationFailed('User-Agent')
  const withNumber = isRecord(body) && body.useNumberMatchingChallenge === true
  const challenge = sendChallenge(org, user, factorId, withNumber)
  if (challenge.factorType === 'push') return { status: 201, body: pushBody(call, challenge) }
  return ok({
    factorResult: 'CHALLENGE',
    ...(challenge.factorType === 'sms' ? { profile: { phoneNumber: user.profile.mobilePhone } } : {})
  })
}

/** As in the description's examples: the number only while it waits. */
function pushBody({ org }: Call, challenge: SandboxChallenge) {
  const { userId, factorId, transactionId, expiresAt, number } = challenge
  const factorResult = challengeResult(org, challenge)
  if (factorResult !== 'WAITING') return { factorResult }
  const href = `${org.url}/api/v1/users/${userId}/factors/${factorId}/transactions/${transactionId}`
  return {
    ...{ expiresAt, factorResult },
    _links: { poll: { href, hints: { allow: ['GET'] } } },
    ...(number === null ? {} : { _embedded: { challenge: { correctAnswer: number } } })
  }
}
