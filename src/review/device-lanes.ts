/** Each device of the user as a lane of moments: what the picture shows and what its text says. Pure. */
import type { Case } from '../case/case-file.ts'
import { DEVICE_BLOCK } from '../decide/provenance.ts'
import { type Device, known, type LogEntry } from '../evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, msBetween } from '../time.ts'
import type { Failure, Instant, Platform } from '../vocabulary.ts'

export interface Mark {
  readonly kind: 'enrolled' | 'seen' | 'suspended' | 'failed'
  readonly at: Instant
  readonly words: string
}

export interface Lane {
  readonly id: string
  readonly name: string | null
  /** `iPhone15,4, iOS 17.1`, as far as it is known. */
  readonly what: string
  readonly status: string
  readonly marks: readonly Mark[]
  /** Null for a device that Okta does not list for the user. */
  readonly deviceId: string | null
}

/** Most lanes; people with more have a story of their own. */
const MOST_LANES = 12

/** One lane per listed device, and one for a failing device that is not among them. */
export function lanesOf(c: Case): readonly Lane[] {
  const devices = c.evidence ? (known(c.evidence.devices) ?? []) : []
  const history = c.evidence ? (known(c.evidence.history) ?? []) : []
  const owner = new Map(c.failures.map((failure) => [failure.uuid, ownerOf(failure, devices)]))
  const lanes = devices.map((device) =>
    laneOf(
      device,
      history,
      c.failures.filter((failure) => owner.get(failure.uuid) === device.id)
    )
  )
  const strays = c.failures.filter((failure) => owner.get(failure.uuid) === null)
  return [...(strays.length > 0 ? [strayLane(strays)] : []), ...lanes].slice(0, MOST_LANES)
}

/** The listed device that the failing one is by id or serial number; nothing less is certain. */
function ownerOf({ device }: Failure, devices: readonly Device[]): string | null {
  const found = devices.find(
    (candidate) =>
      candidate.id === device.id || (device.serialNumber !== null && candidate.serialNumber === device.serialNumber)
  )
  return found?.id ?? null
}

function laneOf(device: Device, history: readonly LogEntry[], failures: readonly Failure[]): Lane {
  const blocks = history.filter(
    (entry) => DEVICE_BLOCK.on.includes(entry.eventType) && entry.targetIds.includes(device.id)
  )
  const marks: Mark[] = [
    ...(device.createdAt ? [{ kind: 'enrolled' as const, at: device.createdAt, words: 'enrolled' }] : []),
    ...(device.lastUpdatedAt ? [{ kind: 'seen' as const, at: device.lastUpdatedAt, words: 'last seen' }] : []),
    ...blocks.map((entry) => ({
      kind: 'suspended' as const,
      at: entry.at,
      words: entry.eventType.endsWith('deactivate') ? 'deactivated' : 'suspended'
    })),
    ...failures.map(failed)
  ]
  const what = describe(device)
  return { id: device.id, name: device.name, what, status: device.status, marks, deviceId: device.id }
}

const PLATFORM_WORDS: Readonly<Record<Platform, string | null>> = {
  IOS: 'iOS',
  ANDROID: 'Android',
  MACOS: 'macOS',
  WINDOWS: 'Windows',
  unknown: null
}

function describe({ model, platform, osVersion }: Pick<Device, 'model' | 'platform' | 'osVersion'>): string {
  const os = [PLATFORM_WORDS[platform], osVersion].filter(Boolean).join(' ')
  return [model, os].filter(Boolean).join(', ')
}

function strayLane(failures: readonly Failure[]): Lane {
  const { device } = failures.at(-1) ?? {}
  return {
    id: 'stray',
    name: device?.name ?? null,
    what: device ? describe(device) : '',
    status: 'not among the user’s devices in Okta',
    marks: failures.map(failed),
    deviceId: null
  }
}

function failed(failure: Failure): Mark {
  return { kind: 'failed', at: failure.publishedAt, words: 'this failure' }
}

/** Moments on the axis below the lanes, when they lie inside it. */
const TICKS: readonly (readonly [number, string])[] = [
  [HOUR_MS, '1 h'],
  [DAY_MS, '1 d'],
  [7 * DAY_MS, '7 d'],
  [30 * DAY_MS, '30 d'],
  [365 * DAY_MS, '1 y']
]

export interface Axis {
  /** Where a moment stands, 0 (oldest) to 100 (now), in percent. */
  readonly x: (at: Instant) => number
  readonly ticks: readonly { readonly x: number; readonly words: string }[]
}

/** By the logarithm of its age: what happened today matters most, and last year still fits in. */
export function axisOf(lanes: readonly Lane[], now: Instant): Axis {
  const ages = lanes.flatMap(({ marks }) => marks.map(({ at }) => msBetween(at, now)))
  const oldest = Math.max(DAY_MS, ...ages)
  const place = (ageMs: number) => {
    const part = Math.log1p(Math.max(0, ageMs) / (10 * MINUTE_MS)) / Math.log1p(oldest / (10 * MINUTE_MS))
    return Math.round((97 - 94 * part) * 10) / 10
  }
  const ticks = TICKS.filter(([ms]) => ms < oldest).map(([ms, words]) => ({ x: place(ms), words }))
  return { x: (at) => place(msBetween(at, now)), ticks: [...ticks, { x: place(0), words: 'now' }] }
}
