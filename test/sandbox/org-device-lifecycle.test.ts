import t from 'tap'
import { endSuspension } from '../../src/sandbox/org/lifecycle.ts'
import { SYSTEM_CALLER } from '../../src/sandbox/org/log-event.ts'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { handClock, refusalOf } from './api-client.ts'

t.test('only a suspended device is unsuspended; its Okta Verify factors come back, and the log says so', async (t) => {
  const org = createOrg({ clock: handClock().clock })
  const user = org.addUser()
  const device = org.addDevice({ status: 'SUSPENDED' })
  org.linkDevice(user.id, device.id)
  org.addFactor(user.id, { deviceId: device.id, status: 'INACTIVE' })
  org.addFactor(user.id, { factorType: 'webauthn', status: 'INACTIVE' })
  const unsuspended = (id: string) => refusalOf(() => endSuspension(org, id, SYSTEM_CALLER))
  t.equal(unsuspended(device.id), 'allowed')
  t.equal(device.status, 'ACTIVE')
  t.strictSame(
    user.factors.map(({ status }) => status),
    ['ACTIVE', 'INACTIVE']
  )
  t.match(org.log, [{ eventType: 'device.lifecycle.unsuspend', target: [{ id: device.id, type: 'UDDevice' }] }])
  t.equal(unsuspended('guo0'), '404 E0000007')
  for (const status of ['CREATED', 'ACTIVE', 'DEACTIVATED'] as const) {
    t.equal(unsuspended(org.addDevice({ status }).id), '403 E0000107', status)
  }
  t.equal(org.log.length, 1, 'a refusal leaves no entry')
})
