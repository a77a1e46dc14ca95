/** Factors and authenticator enrollments of a user: list, one, remove (facts §3.1, §3.2). */
import { deleteEnrollment, enrollmentsOf, unenrollFactor } from '../org/enrollments.ts'
import { enrollmentBody, factorBody } from '../server/bodies.ts'
import { ok, type Route, userById } from '../server/call.ts'
import { notFound } from '../server/errors.ts'

const FACTORS = '/api/v1/users/:userId/factors'
const ENROLLMENTS = '/api/v1/users/:userId/authenticator-enrollments'

export const factorRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: FACTORS,
    scope: 'okta.users.read',
    run: (call) => {
      const user = userById(call)
      return ok(user.factors.map((factor) => factorBody(call.org, user.id, factor)))
    }
  },
  {
    method: 'GET',
    path: `${FACTORS}/:factorId`,
    scope: 'okta.users.read',
    run: (call) => {
      const user = userById(call)
      const { factorId = '' } = call.params
      const factor = user.factors.find((candidate) => candidate.id === factorId)
      if (!factor) throw notFound(factorId, 'UserFactor')
      return ok(factorBody(call.org, user.id, factor))
    }
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
    run: (call) => {
      const user = userById(call)
      return ok(enrollmentsOf(user).map((enrollment) => enrollmentBody(call.org, user.id, enrollment)))
    }
  },
  {
    method: 'GET',
    path: `${ENROLLMENTS}/:enrollmentId`,
    scope: 'okta.users.read',
    run: (call) => {
      const user = userById(call)
      const { enrollmentId = '' } = call.params
      const enrollment = enrollmentsOf(user).find((candidate) => candidate.id === enrollmentId)
      if (!enrollment) throw notFound(enrollmentId, 'AuthenticatorEnrollment')
      return ok(enrollmentBody(call.org, user.id, enrollment))
    }
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
