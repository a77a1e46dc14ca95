/**
 * The reads that cases share: who waits at the same moment is asked about together, and what was read for all is kept for
 * one evidence window. A write under way shares nothing (`Manner`).
 */
import { setImmediate as thisMoment } from 'node:timers/promises'
import type { LogEntry, OktaUser } from '../../domain/evidence.ts'
import { listOf } from '../../domain/json.ts'
import { msBetween } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import type { OktaCall } from '../client/calls.ts'
import type { OktaClient } from '../client/client.ts'
import { type HistoryAsk, IDS_PER_QUERY, idsOf, readHistories } from './history.ts'
import { type Asker, createAsker, type ReadResult } from './read-result.ts'
import { nextAssignees, toAssignees, toDeviceUsers, toUser, toUserIds } from './translate.ts'

/*
 * Reads for many at once what several ask for in the same moment. Nobody is kept waiting for company: a first ask goes at
 * once, and only who asks while it is under way goes together, with the next.
 */

export interface GatherParts<A, V> {
  /** Answers each ask, in the order given. */
  readonly read: (asks: readonly A[]) => Promise<readonly V[]>
  /** What an ask adds to a call, and how much a call can carry. */
  readonly weigh: (ask: A) => number
  readonly size: CallSize
}

/** How much a call carries: less after Okta refused more. */
export interface CallSize {
  most: number
}

/**
 * Reads in one call, and in halves down to single reads when Okta refuses the call: the allowed length of a filter is not
 * documented (facts §3.4). The size that worked is kept for the next calls.
 */
async function readInHalves<A, V extends ReadResult<unknown> | null>(
  { read, weigh, size }: GatherParts<A, V>,
  asks: readonly A[]
): Promise<readonly V[]> {
  const isRefused = (answered: V) => answered !== null && !answered.ok && answered.refused === true
  const answered = await read(asks)
  if (asks.length < 2 || !answered.every(isRefused)) return answered
  const first = asks.slice(0, Math.ceil(asks.length / 2))
  const parts = { read, weigh, size }
  const halves = [...(await readInHalves(parts, first)), ...(await readInHalves(parts, asks.slice(first.length)))]
  // When single reads are refused too, the length was not the reason.
  if (!halves.every(isRefused))
    size.most = Math.min(
      size.most,
      first.reduce((sum, ask) => sum + weigh(ask), 0)
    )
  return halves
}

interface Waiting<A, V> {
  readonly ask: A
  readonly resolve: (value: V) => void
  readonly reject: (error: unknown) => void
}

