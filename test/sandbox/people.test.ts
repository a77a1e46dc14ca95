import t from 'tap'
import { createOrg, type Org } from '../../src/sandbox/org/org.ts'
import type { Person } from '../../src/sandbox/people.ts'
import { type AfterWrite, enroll, enrollmentObstacle, failEnrollment, reactToWrites } from '../../src/sandbox/people.ts'
import {
  employee,
  invited,
  movedPhone,
  orphaned,
  phoneSuspended,
  suspended,
  withPhone
} from '../../src/sandbox/scenarios/cast.ts'

const NOW = '2026-06-15T14:00:00.000Z'

function newOrg(): Org {
  return createOrg({ clock: () => NOW })
}

/** What the log says since the last write or the beginning: type and result of each try. */
function tries(org: Org, person: Person): string[] {
  return org.log
    .filter((event) => event.published === NOW && JSON.stringify(event.target).includes(person.id))
    .map((event) => `${event.eventType} ${(event.outcome as { result: string }).result}`)
}

function write(org: Org, action: string, about: { userId?: string; deviceId?: string | null }) {
  const { userId = null, deviceId = null } = about
  org.noteWrite({ method: 'POST', path: '/', userId, deviceId, action, status: 200, ok: true, clientId: null })
}

/** A reaction that happens at once, or when it is called for. */
function react(org: Org, person: Person, afterWrite: AfterWrite): () => void {
  return reactToWrites(org, person, afterWrite, (act) => act())
}

t.test('a failed try names the person, Okta Verify, the phone and the reason', async (t) => {
  const org = newOrg()
  const person = employee(org, 'Test Person')
  const event = failEnrollment(org, person)
  t.match(event, {
    eventType: 'user.mfa.factor.activate',
    published: NOW,
    severity: 'WARN',
    actor: { id: person.id, type: 'User' },
    outcome: { result: 'FAILURE', reason: 'Invalid token provided' },
    target: [
      { id: person.id, type: 'User' },
      { id: /^pfd/, type: 'AuthenticatorEnrollment', displayName: 'Okta Verify' }
    ],
    client: { userAgent: { rawUserAgent: /OktaDeviceSDK\/\S+ iOS\/18\.5 Apple\/iPhone14,5 / } },
    debugContext: { debugData: { requestUri: '/idp/authenticators', factor: 'OKTA_VERIFY_PUSH' } }
  })
})

t.test('device events name the phone that Okta knows', async (t) => {
  const org = newOrg()
  const person = employee(org, 'Test Person')
  const phone = withPhone(org, person)
  for (const [shape, eventType] of [
    ['device_enrollment', 'device.enrollment.create'],
    ['device_user', 'device.user.add']
  ] as const) {
    t.match(failEnrollment(org, person, { shape }), {
      eventType,
      target: [
        { id: phone.id, type: 'UDDevice', detailEntry: { osPlatform: 'IOS' } },
        { id: person.id, type: 'User' }
      ]
    })
  }
})

t.test('the sparse form says nothing about place, phone or security, and Okta itself is the actor', async (t) => {
  const org = newOrg()
  const person = employee(org, 'Test Person')
  const event = JSON.parse(JSON.stringify(failEnrollment(org, person, { shape: 'sparse', reason: 'a reason' })))
  t.match(event, { actor: { type: 'SystemPrincipal' }, target: [{ id: person.id }], outcome: { reason: 'a reason' } })
  t.same([event.client, event.securityContext], [{ ipChain: [] }, {}])
  t.notOk('device' in event || 'insertionTimestamp' in event)
})

t.test('risk, behaviours, a proxy and a threat stand where Okta puts them', async (t) => {
  const org = newOrg()
  const person = employee(org, 'Test Person')
  const network = { ...person.network, isProxy: true, proxyType: 'tor' }
  const event = failEnrollment(org, person, {
    network,
    judgement: { risk: 'HIGH', behaviors: 'POSITIVE', threat: true }
  })
  t.match(event, {
    securityContext: {
      isProxy: true,
      risk: { level: 'HIGH' },
      userBehaviors: [
        { name: 'New Device', result: 'POSITIVE' },
        { name: 'New Country', result: 'POSITIVE' }
      ]
    },
    debugContext: {
      debugData: { threatSuspected: 'true', proxyType: 'tor', risk: '{level=HIGH}', behaviors: /New Country=POSITIVE/ }
    }
  })
})

t.test('everybody has an address and a network of their own', async (t) => {
  const org = newOrg()
  const people = Array.from({ length: 300 }, (_, i) => employee(org, `Person ${i}`))
  t.equal(new Set(people.map(({ network }) => network.ip)).size, 300)
  t.equal(new Set(people.map(({ network }) => network.asNumber)).size, 300)
})

