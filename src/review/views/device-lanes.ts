/** The device history as a picture, and the same in words below each lane. Inline SVG without styles. Pure. */
import { DEVICE_BLOCK } from '../../decide/entries.ts'
import type { Case } from '../../domain/case.ts'
import { type Device, known, type LogEntry } from '../../domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, msBetween } from '../../domain/time.ts'
import type { Failure, Instant, Platform } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, say } from '../text.ts'

/* Each device of the user as a lane of moments: what the picture shows and what its text says. Pure. */

export interface Mark {
  readonly kind: 'enrolled' | 'seen' | 'suspended' | 'failed'
  readonly at: Instant
  readonly words: string
}

export interface DeviceTrack {
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
export function deviceTracks(c: Case): readonly DeviceTrack[] {
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

function laneOf(device: Device, history: readonly LogEntry[], failures: readonly Failure[]): DeviceTrack {
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

function strayLane(failures: readonly Failure[]): DeviceTrack {
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
export function axisOf(lanes: readonly DeviceTrack[], now: Instant): Axis {
  const ages = lanes.flatMap(({ marks }) => marks.map(({ at }) => msBetween(at, now)))
  const oldest = Math.max(DAY_MS, ...ages)
  const place = (ageMs: number) => {
    const part = Math.log1p(Math.max(0, ageMs) / (10 * MINUTE_MS)) / Math.log1p(oldest / (10 * MINUTE_MS))
    return Math.round((97 - 94 * part) * 10) / 10
  }
  const ticks = TICKS.filter(([ms]) => ms < oldest).map(([ms, words]) => ({ x: place(ms), words }))
  return { x: (at) => place(msBetween(at, now)), ticks: [...ticks, { x: place(0), words: 'now' }] }
}

export function deviceLanes(c: Case, words: ReviewWords, now: Instant): Markup {
  if (c.storm) return NOTHING
  const lanes = deviceTracks(c)
  if (lanes.length === 0) {
    const because =
      c.evidence?.devices.state === 'known'
        ? 'Okta lists no device for this user.'
        : 'The user’s devices could not be read.'
    return html`<section class="card"><h2>Devices</h2><p>${because}</p></section>`
  }
  const axis = axisOf(lanes, now)
  return html`<section class="card" aria-labelledby="devices">
<h2 id="devices">Devices</h2>
<ul class="lanes">${each(lanes, (lane) => laneView(lane, axis, words, now))}</ul>
<svg class="axis" width="100%" height="18" aria-hidden="true">${each(axis.ticks, ({ x, words }) => html`<text x="${x}%" y="13" text-anchor="middle">${words}</text>`)}</svg>
<p class="legend" aria-hidden="true"><span class="key enrolled">enrolled</span><span class="key seen">last seen</span><span class="key suspended">suspended</span><span class="key failed">this failure</span></p>
</section>`
}

function laneView(lane: DeviceTrack, axis: Axis, words: ReviewWords, now: Instant): Markup {
  const places = lane.marks.map((mark) => axis.x(mark.at))
  const usable = lane.status === 'ACTIVE'
  return html`<li class="lane">
<p class="lane-head"><strong>${lane.name ? say(lane.name, 60) : 'Unnamed device'}</strong> <span class="aside">${say(lane.what || 'nothing more is known', 80)}</span> <span class="pill ${usable ? 'good' : 'person'}">${say(lane.status, 60)}</span>${lane.deviceId && lane.deviceId.length <= 100 ? html` <a href="${words.deviceLink(lane.deviceId)}" rel="noreferrer">its log</a>` : NOTHING}</p>
<svg width="100%" height="26" role="img" aria-label="${sentence(lane)}">
<line class="rail" x1="1%" x2="99%" y1="13" y2="13"/>
${lane.marks.length > 1 ? html`<line class="life" x1="${Math.min(...places)}%" x2="${Math.max(...places)}%" y1="13" y2="13"/>` : NOTHING}
${each(lane.marks, (mark) => shape(mark, axis.x(mark.at)))}
</svg>
<p class="lane-text">${each(lane.marks, (mark, index) => html`${index > 0 ? ' · ' : ''}${mark.words} ${ago(mark.at, now)}`)}</p>
</li>`
}

/** A shape for each kind, so that colour is not all that tells them apart. */
function shape({ kind }: Mark, x: number): Markup {
  if (kind === 'enrolled') return html`<circle class="mark enrolled" cx="${x}%" cy="13" r="5"/>`
  if (kind === 'seen') return html`<circle class="mark seen" cx="${x}%" cy="13" r="5"/>`
  if (kind === 'suspended')
    return html`<svg class="mark suspended" x="${x}%" y="6" width="14" height="14" overflow="visible"><rect x="-6" y="1" width="12" height="12"/></svg>`
  return html`<svg class="mark failed" x="${x}%" y="6" width="14" height="14" overflow="visible"><path d="M-5 2 5 12M5 2-5 12"/></svg>`
}

/** The text equivalent. The name stands beside it. */
function sentence({ marks, status }: DeviceTrack): string {
  const parts = marks.map(({ words, at }) => `${words} ${at.slice(0, 10)}`)
  return `Lane of the device, ${status}: ${parts.join(', ') || 'no moment is known'}.`
}
