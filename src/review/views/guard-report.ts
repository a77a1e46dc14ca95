/** The page with what each guard alone stopped. Pure. */
import { REPORT_DAYS } from '../../api/figures.ts'
import {
  type CasesToSee,
  ENDING_WORDS,
  ENDINGS,
  type Ending,
  endingWords,
  type GuardFigures,
  type GuardReport,
  rowTitle
} from '../../backtest/guard-report.ts'
import { guardTitle } from '../../decide/guards/guards.ts'
import { showDuration } from '../../domain/time.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { quantity } from '../text.ts'
import { table } from './table.ts'

export function guardReportView({ days, cases, rows }: GuardReport): Markup {
  const periods = REPORT_DAYS.map((n) =>
    n === days ? html`<strong>${n} days</strong> ` : html`<a href="/guards?days=${n}">${n} days</a> `
  )
  return html`<h1>What the guards stopped</h1>
<p class="lead">Repairs that one guard alone stopped, and what became of those people. ${quantity(cases, 'case')}. ${periods}</p>
${
  rows.length === 0
    ? html`<div class="empty"><p><strong>No guard alone stopped a repair.</strong></p></div>`
    : html`<section class="card">${guardTable(rows, true)}
<p class="aside">As proposals: a person would have been asked about so many repairs if this guard led to proposals; what became of these people without one follows. The others no person can override. An attack is confirmed when a person closes the case as one.</p></section>`
}`
}

/** For a summary: each guard in one row, and whether its stops were right later. */
export function stopsView(rows: readonly GuardFigures[], more: string): Markup {
  const guards = rows.filter(({ signal }) => signal === null)
  const sum = (ending: Ending) => guards.reduce((total, row) => total + row.became[ending].count, 0)
  return html`<section class="card" aria-labelledby="stops"><h2 id="stops">What stopped repairs, and was it right?</h2>
${
  guards.length === 0
    ? html`<p>No guard alone stopped a repair.</p>`
    : html`<p>The stop was right for ${quantity(sum('attack'), 'user')} (a confirmed attack) and cost ${quantity(sum('enrolled'), 'user')} nothing (enrolled without a repair). ${quantity(sum('repaired'), 'user')} got the repair later; for the others it is not known.</p>
${guardTable(guards, false)}`
}
<p class="screen-only"><a href="${more}">By signal, and as proposals</a></p></section>`
}

function guardTable(rows: readonly GuardFigures[], isFull: boolean): Markup {
  const endings = ENDINGS.map((ending) => ENDING_WORDS[ending])
  const heads = [isFull ? 'Guard or its only signal' : 'Guard', 'Stopped alone', ...endings, 'Median until enrolled']
  if (isFull) heads.push('As proposals')
  const row = (one: GuardFigures) => [
    one.signal ? html`only: ${rowTitle(one)}` : html`<span title="${one.guard}">${guardTitle(one.guard)}</span>`,
    html`${seen(one.stopped)}${one.observed > 0 ? html` <span class="aside">${one.observed} observed</span>` : NOTHING}`,
    ...ENDINGS.map((ending) => seen(one.became[ending])),
    one.enrolledMedianMs === null ? '–' : showDuration(one.enrolledMedianMs),
    ...(isFull ? [html`${seen(one.proposals)} <span class="aside">${endingWords(one.proposals.became)}</span>`] : [])
  ]
  return table('What each guard stopped', heads, rows.map(row))
}

/** The count opens to the newest cases. */
function seen({ count, cases }: CasesToSee): Markup {
  if (count === 0) return html`0`
  return html`<details><summary>${count}</summary>${each(cases, (id) => html`<a href="/cases/${id}">${id}</a> `)}</details>`
}
