import t from 'tap'
import { type DeviceActionName, performDeviceAction } from '../../src/sandbox/org/lifecycle.ts'
import { SYSTEM_CALLER } from '../../src/sandbox/org/log-event.ts'
import type { SandboxDevice } from '../../src/sandbox/org/model.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { handClock, refusalOf } from './api-client.ts'

function orgWithDevice(status: SandboxDevice['status'] = 'ACTIVE') {
  const org = createOrg({ clock: handClock().clock })
  const user = org.addUser()
  const device = org.addDevice({ status })
  org.linkDevice(user.id, device.id)
  org.addFactor(user.id, { deviceId: device.id })
  org.addFactor(user.id, { factorType: 'webauthn' })
  return {
    org,
    user,
    device,
    act: (action: DeviceActionName) => performDeviceAction(org, action, device.id, SYSTEM_CALLER)
  }
}

t.test('each action works from its own statuses and is refused with E0000107 from the others', async (t) => {
  const works = {
    suspend: ['ACTIVE'],
    unsuspend: ['SUSPENDED'],
    activate: ['DEACTIVATED'],
    deactivate: ['CREATED', 'ACTIVE', 'SUSPENDED'],
    delete: ['DEACTIVATED']
  }
  for (const [action, from] of Object.entries(works) as [DeviceActionName, string[]][]) {
    for (const status of ['CREATED', 'ACTIVE', 'SUSPENDED', 'DEACTIVATED'] as const) {
      const { act } = orgWithDevice(status)
      if (from.includes(status))
        t.equal(
          refusalOf(() => act(action)),
          'allowed',
          `${action} from ${status}`
        )
      else
        t.equal(
          refusalOf(() => act(action)),
          '403 E0000107',
          `${action} from ${status}`
        )
    }
  }
})

t.test('suspending a device takes its Okta Verify factors along, and unsuspending brings them back', async (t) => {
  const { org, user, device, act } = orgWithDevice()
  act('suspend')
  t.strictSame(
    user.factors.map(({ status }) => status),
    ['INACTIVE', 'ACTIVE'],
    'the security key stays'
  )
  act('unsuspend')
  t.strictSame(
    user.factors.map(({ status }) => status),
    ['ACTIVE', 'ACTIVE']
  )
  t.match(org.log, [
    { eventType: 'device.lifecycle.suspend', target: [{ id: device.id, type: 'UDDevice' }] },
    { eventType: 'device.lifecycle.unsuspend' }
  ])
})

t.test('deactivating a device loses its links and factors; deleting it loses the device', async (t) => {
  const { org, user, device, act } = orgWithDevice()
  act('deactivate')
  t.strictSame(device.users, [])
  t.strictSame(
    user.factors.map(({ factorType }) => factorType),
    ['webauthn']
  )
  act('delete')
  t.equal(org.devices.has(device.id), false)
  t.equal(
    refusalOf(() => act('activate')),
    '404 E0000007'
  )
})
