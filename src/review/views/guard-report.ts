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

export function guardReportView({ days, cases, rows }: GuardReport): Markup {
  const periods = REPORT_DAYS.map((n) =>
    n === days ? html`<strong>${n} days</strong> ` : html`<a href="/guards?days=${n}">${n} days</a> `
  )
  return html`<h1>What the guards stopped</h1>
<p class="lead">Repairs that one guard alone stopped, and what became of those people. ${quantity(cases, 'case')}. ${periods}</p>
${
  rows.length === 0
    ? html`<div class="empty"><p><strong>No guard alone stopped a repair.</strong></p></div>`
    : html`<section class="card">${guardTable(rows, html`<th scope="col">As proposals</th>`, ({ proposals }) => html`<td>${seen(proposals)} <span class="aside">${endingWords(proposals.became)}</span></td>`)}
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
${guardTable(guards, NOTHING, () => NOTHING)}`
}
<p class="screen-only"><a href="${more}">By signal, and as proposals</a></p></section>`
}

function guardTable(rows: readonly GuardFigures[], lastHead: Markup, lastCell: (row: GuardFigures) => Markup): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="What each guard stopped"><table>
<thead><tr><th scope="col">Guard${lastHead === NOTHING ? NOTHING : ' or its only signal'}</th><th scope="col">Stopped alone</th>${each(ENDINGS, (ending) => html`<th scope="col">${ENDING_WORDS[ending]}</th>`)}<th scope="col">Median until enrolled</th>${lastHead}</tr></thead>
<tbody>${each(
    rows,
    (row) =>
      html`<tr><th scope="row">${row.signal === null ? html`<span title="${row.guard}">${guardTitle(row.guard)}</span>` : html`only: ${rowTitle(row)}`}</th><td>${seen(row.stopped)}${row.observed > 0 ? html` <span class="aside">${row.observed} observed</span>` : NOTHING}</td>${each(ENDINGS, (ending) => html`<td>${seen(row.became[ending])}</td>`)}<td>${row.enrolledMedianMs === null ? '–' : showDuration(row.enrolledMedianMs)}</td>${lastCell(row)}</tr>`
  )}</tbody>
</table></div>`
}

/** The count opens to the newest cases. */
function seen({ count, cases }: CasesToSee): Markup {
  if (count === 0) return html`0`
  return html`<details><summary>${count}</summary>${each(cases, (id) => html`<a href="/cases/${id}">${id}</a> `)}</details>`
}
