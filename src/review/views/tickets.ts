/** The tickets page: by ticket system, what waits and what was refused for good, with the reason. Pure. */
import { isTicketHidden, type OutboxEntry, type OutboxFigure } from '../../domain/outbox.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { ago, given, untrusted } from '../text.ts'
import { table } from './table.ts'

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
  const row = (entry: OutboxEntry) => [
    html`<a href="/cases/${entry.caseId}">${untrusted(entry.caseId)}</a>`,
    stateWord(entry),
    ago(entry.enqueuedAt, now),
    entry.tries,
    html`${entry.lastError === null ? 'not tried yet' : given(entry.lastError)}${isTicketHidden(entry) && mayRetry ? another(entry, csrf) : NOTHING}`
  ]
  return html`<section class="card" aria-labelledby="target-${target}">
<h2 id="target-${target}">${target} <span class="aside">${dead} need a person, ${pending} waiting</span></h2>
${dead > 0 && mayRetry ? html`<form method="post" action="/tickets/${encodeURIComponent(target)}/retry"><input type="hidden" name="_csrf" value="${csrf}"><button type="submit">Send all ${dead} again</button></form>` : NOTHING}
${table(target, ['Case', 'State', 'Since', 'Tries', 'Why'], rows.map(row))}
${rows.length < dead + pending ? html`<p class="aside">The newest ${rows.length} are shown.</p>` : NOTHING}
</section>`
}

function stateWord(entry: OutboxEntry): string {
  return isTicketHidden(entry) ? 'cannot be seen' : entry.state === 'dead' ? 'refused' : 'waiting'
}

/** Only a person can see that a ticket is gone and not merely hidden; two live tickets would be the price of a guess. */
function another({ id, target, ticket }: OutboxEntry, csrf: string): Markup {
  const action = `/tickets/${encodeURIComponent(target)}/${id}/replace`
  return html` ${/^https?:/.test(ticket?.url ?? '') ? html`<a href="${ticket?.url}" rel="noreferrer">The ticket</a>` : NOTHING}<form method="post" action="${action}"><input type="hidden" name="_csrf" value="${csrf}"><button type="submit">It is gone: make another</button></form>`
}
