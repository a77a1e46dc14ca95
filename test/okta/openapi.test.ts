import t from 'tap'
import type { AnsweredCall } from '../../src/sandbox/server/gateway.ts'
import { NO_DESCRIPTION, openApiChecker } from '../sandbox/openapi.ts'
import { fillOrg } from '../sandbox/org-sample.ts'
import { orgClient } from './client/org-client.ts'

t.test('every request we make is one that Okta describes', { skip: NO_DESCRIPTION }, async (t) => {
  const checker = openApiChecker(process.env.OKTA_OPENAPI ?? '')
  const exchanges: AnsweredCall[] = []
  const onExchange = (exchange: AnsweredCall) => exchanges.push(exchange)
  const { reader, writer, org } = await orgClient(t, { sandbox: { onExchange } })
  const { user, device, push, pending, locked, suspended } = fillOrg(org)
  const ask = { historySince: '2026-05-16T14:00:00.000Z', suspectDeviceIds: [device.id] }
  await reader.evidence({ userId: user.id, ...ask })
  const many = [user, locked, suspended].map(({ id }) => id)
  const sources = ['user', 'history', 'device_users'] as const
  // A device alone is read by its own path: two ids make it a search.
  const suspectDeviceIds = [device.id, 'guo4aDeviceThatIsGone']
  await Promise.all(
    many.map((userId) => reader.evidence({ ...ask, userId, sources, mode: 'minimal', suspectDeviceIds }))
  )
  t.ok(exchanges.some(({ url }) => url.startsWith('/api/v1/users?filter=')))
  t.ok(exchanges.some(({ url }) => url.startsWith('/api/v1/devices?search=')))
  await reader.evidence({ userId: user.profile.login, sources: ['blocks', 'history'], ...ask })
  await writer.unsuspendUser(suspended.id)
  await writer.unlockUser(locked.id)
  await writer.resendActivation(pending.id)
  await writer.unenrollFactor(user.id, push.id)
  await writer.unsuspendDevice(device.id)
  t.ok(exchanges.length >= 16)
  for (const { method, url, requestBody } of exchanges) {
    t.strictSame(checker.checkRequest(method, url, requestBody), [], `${method} ${url.split('?')[0]}`)
  }
})
