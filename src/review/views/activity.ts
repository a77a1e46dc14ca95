/** The activity page: cases and repairs of the last 30 days. Pure. */
import type { Activity } from '../../domain/store.ts'
import { DAY_MS, plus } from '../../domain/time.ts'
import { type CauseId, type Instant, REMEDIATION_IDS, type RemediationId } from '../../domain/vocabulary.ts'
import { each, html, type Markup } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { OUTCOME_WORDS } from '../words.ts'

/** What a rule or a remediation did. */
export interface RuleRecord {
  readonly cases: number
  readonly writes: number
  /** Writes after which the user enrolled, and writes that did not help or are not proved. Pending ones count as neither. */
  readonly effective: number
  readonly notEffective: number
}

const NONE: RuleRecord = { cases: 0, writes: 0, effective: 0, notEffective: 0 }

/** By rule. Writes refused by the final check are left out: they were never made. */
export function recordsByRule({ cases, writes }: Activity): ReadonlyMap<string, RuleRecord> {
  const records = new Map<string, RuleRecord>()
  const add = (rule: string | null, more: Partial<RuleRecord>) => {
    if (rule !== null) records.set(rule, sum(records.get(rule) ?? NONE, more))
  }
  for (const { rule, count } of cases) add(rule, { cases: count })
  for (const write of writes) add(write.rule, recordOf(write))
  return records
}

export function recordsByRemediation({ writes }: Activity): ReadonlyMap<RemediationId, RuleRecord> {
  const records = new Map<RemediationId, RuleRecord>()
  for (const write of writes)
    records.set(write.remediation, sum(records.get(write.remediation) ?? NONE, recordOf(write)))
  return records
}

function recordOf({ state, effect, count }: Activity['writes'][number]): Partial<RuleRecord> {
  if (state === 'refused' || state === 'failed') return {}
  const settled = effect === 'ineffective' || effect === 'unknown'
  return { writes: count, effective: effect === 'effective' ? count : 0, notEffective: settled ? count : 0 }
}

function sum(a: RuleRecord, b: Partial<RuleRecord>): RuleRecord {
  return {
    cases: a.cases + (b.cases ?? 0),
    writes: a.writes + (b.writes ?? 0),
    effective: a.effective + (b.effective ?? 0),
    notEffective: a.notEffective + (b.notEffective ?? 0)
  }
}

/** The share of effective writes among those with a known effect, such as `83 %`, or null. */
export function effectRate({ effective, notEffective }: RuleRecord): string | null {
  const known = effective + notEffective
  return known === 0 ? null : `${Math.round((100 * effective) / known)} %`
}

/** The part of the activity since a day. */
export function sinceDay({ cases, writes }: Activity, day: string): Activity {
  return { cases: cases.filter((row) => row.day >= day), writes: writes.filter((row) => row.day >= day) }
}

/** One colour of a bar chart. */
export interface Series {
  readonly name: string
  /** Class of the bars and of the legend. */
  readonly tone: string
  /** One number per day. */
  readonly values: readonly number[]
}

const HEIGHT = 120

/** Stacked bars as inline SVG, with the same numbers in a table. `days` are ISO days, oldest first. */
function stackedBars(id: string, title: string, days: readonly string[], series: readonly Series[]): Markup {
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
<svg width="100%" height="${HEIGHT}" role="img" aria-label="${title}: the numbers are in the table below.">${bars}<line class="rail" x1="0" x2="100%" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/></svg>
<p class="chart-ends" aria-hidden="true"><span>${shortDay(days[0])}</span><span>${shortDay(days.at(-1))}</span></p>
<ul class="legend">${each(series, ({ name, tone, values }) => html`<li><span class="swatch ${tone}"></span>${name} <span class="n">${values.reduce((sum, n) => sum + n, 0)}</span></li>`)}</ul>
<details><summary>Table</summary><div class="scroll" tabindex="0" role="region" aria-label="${title} by day"><table><thead><tr><th scope="col">Day</th>${each(series, ({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${each(
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
/** Causes with their own colour; the others share one. */
const CAUSES_SHOWN = 6

/** What the activity page shows. */
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
    ? html`<div class="empty"><p><strong>No cases in the last ${DAYS_SHOWN} days.</strong></p><p>The charts fill as cases arrive.</p></div>`
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
  return others.length > 0
    ? [...named, { name: 'other or not known', tone: 'c0', values: perDay(days, others) }]
    : named
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
    series('needs a person', 'ask', (row) => row.state === 'with_person' || row.state === 'awaiting_approval'),
    series('in progress', 'moving', (row) => ['received', 'correlating', 'acting', 'watching'].includes(row.state))
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
<p class="aside">The rate counts writes whose effect is known. A user who did not enroll while the case was watched counts as not helped.</p>
</section>`
}
