/**
 * The people of the population: who they are, what happens to them, and what is right for them, in one table. Weights are
 * shares of the whole; three in ten are adversaries. Estimates: no public figures exist (facts §6, §6.1a, findings).
 */
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/domain/time.ts'
import type { CauseId, RemediationId } from '../../src/domain/vocabulary.ts'
import type { EventParty, Judgement } from '../../src/sandbox/attempt-events.ts'
import { HR_IMPORT } from '../../src/sandbox/ordinary-life.ts'
import {
  AMSTERDAM,
  clientOf,
  DESKTOP_PC,
  IPHONE,
  IPHONE_15_IOS_17,
  MACBOOK,
  NEW_IPHONE,
  type Phone,
  PIXEL,
  THINKPAD
} from '../../src/sandbox/org/log-event.ts'
import type { Org } from '../../src/sandbox/org/org.ts'
import type { UserSeed } from '../../src/sandbox/org/seeds.ts'
import { type AfterWrite, enroll, type FailureHow, type Person } from '../../src/sandbox/people.ts'
import {
  ADMIN,
  employee,
  leaveUnfinished,
  OKTA_SYSTEM,
  PROTECTED_GROUP,
  past,
  ROUTINE_WORKFLOW,
  USUAL,
  withPhone
} from '../../src/sandbox/scenarios/cast.ts'

/** What a class is given to make one of its people. */
export interface Making {
  readonly org: Org
  readonly random: () => number
  readonly name: string
}

/** One person, ready to fail. */
export interface Made {
  readonly person: Person
  readonly how?: FailureHow
  /** What is right for this one, where it differs from the class. */
  readonly right?: RemediationId | null
  readonly afterWrite?: AfterWrite
  /** Instead of the failure: what reaches the service. */
  readonly instead?: 'forged' | 'preview' | 'other_login' | 'self'
  /** What happens later without the service. */
  readonly later?: { readonly ms: number; readonly happens: () => void }
}

export interface PersonClass {
  readonly id: string
  readonly weight: number
  /** The causes whose steps are right for these people; left out: they must get no message. */
  readonly steps?: readonly CauseId[]
  /** The automatic write that is right, or null: none is. */
  readonly right: RemediationId | null
  readonly make: (making: Making) => Made
}

const PHONES = [
  IPHONE,
  NEW_IPHONE,
  PIXEL,
  { ...PIXEL, manufacturer: 'samsung', model: 'SM-S911B', displayName: 'Galaxy' }
]
const DESKTOPS = [MACBOOK, THINKPAD, DESKTOP_PC]

