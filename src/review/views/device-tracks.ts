/** The devices of the user on a time axis, with a text for each. Inline SVG. Pure. */
import { DEVICE_BLOCK } from '../../decide/entries.ts'
import type { Case } from '../../domain/case.ts'
import { type Device, known, type LogEntry } from '../../domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, msBetween } from '../../domain/time.ts'
import type { Failure, Instant } from '../../domain/vocabulary.ts'
import { PLATFORM_NAMES } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, quantity, untrusted, when } from '../text.ts'
import { statusWords } from '../words.ts'

/** One moment of a device. */
export interface Mark {
  readonly kind: 'registered' | 'seen' | 'suspended' | 'failed'
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

/** Most devices drawn; the evidence counts all. */
const MAX_TRACKS = 6

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
  return [...(unlisted.length > 0 ? [unlistedTrack(unlisted)] : []), ...tracks]
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
    ...(device.createdAt ? [{ kind: 'registered' as const, at: device.createdAt, words: 'registered' }] : []),
    ...(device.lastUpdatedAt ? [{ kind: 'seen' as const, at: device.lastUpdatedAt, words: 'last seen' }] : []),
    ...blocks.map((entry) => ({
      kind: 'suspended' as const,
      at: entry.at,
      words: entry.eventType.endsWith('deactivate') ? 'deactivated' : 'suspended'
    })),
    ...failures.map(failed)
  ]
  const what = describe(device)
  return { id: device.id, name: device.name, what, status: statusWords(device.status), marks, deviceId: device.id }
}

function describe({ model, platform, osVersion }: Pick<Device, 'model' | 'platform' | 'osVersion'>): string {
  const os = [platform === 'unknown' ? null : PLATFORM_NAMES[platform], osVersion].filter(Boolean).join(' ')
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
  const shown = tracks.slice(0, MAX_TRACKS)
  const axis = axisOf(shown, now)
  return html`<section class="card" aria-labelledby="devices">
<h2 id="devices">Devices</h2>
<ul class="tracks">${each(shown, (track) => trackView(track, axis, words, now))}</ul>
<svg class="axis" width="100%" height="18" aria-hidden="true">${each(axis.ticks, ({ x, words }) => html`<text x="${x}%" y="13" text-anchor="middle">${words}</text>`)}</svg>
${tracks.length > MAX_TRACKS ? html`<p class="aside">and ${quantity(tracks.length - MAX_TRACKS, 'more device')}.</p>` : NOTHING}
</section>`
}

function trackView(track: DeviceTrack, axis: Axis, words: ReviewWords, now: Instant): Markup {
  const positions = track.marks.map((mark) => axis.x(mark.at))
  const usable = track.status === 'active'
  return html`<li class="track">
<p class="track-head"><strong>${track.name ? untrusted(track.name, 60) : 'Unnamed device'}</strong> <span class="aside">${untrusted(track.what || 'no details known', 80)}</span> <span class="pill ${usable ? 'good' : 'person'}">${track.status}</span>${track.deviceId && track.deviceId.length <= 100 ? html` <a href="${words.deviceLink(track.deviceId)}" rel="noreferrer">System Log</a>` : NOTHING}</p>
<p class="hidden">${sentence(track)}</p>
<svg width="100%" height="26" aria-hidden="true">
<line class="rail" x1="1%" x2="99%" y1="13" y2="13"/>
${track.marks.length > 1 ? html`<line class="life" x1="${Math.min(...positions)}%" x2="${Math.max(...positions)}%" y1="13" y2="13"/>` : NOTHING}
${each(apart(track.marks, axis), ({ mark, x, times }) => html`${shape(mark, x)}${times > 1 ? html`<text x="${x}%" dx="11" y="9">${times}</text>` : NOTHING}`)}
</svg>
<p class="track-text">${each(track.marks, (mark) => html`<span class="key ${mark.kind}">${mark.words} ${ago(mark.at, now)}</span> `)}</p>
</li>`
}

/** Closer marks of a kind, in percent of the track, would look like one. */
const TOUCHING = 3

/** The marks to draw: those of a kind that would cover each other are one, with their number. */
function apart(marks: readonly Mark[], axis: Axis): readonly { mark: Mark; x: number; times: number }[] {
  const drawn: { mark: Mark; x: number; times: number }[] = []
  for (const mark of marks) {
    const x = axis.x(mark.at)
    const near = drawn.find((one) => one.mark.kind === mark.kind && Math.abs(one.x - x) < TOUCHING)
    if (near) near.times += 1
    else drawn.push({ mark, x, times: 1 })
  }
  return drawn
}

/** Each kind has its own shape, so that colour is not needed to distinguish them. */
function shape({ kind }: Mark, x: number): Markup {
  if (kind === 'registered') return html`<circle class="mark registered" cx="${x}%" cy="13" r="5"/>`
  if (kind === 'seen') return html`<circle class="mark seen" cx="${x}%" cy="13" r="5"/>`
  if (kind === 'suspended')
    return html`<svg class="mark suspended" x="${x}%" y="6" width="14" height="14" overflow="visible"><rect x="-6" y="1" width="12" height="12"/></svg>`
  return html`<svg class="mark failed" x="${x}%" y="6" width="14" height="14" overflow="visible"><path d="M-5 2 5 12M5 2-5 12"/></svg>`
}

/** The text alternative of the picture; the device's name is next to it. */
function sentence({ marks, status }: DeviceTrack): Markup {
  const dates = marks.map(({ words, at }, index) => html`${index > 0 ? ', ' : ''}${words} ${when(at)}`)
  return html`Device, ${status}: ${dates.length > 0 ? dates : 'no dates known'}.`
}
