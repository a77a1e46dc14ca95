/**
 * The state of the simulated Okta org, without HTTP: its people, devices, groups, hooks and System Log, what was
 * written to it, and helpers to fill it. `server.ts` puts Okta's API in front; scenarios work on it directly.
 */
import { plus } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { completeEvent, type EventSeed } from './log-event.ts'
import type {
  Fault,
  SandboxChallenge,
  SandboxDevice,
  SandboxFactor,
  SandboxGroup,
  SandboxHook,
  SandboxLogEvent,
  SandboxUser,
  SandboxWrite
} from './model.ts'
import {
  createIds,
  type DeviceSeed,
  type FactorSeed,
  ID_PREFIXES,
  type Ids,
  newDevice,
  newFactor,
  newUser,
  type UserSeed
} from './seeds.ts'

/* Faults on demand: which fault, if any, the next call meets. */

/** A fault as asked for; the rest is filled in: every method, for ever. */
export type FaultAsk = Pick<Fault, 'path' | 'answer'> & Partial<Omit<Fault, 'path' | 'answer'>>

export interface Faults {
  add(ask: FaultAsk): Fault
  clear(id?: string): void
  list(): readonly Fault[]
  /** The fault this call meets, counted down; the newest match wins. */
  take(method: string, path: string): Fault | null
}

/** An empty set of faults. */
export function createFaults(): Faults {
  let faults: Fault[] = []
  let made = 0
  return {
    add(ask) {
      const fault: Fault = { id: `fault-${++made}`, method: '*', times: null, ...ask }
      faults.push(fault)
      return fault
    },
    clear(id) {
      faults = id === undefined ? [] : faults.filter((fault) => fault.id !== id)
    },
    list: () => faults,
    take(method, path) {
      const fault = faults.findLast((candidate) => matches(candidate, method, path))
      if (!fault) return null
      if (fault.times !== null && --fault.times <= 0) faults = faults.filter((other) => other !== fault)
      return fault
    }
  }
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== '*' && fault.method.toUpperCase() !== method.toUpperCase()) return false
  const pattern = fault.path.split('/')
  const segments = path.split('/')
  return pattern.length === segments.length && pattern.every((part, i) => part === '*' || part === segments[i])
}

export interface OrgOptions {
  readonly clock: Clock
  /** The org's base URL without trailing slash; the server sets it when it knows its port. */
  readonly url?: string
  /** The same seed gives the same ids. */
  readonly seed?: number
}

export interface Org {
  url: string
  /** Characters of a `filter` or `search` that the org still takes. */
  maxFilterLength: number
  readonly clock: Clock
  readonly ids: Ids
  readonly users: Map<string, SandboxUser>
  readonly devices: Map<string, SandboxDevice>
  readonly groups: Map<string, SandboxGroup>
  readonly hooks: Map<string, SandboxHook>
  /** In the order Okta stored the entries, which is not the order of `published`. */
  readonly log: SandboxLogEvent[]
  /** Makes the ordinary past of a person, by id. Bounded queries that name the person see it. */
  readonly pasts: Map<string, () => readonly SandboxLogEvent[]>
  /** For how long an entry that is being recorded stays hidden from the System Log API; hooks deliver it at once. */
  logLagMs: () => number
  readonly faults: Faults
  readonly writes: SandboxWrite[]
  /** Sent to people's factors, oldest first. */
  readonly challenges: SandboxChallenge[]
  /** Calls per rate limit bucket, refused ones included. */
  readonly requests: Map<string, number>

  /** Appends to the System Log what the seed says, filled up with Okta's shape, and tells the listeners. */
  record(seed: EventSeed): SandboxLogEvent
  /** When the entry was stored, which is what polling goes by (facts §3.4). */
  persistedAt(event: SandboxLogEvent): Instant
  /** Both return the way to stop listening. */
  onEvent(listener: (event: SandboxLogEvent) => void): () => void
  onWrite(listener: (write: SandboxWrite) => void): () => void
  /** Notes a write that took effect. */
  noteWrite(write: Omit<SandboxWrite, 'at'>): SandboxWrite

