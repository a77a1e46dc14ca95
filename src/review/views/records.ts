/** The timeline, the writes, the links and the ledger entries of a case. Pure. */
import { NOTE_MARK } from '../../case/machine/operator-commands.ts'
import { isOrdinary, namedActor } from '../../decide/event-names.ts'
import type { Case } from '../../domain/case.ts'
import { known } from '../../domain/evidence.ts'
import type { LedgerRow } from '../../domain/ledger.ts'
import { REPORTERS } from '../../domain/subject.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { plain, prose, quantity, untrusted, when } from '../text.ts'
import { ACTION_WORDS, EFFECT_WORDS } from '../words.ts'
import { ruleName } from './evidence.ts'

/** The kind of an entry, for its mark. */
export type MomentKind = 'failure' | 'okta' | 'write' | 'reenroll' | 'person'

/** An entry of the timeline: an event in Okta, a step of Reenroll, or an act of a person. */
export interface Moment {
  readonly at: Instant
  readonly kind: MomentKind
  readonly what: string
  readonly by: string | null
  /** Okta's id of who acted, to look up or to name in a policy. */
  readonly actorId?: string | null
  readonly isOrdinary?: boolean
}

/** Newest first. */
function momentsOf(c: Case): readonly Moment[] {
  const failures = c.failures.map(
    (failure): Moment => ({
      at: failure.publishedAt,
      kind: 'failure',
      what: `Enrollment failed${failure.reason ? `: ${failure.reason}` : ''}`,
      by: REPORTERS[failure.source]
    })
  )
  return [...failures, ...ownEntries(c), ...logEntries(c)].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

/** The case's own entries, except those about failures, which are listed as failures. */
function ownEntries(c: Case): Moment[] {
  return c.timeline
    .filter(({ what, by }) => !(by === 'okta' && /^(A failed enrollment|Enrollment failed)/.test(what)))
    .map(({ at, what, by }) => ({ at, what, by: by === 'reenroll' ? null : by, kind: kindOf(what, by) }))
}

function kindOf(what: string, by: string): MomentKind {
  if (by === 'okta') return 'okta'
  if (by !== 'reenroll') return 'person'
  return /^(About to write|Done:|The write|No clear answer to the write)/.test(what) ? 'write' : 'reenroll'
}

/** Entries of the System Log that the case does not already contain. */
function logEntries(c: Case): Moment[] {
  const own = new Set([...c.failures, ...c.signals, ...(c.recovery ? [c.recovery] : [])].map((event) => event.uuid))
  const history = c.evidence ? (known(c.evidence.history) ?? []) : []
  return history
    .filter((entry) => !own.has(entry.uuid))
    .map((entry) => ({
      at: entry.at,
      kind: 'okta',
      what: `${entry.eventType} ${entry.result ?? ''}${entry.reason ? `, ${entry.reason}` : ''}`.trim(),
      by: namedActor(entry) ?? entry.actorId,
      actorId: entry.actorId,
      isOrdinary: isOrdinary(entry)
    }))
}

/** Entries shown before "older" is opened. */
const SHOWN = 14
/** Longest timeline on a page; the API returns all. */
const MOST = 250

const KIND_WORDS: Readonly<Record<MomentKind, string>> = {
  failure: 'failed enrollment',
  okta: 'event in Okta',
  write: 'write to Okta',
  reenroll: 'step of Reenroll',
  person: 'a person'
}

export function timelineView(c: Case): Markup {
  const moments = momentsOf(c)
  const shown = foldOrdinary(moments.slice(0, MOST))
  const older = shown.slice(SHOWN)
  return html`<section class="card" aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
<ol class="timeline">${each(shown.slice(0, SHOWN), entry)}</ol>
${older.length > 0 ? html`<details><summary>${older.flat().length} older</summary><ol class="timeline">${each(older, entry)}</ol></details>` : NOTHING}
</section>`
}

/** Moments in order; two or more ordinary ones in a row are a list, opened by a tap. */
function foldOrdinary(moments: readonly Moment[]): readonly (Moment | readonly Moment[])[] {
  const folded: (Moment | Moment[])[] = []
  for (const one of moments) {
    const last = folded.at(-1)
    if (!one.isOrdinary) folded.push(one)
    else if (Array.isArray(last)) last.push(one)
    else folded.push([one])
  }
  return folded.map((one) => (Array.isArray(one) && one[0] && one.length === 1 ? one[0] : one))
}

function entry(one: Moment | readonly Moment[]): Markup {
  if (!isRun(one)) return moment(one)
  const oldest = one.at(-1)
  return html`<li class="moment okta"><span class="dot" title="${html`${KIND_WORDS.okta}`}"></span>${when(oldest?.at)}<details class="what"><summary>${one.length} ordinary events since then</summary><ol class="timeline">${each(one, moment)}</ol></details></li>`
}

function isRun(one: Moment | readonly Moment[]): one is readonly Moment[] {
  return Array.isArray(one)
}

function moment({ at, kind, what, by, actorId }: Moment): Markup {
  return html`<li class="moment ${kind}"><span class="dot" title="${html`${KIND_WORDS[kind]}`}"></span>${when(at)}<span class="what">${prose(what)}${by ? html` <span class="aside"${actorId ? html` title="${plain(actorId, 60)}"` : NOTHING}>${untrusted(by, 80)}</span>` : NOTHING}</span></li>`
}

/** The card with the notes of people, newest first. */
export function notesView({ timeline }: Case): Markup {
  const notes = timeline.filter(({ what }) => what.startsWith(NOTE_MARK)).toReversed()
  if (notes.length === 0) return NOTHING
  return html`<section class="card" aria-labelledby="notes">
<h2 id="notes">Notes</h2>
<ul class="plain-list">${each(notes, ({ at, what, by }) => html`<li>${untrusted(what.slice(NOTE_MARK.length), 2_000)} <span class="aside">${untrusted(by, 80)}, ${when(at)}</span></li>`)}</ul>
</section>`
}

/** The card with the writes to Okta. */
export function writesView(c: Case, words: ReviewWords): Markup {
  if (c.actions.length === 0) return NOTHING
  return html`<section class="card" aria-labelledby="writes">
<h2 id="writes">Writes to Okta</h2>
<ul class="plain-list">${each(c.actions, (action) => {
    const { title, call, proof, undo } = words.remediations[action.remediation]
    const done = action.state === 'done'
    return html`<li><strong>${title}</strong>, ${ACTION_WORDS[action.state]}${done ? html`, ${EFFECT_WORDS[action.effect]}` : NOTHING}. <span class="aside">${when(action.at)} by ${action.by.kind === 'rule' ? ruleName(action.by.name) : untrusted(action.by.name, 60)}, <code>${call}</code></span>
<p>${prose(action.because)}${done ? html` ${proof} To undo: ${undo}` : NOTHING}</p>
${action.requestIds.length > 0 ? html`<p class="aside">Okta request ${each(action.requestIds.slice(0, 5), (id) => html`<code>${plain(id, 60)}</code> `)}</p>` : NOTHING}</li>`
  })}</ul>
</section>`
}

/** A storm has no user and no events, only perhaps a remote ticket. */
export function hasLinks(c: Case): boolean {
  return !c.storm || hasRemoteTicket(c)
}

function hasRemoteTicket({ id, ticket }: Case): boolean {
  return ticket !== null && /^https?:/.test(ticket.url) && !ticket.url.endsWith(`/cases/${id}`)
}

/** The card with links to ticket and Okta. */
export function linksView(c: Case, words: ReviewWords): Markup {
  const transactions = [...new Set(c.failures.flatMap((failure) => failure.transactionId ?? []))]
    .filter(isLinkable)
    .slice(-3)
  return html`<section class="card" aria-labelledby="links">
<h2 id="links">Links</h2>
<ul class="plain-list">
${c.ticket && hasRemoteTicket(c) ? html`<li><a href="${c.ticket.url}" rel="noreferrer">Ticket ${untrusted(c.ticket.key, 40)}</a> <span class="aside">${untrusted(c.ticket.system, 40)}, ${c.ticket.state}</span></li>` : NOTHING}
${c.parentId ? html`<li><a href="/cases/${c.parentId}">The storm of this case</a></li>` : NOTHING}
${isLinkable(c.user.id) ? html`<li><a href="${words.userLink(c.user.id)}" rel="noreferrer">The user in the Okta Admin Console</a></li>` : NOTHING}
${each(transactions, (id) => html`<li><a href="${words.transactionLink(id)}" rel="noreferrer">System Log of the attempt</a> <code>${plain(id, 60)}</code></li>`)}
${c.failures.length > 0 ? html`<li>For Okta Support, events ${each(c.failures.slice(-3), ({ uuid }) => html`<code>${plain(uuid, 60)}</code> `)}</li>` : NOTHING}
</ul>
</section>`
}

/** The card with the ledger entries. */
export function ledgerView(rows: readonly LedgerRow[]): Markup {
  if (rows.length === 0) return NOTHING
  return html`<section class="card" aria-labelledby="ledger">
<h2 id="ledger">Ledger</h2>
<details><summary>${quantity(rows.length, 'entry', 'entries')}</summary>
<ol class="ledger">${each(rows, (row) => html`<li value="${row.seq}"><strong><bdi>${row.kind}</bdi></strong> ${when(row.at)} by ${untrusted(row.by, 60)}<p>${prose(inShort(row.entry))}</p><details><summary>As stored</summary><pre tabindex="0">${plain(JSON.stringify(row.entry), 2_000)}</pre><code class="hash">${row.hash}</code></details></li>`)}</ol>
</details>
</section>`
}

/** The values of an entry, but for those that have values of their own. */
function inShort(entry: LedgerRow['entry']): string {
  const isPlain = (value: unknown) => value !== null && (typeof value !== 'object' || Array.isArray(value))
  const parts = Object.entries(entry).filter(([, value]) => isPlain(value) && String(value) !== '')
  return parts.map(([key, value]) => `${key}: ${value}`).join(', ')
}

/** Okta's ids are short; a longer text is not an id and gets no link. */
function isLinkable(id: string | null): id is string {
  return id !== null && id.length <= 100
}
