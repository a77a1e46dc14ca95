/**
 * The reads that cases share: who waits at the same moment is asked about together, and what was read for all is kept for
 * one evidence window. A write under way shares nothing (`Manner`).
 */
import type { LogEntry, OktaUser } from '../evidence.ts'
import { msBetween } from '../time.ts'
import type { Clock, Instant } from '../vocabulary.ts'
import { type Answered, type Asker, createAsker } from './answered.ts'
import { DEVICES_PER_CALL, readUsersOfMany, readUsersOfOne, type UserIds } from './bulk-devices.ts'
import { IDS_PER_QUERY, idsOf, readHistories } from './bulk-history.ts'
import { readUsers, USERS_PER_CALL } from './bulk-users.ts'
import type { OktaClient } from './client.ts'
import { gather } from './gather.ts'
import type { HistoryAsk } from './history-query.ts'
import { readAssignees } from './role-assignees.ts'

export interface SharedReads {
  /** Null when only a call about this user alone can tell. */
  user(userId: string): Promise<Answered<OktaUser> | null>
  history(ask: HistoryAsk): Promise<Answered<readonly LogEntry[]>>
  /** The users of each device, in the order given. */
  deviceUsers(deviceIds: readonly string[]): Promise<readonly UserIds[]>
  /** Everybody on the list of role assignees. */
  assignees(): Promise<Answered<ReadonlySet<string>>>
}

export interface SharedReadsParts {
  readonly clock: Clock
  /** How long what was read for all may be looked at. */
  readonly windowMs: number
  /** Longest a read for many may take. */
  readonly patienceMs: number
}

/** Shared reads that go through the client. */
export function createSharedReads(client: OktaClient, { clock, windowMs, patienceMs }: SharedReadsParts): SharedReads {
  const asker = (): Asker => createAsker(client, clock, AbortSignal.timeout(patienceMs))
  const isFresh = (at: Instant) => msBetween(at, clock()) < windowMs
  const devices = new Map<string, UserIds>()
  let admins: Promise<Answered<ReadonlySet<string>>> | null = null

  /** For one case alone as Okta has them now; for several together from the list, where it knows the device. */
  async function readDevices(asks: readonly (readonly string[])[]): Promise<readonly (readonly UserIds[])[]> {
    for (const [id, { at }] of devices) if (!isFresh(at)) devices.delete(id)
    const unknown = [...new Set(asks.flat())].filter((id) => !devices.has(id))
    const found = new Map<string, UserIds | null>(devices)
    for (let n = 0; asks.length > 1 && n < unknown.length; n += DEVICES_PER_CALL) {
      const listed = await readUsersOfMany(asker(), unknown.slice(n, n + DEVICES_PER_CALL))
      for (const [id, answered] of listed) {
        found.set(id, answered)
        if (answered?.ok) devices.set(id, answered)
      }
    }
    const one = async (id: string) => found.get(id) ?? readUsersOfOne(asker(), id)
    return Promise.all(asks.map((ids) => Promise.all(ids.map(one))))
  }

  return {
    user: gather({
      read: async (ids: readonly string[]) => (ids.length > 1 ? readUsers(asker(), ids) : [null]),
      weigh: () => 1,
      most: USERS_PER_CALL
    }),
    history: gather({
      read: (asks: readonly HistoryAsk[]) => readHistories(asker(), asks, clock),
      weigh: idsOf,
      most: IDS_PER_QUERY
    }),
    deviceUsers: gather({ read: readDevices, weigh: (ids) => Math.max(1, ids.length), most: DEVICES_PER_CALL }),
    async assignees() {
      const current = admins
      const known = await current
      if (known?.ok && isFresh(known.at)) return known
      // Of those who waited together, the first reads it again for all.
      if (admins === current) admins = readAssignees(asker())
      return admins ?? readAssignees(asker())
    }
  }
}
