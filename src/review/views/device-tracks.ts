/** The devices of the user on a time axis, with a text for each. Inline SVG. Pure. */
import { DEVICE_BLOCK } from '../../decide/entries.ts'
import type { Case } from '../../domain/case.ts'
import { type Device, known, type LogEntry } from '../../domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, msBetween } from '../../domain/time.ts'
import type { Failure, Instant, Platform } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, untrusted } from '../text.ts'

/** One moment of a device. */
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

/** Most devices shown. */
const MAX_TRACKS = 12

/** One track per listed device, and one for a failing device that Okta does not list. */
export function deviceTracks(c: Case): readonly DeviceTrack[] {
  const devices = c.evidence ? (known(c.evidence.devices) ?? []) : []
  const history = c.evidence ? (known(c.evidence.history) ?? []) : []
  const owner = new Map(c.failures.map((failure) => [failure.uuid, ownerOf(failure, devices)]))
  const tracks = devices.map((device) =>
    trackOf(
      device,
      history,
      c.failures.filter((failure) => owner.get(failure.uuid) === device.id)
    )
  )
  const unlisted = c.failures.filter((failure) => owner.get(failure.uuid) === null)
  return [...(unlisted.length > 0 ? [unlistedTrack(unlisted)] : []), ...tracks].slice(0, MAX_TRACKS)
}

/** The listed device with the id or serial number of the failing one; other properties are not proof. */
function ownerOf({ device }: Failure, devices: readonly Device[]): string | null {
  const found = devices.find(
    (candidate) =>
      candidate.id === device.id || (device.serialNumber !== null && candidate.serialNumber === device.serialNumber)
  )
  return found?.id ?? null
}

function trackOf(device: Device, history: readonly LogEntry[], failures: readonly Failure[]): DeviceTrack {
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

function unlistedTrack(failures: readonly Failure[]): DeviceTrack {
  const { device } = failures.at(-1) ?? {}
  return {
    id: 'unlisted',
    name: device?.name ?? null,
    what: device ? describe(device) : '',
    status: 'not listed in Okta for this user',
    marks: failures.map(failed),
    deviceId: null
  }
}

function failed(failure: Failure): Mark {
  return { kind: 'failed', at: failure.publishedAt, words: 'failed' }
}

const TICKS: readonly (readonly [number, string])[] = [
  [HOUR_MS, '1 h'],
  [DAY_MS, '1 d'],
  [7 * DAY_MS, '7 d'],
  [30 * DAY_MS, '30 d'],
  [365 * DAY_MS, '1 y']
]

export interface Axis {
  /** The position of a moment in percent: 0 is the oldest, 100 is now. */
  readonly x: (at: Instant) => number
  readonly ticks: readonly { readonly x: number; readonly words: string }[]
}

/** A logarithmic axis of age: today gets most of the space, and last year still fits. */
export function axisOf(tracks: readonly DeviceTrack[], now: Instant): Axis {
  const ages = tracks.flatMap(({ marks }) => marks.map(({ at }) => msBetween(at, now)))
  const oldest = Math.max(DAY_MS, ...ages)
  const position = (ageMs: number) => {
    const part = Math.log1p(Math.max(0, ageMs) / (10 * MINUTE_MS)) / Math.log1p(oldest / (10 * MINUTE_MS))
    return Math.round((97 - 94 * part) * 10) / 10
  }
  const ticks = TICKS.filter(([ms]) => ms < oldest).map(([ms, words]) => ({ x: position(ms), words }))
  return { x: (at) => position(msBetween(at, now)), ticks: [...ticks, { x: position(0), words: 'now' }] }
}

/** The card with the devices. */
export function deviceTracksView(c: Case, words: ReviewWords, now: Instant): Markup {
  if (c.storm) return NOTHING
  const tracks = deviceTracks(c)
  if (tracks.length === 0) {
    const because =
      c.evidence?.devices.state === 'known'
        ? 'Okta lists no devices for this user.'
        : 'The user’s devices could not be read.'
    return html`<section class="card"><h2>Devices</h2><p>${because}</p></section>`
  }
  const axis = axisOf(tracks, now)
  return html`<section class="card" aria-labelledby="devices">
<h2 id="devices">Devices</h2>
<ul class="tracks">${each(tracks, (track) => trackView(track, axis, words, now))}</ul>
<svg class="axis" width="100%" height="18" aria-hidden="true">${each(axis.ticks, ({ x, words }) => html`<text x="${x}%" y="13" text-anchor="middle">${words}</text>`)}</svg>
<p class="legend" aria-hidden="true"><span class="key enrolled">enrolled</span><span class="key seen">last seen</span><span class="key suspended">suspended</span><span class="key failed">failed</span></p>
</section>`
}

function trackView(track: DeviceTrack, axis: Axis, words: ReviewWords, now: Instant): Markup {
  const positions = track.marks.map((mark) => axis.x(mark.at))
  const usable = track.status === 'ACTIVE'
  return html`<li class="track">
<p class="track-head"><strong>${track.name ? untrusted(track.name, 60) : 'Unnamed device'}</strong> <span class="aside">${untrusted(track.what || 'no details known', 80)}</span> <span class="pill ${usable ? 'good' : 'person'}">${untrusted(track.status, 60)}</span>${track.deviceId && track.deviceId.length <= 100 ? html` <a href="${words.deviceLink(track.deviceId)}" rel="noreferrer">System Log</a>` : NOTHING}</p>
<svg width="100%" height="26" role="img" aria-label="${sentence(track)}">
<line class="rail" x1="1%" x2="99%" y1="13" y2="13"/>
${track.marks.length > 1 ? html`<line class="life" x1="${Math.min(...positions)}%" x2="${Math.max(...positions)}%" y1="13" y2="13"/>` : NOTHING}
${each(track.marks, (mark) => shape(mark, axis.x(mark.at)))}
</svg>
<p class="track-text">${each(track.marks, (mark, index) => html`${index > 0 ? ' · ' : ''}${mark.words} ${ago(mark.at, now)}`)}</p>
</li>`
}

/** Each kind has its own shape, so that colour is not needed to distinguish them. */
function shape({ kind }: Mark, x: number): Markup {
  if (kind === 'enrolled') return html`<circle class="mark enrolled" cx="${x}%" cy="13" r="5"/>`
  if (kind === 'seen') return html`<circle class="mark seen" cx="${x}%" cy="13" r="5"/>`
  if (kind === 'suspended')
    return html`<svg class="mark suspended" x="${x}%" y="6" width="14" height="14" overflow="visible"><rect x="-6" y="1" width="12" height="12"/></svg>`
  return html`<svg class="mark failed" x="${x}%" y="6" width="14" height="14" overflow="visible"><path d="M-5 2 5 12M5 2-5 12"/></svg>`
}

/** The text alternative of the picture; the device's name is next to it. */
function sentence({ marks, status }: DeviceTrack): string {
  const parts = marks.map(({ words, at }) => `${words} ${at.slice(0, 10)}`)
  return `Device, ${status}: ${parts.join(', ') || 'no dates known'}.`
}