  addUser(seed?: UserSeed): SandboxUser
  addDevice(seed?: DeviceSeed): SandboxDevice
  addFactor(userId: string, seed?: FactorSeed): SandboxFactor
  linkDevice(userId: string, deviceId: string, link?: Partial<SandboxDevice['users'][number]>): void
  addGroup(name: string): SandboxGroup
}

/** An org with nobody in it but the group Everyone. */
export function createOrg(options: OrgOptions): Org {
  const { clock } = options
  const ids = createIds(options.seed ?? 1)
  const eventListeners = new Set<(event: SandboxLogEvent) => void>()
  const writeListeners = new Set<(write: SandboxWrite) => void>()
  const persisted = new WeakMap<SandboxLogEvent, Instant>()
  const org: Org = {
    url: options.url ?? 'http://sandbox.invalid',
    maxFilterLength: Number.POSITIVE_INFINITY,
    clock,
    ids,
    users: new Map(),
    devices: new Map(),
    groups: new Map(),
    hooks: new Map(),
    log: [],
    pasts: new Map(),
    logLagMs: () => 0,
    faults: createFaults(),
    writes: [],
    challenges: [],
    requests: new Map(),
    record(seed) {
      const event = completeEvent(ids, clock(), seed)
      // What a scenario adds of the past is there at once.
      persisted.set(event, event.published === clock() ? plus(clock(), org.logLagMs()) : clock())
      org.log.push(event)
      for (const listener of eventListeners) listener(event)
      return event
    },
    persistedAt: (event) => persisted.get(event) ?? event.published,
    onEvent: (listener) => subscribe(eventListeners, listener),
    onWrite: (listener) => subscribe(writeListeners, listener),
    noteWrite(write) {
      const noted = { at: clock(), ...write }
      org.writes.push(noted)
      for (const listener of writeListeners) listener(noted)
      return noted
    },
    addUser(seed = {}) {
      const user = newUser(ids, clock(), everyone.id, seed)
      org.users.set(user.id, user)
      return user
    },
    addDevice(seed = {}) {
      const device = newDevice(ids, clock(), seed)
      org.devices.set(device.id, device)
      return device
    },
    addFactor(userId, seed = {}) {
      const user = found(org.users, userId, 'user')
      const device = seed.deviceId ? found(org.devices, seed.deviceId, 'device') : undefined
      const factor = newFactor(ids, clock(), user, device, seed)
      user.factors.push(factor)
      return factor
    },
    linkDevice(userId, deviceId, link = {}) {
      found(org.users, userId, 'user')
      const device = found(org.devices, deviceId, 'device')
      device.users.push({
        userId,
        deviceUserId: ids.id(ID_PREFIXES.deviceUser),
        created: device.created,
        managementStatus: device.profile.managed ? 'MANAGED' : 'NOT_MANAGED',
        ...link
      })
    },
    addGroup: (name) => addGroup(org, name, 'OKTA_GROUP')
  }
  const everyone = addGroup(org, 'Everyone', 'BUILT_IN')
  return org
}

function addGroup(org: Org, name: string, type: SandboxGroup['type']): SandboxGroup {
  const group: SandboxGroup = {
    id: org.ids.id(ID_PREFIXES.group),
    profile: { name, description: type === 'BUILT_IN' ? 'All users in your organization' : '' },
    type,
    created: org.clock()
  }
  org.groups.set(group.id, group)
  return group
}

function subscribe<V>(listeners: Set<V>, listener: V): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function found<V>(map: Map<string, V>, id: string, kind: string): V {
  const value = map.get(id)
  if (value === undefined) throw new Error(`the sandbox org has no ${kind} with the id ${id}; add it first`)
  return value
}
