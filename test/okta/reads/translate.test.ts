import t from 'tap'
import {
  missingUser,
  toBlocks,
  toDevices,
  toEmbeddedBlocks,
  toEnrollments,
  toFactors,
  toGroups,
  toPlatform,
  toRisk,
  toRoles,
  toUser,
  toUserIds
} from '../../../src/okta/reads/translate.ts'
import { toLogEntries } from '../../../src/okta/reads/translate-log.ts'
import { fc } from '../../support/properties.ts'

const AT = '2025-02-03T09:00:00.000Z'

t.test('a user, as facts appendix A shows one', async (t) => {
  const body = {
    id: '00u1',
    status: 'SUSPENDED',
    transitioningToStatus: 'ACTIVE',
    created: AT,
    activated: null,
    statusChanged: '2026-06-15T13:58:12.123456Z',
    profile: {
      login: 'dana@example.com',
      email: 'd@example.com',
      firstName: 'Dana',
      lastName: 'Suspended',
      managerId: '00u2'
    },
    credentials: { provider: { type: 'ACTIVE_DIRECTORY' } },
    _embedded: { blocks: [], secret: 'DO-NOT-COPY' }
  }
  t.strictSame(toUser(body), {
    ...missingUser('00u1'),
    status: 'SUSPENDED',
    transitioningTo: 'ACTIVE',
    login: 'dana@example.com',
    name: 'Dana Suspended',
    email: 'd@example.com',
    managerId: '00u2',
    provider: 'ACTIVE_DIRECTORY',
    createdAt: AT,
    statusChangedAt: '2026-06-15T13:58:12.123Z'
  })
  t.equal(toUser({ id: '00u1', status: 'ACTIVATING' })?.status, 'unknown', 'never taken for ACTIVE')
  t.equal(toUser({ id: '00u1', status: 'MISSING' })?.status, 'unknown', 'our own word from outside')
  t.equal(toUser({ id: '00u1', profile: { displayName: 'Dana' } })?.name, 'Dana')
  for (const junk of [null, [], 'x', {}, { id: 7 }, { id: '' }]) t.equal(toUser(junk), null)
})

t.test('blocks, embedded or on their own', async (t) => {
  const blocks = [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }]
  t.strictSame(toBlocks(blocks), blocks)
  t.strictSame(toEmbeddedBlocks({ _embedded: { blocks } }), blocks)
  t.strictSame(toEmbeddedBlocks({ _embedded: { blocks: [] } }), [])
  t.equal(toEmbeddedBlocks({ id: '00u1' }), null, 'not embedded is not "no blocks"')
  t.strictSame(toBlocks([{}]), [{ type: 'unknown', appliesTo: 'unknown' }], 'an odd block is a block')
})

t.test('roles, risk and groups', async (t) => {
  t.strictSame(toRoles([{ type: 'SUPER_ADMIN', label: 'Super', assignmentType: 'GROUP' }, {}]), [
    { type: 'SUPER_ADMIN', label: 'Super', assignment: 'GROUP' },
    { type: 'unknown', label: null, assignment: null }
  ])
  t.equal(toRoles([{ type: 'USER_ADMIN' }, null]), null, 'half a list could hide an admin')
  t.equal(toRoles({ type: 'SUPER_ADMIN' }), null)
  t.strictSame(toRisk({ riskLevel: 'HIGH', reason: 'override.by.admin' }), {
    level: 'HIGH',
    reason: 'override.by.admin'
  })
  t.strictSame(toRisk({ riskLevel: 'SEVERE' }), { level: 'unknown', reason: null })
  t.equal(toRisk([]), null)
  t.strictSame(toGroups([{ id: '00g1', profile: { name: 'VIP' } }, { id: '00g2' }]), [
    { id: '00g1', name: 'VIP' },
    { id: '00g2', name: null }
  ])
  t.equal(toGroups([{ profile: { name: 'VIP' } }]), null)
})

t.test('devices', async (t) => {
  const profile = {
    displayName: 'Riley iPhone',
    platform: 'IOS',
    model: 'iPhone14,5',
    osVersion: '18.4',
    serialNumber: 'S1',
    managed: false,
    integrityJailbreak: true
  }
  const device = { id: 'guo1', status: 'SUSPENDED', created: AT, lastUpdated: AT, profile }
  t.strictSame(toDevices([{ created: AT, deviceUserId: 'lnk1', device }]), [
    {
      id: 'guo1',
      status: 'SUSPENDED',
      name: 'Riley iPhone',
      platform: 'IOS',
      model: 'iPhone14,5',
      osVersion: '18.4',
      serialNumber: 'S1',
      managed: false,
      jailbroken: true,
      createdAt: AT,
      lastUpdatedAt: AT
    }
  ])
  const one = (changed: object) => toDevices([{ device: { id: 'guo1', ...changed } }])?.[0]
  t.equal(one({ status: 'UNSUSPENDED' })?.status, 'ACTIVE')
  t.equal(one({ status: 'LOST' })?.status, 'unknown')
  t.match(one({}), { managed: null, jailbroken: null, platform: 'unknown', createdAt: null })
  t.equal(one({ profile: { integrityJailbreak: 'false' } })?.jailbroken, null, 'a text is no answer')
  t.equal(toDevices([{ device: { id: 'guo1' } }, { deviceUserId: 'lnk2' }]), null)
  t.strictSame(toUserIds([{ user: { id: '00u1' } }, { user: { id: '00u2' } }]), ['00u1', '00u2'])
  t.equal(toUserIds([{ user: { id: '00u1' } }, {}]), null, 'an unnamed user is not nobody')
  t.strictSame(['ios', 'Android', 'MACOS', 'WINDOWS', 'unknown', 7].map(toPlatform), [
    'IOS',
    'ANDROID',
    'MACOS',
    'WINDOWS',
    'unknown',
    'unknown'
  ])
})

