/** Factors and authenticator enrollments of a user: list, one, remove (facts §3.1, §3.2). */
import { deleteEnrollment, enrollmentsOf, unenrollFactor } from '../org/enrollments.ts'
import { enrollmentBody, factorBody } from '../server/bodies.ts'
import { type Call, ok, type SandboxRoute, userById } from '../server/call.ts'
import { objectNotFound } from '../server/errors.ts'

const FACTORS = '/api/v1/users/:userId/factors'
const ENROLLMENTS = '/api/v1/users/:userId/authenticator-enrollments'

export const factorRoutes: readonly SandboxRoute[] = [
  {
    method: 'GET',
    path: FACTORS,
    scope: 'okta.users.read',
    run: (call) => ok(factorsOf(call))
  },
  {
    method: 'GET',
    path: `${FACTORS}/:factorId`,
    scope: 'okta.users.read',
    run: (call) => ok(oneOf(factorsOf(call), call.params.factorId, 'UserFactor'))
  },
  {
    method: 'DELETE',
    path: `${FACTORS}/:factorId`,
    scope: 'okta.users.manage',
    run: ({ org, params: { userId = '', factorId = '' }, caller }) => {
      unenrollFactor(org, userId, factorId, caller)
      return { status: 204, wrote: { action: 'unenroll_factor', userId } }
    }
  },
  {
    method: 'GET',
    path: ENROLLMENTS,
    scope: 'okta.users.read',
    run: (call) => ok(listEnrollments(call))
  },
  {
    method: 'GET',
    path: `${ENROLLMENTS}/:enrollmentId`,
    scope: 'okta.users.read',
    run: (call) => ok(oneOf(listEnrollments(call), call.params.enrollmentId, 'AuthenticatorEnrollment'))
  },
  {
    method: 'DELETE',
    path: `${ENROLLMENTS}/:enrollmentId`,
    scope: 'okta.users.manage',
    run: ({ org, params: { userId = '', enrollmentId = '' }, caller }) => {
      deleteEnrollment(org, userId, enrollmentId, caller)
      return { status: 204, wrote: { action: 'delete_enrollment', userId } }
    }
  }
]

function factorsOf(call: Call) {
  const user = userById(call)
  return user.factors.map((factor) => factorBody(call.org, user.id, factor))
}

function listEnrollments(call: Call) {
  const user = userById(call)
  return enrollmentsOf(user).map((enrollment) => enrollmentBody(call.org, user.id, enrollment))
}

function oneOf<Body extends { id?: unknown }>(bodies: readonly Body[], id = '', kind: string): Body {
  const body = bodies.find((candidate) => candidate.id === id)
  if (!body) throw objectNotFound(id, kind)
  return body
}
