/** Which enrollment ends a case: that of the failing device, or of its platform when the failure names no device. */
import t from 'tap'
import { caseFacts } from '../../src/decide/facts.ts'
import {
  failedDevices,
  isFailedDevice,
  recoveredSince,
  recovers,
  workedBefore,
  workingDevices
} from '../../src/decide/recovery.ts'
import { MINUTE_MS } from '../../src/domain/time.ts'
import { aFailure, anAction, anEventDevice, anInput, NOW } from './build.ts'
import { aDevice, aFactor, ago, anEnrollment, anEntry, knownEvidence, unknownItem, withItem } from './build-evidence.ts'

const IPHONE = anEventDevice({ id: 'guoIPHONE', name: 'Dana iPhone', platform: 'IOS', model: 'iPhone14,5' })
const LAPTOP = anEventDevice({ id: 'guoLAPTOP', name: 'Dana Laptop', platform: 'WINDOWS' })
const later = ago(MINUTE_MS)

t.test('the iPhone fails, then a Windows laptop enrolls: not recovered', async (t) => {
  const failures = [aFailure({ device: IPHONE })]
  t.equal(recovers(failures, later, LAPTOP), 'no')
  const laptop = aDevice({
    id: 'guoLAPTOP',
    name: 'Dana Laptop',
    platform: 'WINDOWS',
    serialNumber: 'W1',
    model: 'XPS'
  })
  const factor = aFactor({ type: 'signed_nonce', platform: 'WINDOWS', deviceName: 'Dana Laptop', createdAt: later })
  const enrollments = [anEnrollment({ createdAt: later })]
  const history = [anEntry('user.mfa.factor.activate', { at: later, isOktaVerify: true })]
  const evidence = knownEvidence({ devices: [laptop], factors: [factor], enrollments, history })
  t.equal(recoveredSince(evidence, failures), 'no')
  t.equal(caseFacts(anInput({ evidence, failures })).recoveredSince, false)
})

t.test('a failure that names only its platform is ended by a device of that platform', async (t) => {
  const failures = [aFailure({ device: anEventDevice({ platform: 'IOS' }) })]
  t.equal(recovers(failures, later, IPHONE), 'yes')
  t.equal(recovers(failures, later, LAPTOP), 'no')
  t.equal(recovers(failures, later, anEventDevice()), 'unknown')
  t.equal(recovers([aFailure()], later, LAPTOP), 'yes', 'no device, no platform: any enrollment')
})

t.test(
  'the app is installed again and has a new device id: the same phone by serial number, model or name',
  async (t) => {
    const again = anEventDevice({ ...IPHONE, id: 'guoNEW' })
    t.equal(isFailedDevice(IPHONE, again), 'yes')
    t.equal(isFailedDevice(IPHONE, { ...again, model: 'iPad13,4' }), 'no')
    t.equal(isFailedDevice({ ...IPHONE, model: null }, { ...again, name: 'Other iPhone' }), 'no')
    t.equal(isFailedDevice(anEventDevice({ id: 'guoIPHONE' }), anEventDevice({ platform: 'IOS' })), 'unknown')
    const serial = { ...IPHONE, serialNumber: 'S1' }
    t.equal(isFailedDevice(serial, { ...again, serialNumber: 'S1', model: null }), 'yes')
    t.equal(isFailedDevice(serial, { ...again, serialNumber: 'S2' }), 'no')
  }
)

t.test('two devices fail: one that enrolls does not end the case of the other', async (t) => {
  const failures = [aFailure({ device: IPHONE }), aFailure({ uuid: 'f2', device: LAPTOP })]
  t.equal(failedDevices(failures).length, 2)
  t.equal(recovers(failures, later, IPHONE), 'no')
  const phone = aFactor({ createdAt: later })
  t.equal(recoveredSince(knownEvidence({ factors: [phone] }), failures), 'no')
  const laptop = aFactor({ id: 'f2', platform: 'WINDOWS', deviceName: 'Dana Laptop', createdAt: later })
  t.equal(recoveredSince(knownEvidence({ factors: [phone, laptop] }), failures), 'yes')
})

t.test('failures of one device count as one, from the newest on', async (t) => {
  const sparse = anEventDevice({ platform: 'IOS' })
  const failures = [
    aFailure({ device: sparse }),
    aFailure({ uuid: 'f2', device: IPHONE, publishedAt: ago(2 * MINUTE_MS) })
  ]
  t.match(failedDevices(failures), [{ device: { id: 'guoIPHONE' }, since: ago(2 * MINUTE_MS) }])
  t.equal(recovers(failures, ago(3 * MINUTE_MS), IPHONE), 'no', 'before the newest failure')
})

t.test('an enrollment on a device that is not known leaves it open', async (t) => {
  const failures = [aFailure({ device: IPHONE })]
  const history = [anEntry('user.mfa.factor.activate', { at: later, isOktaVerify: true })]
  t.equal(recoveredSince(knownEvidence({ history }), failures), 'unknown')
  const logged = [anEntry('device.enrollment.create', { at: later, targetIds: ['guoIPHONE'] })]
  const devices = [aDevice({ id: 'guoIPHONE' })]
  t.equal(recoveredSince(knownEvidence({ history: logged, devices }), failures), 'yes')
  const registered = logged.map((entry) => ({ ...entry, unfinished: true as const }))
  t.equal(recoveredSince(knownEvidence({ history: registered, devices }), failures), 'no', 'only registered')
  t.equal(recoveredSince(withItem(knownEvidence(), 'factors', unknownItem()), failures), 'unknown')
  t.equal(recoveredSince(knownEvidence(), []), 'unknown')
})

t.test('the laptop works and renews its enrollment: a failure that names no device stays open', async (t) => {
  const sparse = aFailure({ device: anEventDevice() })
  const laptop = anEventDevice({ id: 'guoLAPTOP', name: 'Dana Laptop', platform: 'WINDOWS' })
  const phone = anEventDevice({ id: 'guoPHONE', name: 'Dana iPhone', platform: 'IOS' })
  const worked = [{ ...laptop, id: null }]
  t.equal(recovers([sparse], NOW, laptop, worked), 'unknown')
  t.equal(recovers([sparse], NOW, phone, worked), 'yes', 'another device is the one that failed')
  t.equal(recovers([sparse], NOW, laptop), 'yes', 'nothing worked before')
  const named = aFailure({ device: laptop })
  t.equal(recovers([named], NOW, laptop, worked), 'yes', 'the laptop itself failed')
  const removal = anAction({ remediation: 'remove_replaced_enrollment' })
  t.same(workedBefore({ actions: [removal], worked }), [], 'after a removal nothing works any more')
  t.same(workedBefore({ actions: [], worked }), worked)
  t.same(workedBefore({ actions: [] }), [])
  const anonymous = knownEvidence({ enrollments: [anEnrollment({ createdAt: NOW })] })
  t.equal(recoveredSince(anonymous, [sparse], worked), 'unknown', 'an enrollment without a device')
  const factor = aFactor({ deviceName: 'Dana Laptop', platform: 'WINDOWS' })
  t.match(workingDevices(knownEvidence({ factors: [factor, aFactor({ status: 'EXPIRED' })] })), [
    { name: 'Dana Laptop' }
  ])
})