function pick<Value>(random: () => number, values: readonly Value[]): Value {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

/** The reason is that of the capture (facts §1.5). */
const SPARSE: FailureHow = { shape: 'sparse', reason: 'User set up OKTA_VERIFY_PUSH factor' }

/** A third of the events are the sparse form of 2019; the others say what Okta's behavior detection saw, or nothing. */
function usualHow(random: () => number): FailureHow {
  const draw = random()
  if (draw < 0.33) return SPARSE
  const judgement: Judgement = draw < 0.7 ? USUAL : { risk: 'LOW' }
  return { shape: pick(random, ['factor_activate', 'device_enrollment', 'odd'] as const), judgement }
}

/** A person with a phone, and perhaps a registered computer without Okta Verify. */
function somebody({ org, random, name }: Making, seed: UserSeed = {}, phone = pick(random, PHONES)): Person {
  const person = employee(org, name, seed, phone)
  if (random() < 0.4) withPhone(org, asOn(person, pick(random, DESKTOPS)), { lastUpdated: plus(org.clock(), -HOUR_MS) })
  return person
}

/** The same person on another device. */
function asOn(person: Person, phone: Phone): Person {
  return { ...person, phone: { ...phone, displayName: `${person.name} ${phone.displayName}` }, deviceId: null }
}

/** What ordinary people do around this failure (facts §6.1a): none of it stops a harmless repair. */
function ordinaryWeek({ org, random }: Making, person: Person): void {
  if (random() < 0.4) {
    const debugContext = { debugData: { changedAttributes: 'department, title' } }
    past(org, person, 'user.account.update_profile', 3 * DAY_MS, { by: HR_IMPORT, debugContext })
  }
  const draw = random()
  if (draw < 0.25) past(org, person, 'user.mfa.factor.deactivate', HOUR_MS)
  else if (draw < 0.4) past(org, person, 'user.mfa.factor.reset_all', 2 * DAY_MS, { by: HELP_DESK })
  else if (draw < 0.5) {
    past(org, person, 'user.account.update_password', 2 * DAY_MS)
    Object.assign(org.users.get(person.id) ?? {}, { passwordChanged: plus(org.clock(), -2 * DAY_MS) })
  }
  if (random() < 0.4) {
    const outcome = { result: pick(random, ['UNANSWERED', 'FAILURE']), reason: null }
    for (const hours of [20, 28, 44, 51]) verification(org, person, hours * HOUR_MS, outcome)
  }
}

const HELP_DESK: EventParty = {
  id: '00uHelpDesk0000000d7',
  type: 'User',
  alternateId: 'help.desk@example.com',
  displayName: 'Help Desk'
}

function verification(org: Org, person: Person, agoMs: number, outcome: { result: string; reason: string | null }) {
  const debugContext = { debugData: { factor: 'OKTA_VERIFY_PUSH', factorIntent: 'LOGIN' } }
  past(org, person, 'user.authentication.auth_via_mfa', agoMs, { outcome, debugContext })
}

/** An unfinished enrollment in the way, on a phone or a computer. */
function orphan(making: Making, seed: UserSeed = {}, phone?: Phone): Person {
  const person = somebody(making, seed, phone)
  leaveUnfinished(making.org, person)
  return person
}

function newHire(making: Making, seed: UserSeed = {}): Person {
  return employee(making.org, making.name, { status: 'PROVISIONED', ...seed }, pick(making.random, PHONES))
}

function account(status: string, agoMs: number, seed: UserSeed = {}) {
  return (making: Making): Made => {
    const person = somebody(making, { status, statusChanged: plus(making.org.clock(), -agoMs), ...seed })
    return { person, how: usualHow(making.random) }
  }
}

/** An orphan with something about it that must stop every write. */
function bait(
  id: string,
  weight: number,
  spoil: (making: Making, person: Person) => Partial<Made> | undefined
): PersonClass {
  const make = (making: Making): Made => {
    const person = orphan(making)
    const made = spoil(making, person)
    return { person, how: { judgement: USUAL }, afterWrite: 'nothing', ...made }
  }
  return { id, weight, right: null, make }
}

/** People who are themselves; all others must be left to people. */
export const ORDINARY: readonly PersonClass[] = [
  {
    id: 'orphan',
    weight: 16,
    right: 'remove_orphaned_enrollment',
    make: (making) => {
      const person = orphan(making)
      ordinaryWeek(making, person)
      return { person, how: usualHow(making.random) }
    }
  },
  {
    id: 'orphan_desktop',
    weight: 5,
    right: 'remove_orphaned_enrollment',
    make: (making) => {
      const person = orphan(making, {}, pick(making.random, DESKTOPS))
      ordinaryWeek(making, person)
      return { person, how: usualHow(making.random) }
    }
  },
  {
    id: 'new_hire',
    weight: 7,
    right: 'resend_activation',
    make: (making) => {
      const person = newHire(making)
      const debugContext = { debugData: { changedAttributes: 'department, startDate' } }
      if (making.random() < 0.5)
        past(making.org, person, 'user.account.update_profile', DAY_MS, { by: HR_IMPORT, debugContext })
      return { person, how: usualHow(making.random) }
    }
  },
  {
    id: 'suspended_routinely',
    weight: 3,
    right: 'unsuspend_user',
    make: (making) => {
      const { org, random } = making
      const person = somebody(making, { status: 'SUSPENDED', statusChanged: plus(org.clock(), -2 * DAY_MS) })
      past(org, person, 'user.lifecycle.suspend', 2 * DAY_MS, { by: ROUTINE_WORKFLOW })
      // A sparse event says nothing of the place: attackers like dormant accounts, so a person decides.
      return random() < 0.7 ? { person, how: { judgement: USUAL } } : { person, how: SPARSE, right: null }
    }
  },
  {
    id: 'suspended_by_admin',
    weight: 3,
    right: null,
    make: (making) => {
      const made = account('SUSPENDED', 2 * DAY_MS)(making)
      past(making.org, made.person, 'user.lifecycle.suspend', 2 * DAY_MS, { by: ADMIN })
      return made
    }
  },
  {
    id: 'locked_out',
    weight: 3,
    right: null,
    make: (making) => {
      const made = account('LOCKED_OUT', 2 * HOUR_MS)(making)
      past(making.org, made.person, 'user.account.lock', 2 * HOUR_MS, { by: OKTA_SYSTEM })
      return made
    }
  },
  { id: 'recovery', weight: 2, right: null, steps: ['account_recovery'], make: account('RECOVERY', HOUR_MS) },
  {
    id: 'password_expired',
    weight: 2,
    right: null,
    steps: ['password_expired'],
    make: account('PASSWORD_EXPIRED', DAY_MS)
  },
  {
    id: 'password_expired_ad',
    weight: 1.5,
    steps: ['password_expired'],
    right: null,
    make: account('PASSWORD_EXPIRED', DAY_MS, { providerType: 'ACTIVE_DIRECTORY' })
  },
  {
    id: 'new_hire_elsewhere',
    weight: 1.5,
    right: null,
    make: (making) => {
      const providerType = pick(making.random, ['FEDERATION', 'ACTIVE_DIRECTORY', 'LDAP'] as const)
      return { person: newHire(making, { providerType }), how: usualHow(making.random) }
    }
  },
  {
    id: 'staged',
    weight: 1,
    right: null,
    make: (making) => ({ person: newHire(making, { status: 'STAGED' }), how: usualHow(making.random) })
  },
  { id: 'deactivated', weight: 1, right: null, make: account('DEPROVISIONED', 20 * DAY_MS) },
  {
    id: 'phone_suspended',
    weight: 2,
    right: null,
    make: (making) => {
      const { org, random } = making
      const person = somebody(making)
      withPhone(org, person, { status: pick(random, ['SUSPENDED', 'DEACTIVATED'] as const) }, 'INACTIVE')
      return { person, how: { shape: 'device_enrollment', reason: 'E0000152: Illegal device status' } }
    }
  },
  {
    id: 'moved_phone',
    weight: 7,
    steps: ['device_replaced'],
    right: null,
    make: (making) => {
      const { org, random } = making
      const person = somebody(making, {}, NEW_IPHONE)
      withPhone(org, asOn(person, IPHONE), { lastUpdated: plus(org.clock(), -2 * DAY_MS) }, 'ACTIVE')
      const created = plus(org.clock(), -10 * MINUTE_MS)
      withPhone(org, person, { status: 'CREATED', created, lastUpdated: created })
      if (random() < 0.3) org.addFactor(person.id, { factorType: 'webauthn' })
      return { person, how: usualHow(random) }
    }
  },
  {
    id: 'app_state',
    weight: 10,
    steps: ['app_state_stale'],
    right: null,
    make: (making) => {
      const { org, random } = making
      const person = somebody(making)
      const later = random() < 0.5 ? { ms: 20 * MINUTE_MS, happens: () => enroll(org, person) } : undefined
      return { person, how: usualHow(random), ...(later ? { later } : {}) }
    }
  },
  {
    id: 'laptop_works',
    weight: 6,
    steps: ['app_state_stale'],
    right: null,
    make: (making) => {
      const { org, random } = making
      const person = employee(org, making.name, {}, pick(random, PHONES))
      const laptop = asOn(person, pick(random, DESKTOPS))
      withPhone(org, laptop, { lastUpdated: plus(org.clock(), -HOUR_MS) }, 'ACTIVE')
      // The laptop renews its enrollment: that says nothing of the phone.
      return { person, how: usualHow(random), later: { ms: 8 * MINUTE_MS, happens: () => enroll(org, laptop) } }
    }
  },
  {
    id: 'enrolling_now',
    weight: 4,
    right: null,
    make: (making) => {
      const { org, random } = making
      const person = somebody(making)
      const since = (ms: number) => ({ created: plus(org.clock(), -ms), lastUpdated: plus(org.clock(), -ms) })
      const status = 'PENDING_ACTIVATION'
      org.addFactor(person.id, { factorType: 'token:software:totp', status, ...since(2 * HOUR_MS) })
      org.addFactor(person.id, { factorType: 'push', status, ...since(20 * SECOND_MS) })
      return { person, how: usualHow(random), later: { ms: 3 * MINUTE_MS, happens: () => enroll(org, person) } }
    }
  },
  {
    id: 'iphone_15',
    weight: 2,
    // An event that names no phone: those steps begin with the update too.
    steps: ['iphone15_ios17', 'app_state_stale'],
    right: null,
    make: (making) => ({ person: somebody(making, {}, IPHONE_15_IOS_17), how: usualHow(making.random) })
  },
  {
    id: 'policy_refuses',
    weight: 2,
    right: null,
    make: (making) => ({ person: somebody(making), how: { reason: 'E0000158: User verification required' } })
  }
]

const ADVERSARIES: readonly PersonClass[] = [
  bait('admin', 1.5, ({ org }, { id }) => {
    const role = { id: 'ra9', type: 'ORG_ADMIN', label: 'Organization Administrator', status: 'ACTIVE' }
    org.users.get(id)?.roles.push({ ...role, assignmentType: 'GROUP' })
    return undefined
  }),
  bait('risk', 1.5, ({ org }, { id }) => {
    Object.assign(org.users.get(id) ?? {}, { risk: { riskLevel: 'HIGH' } })
    return undefined
  }),
  bait('tor', 1.5, (_making, { network }) => ({ how: { network: { ...network, isProxy: true, proxyType: 'tor' } } })),
  bait('new_country', 1.5, (_making, { network }) => ({
    how: { network: { ...network, place: AMSTERDAM }, judgement: { behaviors: 'POSITIVE' } }
  })),
  bait('password_and_factors', 2, ({ org }, person) => {
    past(org, person, 'user.account.reset_password', 20 * HOUR_MS, { by: HELP_DESK })
    past(org, person, 'user.mfa.factor.reset_all', 19 * HOUR_MS, { by: HELP_DESK })
    return undefined
  }),
  bait('push_bombed', 1.5, ({ org }, person) => {
    for (let nth = 0; nth < 12; nth++)
      verification(org, person, (60 + nth * 4) * MINUTE_MS, { result: 'UNANSWERED', reason: null })
    return undefined
  }),
  bait('push_rejected', 1.5, ({ org }, person) => {
    verification(org, person, 5 * HOUR_MS, { result: 'FAILURE', reason: 'OV_RESPONSE_DENY' })
    return undefined
  }),
  bait('phished', 1, ({ org }, person) => {
    const outcome = { result: 'FAILURE', reason: 'FastPass declined phishing attempt' }
    verification(org, person, 2 * HOUR_MS, outcome)
    return undefined
  }),
  bait('breached_password', 1.5, ({ org }, person) => {
    past(org, person, 'security.breached_credential.detected', 2 * DAY_MS, { by: OKTA_SYSTEM })
    return undefined
  }),
  bait('reported', 1.5, ({ org }, person) => {
    past(org, person, 'user.account.report_suspicious_activity_by_enduser', 3 * DAY_MS)
    return undefined
  }),
  bait('protected_group', 1, ({ org }, { id }) => {
    const group = [...org.groups.values()].find(({ profile }) => profile.name === PROTECTED_GROUP)
    org.users.get(id)?.groupIds.push((group ?? org.addGroup(PROTECTED_GROUP)).id)
    return undefined
  }),
  bait('phone_number_changed', 1, ({ org }, person) => {
    const debugContext = { debugData: { changedAttributes: 'mobilePhone' } }
    past(org, person, 'user.account.update_profile', DAY_MS, { debugContext })
    return undefined
  }),
  bait('threat_in_log', 1, ({ org }, person) => {
    const outcome = { result: 'DENY', reason: 'Password Spray' }
    past(org, person, 'security.threat.detected', 2 * DAY_MS, { outcome })
    return undefined
  }),
  bait('came_back', 1, ({ org }, person) => {
    past(org, person, 'user.lifecycle.deactivate', 10 * DAY_MS, { by: ADMIN })
    past(org, person, 'user.lifecycle.activate', 9 * DAY_MS, { by: ADMIN })
    return undefined
  }),
  bait('shared_device', 1.5, ({ org, name }, person) => {
    const phone = withPhone(org, person)
    org.linkDevice(employee(org, `${name} Colleague`).id, phone.id)
    // Only a failure that names the device shows that it is the shared one.
    return { how: { shape: 'device_user', judgement: USUAL } }
  }),
  bait('jailbroken', 1, ({ org }, person) => {
    withPhone(org, person).profile.integrityJailbreak = true
    return undefined
  }),
  bait('profile_changed_unclear', 1, ({ org }, person) => {
    past(org, person, 'user.account.update_profile', DAY_MS, { by: HELP_DESK })
    return undefined
  }),
  bait('reset_twice', 1, ({ org }, person) => {
    for (const days of [2, 1]) past(org, person, 'user.mfa.factor.reset_all', days * DAY_MS, { by: HELP_DESK })
    return undefined
  }),
  bait('password_from_abroad', 1, ({ org }, person) => {
    const client = clientOf({ ...person.network, place: AMSTERDAM }, person.phone)
    past(org, person, 'user.account.update_password', DAY_MS, { client })
    Object.assign(org.users.get(person.id) ?? {}, { passwordChanged: plus(org.clock(), -DAY_MS) })
    return undefined
  }),
  bait('identity_denied', 1, ({ org }, person) => {
    const outcome = { result: 'DENY', reason: null }
    past(org, person, 'user.identity_verification', DAY_MS, { by: OKTA_SYSTEM, outcome })
    return undefined
  }),
  bait('tried_from_abroad', 1, ({ org }, person) => {
    const client = clientOf({ ...person.network, place: AMSTERDAM }, person.phone)
    const outcome = { result: 'FAILURE', reason: null }
    for (const hours of [5, 6])
      past(org, person, 'user.authentication.auth_via_mfa', hours * HOUR_MS, { client, outcome })
    return undefined
  }),
  bait('roles_unreadable', 1, ({ org }, { id }) => {
    org.faults.add({ method: 'GET', path: `/api/v1/users/${id}/roles`, answer: { status: 403 } })
    return undefined
  }),
  bait('forged', 3, () => ({ instead: 'forged' })),
  bait('other_login', 1.5, () => ({ instead: 'other_login' })),
  bait('preview', 1, () => ({ instead: 'preview' })),
  bait('acted_by_admin', 1, () => ({ how: { actor: ADMIN, judgement: USUAL } })),
  {
    id: 'phished_new_hire',
    weight: 2,
    right: null,
    make: (making) => {
      const person = newHire(making)
      const debugContext = { debugData: { changedAttributes: 'email' } }
      past(making.org, person, 'user.account.update_profile', DAY_MS, { by: HELP_DESK, debugContext })
      return { person, how: { judgement: USUAL }, afterWrite: 'nothing' }
    }
  }
]

/** People whose failure no event carries, and attackers: all sign in and report it themselves. Only where the play has the door. */
export const AT_THE_DOOR: readonly PersonClass[] = [
  {
    id: 'self_orphan',
    weight: 8,
    right: 'remove_orphaned_enrollment',
    make: (making) => ({ person: orphan(making), instead: 'self' })
  },
  {
    id: 'self_app_state',
    weight: 8,
    right: null,
    steps: ['app_state_stale'],
    make: (making) => ({ person: somebody(making), instead: 'self' })
  },
  bait('self_from_abroad', 3, (_making, { network }) => ({
    ...{ instead: 'self', how: { network: { ...network, place: AMSTERDAM } } }
  })),
  bait('self_after_reset', 3, ({ org }, person) => {
    past(org, person, 'user.account.reset_password', HOUR_MS, { by: HELP_DESK })
    return { instead: 'self' }
  }),
  bait('self_after_pushes', 3, ({ org }, person) => {
    for (let nth = 1; nth <= 12; nth++)
      verification(org, person, nth * 3 * MINUTE_MS, { result: 'UNANSWERED', reason: null })
    return { instead: 'self' }
  })
]

export const CLASSES: readonly PersonClass[] = [...ORDINARY, ...ADVERSARIES]
