/** Devices: the list, the users of one, and the lifecycle write (facts §3.1, §3.2). */
import { endSuspension } from '../org/lifecycle.ts'
import { deviceBody, deviceUsers } from '../server/bodies.ts'
import { type Call, deviceById, linkHeader, ok, pageOf, type SandboxRoute, type SimResponse } from '../server/call.ts'
import { matchesFilter, readFilter } from '../server/scim-filter.ts'

const LIST_LIMIT = 200
const DEVICE = '/api/v1/devices/:deviceId'

export const deviceRoutes: readonly SandboxRoute[] = [
  { method: 'GET', path: '/api/v1/devices', scope: 'okta.devices.read', run: listDevices },
  {
    method: 'GET',
    path: `${DEVICE}/users`,
    scope: 'okta.devices.read',
    run: (call) => ok(deviceUsers(call.org, deviceById(call)))
  },
  {
    method: 'POST',
    path: `${DEVICE}/lifecycle/unsuspend`,
    scope: 'okta.devices.manage',
    run: ({ org, params: { deviceId = '' }, caller }) => {
      endSuspension(org, deviceId, caller)
      return { status: 204, wrote: { action: 'device.unsuspend', deviceId } }
    }
  }
]

function listDevices({ org, query, url }: Call): SimResponse {
  const search = query.search === undefined ? null : readFilter(query.search, org.maxFilterLength)
  const devices = [...org.devices.values()].filter(
    (device) => search === null || matchesFilter(search, deviceBody(device))
  )
  const page = pageOf(devices, query, LIST_LIMIT, LIST_LIMIT)
  const withUsers = query.expand === 'user' || query.expand === 'userSummary'
  const body = page.items.map((device) => ({
    ...deviceBody(device),
    ...(withUsers ? { _embedded: { users: deviceUsers(org, device) } } : {})
  }))
  return { ...ok(body), headers: { link: linkHeader(org.url, url, page.next) } }
}
