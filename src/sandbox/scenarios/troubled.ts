/** People in the kinds of trouble that more than one scenario tells about. */
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../domain/time.ts'
import type { GuardId } from '../../domain/vocabulary.ts'
import type { EventParty } from '../attempt-events.ts'
import { IPHONE, NEW_IPHONE } from '../org/locations.ts'
import { deviceTarget } from '../org/log-event.ts'
import type { Org } from '../org/org.ts'
import type { UserSeed } from '../org/seeds.ts'
import { failEnrollment, type Person } from '../people.ts'
import { ADMIN, employee, OKTA_SYSTEM, past, withPhone } from './cast.ts'
import { type Scenario, stopped } from './scenario.ts'

/** Hired three days ago; the activation mail has not been used. */
export function invited(org: Org, name: string): Person {
  return employee(org, name, { status: 'PROVISIONED' })
}

/** An active user whose only Okta Verify enrollment was begun 40 minutes ago and never finished (facts §6.2 C10). */
export function orphaned(org: Org, name: string, seed: UserSeed = {}): Person {
  const person = employee(org, name, seed)
  leaveUnfinished(org, person)
  return person
}

/** Leaves an Okta Verify enrollment behind that was begun and never finished; the code's secret is still a live one. */
export function leaveUnfinished(org: Org, person: Person): void {
  const created = plus(org.clock(), -40 * MINUTE_MS)
  const pending = { status: 'PENDING_ACTIVATION', created, lastUpdated: created }
  org.addFactor(person.id, { factorType: 'push', ...pending })
  org.addFactor(person.id, { factorType: 'token:software:totp', ...pending, sharedSecret: org.ids.token(16) })
}

/** Suspended two days ago. */
export function suspended(org: Org, name: string, by: EventParty = ADMIN): Person {
  const person = employee(org, name, { status: 'SUSPENDED', statusChanged: plus(org.clock(), -2 * DAY_MS) })
  past(org, person, 'user.lifecycle.suspend', 2 * DAY_MS, { by })
  return person
}

/** Locked out two hours ago. */
export function lockedOut(org: Org, name: string): Person {
  const person = employee(org, name, { status: 'LOCKED_OUT', statusChanged: plus(org.clock(), -2 * HOUR_MS) })
  past(org, person, 'user.account.lock', 2 * HOUR_MS, { by: OKTA_SYSTEM })
  return person
}

/** The phone was suspended three hours ago; Okta Verify on it went inactive with it. */
export function phoneSuspended(org: Org, name: string): Person {
  const person = employee(org, name)
  const since = plus(org.clock(), -3 * HOUR_MS)
  const phone = withPhone(org, person, { status: 'SUSPENDED', lastUpdated: since }, 'INACTIVE')
  past(org, person, 'device.lifecycle.suspend', 3 * HOUR_MS, { by: ADMIN, target: [deviceTarget(phone)] })
  return person
}

/** Moved to a new iPhone ten minutes ago; Okta Verify is still active on the old one. */
export function movedPhone(org: Org, name: string): Person {
  const person = employee(org, name, {}, NEW_IPHONE)
  const old = { ...person, phone: { ...IPHONE, displayName: `${name} old iPhone` } }
  withPhone(org, old, {}, 'ACTIVE')
  const created = plus(org.clock(), -10 * MINUTE_MS)
  withPhone(org, person, { status: 'CREATED', created, lastUpdated: created })
  return person
}

/** An orphaned enrollment that would be removed without asking, were it not for these guards. */
export function orphanStoppedBy(
  ...guards: readonly GuardId[]
): Pick<Scenario, 'shows' | 'trouble' | 'afterWrite' | 'expect'> {
  return {
    shows: guards,
    trouble: (org, person) => void failEnrollment(org, person),
    afterWrite: 'enrolls',
    expect: stopped('enrollment_orphaned', 'remove_orphaned_enrollment', ...guards)
  }
}
