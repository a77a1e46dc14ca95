/** What the facts say about phones and enrollments (facts §4). */
import t from 'tap'
import { caseFacts } from '../../src/decide/facts.ts'
import type { Factor } from '../../src/domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts'
import type { EventDevice } from '../../src/domain/vocabulary.ts'
import {
  absentItem,
  aDevice,
  aFactor,
  aFailure,
  ago,
  anEnrollment,
  anEventDevice,
  anInput,
  knownEvidence,
  USER_ID,
  unknownItem,
  withItem
} from './build.ts'

type Values = Parameters<typeof knownEvidence>[0]
const on = (device: Parameters<typeof anEventDevice>[0]) => [aFailure({ device: anEventDevice(device) })]
const facts = (values: Values, failures = on({})) => caseFacts(anInput({ failures, evidence: knownEvidence(values) }))

t.test('Okta Verify on a laptop is on another kind of device than the phone that fails', async (t) => {
  const laptop = aDevice({ id: 'guoLAPTOP', name: 'Dana Mac', platform: 'MACOS', model: 'Mac15,6' })
  const onLaptop = aFactor({ deviceName: 'Dana Mac', platform: 'MACOS' })
  const elsewhere = (factors: readonly Factor[], device: Partial<EventDevice> = { platform: 'IOS' }) =>
    facts({ devices: [laptop, aDevice()], factors }, on(device)).worksOnlyElsewhere
  t.equal(elsewhere([onLaptop]), true)
  t.equal(elsewhere([onLaptop, aFactor()]), false, 'on a phone too')
  t.equal(elsewhere([onLaptop], { platform: 'WINDOWS' }), false, 'another computer fails')
  t.equal(elsewhere([]), false, 'it works nowhere')
  t.equal(elsewhere([onLaptop], {}), undefined, 'the event names no device')
  t.equal(elsewhere([onLaptop, aFactor({ deviceName: null, platform: 'unknown' })]), undefined)
})

t.test('the blocked device is found by id, else by serial number, else by model', async (t) => {
  const devices = [
    aDevice({ status: 'SUSPENDED' }),
    aDevice({ id: 'guoB', serialNumber: 'SER2', model: 'iPhone16,1' }),
    aDevice({ id: 'guoC', serialNumber: 'SER3', model: 'iPhone16,1', status: 'DEACTIVATED' })
  ]
  const of = (device: Parameters<typeof anEventDevice>[0]) => {
    const { deviceBlocked, deviceExact } = facts({ devices }, on(device))
    return [deviceBlocked, deviceExact]
  }
  t.same(of({ id: 'guoPHONE' }), ['SUSPENDED', true])
  t.same(of({ id: 'guoB', model: 'iPhone14,5' }), ['none', true], 'the id says which of them it is')
  t.same(of({ id: 'guoNEW', serialNumber: 'SER3' }), ['DEACTIVATED', true])
  t.same(of({ model: 'iPhone14,5' }), ['SUSPENDED', false])
  t.same(of({ model: 'iPhone16,1' }), ['DEACTIVATED', false], 'one of several of this model')
  t.same(of({ model: 'Pixel 9' }), ['none', undefined], 'none of them')
  t.same(of({}), [undefined, undefined], 'the user has a blocked device, the event does not say which it is')
})

t.test('no blocked device, or no devices on purpose, is no block; unread devices are unknown', async (t) => {
  t.equal(facts({ devices: [aDevice({ status: 'unknown' })] }).deviceBlocked, undefined, 'a new status may be a block')
  t.equal(facts({ devices: [aDevice()] }).deviceBlocked, 'none')
  const absent = withItem(knownEvidence(), 'devices', absentItem())
  t.equal(caseFacts(anInput({ evidence: absent })).deviceBlocked, 'none')
  const unread = withItem(knownEvidence(), 'devices', unknownItem())
  t.equal(caseFacts(anInput({ evidence: unread })).deviceBlocked, undefined)
  t.equal(caseFacts(anInput({ evidence: unread })).oldPhoneLikely, undefined)
})

t.test('a device with another user is shared', async (t) => {
  const users = (...userIds: string[]) => facts({ device_users: [{ deviceId: 'guoPHONE', userIds }] }).sharedDevice
  t.equal(users(USER_ID), false)
  t.equal(users(USER_ID, '00uEVE'), true)
})

