/** What hangs on the devices in question: who else uses them, and what the System Log says about them and the user. */
import type { Device, DeviceUsers, LogEntry } from '../evidence.ts'
import type { Answered } from './answered.ts'
import { isOktaId } from './calls.ts'
import { historyQuery } from './history-query.ts'
import type { Errand } from './read-user.ts'
import { toUserIds } from './translate-devices.ts'
import { toLogEntries } from './translate-log.ts'

/** 1000 log entries. A user with more of them cannot be judged by the newest alone. */
const MOST_LOG_PAGES = 5
/** Each costs a call of the scarce devices bucket (facts §3.3). */
const MOST_SUSPECTS = 5
const MOST_USER_PAGES = 5

type DevicesRead = Answered<readonly Device[]> | null

/** Devices that look suspicious: those the failures name, and the blocked ones of the user. */
export function suspectsOf(named: readonly string[], devices: DevicesRead): readonly string[] {
  const owned = devices?.ok ? devices.value : []
  const blocked = owned.filter(({ status }) => status === 'SUSPENDED' || status === 'DEACTIVATED')
  return [...new Set([...named, ...blocked.map(({ id }) => id)])].filter(isOktaId)
}

/**
 * Who else uses the suspects. Unknown when the user's devices could not be read: then nobody can say that these are all
 * of them. A device Okta no longer has has no users.
 */
export async function readDeviceUsers(
  { asker, wants }: Errand,
  suspects: readonly string[],
  devicesRead: Promise<DevicesRead>
): Promise<Answered<readonly DeviceUsers[]> | null> {
  if (!wants('device_users')) return null
  const devices = await devicesRead
  if (devices && !devices.ok) return devices
  if (suspects.length > MOST_SUSPECTS) {
    return asker.unknown(`${suspects.length} devices look suspicious; at most ${MOST_SUSPECTS} are looked into.`)
  }
  const value: DeviceUsers[] = []
  let requestId: string | null = null
  for (const [deviceId, answered] of await Promise.all(suspects.map(usersOf))) {
    if (!answered.ok && !answered.missing) return answered
    value.push({ deviceId, userIds: answered.ok ? answered.value : [] })
    requestId ??= answered.ok ? answered.requestId : null
  }
  return { ...asker.known(value), requestId } as Answered<readonly DeviceUsers[]>

  async function usersOf(deviceId: string) {
    const call = { method: 'GET', pattern: '/api/v1/devices/{deviceId}/users', ids: { deviceId } } as const
    return [deviceId, await asker.all(call, toUserIds, MOST_USER_PAGES)] as const
  }
}

/** The log about the user and the suspects, newest first (facts §3.4). */
export async function readHistory(
  { ask, asker, clock, wants }: Errand,
  userId: string | null,
  suspects: readonly string[]
): Promise<Answered<readonly LogEntry[]> | null> {
  if (!wants('history')) return null
  if (userId === null || !isOktaId(userId)) return asker.unknown('There is no user id to ask the System Log about.')
  const query = historyQuery(userId, suspects, ask.historySince, clock())
  return asker.all({ method: 'GET', pattern: '/api/v1/logs', query }, toLogEntries, MOST_LOG_PAGES)
}
