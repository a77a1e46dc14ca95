/** The tickets page: by ticket system, what waits and what was refused for good, with the reason. Pure. */
import type { OutboxEntry, OutboxFigure } from '../../domain/outbox.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { ago, given, untrusted } from '../text.ts'

/** The newest of each state; more are counted only. */
export const SHOWN_UPDATES = 100

/** What the tickets page shows. */
export interface TicketsModel {
  readonly figures: readonly OutboxFigure[]
  readonly entries: readonly OutboxEntry[]
  readonly mayRetry: boolean
  readonly csrf: string
  readonly now: Instant
}

export function ticketsView(model: TicketsModel): Markup {
  const { figures } = model
  return html`<h1>Tickets</h1>
${figures.length === 0 ? html`<div class="empty"><p><strong>Every ticket is up to date.</strong></p><p>Updates that a ticket system has not taken yet appear here.</p></div>` : NOTHING}
${each(figures, (figure) => system(figure, model))}`
}

function system({ target, pending, dead }: OutboxFigure, model: TicketsModel): Markup {
  const { entries, mayRetry, csrf, now } = model
  const rows = entries.filter((entry) => entry.target === target)
  return html`<section class="card" aria-labelledby="target-${target}">
<h2 id="target-${target}">${target} <span class="aside">${dead} refused, ${pending} waiting</span></h2>
${dead > 0 && mayRetry ? html`<form method="post" action="/tickets/${encodeURIComponent(target)}/retry"><input type="hidden" name="_csrf" value="${csrf}"><button type="submit">Send all ${dead} again</button></form>` : NOTHING}
<div class="scroll" tabindex="0" role="region" aria-label="${target}, table"><table>
<thead><tr><th scope="col">Case</th><th scope="col">State</th><th scope="col">Since</th><th scope="col">Tries</th><th scope="col">Why</th></tr></thead>
<tbody>${each(
    rows,
    ({ caseId, state, enqueuedAt, tries, lastError }) =>
      html`<tr><th scope="row"><a href="/cases/${caseId}">${untrusted(caseId)}</a></th><td>${state === 'dead' ? 'refused' : 'waiting'}</td><td>${ago(enqueuedAt, now)}</td><td>${tries}</td><td>${lastError === null ? 'not tried yet' : given(lastError)}</td></tr>`
  )}</tbody>
</table></div>
${rows.length < dead + pending ? html`<p class="aside">The newest ${rows.length} are shown.</p>` : NOTHING}
</section>`
}
