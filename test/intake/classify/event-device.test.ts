import t from 'tap'
import type { EventDevice } from '../../../src/domain/vocabulary.ts'
import { readAppAgent } from '../../../src/intake/classify/event-device.ts'
import { anEvent, OKTA_VERIFY, readFailure, USER } from '../build.ts'

const IPHONE_AGENT = 'EXAMPLETEAM.com.okta.mobile/9.32.0 DeviceAuthenticator/1.2.4 iOS/18.5 Apple/iPhone14,5'
const NONE: EventDevice = {
  id: null,
  name: null,
  platform: 'unknown',
  osVersion: null,
  model: null,
  serialNumber: null,
  managed: null,
  jailbroken: null
}
const PHONE = {
  id: 'guoPHONE',
  type: 'UDDevice',
  displayName: 'Dana iPhone',
  detailEntry: { osPlatform: 'IOS', osVersion: '18.5', managed: 'true', serialNumber: 'SN1' }
}

function deviceOf(over: Record<string, unknown>): EventDevice {
  return readFailure(anEvent(over)).device
}
const saidByApp = (rawUserAgent: string) => ({ client: { userAgent: { rawUserAgent } } })

t.test('the device object in snake case is read, with the model when its name is one', async (t) => {
  const device = {
    id: 'guoPHONE',
    name: 'iPhone15,4',
    os_platform: 'IOS',
    os_version: '17.0.3',
    managed: false,
    jailbreak: true,
    serial_number: 'SN1'
  }
  t.same(deviceOf({ device }), {
    id: 'guoPHONE',
    name: 'iPhone15,4',
    platform: 'IOS',
    osVersion: '17.0.3',
    model: 'iPhone15,4',
    serialNumber: 'SN1',
    managed: false,
    jailbroken: true
  })
  t.match(deviceOf({ device: { name: 'Mac15,6', os_platform: 'OSX', os_version: 14 } }), {
    platform: 'MACOS',
    osVersion: '14',
    model: 'Mac15,6'
  })
  t.match(deviceOf({ device: { name: 'Pixel 8', os_platform: 'ANDROID' } }), { platform: 'ANDROID', model: null })
})

t.test('a device target is read wherever it stands, and completed by what the app says', async (t) => {
  t.same(deviceOf({ target: [USER, PHONE], ...saidByApp(IPHONE_AGENT) }), {
    ...NONE,
    id: 'guoPHONE',
    name: 'Dana iPhone',
    platform: 'IOS',
    osVersion: '18.5',
    model: 'iPhone14,5',
    serialNumber: 'SN1',
    managed: true
  })
})

t.test('a target that names a system is a device whatever its type; its id only when it is a device id', async (t) => {
  const detailEntry = { osPlatform: 'Windows 11', oktaDeviceId: 'guoDETAIL' }
  t.match(deviceOf({ target: [{ ...OKTA_VERIFY, detailEntry }] }), { id: 'guoDETAIL', platform: 'WINDOWS' })
  t.match(deviceOf({ target: [{ ...OKTA_VERIFY, detailEntry: { osPlatform: 'MACOS' } }] }), { id: null })
  t.match(deviceOf({ target: [{ id: 'guoX', type: 'Device', detailEntry: { osPlatform: 'IOS' } }] }), { id: 'guoX' })
  t.match(deviceOf({ target: [{ id: 'guoX', type: 'UDDevice' }] }), { id: 'guoX', platform: 'unknown' })
  t.match(deviceOf({ target: [{ type: 'Device', detailEntry: { osPlatform: 'IOS' } }] }), { id: null, platform: 'IOS' })
})

t.test('two devices never become one: the target is what the event is about', async (t) => {
  const laptop = { id: 'guoLAPTOP', name: 'Mac15,6', os_platform: 'OSX', managed: true, jailbreak: false }
  t.same(deviceOf({ target: [USER, PHONE], device: laptop, ...saidByApp(IPHONE_AGENT) }), {
    ...NONE,
    id: 'guoPHONE',
    name: 'Dana iPhone',
    platform: 'IOS',
    osVersion: '18.5',
    model: 'iPhone14,5',
    serialNumber: 'SN1',
    managed: true
  })
  t.match(deviceOf({ device: laptop, ...saidByApp(IPHONE_AGENT) }), { id: 'guoLAPTOP', model: 'Mac15,6' })
})

t.test('a modified system counts even when it is the other device', async (t) => {
  const other = { id: 'guoOTHER', os_platform: 'IOS', jailbreak: true }
  t.match(deviceOf({ target: [PHONE], device: other }), { id: 'guoPHONE', jailbroken: true })
  t.match(deviceOf({ target: [PHONE], device: { id: 'guoPHONE', jailbreak: true } }), { jailbroken: true })
  t.match(deviceOf({ target: [PHONE], device: { id: 'guoPHONE', jailbreak: false } }), { jailbroken: false })
})

t.test('nothing said is nothing known', async (t) => {
  for (const over of [
    { device: null },
    { device: 'iPhone' },
    { device: [] },
    { target: null },
    { target: {} },
    { target: 'x' }
  ]) {
    t.same(deviceOf(over), NONE, JSON.stringify(over))
  }
  t.same(
    deviceOf({ device: { id: 'unknown', name: 'null', os_platform: '', managed: 'maybe', jailbreak: null } }),
    NONE
  )
})

t.test('the app tells version, system and model; browsers tell nothing', async (t) => {
  const rows: [string, ReturnType<typeof readAppAgent>][] = [
    [IPHONE_AGENT, { appVersion: '9.32.0', platform: 'IOS', osVersion: '18.5', model: 'iPhone14,5' }],
    [
      'EXAMPLETEAM.com.okta.mobile/8.1.0 Android/15 Google/Pixel 8',
      { appVersion: '8.1.0', platform: 'ANDROID', osVersion: '15', model: 'Pixel 8' }
    ],
    [
      'com.okta.mobile/9.1 SDK/1 Other/2 iPadOS/18.4 Apple/iPad14,3',
      { appVersion: '9.1', platform: 'IOS', osVersion: '18.4', model: 'iPad14,3' }
    ],
    ['OktaVerify/5.2 macOS/15.1', { appVersion: '5.2', platform: 'MACOS', osVersion: '15.1', model: null }],
    [
      'OktaVerify/5.2 Windows/10.0.26100',
      { appVersion: '5.2', platform: 'WINDOWS', osVersion: '10.0.26100', model: null }
    ]
  ]
  for (const [agent, expected] of rows) t.same(readAppAgent(agent), expected, agent)
  for (const other of [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'curl/8.5.0',
    `a/${'1 b/'.repeat(400)}`,
    '',
    7,
    null
  ]) {
    t.equal(readAppAgent(other), null, String(other).slice(0, 60))
  }
})