t.test('jailbroken and unmanaged: the event or the record of the failing device says so', async (t) => {
  t.equal(facts({}, on({ jailbroken: true })).jailbroken, true)
  t.equal(facts({}, on({ jailbroken: false })).jailbroken, false)
  t.equal(facts({}).jailbroken, undefined)
  const devices = [aDevice({ jailbroken: true, managed: false }), aDevice({ id: 'guoB' })]
  t.match(facts({ devices }, on({ id: 'guoPHONE' })), { jailbroken: true, unmanagedDevice: true })
  t.match(facts({ devices }, on({ id: 'guoB' })), { jailbroken: false, unmanagedDevice: false })
  t.match(facts({ devices }), { jailbroken: true, unmanagedDevice: true }, 'the event names none: any in use counts')
  const retired = [aDevice({ jailbroken: true, status: 'DEACTIVATED' })]
  t.equal(facts({ devices: retired }).jailbroken, undefined, 'a retired device says nothing')
})

t.test('iPhone 15 on iOS 17 is told by the exact model', async (t) => {
  const phone = (model: string | null, osVersion: string | null) => facts({}, on({ model, osVersion })).ios17Iphone15
  for (const model of ['iPhone15,4', 'iPhone15,5', 'iPhone16,1', 'iPhone16,2']) t.equal(phone(model, '17.0.3'), true)
  t.equal(phone('iPhone15,2', '17.0.3'), false, 'an iPhone 14 Pro')
  t.equal(phone('iPhone15,4', '18.1'), false)
  t.equal(phone('iPhone15,4', null), undefined)
  t.equal(phone(null, '17.1'), undefined)
  const devices = [aDevice({ model: 'iPhone15,4', osVersion: '17.2' })]
  t.equal(facts({ devices }, on({ id: 'guoPHONE' })).ios17Iphone15, true, 'the device record says it')
})

const FAILING_IPHONE = on({ platform: 'IOS', model: 'iPhone17,1' })

t.test('an active enrollment on a phone not seen for a month is an old phone', async (t) => {
  const unused = aDevice({ lastUpdatedAt: ago(45 * DAY_MS) })
  const old = (factor: Parameters<typeof aFactor>[0], devices = [unused]) =>
    facts({ devices, factors: [aFactor(factor)] }, on({ platform: 'IOS' })).oldPhoneLikely
  t.equal(old({}), true)
  t.equal(old({ type: 'signed_nonce', deviceName: 'renamed' }), true, 'found by platform')
  t.equal(old({ type: 'token:software:totp' }), false, 'a code is bound to no device')
  t.equal(old({ status: 'INACTIVE' }), false)
  t.equal(old({ isOktaVerify: false }), false)
  t.equal(old({}, [aDevice()]), false, 'in use')
  t.equal(old({}, [aDevice({ lastUpdatedAt: null })]), false, 'nobody knows when it was used')
  t.equal(old({ deviceName: null, platform: 'unknown' }), false, 'nothing tells where it lives')
  t.equal(facts({ devices: [unused], factors: [] }, FAILING_IPHONE).oldPhoneLikely, false)
  t.equal(facts({ devices: [unused], factors: [aFactor()] }).oldPhoneLikely, undefined, 'no failing platform is known')
})

t.test('the first iPhone of somebody whose FastPass laptop idled for 40 days replaces nothing', async (t) => {
  const laptop = aDevice({ name: 'Laptop', platform: 'WINDOWS', model: 'XPS', lastUpdatedAt: ago(40 * DAY_MS) })
  const factors = [aFactor({ type: 'signed_nonce', platform: 'WINDOWS', deviceName: 'Laptop' })]
  t.equal(facts({ devices: [laptop], factors }, FAILING_IPHONE).oldPhoneLikely, false)
})

t.test('an iPhone in use beside a new iPad is no replaced phone', async (t) => {
  const home = aDevice({ lastUpdatedAt: ago(2 * DAY_MS) })
  const failing = on({ platform: 'IOS', model: 'iPad13,4' })
  t.equal(facts({ devices: [home], factors: [aFactor()] }, failing).oldPhoneLikely, false)
})

t.test('a newer phone of the same kind that fails makes the enrolled one old, unless that is still used', async (t) => {
  const factors = [aFactor()]
  const home = aDevice({ lastUpdatedAt: ago(DAY_MS) })
  const failing = (device: Parameters<typeof anEventDevice>[0], homes = [home]) =>
    facts({ factors, devices: homes }, on({ platform: 'IOS', model: 'iPhone17,1', ...device })).oldPhoneLikely
  t.equal(failing({ id: 'guoNEW' }), true, 'the failing phone is not in the list yet')
  t.equal(failing({}), true, 'nor has it an id')
  t.equal(failing({}, [aDevice({ lastUpdatedAt: ago(MINUTE_MS) })]), false, 'the other was used since the failure')
  t.equal(failing({ id: 'guoPHONE' }), false, 'it is the enrolled phone itself')
  t.equal(failing({ model: 'iPhone14,5' }), false, 'the same model')
  t.equal(failing({ model: 'iPhone14,5', serialNumber: 'SER9' }), true, 'the same model, another serial number')
  t.equal(failing({ model: null }), false, 'nothing to compare')
  t.equal(failing({ platform: 'ANDROID', model: 'Pixel 9' }), false, 'another platform')
  const listed = (device: Parameters<typeof aDevice>[0]) =>
    failing({ id: 'guoNEW' }, [
      home,
      aDevice({ id: 'guoNEW', name: 'New', model: 'iPhone17,1', serialNumber: null, ...device })
    ])
  t.equal(listed({ createdAt: ago(HOUR_MS) }), true)
  t.equal(listed({ createdAt: ago(9 * DAY_MS) }), false, 'not that new')
})

