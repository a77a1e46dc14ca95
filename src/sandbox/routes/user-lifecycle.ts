/** The lifecycle writes on users (facts §3.2). */

import { performUserAction, USER_ACTIONS, type UserActionName } from '../org/user-lifecycle.ts'
import { ok, type Route, userByIdOrLogin } from '../server/call.ts'

const NAMES = Object.keys(USER_ACTIONS) as UserActionName[]

/** One route per action. */
export const userLifecycleRoutes: readonly Route[] = NAMES.map((action) => ({
  method: 'POST',
  path: `/api/v1/users/:id/lifecycle/${action}`,
  scope: 'okta.users.manage',
  run: (call) => {
    const userId = userByIdOrLogin(call).id
    const { sendEmail } = call.query
    const asked = sendEmail === undefined ? undefined : sendEmail === 'true'
    return ok(performUserAction(call.org, action, userId, call.caller, asked), { action, userId })
  }
}))
