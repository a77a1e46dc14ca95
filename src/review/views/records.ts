/** What was written, where the case stands elsewhere, and its ledger lines. Pure. */

import type { Case } from '../../domain/case.ts'
import type { LedgerRow } from '../../domain/ledger.ts'

import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { count, plain, prose, say, when } from '../text.ts'
import { ACTION_WORDS, EFFECT_WORDS } from '../words.ts'

export function writesView(c: Case, words: ReviewWords): Markup {
  if (c.actions.length === 0) return NOTHING
  return html`<section class="card" aria-labelledby="writes">
<h2 id="writes">Writes to Okta</h2>
<ul class="plain-list">${each(c.actions, (action) => {
    const { title, call, proof, undo } = words.remediations[action.remediation]
    const done = action.state === 'done'
    return html`<li><strong>${title}</strong>, ${ACTION_WORDS[action.state]}${done ? html`, ${EFFECT_WORDS[action.effect]}` : NOTHING}. <span class="aside">${when(action.at)} by ${say(action.by.name, 60)}, <code>${call}</code></span>
<p>${prose(action.because)}${done ? html` ${proof} To take it back: ${undo}` : NOTHING}</p>
${action.requestIds.length > 0 ? html`<p class="aside">Okta request ${each(action.requestIds.slice(0, 5), (id) => html`<code>${plain(id, 60)}</code> `)}</p>` : NOTHING}</li>`
  })}</ul>
</section>`
}

/** A storm has no user and no events; only its ticket may be elsewhere. */
export function hasLinks(c: Case): boolean {
  return !c.storm || ticketElsewhere(c)
}

function ticketElsewhere({ id, ticket }: Case): boolean {
  return ticket !== null && /^https?:/.test(ticket.url) && !ticket.url.endsWith(`/cases/${id}`)
}

export function linksView(c: Case, words: ReviewWords): Markup {
  const transactions = [...new Set(c.failures.flatMap((failure) => failure.transactionId ?? []))]
    .filter(isLinkable)
    .slice(-3)
  return html`<section class="card" aria-labelledby="links">
<h2 id="links">Elsewhere</h2>
<ul class="plain-list">
${c.ticket && ticketElsewhere(c) ? html`<li><a href="${c.ticket.url}" rel="noreferrer">Ticket ${say(c.ticket.key, 40)}</a> <span class="aside">${say(c.ticket.system, 40)}, ${c.ticket.state}</span></li>` : NOTHING}
${c.parentId ? html`<li><a href="/cases/${c.parentId}">The storm ${c.parentId}</a> that this case belongs to</li>` : NOTHING}
${isLinkable(c.user.id) ? html`<li><a href="${words.userLink(c.user.id)}" rel="noreferrer">The user in the Okta Admin Console</a></li>` : NOTHING}
${each(transactions, (id) => html`<li><a href="${words.transactionLink(id)}" rel="noreferrer">System Log of the attempt</a> <code>${plain(id, 60)}</code></li>`)}
${c.failures.length > 0 ? html`<li>For Okta Support, events ${each(c.failures.slice(-3), ({ uuid }) => html`<code>${plain(uuid, 60)}</code> `)}</li>` : NOTHING}
</ul>
</section>`
}

export function ledgerView(rows: readonly LedgerRow[]): Markup {
  if (rows.length === 0) return NOTHING
  return html`<section class="card" aria-labelledby="ledger">
<h2 id="ledger">Ledger</h2>
<details><summary>${count(rows.length, 'line')}</summary>
<ol class="ledger">${each(rows, (row) => html`<li value="${row.seq}"><strong>${row.kind}</strong> ${when(row.at)} by ${say(row.by, 60)}<pre tabindex="0">${plain(JSON.stringify(row.entry), 2_000)}</pre><code class="hash">${row.hash}</code></li>`)}</ol>
</details>
</section>`
}

/** Okta's ids are short; anything else in their place is no id and makes no link. */
function isLinkable(id: string | null): id is string {
  return id !== null && id.length <= 100
}
