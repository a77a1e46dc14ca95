/** The queue as a page. Pure. */
import type { Case } from '../case/case-file.ts'
import { CASE_STATES, CAUSE_IDS, type Instant, MODES } from '../vocabulary.ts'
import { each, html, type Markup, NOTHING } from './markup.ts'
import type { QueuePage, Section } from './queue.ts'
import { isFiltered, type QueueQuery, queueHref, SINCE, type View } from './queue-query.ts'
import { queueRow } from './queue-row.ts'
import type { ReviewWords } from './review-deps.ts'
import { count } from './text.ts'
import { STATE_WORDS } from './words.ts'

export interface QueueModel {
  readonly query: QueueQuery
  readonly page: QueuePage
  readonly words: ReviewWords
  readonly now: Instant
}

export function queueView(model: QueueModel): Markup {
  const { query, page } = model
  return html`<div class="queue-head">
<h1>Queue</h1>
${tabs(query, page)}
</div>
${filters(model)}
<div id="live" data-live>
${page.sections.length === 0 ? empty(model) : each(page.sections, (section) => sectionOf(section, model))}
<nav class="pager" aria-label="Pages of the queue">
${query.after ? html`<a href="${queueHref(query)}">First page</a>` : NOTHING}
${page.next ? html`<a rel="next" href="${queueHref(query, { after: page.next })}">Next page</a>` : NOTHING}
</nav>
</div>
<p class="keys" hidden data-keys><kbd>j</kbd> <kbd>k</kbd> move · <kbd>enter</kbd> open · <kbd>a</kbd> approve · <kbd>r</kbd> reject · <kbd>/</kbd> search</p>`
}

function tabs(query: QueueQuery, { counts }: QueuePage): Markup {
  const all: readonly (readonly [View, string, number])[] = [
    ['open', 'Open', counts.person + counts.moving],
    ['snoozed', 'Put off', counts.snoozed],
    ['ended', 'Ended', counts.ended],
    ['all', 'All', counts.person + counts.moving + counts.snoozed + counts.ended]
  ]
  const links = all.map(([view, words, n]) => {
    const current = !query.state && view === query.view
    return html`<li><a href="${queueHref(query, { view, state: null })}"${current ? html` aria-current="true"` : NOTHING}>${words} <span class="n">${n.toLocaleString('en')}</span></a></li>`
  })
  return html`<nav class="tabs" aria-label="Which cases"><ul>${links}</ul></nav>`
}

function filters({ query, words }: QueueModel): Markup {
  const since = { '1h': 'last hour', '24h': 'last 24 hours', '7d': 'last 7 days', '30d': 'last 30 days' } as const
  return html`<form class="filters" method="get" action="/" role="search">
${query.view === 'open' ? NOTHING : html`<input type="hidden" name="view" value="${query.view}">`}
<label class="wide"><span>User</span><input type="search" name="q" value="${query.search}" maxlength="100" placeholder="name, login, Okta id or RE-…" autocomplete="off" spellcheck="false"></label>
<details class="more"${isNarrowed(query) ? html` open` : NOTHING}><summary>More filters</summary><div class="selects">
${select('state', 'State', query.state, CASE_STATES, (state) => STATE_WORDS[state])}
${select('cause', 'Cause', query.cause, CAUSE_IDS, (id) => words.cause(id).label)}
${select('mode', 'Mode', query.mode, MODES, (mode) => mode)}
${select('since', 'Opened', query.since, Object.keys(SINCE) as (keyof typeof since)[], (key) => since[key])}
</div></details>
<button type="submit">Filter</button>
${isFiltered(query) ? html`<a class="clear" href="${queueHref({ ...query, state: null, cause: null, mode: null, since: null, search: '' })}">Clear</a>` : NOTHING}
</form>`
}

/** A filter is set that would be folded away on a phone. */
function isNarrowed({ state, cause, mode, since }: QueueQuery): boolean {
  return Boolean(state || cause || mode || since)
}

function select<V extends string>(
  name: string,
  label: string,
  chosen: V | null,
  values: readonly V[],
  words: (value: V) => string
): Markup {
  const options = values.map(
    (value) => html`<option value="${value}"${value === chosen ? html` selected` : NOTHING}>${words(value)}</option>`
  )
  return html`<label><span>${label}</span><select name="${name}"><option value="">any</option>${options}</select></label>`
}

function sectionOf({ group, cases, count: n }: Section, model: QueueModel): Markup {
  return html`<section class="group" aria-labelledby="group-${group.id}">
<h2 id="group-${group.id}">${group.title} <span class="n">${n.toLocaleString('en')}</span></h2>
<ol class="cases">${each(cases, (c: Case) => queueRow(c, model.page.approvals.get(c.id) ?? 0, model.words, model.now))}</ol>
</section>`
}

/** Says what to do when there is nothing. */
function empty({ query, page }: QueueModel): Markup {
  if (isFiltered(query)) {
    return html`<div class="empty"><p><strong>No case matches.</strong></p>
<p>Search finds part of a name, a login or an Okta id. <a href="${queueHref({ ...query, state: null, cause: null, mode: null, since: null, search: '', view: 'all' })}">Show all cases</a>.</p>
${query.search ? html`<p>Somebody called about it? <a href="/report?user=${encodeURIComponent(query.search)}">Report this user</a>.</p>` : NOTHING}</div>`
  }
  if (query.view === 'snoozed') return html`<div class="empty"><p><strong>Nothing is put off.</strong></p></div>`
  if (query.view !== 'open') {
    return html`<div class="empty"><p><strong>No case yet.</strong></p><p>Cases appear when Okta's event hook reports a failed Okta Verify enrollment. Verify the hook in the Admin Console under Workflow, Event Hooks, then choose Preview and Deliver request.</p></div>`
  }
  return html`<div class="empty"><p><strong>Nobody is waiting.</strong></p>
<p>New failures appear here by themselves. ${page.counts.ended > 0 ? html`<a href="/?view=ended">${count(page.counts.ended, 'case')} ended</a> so far.` : NOTHING}</p></div>`
}
