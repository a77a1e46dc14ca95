/** Scripted people of the simulated org: they try to enroll Okta Verify, fail or get in, and react to what is repaired. */
import { plus } from '../domain/time.ts'
import { type AttemptShape, attemptEvent, type EventParty, type Judgement } from './attempt-events.ts'
import { isOktaVerify } from './org/enrollments.ts'
import { clientOf, type Network, type Phone, userTarget } from './org/log-event.ts'
import type { SandboxDevice, SandboxLogEvent, SandboxUser, SandboxWrite } from './org/model.ts'
import type { Org } from './org/org.ts'

/** Somebody with a phone. The account may be missing in the org: then Okta answers 404 for it. */
export interface Person {
  readonly id: string
  readonly login: string
  readonly name: string
  readonly phone: Phone
  readonly network: Network
  /** Okta's record of the phone they enroll, once there is one. */
  deviceId: string | null
}

/** How a try fails. */
export interface FailureHow {
  readonly shape?: AttemptShape
  /** Default: Okta's text for E0000011, `Invalid token provided` (facts §2.3). */
  readonly reason?: string | null
  readonly judgement?: Judgement
  /** From where, when not from home. */
  readonly network?: Network
  readonly agoMs?: number
  /** Somebody else who acted for the person. */
  readonly actor?: EventParty
}

const INVALID_TOKEN = 'Invalid token provided'

/** The person as actor or target of an event. */
export function partyOf(person: Person): EventParty {
  return { id: person.id, type: 'User', alternateId: person.login, displayName: person.name }
}

/** The person tries to enroll and fails; the log tells it in the given shape. */
export function failEnrollment(org: Org, person: Person, how: FailureHow = {}): SandboxLogEvent {
  const reason = how.reason === undefined ? INVALID_TOKEN : how.reason
  return org.record(
    attemptEvent(org, {
      shape: how.shape ?? 'factor_activate',
      user: partyOf(person),
      actor: how.actor ?? partyOf(person),
      outcome: { result: 'FAILURE', reason },
      phone: person.phone,
      network: how.network ?? person.network,
      device: deviceOf(org, person) ?? null,
      published: plus(org.clock(), -(how.agoMs ?? 0)),
      judgement: how.judgement ?? {}
    })
  )
}

/** Why Okta would not let this person enroll now, or null. */
export function enrollmentObstacle(org: Org, person: Person): string | null {
  const user = org.users.get(person.id)
  if (!user) return 'E0000156: User missing or deleted'
  if (user.status !== 'ACTIVE') return 'E0000155: User is not currently active'
  if (user.blocks.length > 0) return 'E0000155: User is not currently active'
  const device = deviceOf(org, person)
  if (device && (device.status === 'SUSPENDED' || device.status === 'DEACTIVATED'))
    return 'E0000152: Illegal device status'
  // An unfinished enrollment, and an active one on another phone in this org of one phone per user, refuse a new one.
  const inTheWay = user.factors.some((factor) => isOktaVerify(factor) && !isOn(factor.deviceId, factor.status, person))
  return inTheWay ? INVALID_TOKEN : null
}

function isOn(deviceId: string | null, status: string, person: Person): boolean {
  return status === 'ACTIVE' && deviceId !== null && deviceId === person.deviceId
}

/** The person gets in: the phone is known and linked, push, FastPass and TOTP are active, and the log says so. */
export function enroll(org: Org, person: Person, log: 'logged' | 'unlogged' = 'logged'): void {
  const user = org.users.get(person.id)
  if (!user) throw new Error(`${person.login} has no account in the sandbox org, so there is nothing to enroll`)
  const device = deviceOf(org, person) ?? addPhone(org, person)
  device.status = 'ACTIVE'
  device.lastUpdated = org.clock()
  if (!device.users.some((link) => link.userId === person.id)) {
    org.linkDevice(person.id, device.id, { created: org.clock() })
  }
  user.factors = user.factors.filter((factor) => !isOktaVerify(factor))
  for (const factorType of ['push', 'signed_nonce', 'token:software:totp']) {
    org.addFactor(person.id, { factorType, deviceId: device.id, created: org.clock() })
  }
  if (log === 'unlogged') return
  for (const shape of ['device_enrollment', 'device_user', 'factor_activate'] as const) {
    const reason = shape === 'factor_activate' ? 'User set up SIGNED_NONCE factor' : null
    recordSuccess(org, person, device, shape, reason)
  }
}

/** One of the entries that getting in leaves. */
export function recordSuccess(
  org: Org,
  person: Person,
  device: SandboxDevice,
  shape: AttemptShape,
  reason: string | null
): void {
  const { network, phone } = person
  const party = partyOf(person)
  const outcome = { result: 'SUCCESS', reason }
  const published = org.clock()
  org.record(
    attemptEvent(org, { shape, user: party, actor: party, outcome, phone, network, device, published, judgement: {} })
  )
}

/** Okta learns of the person's phone. */
export function addPhone(org: Org, person: Person, seed: Partial<SandboxDevice> = {}): SandboxDevice {
  const { platform, model, osVersion, manufacturer, displayName } = person.phone
  const now = org.clock()
  const profile = { platform, model, osVersion, manufacturer, displayName }
  const device = org.addDevice({ created: now, lastUpdated: now, ...seed, profile: { ...profile, ...seed.profile } })
  person.deviceId = device.id
  return device
}

function deviceOf(org: Org, person: Person): SandboxDevice | undefined {
  return person.deviceId === null ? undefined : org.devices.get(person.deviceId)
}

/** What the person does after the service has written something for them. */
export type AfterWrite = 'enrolls' | 'fails_again' | 'nothing'

/** Puts off what the person does; the service does not see it before its own call has returned. */
export type Later = (act: () => void) => void

const REACTION_MS = 300

/** Lets the person react to every write about them or their phone. Returns the way to stop it. */
export function reactToWrites(
  org: Org,
  person: Person,
  afterWrite: AfterWrite,
  later: Later = (act) => void setTimeout(act, REACTION_MS).unref()
): () => void {
  return org.onWrite((write) => {
    const aboutThem = write.userId === person.id || (write.deviceId !== null && write.deviceId === person.deviceId)
    if (aboutThem && afterWrite !== 'nothing') later(() => react(org, person, afterWrite, write))
  })
}

/** Tries again, and gets in only if the org allows it. */
function react(org: Org, person: Person, afterWrite: AfterWrite, write: SandboxWrite): void {
  if (afterWrite === 'fails_again') {
    failEnrollment(org, person)
    return
  }
  if (write.action === 'reactivate') useActivationMail(org, person)
  const obstacle = enrollmentObstacle(org, person)
  if (obstacle === null) enroll(org, person)
  else failEnrollment(org, person, { reason: obstacle })
}

/** Opens the link in the activation mail and chooses a password. */
function useActivationMail(org: Org, person: Person): void {
  const user = org.users.get(person.id)
  if (!user || (user.status !== 'PROVISIONED' && user.status !== 'RECOVERY')) return
  const now = org.clock()
  const active: Partial<SandboxUser> = { status: 'ACTIVE', statusChanged: now, passwordChanged: now, lastUpdated: now }
  Object.assign(user, active)
  const seen = { actor: partyOf(person), client: clientOf(person.network, person.phone), target: [userTarget(user)] }
  org.record({ eventType: 'user.account.update_password', ...seen })
}
