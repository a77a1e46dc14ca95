/** What came in and what became of it, over 30 days. Pure. */
import type { Activity } from '../store/store.ts'
import { DAY_MS, plus } from '../time.ts'
import { type CauseId, type Instant, REMEDIATION_IDS } from '../vocabulary.ts'
import { type Series, stackedBars } from './charts.ts'
import { each, html, type Markup } from './markup.ts'
import type { ReviewWords } from './review-deps.ts'
import { effectRate, recordsByRemediation } from './rule-record.ts'
import { OUTCOME_WORDS } from './words.ts'

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