t.test('no active Okta Verify needs both lists, since the factor list hides some', async (t) => {
  t.equal(facts({ factors: [aFactor()] }).hasActiveOktaVerify, true)
  t.equal(facts({ enrollments: [anEnrollment()] }).hasActiveOktaVerify, true)
  t.equal(facts({ enrollments: [anEnrollment({ status: 'INACTIVE' })] }).hasActiveOktaVerify, false)
  t.equal(facts({}).hasActiveOktaVerify, false)
  const without = (source: 'factors' | 'enrollments', item = unknownItem()) =>
    caseFacts(anInput({ evidence: withItem(knownEvidence(), source, item) })).hasActiveOktaVerify
  t.equal(without('factors'), undefined)
  t.equal(without('enrollments'), undefined)
  t.equal(without('enrollments', absentItem()), false)
  const neither = withItem(withItem(knownEvidence(), 'factors', absentItem()), 'enrollments', absentItem())
  t.equal(caseFacts(anInput({ evidence: neither })).hasActiveOktaVerify, undefined)
})

t.test('an orphaned enrollment: some, none usable, the newest no longer in the making', async (t) => {
  const pending = aFactor({ status: 'PENDING_ACTIVATION', createdAt: ago(20 * MINUTE_MS) })
  const young = aFactor({ id: 'opf2', status: 'EXPIRED', createdAt: ago(MINUTE_MS) })
  const old = aFactor({ id: 'opf2', status: 'EXPIRED', createdAt: ago(HOUR_MS) })
  t.equal(facts({ factors: [pending, old] }).orphanedEnrollment, true)
  t.equal(facts({ factors: [pending, young] }).orphanedEnrollment, false, 'the QR code is on the screen now')
  t.equal(
    facts({ factors: [pending, { ...old, createdAt: null }] }).orphanedEnrollment,
    undefined,
    'one of unknown age'
  )
  const listed = anEnrollment({ status: 'PENDING_ACTIVATION', createdAt: ago(MINUTE_MS) })
  t.equal(facts({ factors: [pending], enrollments: [listed] }).orphanedEnrollment, false, 'by the other list')
  t.equal(facts({ factors: [young] }).orphanedEnrollment, false, 'still in the making')
  t.equal(facts({ factors: [{ ...pending, createdAt: null }] }).orphanedEnrollment, undefined, 'of unknown age')
  t.equal(facts({ factors: [pending, aFactor()] }).orphanedEnrollment, false, 'one works')
  t.equal(facts({ factors: [pending, aFactor({ status: 'BRAND_NEW_STATUS' })] }).orphanedEnrollment, false)
  t.equal(facts({ factors: [] }).orphanedEnrollment, false)
  t.equal(facts({ factors: [pending], enrollments: [anEnrollment()] }).orphanedEnrollment, false, 'one hides')
  const suspended = [aDevice({ status: 'SUSPENDED' })]
  t.equal(facts({ factors: [pending], devices: suspended }).orphanedEnrollment, false, 'it comes back with the device')
  for (const source of ['factors', 'enrollments', 'devices'] as const) {
    const evidence = withItem(knownEvidence({ factors: [pending] }), source, unknownItem())
    t.equal(caseFacts(anInput({ evidence })).orphanedEnrollment, undefined, `${source} unread`)
  }
  const classic = withItem(knownEvidence({ factors: [pending] }), 'devices', absentItem())
  t.equal(caseFacts(anInput({ evidence: classic })).orphanedEnrollment, true, 'an org without devices')
})

t.test('another strong factor is a security key or a hardware token that works', async (t) => {
  const other = (type: string, status = 'ACTIVE') =>
    facts({ factors: [aFactor({ type, status, isOktaVerify: false })] }).otherStrongFactor
  for (const type of ['webauthn', 'u2f', 'token:hardware']) t.equal(other(type), true, type)
  t.equal(other('webauthn', 'PENDING_ACTIVATION'), false)
  t.equal(other('sms'), false)
})
