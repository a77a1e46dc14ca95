/** The device history as a picture, and the same in words below each lane. Inline SVG without styles. Pure. */
import type { Case } from '../case/case-file.ts'
import type { Instant } from '../vocabulary.ts'
import { type Axis, axisOf, type Lane, lanesOf, type Mark } from './device-lanes.ts'
import { each, html, type Markup, NOTHING } from './markup.ts'
import type { ReviewWords } from './review-deps.ts'
import { ago, say } from './text.ts'

export function deviceLanes(c: Case, words: ReviewWords, now: Instant): Markup {
  if (c.storm) return NOTHING
  const lanes = lanesOf(c)
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

function laneView(lane: Lane, axis: Axis, words: ReviewWords, now: Instant): Markup {
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
function sentence({ marks, status }: Lane): string {
  const parts = marks.map(({ words, at }) => `${words} ${at.slice(0, 10)}`)
  return `Lane of the device, ${status}: ${parts.join(', ') || 'no moment is known'}.`
}
