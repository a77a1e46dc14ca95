/** Devices: list, one, its users, and the lifecycle writes (facts §3.1, §3.2). */
import { DEVICE_ACTIONS, type DeviceActionName, performDeviceAction } from '../org/lifecycle.ts'
import { deviceBody, deviceUsers } from '../server/bodies.ts'
import { type Call, deviceById, linkHeader, ok, pageOf, type SandboxRoute, type SimResponse } from '../server/call.ts'
import { matchesFilter, readFilter } from '../server/scim-filter.ts'

const LIST_LIMIT = 200
const DEVICE = '/api/v1/devices/:deviceId'

function write(action: DeviceActionName) {
  return ({ org, params: { deviceId = '' }, caller }: Call): SimResponse => {
    performDeviceAction(org, action, deviceId, caller)
    return { status: 204, wrote: { action: `device.${action}`, deviceId } }
  }
}

const LIFECYCLE = (Object.keys(DEVICE_ACTIONS) as DeviceActionName[]).filter((action) => action !== 'delete')

export const deviceRoutes: readonly SandboxRoute[] = [
  { method: 'GET', path: '/api/v1/devices', scope: 'okta.devices.read', run: listDevices },
  {
    method: 'GET',
    path: DEVICE,
    scope: 'okta.devices.read',
    run: (call) => ok(deviceBody(call.org, deviceById(call), call.query.expand === 'providers'))
  },
  {
    method: 'GET',
    path: `${DEVICE}/users`,
    scope: 'okta.devices.read',
    run: (call) => ok(deviceUsers(call.org, deviceById(call)))
  },
  { method: 'DELETE', path: DEVICE, scope: 'okta.devices.manage', run: write('delete') },
  ...LIFECYCLE.map(
    (action): SandboxRoute => ({
      method: 'POST',
      path: `${DEVICE}/lifecycle/${action}`,
      scope: 'okta.devices.manage',
      run: write(action)
    })
  )
]

function listDevices({ org, query, url }: Call): SimResponse {
  const search = query.search === undefined ? null : readFilter(query.search, org.maxFilterLength)
  const devices = [...org.devices.values()].filter(
    (device) => search === null || matchesFilter(search, deviceBody(org, device))
  )
  const page = pageOf(devices, query, LIST_LIMIT, LIST_LIMIT)
  const withUsers = query.expand === 'user' || query.expand === 'userSummary'
  const body = page.items.map((device) => ({
    ...deviceBody(org, device),
    ...(withUsers ? { _embedded: { users: deviceUsers(org, device) } } : {})
  }))
  return { ...ok(body), headers: { link: linkHeader(org.url, url, page.next) } }
}
