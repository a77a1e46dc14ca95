/** What came in and what became of it, over 30 days. Pure. */
import type { Activity } from '../../domain/store.ts'
import { DAY_MS, plus } from '../../domain/time.ts'
import { type CauseId, type Instant, REMEDIATION_IDS } from '../../domain/vocabulary.ts'
import { each, html, type Markup } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { OUTCOME_WORDS } from '../words.ts'
import { effectRate, recordsByRemediation } from './rule-record.ts'

/* Stacked bars per day as inline SVG, with the same numbers as a table. No styles inline: classes carry the colours. Pure. */

export interface Series {
  readonly name: string
  /** Class of the bars and of the key. */
  readonly tone: string
  /** One figure per day. */
  readonly values: readonly number[]
}

const HEIGHT = 120

/** `days` are ISO days, oldest first; every series has a value for each. */
export function stackedBars(id: string, title: string, days: readonly string[], series: readonly Series[]): Markup {
  const totals = days.map((_, day) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0))
  const highest = Math.max(1, ...totals)
  const width = 100 / days.length
  const bars = days.flatMap((_, day) => {
    let top = HEIGHT
    return series.flatMap(({ tone, values }) => {
      const value = values[day] ?? 0
      if (value === 0) return []
      const height = (value / highest) * (HEIGHT - 4)
      top -= height
      return [
        html`<rect class="${tone}" x="${percent(day * width + width * 0.12)}%" width="${percent(width * 0.76)}%" y="${percent(top)}" height="${percent(height)}"/>`
      ]
    })
  })
  const total = totals.reduce((sum, n) => sum + n, 0)
  return html`<figure class="chart" aria-labelledby="${id}">
<figcaption id="${id}">${title} <span class="aside">${total} in ${days.length} days, at most ${Math.max(0, ...totals)} a day</span></figcaption>
<svg width="100%" height="${HEIGHT}" role="img" aria-label="${title}: the table below has the numbers.">${bars}<line class="rail" x1="0" x2="100%" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/></svg>
<p class="chart-ends" aria-hidden="true"><span>${shortDay(days[0])}</span><span>${shortDay(days.at(-1))}</span></p>
<ul class="legend">${each(series, ({ name, tone, values }) => html`<li><span class="swatch ${tone}"></span>${name} <span class="n">${values.reduce((sum, n) => sum + n, 0)}</span></li>`)}</ul>
<details><summary>The numbers</summary><div class="scroll" tabindex="0" role="region" aria-label="${title} by day"><table><thead><tr><th scope="col">Day</th>${each(series, ({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${each(
    days.map((day, index) => ({ day, index })).filter(({ index }) => (totals[index] ?? 0) > 0),
    ({ day, index }) =>
      html`<tr><th scope="row">${day}</th>${each(series, ({ values }) => html`<td>${values[index] ?? 0}</td>`)}</tr>`
  )}</tbody></table></div></details>
</figure>`
}

function percent(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function shortDay(day = ''): string {
  return day.slice(5)
}

export const DAYS_SHOWN = 30
/** Causes with a colour of their own; the others share one. */
const CAUSES_SHOWN = 6

export interface ActivityModel {
  readonly activity: Activity
  readonly words: ReviewWords
  readonly now: Instant
}

export function activityView({ activity, words, now }: ActivityModel): Markup {
  const days = Array.from({ length: DAYS_SHOWN }, (_, n) => plus(now, (n - DAYS_SHOWN + 1) * DAY_MS).slice(0, 10))
  return html`<h1>Activity</h1>
${
  activity.cases.length === 0
    ? html`<div class="empty"><p><strong>Nothing in the last ${DAYS_SHOWN} days.</strong></p><p>Charts fill as cases come in.</p></div>`
    : html`<section class="card">${stackedBars('by-cause', 'Cases by cause', days, causeSeries(activity, days, words))}</section>
<section class="card">${stackedBars('by-outcome', 'Cases by outcome', days, outcomeSeries(activity, days))}</section>`
}
${effects(activity, words)}`
}

function causeSeries({ cases }: Activity, days: readonly string[], words: ReviewWords): readonly Series[] {
  const totals = new Map<CauseId, number>()
  for (const { cause, count } of cases) if (cause) totals.set(cause, (totals.get(cause) ?? 0) + count)
  const top = [...totals]
    .sort((a, b) => b[1] - a[1])
    .slice(0, CAUSES_SHOWN)
    .map(([cause]) => cause)
  const named = top.map((cause, index) => ({
    name: words.cause(cause).label,
    tone: `c${index + 1}`,
    values: perDay(
      days,
      cases.filter((row) => row.cause === cause)
    )
  }))
  const others = cases.filter((row) => row.cause === null || !top.includes(row.cause))
  return others.length > 0 ? [...named, { name: 'other or not read', tone: 'c0', values: perDay(days, others) }] : named
}

function outcomeSeries({ cases }: Activity, days: readonly string[]): readonly Series[] {
  const series = (name: string, tone: string, belongs: (row: Activity['cases'][number]) => boolean) => ({
    name,
    tone,
    values: perDay(days, cases.filter(belongs))
  })
  return [
    series(OUTCOME_WORDS.recovered_after_repair, 'good', (row) => row.outcome === 'recovered_after_repair'),
    series(OUTCOME_WORDS.recovered_by_itself, 'good-2', (row) => row.outcome === 'recovered_by_itself'),
    series('closed', 'still', (row) => row.outcome !== null && !row.outcome.startsWith('recovered')),
    series('with a person', 'ask', (row) => row.state === 'with_person' || row.state === 'awaiting_approval'),
    series('in motion', 'moving', (row) => ['received', 'correlating', 'acting', 'watching'].includes(row.state))
  ]
}

function perDay(days: readonly string[], rows: readonly { readonly day: string; readonly count: number }[]) {
  const counts = new Map<string, number>()
  for (const { day, count } of rows) counts.set(day, (counts.get(day) ?? 0) + count)
  return days.map((day) => counts.get(day) ?? 0)
}

function effects(activity: Activity, words: ReviewWords): Markup {
  const records = recordsByRemediation(activity)
  return html`<section class="card" aria-labelledby="effects">
<h2 id="effects">Did the repairs help?</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Effect of each repair"><table>
<thead><tr><th scope="col">Repair</th><th scope="col">Writes</th><th scope="col">Enrolled after</th><th scope="col">Did not help</th><th scope="col">Rate</th></tr></thead>
<tbody>${each(REMEDIATION_IDS, (id) => {
    const record = records.get(id)
    return html`<tr><th scope="row">${words.remediations[id].title}</th><td>${record?.writes ?? 0}</td><td>${record?.effective ?? 0}</td><td>${record?.notEffective ?? 0}</td><td>${(record && effectRate(record)) ?? '–'}</td></tr>`
  })}</tbody>
</table></div>
<p class="aside">The rate counts writes whose effect is known. A user who did not enroll in the time watched counts as not helped.</p>
</section>`
}
