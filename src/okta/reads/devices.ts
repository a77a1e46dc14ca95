/** What hangs on the devices in question: who else uses them, and what the System Log says about them and the user. */
import type { Device, DeviceUsers, LogEntry } from '../../domain/evidence.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { isOktaId } from '../client/calls.ts'
import { readUsersOfOne, type UserIds } from './batched-reads.ts'
import { readHistories } from './history.ts'
import type { ReadResult } from './read-result.ts'
import { type ReadRequest, unlessOver } from './user.ts'

/** Each costs a call of the scarce devices bucket (facts §3.3). */
const MOST_SUSPECTS = 5

type DevicesRead = ReadResult<readonly Device[]> | null

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
  request: ReadRequest,
  suspects: readonly string[],
  devicesRead: Promise<DevicesRead>
): Promise<ReadResult<readonly DeviceUsers[]> | null> {
  const { asker, clock, shared, wants } = request
  if (!wants('device_users')) return null
  const devices = await devicesRead
  if (devices && !devices.ok) return devices
  if (suspects.length > MOST_SUSPECTS) {
    return asker.unknown(`${suspects.length} devices look suspicious; at most ${MOST_SUSPECTS} are looked into.`)
  }
  const each = shared
    ? await unlessOver(request, shared.deviceUsers(suspects), (late) => suspects.map(() => late))
    : await Promise.all(suspects.map((deviceId) => readUsersOfOne(asker, deviceId)))
  const failed = each.find((answered) => !answered.ok)
  if (failed && !failed.ok) return failed
  const value = suspects.map((deviceId, n): DeviceUsers => {
    const answered = each[n]
    return { deviceId, userIds: answered?.ok ? answered.value : [] }
  })
  const requestId = each.reduce<string | null>((id, answered) => id ?? (answered.ok ? answered.requestId : null), null)
  const isShared = each.some((answered) => answered.ok && answered.shared)
  return { ok: true, at: oldestOf(each) ?? clock(), value, requestId, ...(isShared ? { shared: true } : {}) }
}

/** What was kept from an earlier read is as old as that. */
function oldestOf(each: readonly UserIds[]): Instant | undefined {
  return each
    .map(({ at }) => at)
    .sort()
    .at(0)
}

/** The log about the user and the suspects, newest first (facts §3.4). */
export async function readHistory(
  request: ReadRequest,
  userId: string | null,
  suspects: readonly string[]
): Promise<ReadResult<readonly LogEntry[]> | null> {
  const { ask, asker, clock, shared, wants } = request
  if (!wants('history')) return null
  if (userId === null || !isOktaId(userId)) return asker.unknown('There is no user id to ask the System Log about.')
  const own = { userId, deviceIds: suspects, since: ask.historySince, withSessions: ask.withSessions === true }
  if (shared) return unlessOver(request, shared.history(own), (late) => late)
  const [answered] = await readHistories(asker, [own], clock)
  return answered ?? asker.unknown('The System Log gave no answer.')
}
