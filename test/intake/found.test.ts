/** Deliveries composed after captures of real orgs that were once misread, each with what it means. */
import t from 'tap'
import type { Reading } from '../../src/domain/vocabulary.ts'
import { brief, readFixture } from './build.ts'

function one(name: string): Exclude<Reading, { kind: 'skipped' }> {
  const [reading] = readFixture(`found/${name}`)
  if (!reading || reading.kind === 'skipped') throw new Error(`${name} is skipped`)
  return reading
}

t.test('the iPhone model is read beside the app instance id, which is dropped', async (t) => {
  t.match(one('ios-ua-with-app-instance-id').device, { platform: 'IOS', osVersion: '17.0.3', model: 'iPhone15,4' })
  t.match(one('ios-ua-suspended-device').device, { platform: 'IOS', osVersion: '18.5', model: 'iPhone14,5' })
  t.notMatch(JSON.stringify(readFixture('found/ios-ua-with-app-instance-id')), /0F0E0D0C/i)
})

t.test('a Windows agent is read although its maker has dots', async (t) => {
  const { device, context } = one('windows-ua-dot-in-maker')
  t.match(device, { platform: 'WINDOWS', osVersion: '10.0.19045.3570', model: 'MS-7B51' })
  t.equal(context.appVersion, '4.4.1.0')
})

t.test('a device object in camel case is read', async (t) => {
  t.match(one('device-camel-case').device, { platform: 'IOS', osVersion: '17.0.3', model: 'iPhone15,4' })
})

t.test('a reset of Okta Verify is a signal, not a recovery', async (t) => {
  t.strictSame(readFixture('found/reset-read-as-recovery').map(brief), ['signal'])
})

t.test('the enrollment of a laptop names its own platform, so that it cannot close the case of a phone', async (t) => {
  const [failure, recovery] = readFixture('found/laptop-closes-phone-case')
  t.match(failure, { kind: 'failure', device: { platform: 'IOS' } })
  t.match(recovery, { kind: 'recovery', device: { platform: 'WINDOWS', id: 'guoLaptop00000000000' } })
})

t.test('a named authenticator of another app decides before the path that it shares with Okta Verify', async (t) => {
  t.strictSame(readFixture('found/custom-authenticator-at-enrollment-path').map(brief), [
    'skipped not_okta_verify, near miss'
  ])
})

t.test('a phishing attempt that FastPass blocked is kept as a signal with its reason', async (t) => {
  t.match(one('fastpass-phishing'), { kind: 'signal', reason: 'FastPass declined phishing attempt' })
})
