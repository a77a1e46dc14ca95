/** The queue page. Pure. */
import { advice } from '../../decide/advice.ts'
import { guardTitle } from '../../decide/guards/guards.ts'
import { type Case, isOpen, OUTCOMES, type Storm } from '../../domain/case.ts'
import { known } from '../../domain/evidence.ts'
import { CASE_STATES, CAUSE_IDS, GUARD_IDS, type Instant, MODES, PLATFORM_NAMES } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { QueuePage, Section } from '../queue.ts'
import {
  caseHref,
  isFiltered,
  isNarrowed,
  OLDER,
  OWNERS,
  paramsOf,
  type QueueQuery,
  queueHref,
  SINCE,
  totalsOf,
  UNFILTERED,
  type View
} from '../queue.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, capital, due, plain, prose, quantity, untrusted, when } from '../text.ts'
import { isSnoozed, loginOf, nameOf, OUTCOME_WORDS, STATE_TONES, STATE_WORDS } from '../words.ts'
import { approvalsInShort } from './actions.ts'
import { BULK_ACTS, handOverHref } from './bulk.ts'

function queueRow(
  c: Case,
  { page, query, mayAct, words, now }: QueueModel,
  section: Section['group'],
  place: string
): Markup {
  const approvals = page.approvals.get(c.id) ?? 0
  const match = matchOf(c, query.search)
  const security = words.severity(c) === 'security'
  const tone = security ? 'alarm' : STATE_TONES[c.state]
  const login = loginOf(c)
  return html`<li class="row ${tone}" data-case="${c.id}"${c.proposal ? html` data-proposal` : NOTHING}>
<div class="row-who">${mayAct && isOpen(c) ? html`<input type="checkbox" form="bulk" name="case" value="${c.id}" aria-label="Select ${plain(nameOf(c), 60)}">` : NOTHING}<a href="${caseHref(c.id, place)}" data-row>${untrusted(nameOf(c), 60)}</a>${login ? html`<span class="login">${untrusted(login, 80)}</span>` : NOTHING}${match ? html`<span class="match">${match[0]} ${untrusted(match[1], 60)}</span>` : NOTHING}</div>
<div class="row-cause">${c.storm ? untrusted(c.storm.because, 120) : c.cause ? untrusted(capital(words.cause(c.cause.id).label)) : 'Cause not known yet'}${security && section.id !== 'security' ? html` <span class="flag">security</span>` : NOTHING}</div>
<div class="row-next"><span class="pill ${tone}">${STATE_WORDS[c.state]}</span> ${c.storm ? foldedWords(c.storm, approvals) : nextOf(c, words, now)}</div>
<div class="row-age">${ago(c.openedAt, now)}${due(words.dueAt(c), now)}${c.assignee ? html`<span class="assignee">${untrusted(c.assignee, 24)}</span>` : NOTHING}</div>
</li>`
}

/** What the search found, when the row does not show it: a value with its name. */
function matchOf(c: Case, search: string): readonly [string, string] | null {
  const wanted = search.toLowerCase()
  const has = (text: string | null | undefined) => Boolean(text?.toLowerCase().includes(wanted))
  if (!search || has(nameOf(c)) || has(loginOf(c))) return null
  const last = c.failures.at(-1)
  const all: readonly (readonly [string, string | null | undefined])[] = [
    ['Okta id', c.user.id],
    ...c.failures.map(({ context }) => ['address', context.ip] as const),
    ...c.failures.map(({ device }) => ['device', [device.name, device.id, device.serialNumber].find(has)] as const),
    ['model', last?.device.model],
    ['app version', last?.context.appVersion],
    ['ticket', c.ticket?.key],
    ['group', c.evidence && known(c.evidence.groups)?.find(({ name }) => has(name))?.name],
    ['assigned to', c.assignee]
  ]
  return all.find((entry): entry is readonly [string, string] => has(entry[1])) ?? null
}

function foldedWords({ children: { all, open } }: Storm, approvals: number): Markup {
  if (all === 0) return html`Its cases are being added`
  const waiting = approvals > 0 ? html`, <strong>${quantity(approvals, 'needs', 'need')} approval</strong>` : NOTHING
  return html`<strong>${quantity(all, 'case')}</strong> in this storm, ${open.toLocaleString('en')} open${waiting}`
}

