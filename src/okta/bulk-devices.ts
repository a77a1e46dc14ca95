/** Who uses several devices, in one call of the scarce devices bucket (facts §3.1, §3.3). The list lags: it drives no write. */
import type { Answered, Asker } from './answered.ts'
import type { OktaCall } from './calls.ts'
import { listOf, recordOf, textOf } from './loose.ts'
import { toUserIds } from './translate-devices.ts'

/** A search travels in the address; so many ids are about 2 kB of it. */
export const DEVICES_PER_CALL = 50
/** Okta's largest page (facts §3.1). */
const PAGE_SIZE = '200'
const MOST_USER_PAGES = 5

export type UserIds = Answered<readonly string[]>

/** Every id must have passed `isOktaId`. */
export function devicesCall(deviceIds: readonly string[]): OktaCall {
  const search = deviceIds.map((id) => `id eq "${id}"`).join(' or ')
  return { method: 'GET', pattern: '/api/v1/devices', query: { search, expand: 'userSummary', limit: PAGE_SIZE } }
}

/** The users of each device; null for a device that the list does not have, which proves nothing about it. */
export async function readUsersOfMany(
  asker: Asker,
  deviceIds: readonly string[]
): Promise<ReadonlyMap<string, UserIds | null>> {
  const answered = await asker.all(devicesCall(deviceIds), toDeviceUsers, 1)
  if (!answered.ok) return new Map(deviceIds.map((id) => [id, answered]))
  const byId = new Map(answered.value)
  return new Map(
    deviceIds.map((id) => {
      const value = byId.get(id)
      return [id, value ? { ...answered, value, shared: true } : null]
    })
  )
}

/** The users of one device, as it is now. A device Okta no longer has has no users. */
export async function readUsersOfOne(asker: Asker, deviceId: string): Promise<UserIds> {
  const call = { method: 'GET', pattern: '/api/v1/devices/{deviceId}/users', ids: { deviceId } } as const
  const answered = await asker.all(call, toUserIds, MOST_USER_PAGES)
  return !answered.ok && answered.missing ? asker.known([]) : answered
}

function toDeviceUsers(page: unknown): readonly (readonly [string, readonly string[]])[] | null {
  return listOf(page, (element) => {
    const device = recordOf(element)
    const id = textOf(device.id)
    const userIds = toUserIds(recordOf(device._embedded).users)
    return id !== null && userIds !== null ? ([id, userIds] as const) : null
  })
}
