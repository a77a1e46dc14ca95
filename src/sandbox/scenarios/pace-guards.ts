/** One person for each guard about pace, completeness and attacks that take many events (facts §6.1); see `person-guards.ts`. */
import { HOUR_MS, SECOND_MS } from '../../domain/time.ts'
import { homeNetwork } from '../org/locations.ts'
import { failEnrollment } from '../people.ts'
import { employee, past } from './cast.ts'
import { type Scenario, stopped } from './scenario.ts'
import { leaveUnfinished, orphaned, orphanStoppedBy } from './troubled.ts'

/** Bea's colleagues, by number. */
const OFFICE = Array.from({ length: 11 }, (_, i) => i + 1)

/** Guards about pace, completeness and attacks that need more than one event. */
export const PACE_GUARDS: readonly Scenario[] = [
  {
    ...orphanStoppedBy('G7'),
    id: 'push_bombing',
    title: 'Mo Bombed got four push requests last night and answered none.',
    story: 'Somebody has the password and tries to wear him down.',
    setUp: (org) => {
      const mo = orphaned(org, 'Mo Bombed')
      for (const hours of [9, 10, 11, 12]) {
        past(org, mo, 'user.authentication.auth_via_mfa', hours * HOUR_MS, {
          outcome: { result: 'UNANSWERED', reason: null },
          debugContext: { debugData: { factor: 'OKTA_VERIFY_PUSH', factorIntent: 'LOGIN' } }
        })
      }
      return mo
    }
  },
  {
    ...orphanStoppedBy('G15'),
    id: 'evidence_missing',
    title: "Rory Roles' admin roles cannot be read.",
    story: 'Okta answers 403 to the one call that would tell whether Rory is an administrator; unknown never means no.',
    setUp: (org) => {
      const rory = orphaned(org, 'Rory Roles')
      const answer = { status: 403, errorCode: 'E0000006' }
      org.faults.add({ method: 'GET', path: `/api/v1/users/${rory.id}/roles`, answer })
      return rory
    }
  },
  {
    ...orphanStoppedBy('G14'),
    id: 'second_time_today',
    title: 'Gwen Again was helped this morning and is stuck again.',
    story:
      'Her enrollment was repaired once and she got in; the same day it is broken again, and now a person looks at it.',
    setUp: (org) => orphaned(org, 'Gwen Again'),
    next: {
      when: 'resolved',
      happens: (org, gwen) => {
        const user = org.users.get(gwen.id)
        if (user) user.factors = []
        leaveUnfinished(org, gwen)
        failEnrollment(org, gwen)
      }
    },
    expect: { ...stopped('enrollment_orphaned', 'remove_orphaned_enrollment', 'G14'), writes: 1 }
  },
  {
    ...orphanStoppedBy('G8'),
    id: 'burst',
    title: 'Bea Burst and eleven colleagues in the same office fail within a minute.',
    story: 'An outage or a campaign: every write stops, and nobody is repaired by a machine.',
    isolated: true,
    setUp: (org) => {
      for (const nth of OFFICE) employee(org, `Colleague ${nth}`)
      return orphaned(org, 'Bea Burst')
    },
    trouble: (org, bea) => {
      const network = homeNetwork(400)
      for (const user of org.users.values()) {
        if (user.profile.firstName !== 'Colleague') continue
        const name = `${user.profile.firstName} ${user.profile.lastName}`
        const colleague = { ...bea, id: user.id, login: user.profile.login, name }
        failEnrollment(org, colleague, { network, agoMs: SECOND_MS * Number(user.profile.lastName) })
      }
      failEnrollment(org, bea, { network })
    }
  }
]