/** What is proposed, in progress or to be done. */
function nextOf(c: Case, words: ReviewWords, now: Instant): Markup {
  if (c.securityAlert) return html`Signs of a takeover`
  if (isSnoozed(c, now)) return html`Snoozed until ${when(c.snoozedUntil)}`
  if (c.state === 'awaiting_approval' && c.proposal) {
    const needed = c.proposal.overridesNeeded
    return html`<strong>${words.remediations[c.proposal.remediation].title}</strong>${needed.length > 0 ? html` <span class="aside">override ${needed.map(guardTitle).join(', ')}</span>` : NOTHING}${approvalsInShort(c)}`
  }
  const done = c.actions.findLast((action) => action.state === 'done')
  if (c.state === 'watching' && done)
    return html`${words.remediations[done.remediation].title}: done, waiting for the user`
  if (c.state === 'with_user') return html`${c.mailed ? 'has the steps' : 'gets the steps'}, no ticket yet`
  if (c.outcome) return html`${OUTCOME_WORDS[c.outcome]}`
  if (c.state !== 'with_person') return NOTHING
  if (c.parentId) return html`<span class="aside">part of a storm</span>`
  const { kind, headline, now: todos } = advice(c)
  const act = kind === 'ask_to_retry' ? (todos[0] ?? headline) : headline
  return prose(firstSentence(act).replace(/^Security first: /, 'Change nothing: '))
}

function firstSentence(text: string): string {
  return (text.split('. ')[0] ?? text).replace(/\.$/, '')
}

