/** The people scenarios start from, and their past. Each name says what the problem is. */
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../domain/time.ts'
import type { GuardId } from '../../domain/vocabulary.ts'
import type { EventParty, Judgement } from '../attempt-events.ts'
import { liveOrdinarily } from '../ordinary-life.ts'
import {
  clientOf,
  deviceTarget,
  type EventSeed,
  homeNetwork,
  IPHONE,
  NEW_IPHONE,
  type Phone,
  userTarget
} from '../org/log-event.ts'
import type { SandboxDevice, SandboxLogEvent } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import type { UserSeed } from '../org/seeds.ts'
import { addPhone, type Person, partyOf } from '../people.ts'
import { type Scenario, stopped } from './scenario.ts'

/* People with problems that more than one scenario shows. */

/** Hired three days ago; the activation mail has not been used. */
export function invited(org: Org, name: string): Person {
  return employee(org, name, { status: 'PROVISIONED' })
}

/** An active user whose only Okta Verify enrollment was begun 40 minutes ago and never finished (facts §6.2 C10). */
export function orphaned(org: Org, name: string, seed: UserSeed = {}, phone?: Phone): Person {
  const person = employee(org, name, seed, phone)
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
  withPhone(org, old, { lastUpdated: plus(org.clock(), -2 * DAY_MS) }, 'ACTIVE')
  const created = plus(org.clock(), -10 * MINUTE_MS)
  withPhone(org, person, { status: 'CREATED', created, lastUpdated: created })
  return person
}

/** An orphaned enrollment that would be removed without asking, were it not for these guards. */
export function orphanStoppedBy(...guards: readonly GuardId[]): Pick<Scenario, 'shows' | 'afterWrite' | 'expect'> {
  return {
    shows: guards,
    afterWrite: 'enrolls',
    expect: stopped('enrollment_orphaned', 'remove_orphaned_enrollment', ...guards)
  }
}

/** An administrator who suspends, resets and locks by hand. */
export const ADMIN: EventParty = {
  id: '00u8zkWdhDTy2goiSid7',
  type: 'User',
  alternateId: 'sec.admin@example.com',
  displayName: 'Sec Admin'
}
/** The clean-up workflow whose suspensions the policy lists as routine (facts §6.1 G9). */
export const ROUTINE_WORKFLOW: EventParty = {
  id: '0oaInactivityFlow00d7',
  type: 'PublicClientAppEntity',
  alternateId: 'inactivity-cleanup',
  displayName: 'Inactivity clean-up'
}
/** Okta itself; never a safe actor alone (facts §6.1). */
export const OKTA_SYSTEM: EventParty = {
  id: 'sprOktaSystem000000d7',
  type: 'SystemPrincipal',
  alternateId: 'system@okta.com',
  displayName: 'Okta System'
}
/** The group whose members the policy never touches (facts §6.1 G12). */
export const PROTECTED_GROUP = 'Break-glass accounts'

/** An ordinary try, as Okta's behavior detection sees it: usual place, usual device, low risk. */
export const USUAL: Judgement = { risk: 'LOW', behaviors: 'NEGATIVE' }

const numbers = new WeakMap<Org, number>()

/** Counts the people of an org, so that each has a network of their own. */
function nextNumber(org: Org): number {
  const number = numbers.get(org) ?? 0
  numbers.set(org, number + 1)
  return number
}

/** A settled employee with an iPhone that Okta does not know yet, and no problem. */
export function employee(org: Org, name: string, seed: UserSeed = {}, phone: Phone = IPHONE): Person {
  const [firstName = name, lastName = ''] = name.split(' ')
  const login = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`
  const network = homeNetwork(nextNumber(org))
  const user = org.addUser({ ...seed, profile: { firstName, lastName, login, email: login, ...seed.profile } })
  const person: Person = {
    id: user.id,
    login,
    name,
    network,
    deviceId: null,
    phone: { ...phone, displayName: `${firstName} ${phone.displayName}` }
  }
  if (user.lastLogin !== null) liveOrdinarily(org, person)
  return person
}

/** Okta knows the person's phone, linked to them since it was created, 200 days ago by default; Okta Verify on it is in the given status. */
export function withPhone(
  org: Org,
  person: Person,
  device: Partial<SandboxDevice> = {},
  oktaVerify: 'ACTIVE' | 'INACTIVE' | 'none' = 'none'
): SandboxDevice {
  const since = plus(org.clock(), -200 * DAY_MS)
  const phone = addPhone(org, person, { created: since, ...device })
  org.linkDevice(person.id, phone.id, { created: phone.created })
  if (oktaVerify === 'none') return phone
  for (const factorType of ['push', 'signed_nonce']) {
    org.addFactor(person.id, { factorType, status: oktaVerify, deviceId: phone.id, created: phone.created })
  }
  return phone
}

/** Something in the past of the person, who did it unless `by` says who did. */
export function past(
  org: Org,
  person: Person,
  eventType: string,
  agoMs: number,
  more: Partial<EventSeed> & { readonly by?: EventParty } = {}
): SandboxLogEvent {
  const { by, ...seed } = more
  const user = org.users.get(person.id)
  return org.record({
    eventType,
    published: plus(org.clock(), -agoMs),
    actor: { ...(by ?? partyOf(person)), detailEntry: null },
    ...(by ? {} : { client: clientOf(person.network, person.phone) }),
    target: user ? [userTarget(user)] : null,
    ...seed
  })
}
