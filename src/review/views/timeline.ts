/** The timeline as a list along an axis. Pure. */
import type { Case } from '../../domain/case.ts'
import { known } from '../../domain/evidence.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { prose, say, when } from '../text.ts'

/* Everything that happened to a case on one axis: Okta's events about the user, our steps, people's decisions. Pure. */

/** Whose moment it is, for the mark on the axis. */
export type MomentKind = 'failure' | 'okta' | 'write' | 'reenroll' | 'person'

export interface Moment {
  readonly at: Instant
  readonly kind: MomentKind
  readonly what: string
  readonly by: string | null
}

/** Newest first. */
export function momentsOf(c: Case): readonly Moment[] {
  const failures = c.failures.map(
    (failure): Moment => ({
      at: failure.publishedAt,
      kind: 'failure',
      what: `Enrollment failed: ${failure.eventType} ${failure.result ?? ''}${failure.reason ? `, ${failure.reason}` : ''}`,
      by: failure.source === 'report' ? 'help desk' : 'Okta'
    })
  )
  return [...failures, ...told(c), ...logged(c)].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

/** The case's own lines. Its lines about failures are left out: the failures stand there themselves. */
function told(c: Case): Moment[] {
  return c.timeline
    .filter(({ what, by }) => !(by === 'okta' && /^(A failed enrollment|Enrollment failed)/.test(what)))
    .map(({ at, what, by }) => ({ at, what, by: by === 'reenroll' ? null : by, kind: kindOf(what, by) }))
}

function kindOf(what: string, by: string): MomentKind {
  if (by === 'okta') return 'okta'
  if (by !== 'reenroll') return 'person'
  return /^(About to write|Done:|The write|No clear answer to the write)/.test(what) ? 'write' : 'reenroll'
}

/** The System Log about the user, without what the case holds already. */
function logged(c: Case): Moment[] {
  const own = new Set([...c.failures, ...c.signals, ...(c.recovery ? [c.recovery] : [])].map((event) => event.uuid))
  const history = c.evidence ? (known(c.evidence.history) ?? []) : []
  return history
    .filter((entry) => !own.has(entry.uuid))
    .map((entry) => ({
      at: entry.at,
      kind: 'okta',
      what: `${entry.eventType} ${entry.result ?? ''}${entry.reason ? `, ${entry.reason}` : ''}`.trim(),
      by: entry.actorLogin ?? entry.actorId
    }))
}

/** Shown before "older" has to be opened. */
const SHOWN = 14
/** Longest timeline on a page; the API has the rest. */
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
  const older = moments.slice(SHOWN, MOST)
  return html`<section class="card" aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
<ol class="timeline">${each(moments.slice(0, SHOWN), moment)}</ol>
${older.length > 0 ? html`<details><summary>${older.length} older</summary><ol class="timeline">${each(older, moment)}</ol></details>` : NOTHING}
</section>`
}

function moment({ at, kind, what, by }: Moment): Markup {
  return html`<li class="moment ${kind}"><span class="dot" title="${KIND_WORDS[kind]}"></span>${when(at)}<span class="what">${prose(what)}${by ? html` <span class="aside">${say(by, 80)}</span>` : NOTHING}</span></li>`
}