t.test('factors: Okta Verify is told from others, and a live secret stays behind', async (t) => {
  const isOktaVerify = (factorType: string, provider: string) =>
    toFactors([{ id: 'f1', factorType, provider }])?.[0]?.isOktaVerify
  for (const type of ['push', 'signed_nonce', 'token:software:totp']) t.equal(isOktaVerify(type, 'OKTA'), true, type)
  t.equal(isOktaVerify('token:software:totp', 'GOOGLE'), false)
  t.equal(isOktaVerify('webauthn', 'FIDO'), false)
  t.equal(isOktaVerify('sms', 'OKTA'), false)
  const pending = {
    id: 'ost1',
    factorType: 'token:software:totp',
    provider: 'OKTA',
    status: 'PENDING_ACTIVATION',
    created: AT,
    profile: { credentialId: 'riley@example.com', name: 'Riley iPhone', deviceType: 'SmartPhone_IPhone' },
    sharedSecret: 'SEEDED-SECRET',
    _embedded: { activation: { sharedSecret: 'SEEDED-SECRET', factorResult: 'WAITING' } },
    _links: { activate: { href: 'https://id.example.com/SEEDED-SECRET' } }
  }
  const factors = toFactors([pending])
  t.strictSame(factors, [
    {
      id: 'ost1',
      type: 'token:software:totp',
      provider: 'OKTA',
      isOktaVerify: true,
      status: 'PENDING_ACTIVATION',
      createdAt: AT,
      lastUpdatedAt: null,
      deviceName: 'Riley iPhone',
      platform: 'IOS'
    }
  ])
  t.notMatch(JSON.stringify(factors), /SEEDED-SECRET/)
  const platform = (profile: object) => toFactors([{ id: 'f1', profile }])?.[0]?.platform
  t.equal(platform({ deviceType: 'SmartPhone_Android' }), 'ANDROID')
  t.equal(platform({ platform: 'ANDROID', deviceType: 'SmartPhone_IPhone' }), 'ANDROID')
  t.equal(platform({ deviceType: 'Toaster' }), 'unknown')
  t.match(toFactors([{ id: 'f1' }]), [{ type: 'unknown', provider: 'unknown', status: 'unknown', isOktaVerify: false }])
  t.equal(toFactors([{ factorType: 'push' }]), null)
})

t.test('enrollments come as a list, whatever the description says', async (t) => {
  const enrollment = { type: 'app', id: 'pfd1', key: 'okta_verify', status: 'ACTIVE', name: 'Okta Verify', created: AT }
  const { type: _dropped, created, ...rest } = enrollment
  t.strictSame(toEnrollments([enrollment]), [{ ...rest, createdAt: created, lastUpdatedAt: null }])
  t.equal(toEnrollments(enrollment), null)
  t.match(toEnrollments([{ id: 'pfd1' }]), [{ key: 'unknown', status: 'unknown', name: null }])
  t.equal(toEnrollments([{ key: 'okta_verify' }]), null)
})

t.test('no JSON makes any of them throw, and nothing embedded comes through', async (t) => {
  const all = [
    toUser,
    toBlocks,
    toRoles,
    toRisk,
    toGroups,
    toDevices,
    toUserIds,
    toFactors,
    toEnrollments,
    toLogEntries
  ]
  const keys = ['id', 'user', 'device', 'profile', 'status', 'target', 'actor', 'client', 'outcome', 'debugContext']
  const shaped = fc.dictionary(fc.constantFrom(...keys, 'uuid', 'published', 'eventType', '__proto__'), fc.jsonValue())
  const seeded = { _embedded: { activation: { sharedSecret: 'SEEDED-SECRET' } }, sharedSecret: 'SEEDED-SECRET' }
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), shaped, fc.array(shaped)), (json) => {
      const list = (Array.isArray(json) ? json : [json]).map((it) =>
        typeof it === 'object' && it !== null && !Array.isArray(it) ? { ...it, ...seeded } : it
      )
      const read = all.flatMap((translate) => [translate(json), translate(list), translate(list[0])])
      if (JSON.stringify(read).includes('SEEDED-SECRET')) throw new Error('the secret came through')
    }),
    { numRuns: 500 }
  )
  t.pass('none did')
})