/** A function to ask with; it resolves to the answer for its own ask. */
export function gatherReads<A, V>({ read, weigh, size }: GatherParts<A, V>): (ask: A) => Promise<V> {
  const line: Waiting<A, V>[] = []
  let isReading = false

  /** As many from the front as one call carries, and never none. */
  function next(): readonly Waiting<A, V>[] {
    let weight = 0
    const count = line.findIndex(({ ask }) => {
      weight += weigh(ask)
      return weight > size.most
    })
    return line.splice(0, count === -1 ? line.length : Math.max(1, count))
  }

  async function readAll(): Promise<void> {
    isReading = true
    // Who asks in the same turn of the event loop belongs to the same moment.
    await thisMoment()
    while (line.length > 0) {
      const batch = next()
      try {
        const values = await read(batch.map(({ ask }) => ask))
        for (const [n, { resolve }] of batch.entries()) resolve(values[n] as V)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    isReading = false
  }

  return (ask) =>
    new Promise((resolve, reject) => {
      line.push({ ask, resolve, reject })
      if (!isReading) void readAll()
    })
}

function gatherInHalves<A, V extends ReadResult<unknown> | null>(parts: GatherParts<A, V>): (ask: A) => Promise<V> {
  return gatherReads({ ...parts, read: (asks) => readInHalves(parts, asks) })
}

/*
 * Everybody who holds an admin role, in one paged read for all cases of the moment. Okta does not say whether the list has
 * those who hold a role through a group: who is on it is an admin, and who is not may be one (facts §6.1 G1).
 */

const CALL: OktaCall = { method: 'GET', pattern: '/api/v1/iam/assignees/users', query: { limit: '100' } }
/** A thousand admins; an org with more is asked user by user. */
const MOST_PAGES = 10

/** Their ids. */
async function readAssignees(asker: Asker): Promise<ReadResult<ReadonlySet<string>>> {
  const answered = await asker.all(CALL, toAssignees, MOST_PAGES, nextAssignees)
  return answered.ok ? { ...answered, value: new Set(answered.value), shared: true } : answered
}

/* Many users by id in one call. `filter` and not `search`, whose source lags behind (Okta's description of `listUsers`). */

/** A filter travels in the address; so many ids are about 2 kB of it. */
const USERS_PER_CALL = 50
/** Okta's largest page (facts §3.3): a list of ids never has a second one. */
const USERS_PAGE_SIZE = '200'

/** Every id must have passed `isOktaId`: what it lets through needs no quoting. */
function usersCall(userIds: readonly string[]): OktaCall {
  const filter = userIds.map((id) => `id eq "${id}"`).join(' or ')
  return { method: 'GET', pattern: '/api/v1/users', query: { filter, limit: USERS_PAGE_SIZE } }
}

/** The users in the order of their ids; null for one who is not in the answer, which proves nothing about them. */
async function readUsers(asker: Asker, userIds: readonly string[]): Promise<readonly (ReadResult<OktaUser> | null)[]> {
  const answered = await asker.all(usersCall(userIds), (page) => listOf(page, toUser), 1)
  if (!answered.ok) return userIds.map(() => answered)
  const byId = new Map(answered.value.map((user) => [user.id, user]))
  return userIds.map((id) => {
    const value = byId.get(id)
    return value ? { ...answered, value, shared: true } : null
  })
}

/* Who uses several devices, in one call of the scarce devices bucket (facts §3.1, §3.3). The list lags: it drives no write. */

/** A search travels in the address; so many ids are about 2 kB of it. */
const DEVICES_PER_CALL = 50
/** Okta's largest page (facts §3.1). */
const DEVICES_PAGE_SIZE = '200'
const MOST_USER_PAGES = 5

export type UserIds = ReadResult<readonly string[]>

/** Every id must have passed `isOktaId`. */
function devicesCall(deviceIds: readonly string[]): OktaCall {
  const search = deviceIds.map((id) => `id eq "${id}"`).join(' or ')
  return {
    method: 'GET',
    pattern: '/api/v1/devices',
    query: { search, expand: 'userSummary', limit: DEVICES_PAGE_SIZE }
  }
}

/** The users of each device; null for a device that the list does not have, which proves nothing about it. */
async function readUsersOfMany(asker: Asker, deviceIds: readonly string[]): Promise<readonly (UserIds | null)[]> {
  const answered = await asker.all(devicesCall(deviceIds), toDeviceUsers, 1)
  if (!answered.ok) return deviceIds.map(() => answered)
  const byId = new Map(answered.value)
  return deviceIds.map((id) => {
    const value = byId.get(id)
    return value ? { ...answered, value, shared: true } : null
  })
}

/** The users of one device, as it is now. A device Okta no longer has has no users. */
export async function readUsersOfOne(asker: Asker, deviceId: string): Promise<UserIds> {
  const call = { method: 'GET', pattern: '/api/v1/devices/{deviceId}/users', ids: { deviceId } } as const
  const answered = await asker.all(call, toUserIds, MOST_USER_PAGES)
  return !answered.ok && answered.missing ? asker.known([]) : answered
}

export interface BatchedReads {
  /** Null when only a call about this user alone can tell. */
  user(userId: string): Promise<ReadResult<OktaUser> | null>
  history(ask: HistoryAsk): Promise<ReadResult<readonly LogEntry[]>>
  /** The users of each device, in the order given. */
  deviceUsers(deviceIds: readonly string[]): Promise<readonly UserIds[]>
  /** Everybody on the list of role assignees. */
  assignees(): Promise<ReadResult<ReadonlySet<string>>>
}

export interface BatchedReadsParts {
  readonly clock: Clock
  /** How long what was read for all may be looked at. */
  readonly windowMs: number
  /** Longest a read for many may take. */
  readonly patienceMs: number
}

/** Shared reads that go through the client. */
export function createBatchedReads(
  client: OktaClient,
  { clock, windowMs, patienceMs }: BatchedReadsParts
): BatchedReads {
  const asker = (): Asker => createAsker(client, clock, AbortSignal.timeout(patienceMs))
  const isFresh = (at: Instant) => msBetween(at, clock()) < windowMs
  const devices = new Map<string, UserIds>()
  const deviceList: GatherParts<string, UserIds | null> = {
    read: async (ids) => (ids.length > 1 ? readUsersOfMany(asker(), ids) : [null]),
    weigh: () => 1,
    size: { most: DEVICES_PER_CALL }
  }
  let admins: Promise<ReadResult<ReadonlySet<string>>> | null = null

  /** For one case alone as Okta has them now; for several together from the list, where it knows the device. */
  async function readDevices(asks: readonly (readonly string[])[]): Promise<readonly (readonly UserIds[])[]> {
    for (const [id, { at }] of devices) if (!isFresh(at)) devices.delete(id)
    const unknown = [...new Set(asks.flat())].filter((id) => !devices.has(id))
    const found = new Map<string, UserIds | null>(devices)
    while (asks.length > 1 && unknown.length > 0) {
      const ids = unknown.splice(0, deviceList.size.most)
      for (const [n, answered] of (await readInHalves(deviceList, ids)).entries()) {
        const id = ids[n] ?? ''
        found.set(id, answered)
        if (answered?.ok) devices.set(id, answered)
      }
    }
    const one = async (id: string) => found.get(id) ?? readUsersOfOne(asker(), id)
    return Promise.all(asks.map((ids) => Promise.all(ids.map(one))))
  }

  return {
    user: gatherInHalves({
      read: async (ids: readonly string[]) => (ids.length > 1 ? readUsers(asker(), ids) : [null]),
      weigh: () => 1,
      size: { most: USERS_PER_CALL }
    }),
    history: gatherInHalves({
      read: (asks: readonly HistoryAsk[]) => readHistories(asker(), asks, clock),
      weigh: idsOf,
      size: { most: IDS_PER_QUERY }
    }),
    deviceUsers: gatherReads({ read: readDevices, weigh: (ids) => Math.max(1, ids.length), size: deviceList.size }),
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