/** What the queue page shows. */
export interface QueueModel {
  readonly query: QueueQuery
  readonly page: QueuePage
  /** Approvers may act on several cases. */
  readonly mayAct: boolean
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
<div id="live" data-live="/changes">
${page.sections.length === 0 ? empty(model) : each(page.sections, (section) => sectionOf(section, model))}
${model.mayAct && page.sections.some(({ cases }) => cases.some(isOpen)) ? bulkBar(paramsOf(query)) : NOTHING}
<nav class="pager" aria-label="Pages of the queue">
${query.after ? html`<a href="${queueHref(query)}">First page</a>` : NOTHING}
${page.next ? html`<a rel="next" href="${queueHref(query, { after: page.next })}">Next page</a>` : NOTHING}
${page.sections.length > 0 ? html`<a href="/queue.csv?${paramsOf({ ...query, after: null })}" download>Download as CSV</a>` : NOTHING}
${model.mayAct ? html`<a href="${handOverHref(paramsOf(query))}">Hand over my cases…</a>` : NOTHING}
</nav>
</div>
<p class="keys" hidden data-keys><kbd>j</kbd> <kbd>k</kbd> move · <kbd>enter</kbd> open · <kbd>/</kbd> search · <kbd>?</kbd> all keys</p>`
}

/** For the ticked cases. */
function bulkBar(place: string): Markup {
  const options = Object.entries(BULK_ACTS).map(([act, words]) => html`<option value="${act}">${words}</option>`)
  return html`<form id="bulk" class="bulk inline" method="get" action="/bulk"><input type="hidden" name="in" value="${place}"><label><span>Selected cases</span><select name="act">${options}</select></label><button type="submit">Continue…</button></form>`
}

function tabs(query: QueueQuery, page: QueuePage): Markup {
  const { counts } = page
  const all: readonly (readonly [View, string, number])[] = [
    ['open', 'Open', totalsOf(page).open],
    ['snoozed', 'Snoozed', counts.snoozed],
    ['ended', 'Ended', counts.ended],
    ['all', 'All', Object.values(counts).reduce((sum, n) => sum + n, 0)]
  ]
  const links = all.map(([view, words, n]) => {
    const current = !query.state && !query.owner && view === query.view
    return html`<li><a href="${queueHref(query, { view, state: null, owner: null })}"${current ? html` aria-current="true"` : NOTHING}>${words} <span class="n">${n.toLocaleString('en')}</span></a></li>`
  })
  const isMine = query.owner === 'mine'
  const mine = html`<li><a href="${queueHref(query, { view: 'open', state: null, owner: 'mine' })}"${isMine ? html` aria-current="true"` : NOTHING}>Mine</a></li>`
  return html`<nav class="tabs" aria-label="Which cases"><ul>${links}${mine}</ul></nav>`
}

const SINCE_WORDS = { '1h': 'last hour', '24h': 'last 24 hours', '7d': 'last 7 days', '30d': 'last 30 days' } as const
const OLDER_WORDS = { '1h': 'an hour', '4h': '4 hours', '24h': 'a day', '3d': '3 days' } as const
const OWNER_WORDS = { mine: 'me', none: 'nobody' } as const
const KNOWN_PLATFORMS = Object.keys(PLATFORM_NAMES) as (keyof typeof PLATFORM_NAMES)[]

function filters({ query, words }: QueueModel): Markup {
  const { facts, storm, from, to, rule, stopped } = query
  const platform = KNOWN_PLATFORMS.find((one) => one === facts.platform) ?? null
  const guard = GUARD_IDS.find((one) => one === facts.guard) ?? null
  return html`<form class="filters" method="get" action="/" role="search">
${query.view === 'open' || query.search ? NOTHING : html`<input type="hidden" name="view" value="${query.view}">`}
<label class="wide"><span>Search</span><input type="search" name="q" value="${query.search}" maxlength="100" placeholder="name, login, device, address, ticket or case" autocomplete="off" spellcheck="false"></label>
<details class="more"${query.state || query.cause || query.mode || query.since ? html` open` : NOTHING}><summary>State, cause, mode, time</summary><div class="selects">
${select('state', 'State', query.state, CASE_STATES, (state) => STATE_WORDS[state])}
${select('cause', 'Cause', query.cause, CAUSE_IDS, (id) => words.cause(id).label)}
${select('mode', 'Mode', query.mode, MODES, (mode) => mode)}
${select('since', 'Opened', query.since, Object.keys(SINCE) as (keyof typeof SINCE)[], (key) => SINCE_WORDS[key])}
</div></details>
<button type="submit">Filter</button>
${isFiltered(query) ? html`<a class="clear" href="${queueHref({ ...query, ...UNFILTERED, view: query.search ? 'open' : query.view })}">Clear</a>` : NOTHING}
<details class="narrow-by"${isNarrowed(query) ? html` open` : NOTHING}><summary>More filters</summary><div class="selects">
${select('owner', 'Assigned to', query.owner, OWNERS, (owner) => OWNER_WORDS[owner])}
${select('older', 'Older than', query.older, Object.keys(OLDER) as (keyof typeof OLDER)[], (key) => OLDER_WORDS[key])}
${select('platform', 'Platform', platform, KNOWN_PLATFORMS, (one) => PLATFORM_NAMES[one])}
${field('app', 'App version', facts.app)}${field('model', 'Model', facts.model)}${field('device', 'Device', facts.device)}${field('address', 'Address', facts.address)}
${select('guard', 'Guard not clear', guard, GUARD_IDS, guardTitle)}
${select('outcome', 'Ended', query.outcome, OUTCOMES.slice(0, -1), (outcome) => OUTCOME_WORDS[outcome])}
${stopped ? select('stopped', 'Repair stopped by', stopped, GUARD_IDS, guardTitle) : NOTHING}
${from || to ? html`${field('from', 'Opened from (UTC)', from)}${field('to', 'Opened before (UTC)', to)}` : NOTHING}
${rule ? field('rule', 'Rule', rule) : NOTHING}
${facts.group ? field('group', 'Group', facts.group) : NOTHING}
${facts.network ? field('network', 'Network (AS)', facts.network) : NOTHING}
${storm ? field('storm', 'Storm', storm) : NOTHING}
</div></details>
</form>`
}

function field(name: string, label: string, value: string | null | undefined): Markup {
  return html`<label><span>${label}</span><input name="${name}" value="${value ?? ''}" maxlength="100" autocomplete="off" spellcheck="false"></label>`
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
  const place = paramsOf({ ...model.query, section: group.id })
  return html`<section class="group" aria-labelledby="group-${group.id}">
<h2 id="group-${group.id}">${group.title} <span class="n">${n.toLocaleString('en')}</span></h2>
<ol class="cases">${each(cases, (c: Case) => queueRow(c, model, group, place))}</ol>
</section>`
}

function empty({ query, page }: QueueModel): Markup {
  if (isFiltered(query)) {
    const { snoozed, ended } = page.counts
    const elsewhere: readonly (readonly [View, string, number])[] = [
      ['open', 'open', totalsOf(page).open],
      ['snoozed', 'snoozed', snoozed],
      ['ended', 'ended', ended]
    ]
    const found = elsewhere.filter(([view, , n]) => view !== query.view && n > 0)
    return html`<div class="empty"><p><strong>${found.length > 0 ? 'No case matches here.' : 'No case matches.'}</strong></p>
${found.map(([view, words, n]) => html`<p><a href="${queueHref(query, { view, state: null })}">${quantity(n, `${words} case`)} matching</a></p>`)}
<p>Search finds part of a name, login, id, device, address, app version or ticket key. <a href="${queueHref({ ...query, ...UNFILTERED, search: query.search, view: 'all' })}">Search all cases</a> without the other filters.</p>
${query.search ? html`<p>Did the user call? <a href="/report?user=${encodeURIComponent(query.search)}">Report this user</a>.</p>` : NOTHING}</div>`
  }
  if (query.view === 'snoozed') return html`<div class="empty"><p><strong>No snoozed cases.</strong></p></div>`
  if (query.view !== 'open') {
    return html`<div class="empty"><p><strong>No cases yet.</strong></p><p>Cases appear when Okta's event hook reports a failed Okta Verify enrollment. Verify the hook in the Admin Console under Workflow, Event Hooks, then choose Preview and Deliver request.</p></div>`
  }
  return html`<div class="empty"><p><strong>No open cases.</strong></p>
<p>New failures appear here automatically. ${page.counts.ended > 0 ? html`<a href="/?view=ended">${quantity(page.counts.ended, 'case')} ended</a> so far.` : NOTHING}</p></div>`
}
