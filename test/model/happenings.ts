/** What people, admins and Okta itself do in the org. */

import { MINUTE_MS } from '../../src/domain/time.ts'
import { performUserAction, type UserActionName } from '../../src/sandbox/org/lifecycle.ts'
import { userTarget } from '../../src/sandbox/org/log-event.ts'
import type { Caller } from '../../src/sandbox/org/model.ts'
import { enroll, failEnrollment, type Person } from '../../src/sandbox/people.ts'
import { leaveUnfinished, past, USUAL } from '../../src/sandbox/scenarios/cast.ts'
import type { World } from './world.ts'

const ADMIN: Caller = {
  id: '00uModelAdmin00000d7',
  type: 'User',
  alternateId: 'admin@example.com',
  displayName: 'Admin',
  clientId: null,
  ipAddress: '203.0.113.9',
  userAgent: null
}

type Happens = (world: World, person: Person) => void

export const HAPPENINGS = {
  fails: ({ org }, person) => void failEnrollment(org, person, { judgement: USUAL }),
  'fails sparsely': ({ org }, person) => void failEnrollment(org, person, { shape: 'sparse' }),
  'failed an hour ago': ({ org }, person) => {
    failEnrollment(org, person, { judgement: USUAL, agoMs: 60 * MINUTE_MS })
  },
  'fails from a new place': ({ org }, person) => {
    failEnrollment(org, person, { judgement: { risk: 'MEDIUM', behaviors: 'POSITIVE' } })
  },
  'gets in': ({ org }, person) => enroll(org, person),
  'gets in from a new place': ({ org }, person) => {
    enroll(org, person, 'unlogged')
    past(org, person, 'user.mfa.factor.activate', 0, {
      debugContext: {
        debugData: { factor: 'OKTA_VERIFY_PUSH', behaviors: '{New Device=POSITIVE, New Country=POSITIVE}' }
      }
    })
  },
  'gets in untold': ({ org }, person) => enroll(org, person, 'unlogged'),
  'begins again and stops': ({ org }, person) => leaveUnfinished(org, person),
  'risk is high': (world, person) => risk(world, person, 'HIGH'),
  'risk is low': (world, person) => risk(world, person, 'LOW'),
  'reports suspicious activity': ({ org }, person) => {
    past(org, person, 'user.account.report_suspicious_activity_by_enduser', 0)
  },
  'becomes an admin': (world, person) => {
    const roles = world.org.users.get(person.id)?.roles
    if (!roles || roles.length > 0) return
    roles.push({ id: 'ra1', type: 'ORG_ADMIN', label: 'Org admin', assignmentType: 'USER', status: 'ACTIVE' })
    world.witness.offLimits.set(`${person.id} role`, { turn: world.turn, why: 'is an admin' })
  },
  'is an admin no more': (world, person) => {
    const user = world.org.users.get(person.id)
    if (user) user.roles = []
    world.witness.offLimits.delete(`${person.id} role`)
  },
  'is suspended': (world, person) => admin(world, person, 'suspend'),
  'is unsuspended': (world, person) => admin(world, person, 'unsuspend'),
  'is deactivated': (world, person) => admin(world, person, 'deactivate'),
  'has all factors reset': (world, person) => admin(world, person, 'reset_factors')
} as const satisfies Record<string, Happens>
export type HappeningName = keyof typeof HAPPENINGS

/** It happens to the nth person; what the log says of it is sent at once, or held back. */
export async function happens(world: World, what: HappeningName, n: number, tellsNow: boolean): Promise<void> {
  const person = world.people[n % world.people.length]
  if (!person) return
  const before = world.held.length
  const does: Happens = HAPPENINGS[what]
  does(world, person)
  if (tellsNow) await world.send(world.held.slice(before))
}

function risk(world: World, person: Person, riskLevel: 'HIGH' | 'LOW'): void {
  const user = world.org.users.get(person.id)
  if (!user || user.risk.riskLevel === riskLevel) return
  user.risk = { riskLevel }
  const debugContext = { debugData: { risk: `{level=${riskLevel}}` } }
  world.org.record({ eventType: 'user.risk.change', target: [userTarget(user)], debugContext })
  const key = `${person.id} risk`
  if (riskLevel === 'HIGH') world.witness.offLimits.set(key, { turn: world.turn, why: 'is at high risk' })
  else world.witness.offLimits.delete(key)
}

/** Does it if Okta lets an admin do it now. */
function admin({ org }: World, person: Person, action: UserActionName): void {
  try {
    performUserAction(org, action, person.id, ADMIN, false)
  } catch {
    // Okta refuses: the account is in another status.
  }
}
