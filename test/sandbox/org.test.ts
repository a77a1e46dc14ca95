import t from 'tap'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { handClock } from './api-client.ts'

t.test('the same seed gives the same ids, of Okta’s form', async (t) => {
  const people = (seed: number) => {
    const org = createOrg({ clock: handClock().clock, seed })
    const user = org.addUser()
    return [user.id, org.addDevice().id, org.addFactor(user.id).id, org.ids.uuid()]
  }
  t.strictSame(people(7), people(7))
  t.notSame(people(7), people(8))
  const [user, device, factor, uuid] = people(7)
  t.match(user, /^00u[0-9A-Za-z]{15}d7$/)
  t.match(device, /^guo[0-9A-Za-z]{15}d7$/)
  t.match(factor, /^opf[0-9A-Za-z]{15}d7$/)
  t.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
})

t.test('a user without details is a settled employee; one not yet active has no password', async (t) => {
  const org = createOrg({ clock: handClock().clock })
  t.match(org.addUser(), {
    status: 'ACTIVE',
    providerType: 'OKTA',
    passwordChanged: String,
    lastLogin: String,
    roles: []
  })
  t.match(org.addUser({ status: 'PROVISIONED' }), { activated: String, passwordChanged: null, lastLogin: null })
  t.match(org.addUser({ status: 'STAGED' }), { activated: null, passwordChanged: null, lastLogin: null })
  t.equal(org.addUser({ passwordChanged: null }).passwordChanged, null, 'what is said wins')
  const named = org.addUser({ profile: { login: 'dana@example.com' } })
  t.match(named.profile, { login: 'dana@example.com', email: 'dana@example.com', firstName: 'Sam' })
  t.equal(org.groups.get(named.groupIds[0] ?? '')?.profile.name, 'Everyone')
})

t.test('a device and its factor belong together; what is not there cannot be linked', async (t) => {
  const org = createOrg({ clock: handClock().clock })
  const user = org.addUser()
  const device = org.addDevice({ profile: { displayName: 'Pixel', platform: 'ANDROID', osVersion: '16' } })
  org.linkDevice(user.id, device.id)
  t.match(device.users, [{ userId: user.id, deviceUserId: /^lnk/, managementStatus: 'NOT_MANAGED' }])
  const factor = org.addFactor(user.id, { deviceId: device.id })
  t.match(factor.profile, { name: 'Pixel', platform: 'ANDROID', version: '16', deviceType: 'SmartPhone_Android' })
  t.throws(() => org.linkDevice(user.id, 'guo0'), /no device with the id guo0/)
  t.throws(() => org.addFactor('00u0'), /no user with the id 00u0/)
})

t.test('a recorded event is filled up, stored in order and shown to listeners until they stop', async (t) => {
  const hand = handClock()
  const org = createOrg({ clock: hand.clock })
  const seen: string[] = []
  const stop = org.onEvent((event) => seen.push(event.uuid))
  const first = org.record({ eventType: 'user.lifecycle.suspend' })
  t.match(first, {
    published: hand.clock(),
    version: '0',
    severity: 'INFO',
    displayMessage: 'Suspend Okta user',
    actor: { type: 'SystemPrincipal', alternateId: 'system@okta.com' },
    outcome: { result: 'SUCCESS' },
    transaction: { type: 'WEB', id: String }
  })
  hand.move(60_000)
  const late = org.record({
    eventType: 'user.mfa.factor.activate',
    published: '2026-06-15T13:00:00.000Z',
    outcome: { result: 'FAILURE', reason: 'Invalid token provided' }
  })
  t.equal(late.severity, 'WARN')
  t.equal(org.persistedAt(late), hand.clock(), 'stored later than it happened')
  stop()
  org.record({ eventType: 'user.lifecycle.unsuspend' })
  t.strictSame(seen, [first.uuid, late.uuid])
  t.equal(org.log.length, 3)
})