t.test('enrolling leaves an active phone, three methods on it and the three events of a success', async (t) => {
  const org = newOrg()
  const person = employee(org, 'Test Person')
  enroll(org, person)
  t.same(
    org.users.get(person.id)?.factors.map(({ factorType, status, created, deviceId }) => ({
      factorType,
      status,
      created,
      mine: deviceId === person.deviceId
    })),
    ['push', 'signed_nonce', 'token:software:totp'].map((factorType) => ({
      factorType,
      status: 'ACTIVE',
      created: NOW,
      mine: true
    }))
  )
  t.match(org.devices.get(person.deviceId ?? ''), { status: 'ACTIVE', users: [{ userId: person.id }] })
  t.same(tries(org, person), [
    'device.enrollment.create SUCCESS',
    'device.user.add SUCCESS',
    'user.mfa.factor.activate SUCCESS'
  ])
  t.equal(enrollmentObstacle(org, person), null)
})

t.test('enrolling can happen without any event', async (t) => {
  const org = newOrg()
  const person = employee(org, 'Test Person')
  enroll(org, person, 'unlogged')
  t.same(tries(org, person), [])
  t.equal(org.users.get(person.id)?.factors.length, 3)
})

t.test('nobody enrolls who has no account', async (t) => {
  const org = newOrg()
  const person = employee(org, 'Test Person')
  org.users.delete(person.id)
  t.match(enrollmentObstacle(org, person), /E0000156/)
  t.throws(() => enroll(org, person), /no account/)
})

t.test('Okta lets a person enroll only when account, phone and old enrollments allow it', async (t) => {
  const org = newOrg()
  t.match(enrollmentObstacle(org, suspended(org, 'Sam Suspended')), /E0000155/)
  t.match(
    enrollmentObstacle(
      org,
      employee(org, 'Bo Blocked', { blocks: [{ type: 'DEVICE_BASED', appliesTo: 'ANY_DEVICES' }] })
    ),
    /E0000155/
  )
  t.match(enrollmentObstacle(org, phoneSuspended(org, 'Pam Phone')), /E0000152/)
  t.equal(enrollmentObstacle(org, orphaned(org, 'Olga Orphan')), 'Invalid token provided')
  t.equal(enrollmentObstacle(org, movedPhone(org, 'Mae Moved')), 'Invalid token provided')
  t.equal(enrollmentObstacle(org, employee(org, 'Fay Fine')), null)
})

t.test('after a write that really helps, the person gets in', async (t) => {
  const org = newOrg()
  const person = orphaned(org, 'Olga Orphan')
  react(org, person, 'enrolls')
  const user = org.users.get(person.id)
  if (user) user.factors = []
  write(org, 'unenroll_factor', { userId: person.id })
  t.equal(tries(org, person).at(-1), 'user.mfa.factor.activate SUCCESS')
})

t.test('after a write that does not help, the same person fails again', async (t) => {
  const org = newOrg()
  const person = orphaned(org, 'Olga Orphan')
  react(org, person, 'enrolls')
  write(org, 'unlock', { userId: person.id })
  t.same(tries(org, person), ['user.mfa.factor.activate FAILURE'])
})

t.test('after a new activation mail the person activates the account, then enrolls', async (t) => {
  const org = newOrg()
  const person = invited(org, 'Nia Newhire')
  react(org, person, 'enrolls')
  write(org, 'reactivate', { userId: person.id })
  t.match(org.users.get(person.id), { status: 'ACTIVE', passwordChanged: NOW })
  t.same(tries(org, person).slice(0, 1), ['user.account.update_password SUCCESS'])
  t.equal(tries(org, person).at(-1), 'user.mfa.factor.activate SUCCESS')
})

t.test('a person reacts to what happens to the phone too, and to nobody else', async (t) => {
  const org = newOrg()
  const person = phoneSuspended(org, 'Pam Phone')
  const other = employee(org, 'Otis Other')
  react(org, person, 'enrolls')
  write(org, 'unlock', { userId: other.id })
  t.same(tries(org, person), [])
  const phone = org.devices.get(person.deviceId ?? '')
  if (phone) phone.status = 'ACTIVE'
  for (const factor of org.users.get(person.id)?.factors ?? []) factor.status = 'ACTIVE'
  write(org, 'device.unsuspend', { deviceId: person.deviceId })
  t.equal(tries(org, person).at(-1), 'user.mfa.factor.activate SUCCESS')
})

t.test('a person who fails again does so whatever was repaired; one who does nothing does nothing', async (t) => {
  const org = newOrg()
  const unlucky = employee(org, 'Una Unlucky')
  const away = employee(org, 'Ava Away')
  const stop = react(org, unlucky, 'fails_again')
  react(org, away, 'nothing')
  write(org, 'unlock', { userId: unlucky.id })
  write(org, 'unlock', { userId: away.id })
  t.same(tries(org, unlucky), ['user.mfa.factor.activate FAILURE'])
  t.same(tries(org, away), [])
  stop()
  write(org, 'unlock', { userId: unlucky.id })
  t.equal(tries(org, unlucky).length, 1, 'until they stop reacting')
})

t.test('reactions are put off as the caller says', async (t) => {
  const org = newOrg()
  const person = employee(org, 'Test Person')
  const put: (() => void)[] = []
  reactToWrites(org, person, 'enrolls', (act) => put.push(act))
  write(org, 'unlock', { userId: person.id })
  t.same(tries(org, person), [])
  for (const act of put) act()
  t.equal(tries(org, person).length, 3)
})
