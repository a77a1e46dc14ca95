/** A case as a page. Pure. */

import type { Case } from '../../domain/case.ts'
import type { LedgerRow } from '../../domain/ledger.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { isEnded } from '../case-facts.ts'
import type { Children } from '../children.ts'
import { html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, say, when } from '../text.ts'
import { nameOf, STATE_TONES, STATE_WORDS } from '../words.ts'
import { childrenView, isQuiet, quietNow, stormNote } from './children.ts'
import { deviceLanes } from './device-lanes.ts'
import { evidenceView, factorsView } from './evidence.ts'
import { approvalsSoFar, barredFrom, firstOf } from './four-eyes.ts'
import { guardsView, reasonsView } from './guards.ts'
import { hasLinks, ledgerView, linksView, writesView } from './records.ts'
import { stepsView } from './steps.ts'
import { timelineView } from './timeline.ts'
import { whatNow, whatWentWrong } from './verdict.ts'

export interface CaseModel {
  readonly c: Case
  /** Of a storm, a page of its cases. */
  readonly children: Children | null
  /** The storm that the case belongs to. */
  readonly parent: Case | null
  readonly ledger: readonly LedgerRow[]
  readonly viewer: Operator
  readonly csrf: string
  readonly words: ReviewWords
  readonly now: Instant
}

export function caseView(model: CaseModel): Markup {
  const { c, words, now } = model
  return html`<article data-case-page="${c.id}" data-version="${c.version}">
${caseHead(model)}
<div class="columns">
<div class="column">
${model.children ? childrenView(c, model.children, words) : NOTHING}
${stepsView(c, words)}
${deviceLanes(c, words, now)}
${timelineView(c)}
</div>
<div class="column">
${reasonsView(c, words)}
${guardsView(c)}
${writesView(c, words)}
${factorsView(c, now)}
${c.storm ? NOTHING : evidenceView(c, now)}
${hasLinks(c) ? linksView(c, words) : NOTHING}
${ledgerView(model.ledger)}
</div>
</div>
</article>`
}

export function caseHead(model: CaseModel): Markup {
  const { c, parent, words, now } = model
  const security = words.severity(c) === 'security'
  const tone = security ? 'alarm' : STATE_TONES[c.state]
  const { heading, because } = parent && isQuiet(c, parent) ? quietNow(parent) : whatNow(c, words, now)
  const known = [c.user.login !== c.user.name ? c.user.login : null, c.user.id].filter((text) => text !== null)
  return html`<header class="case-head">
<p class="crumbs"><a href="/">Queue</a> <span aria-hidden="true">›</span> <code>${c.id}</code></p>
<h1>${say(nameOf(c), 80)}</h1>
<p class="who-line">${known.map((text) => html`<span>${say(text, 80)}</span>`)}<span class="pill ${tone}">${STATE_WORDS[c.state]}</span>${security ? html`<span class="flag">security</span>` : NOTHING}<span>opened ${ago(c.openedAt, now)}</span>${c.assignee ? html`<span>with ${say(c.assignee, 60)}</span>` : NOTHING}</p>
${whatWentWrong(c, words, now)}
<section class="verdict ${tone}" aria-label="What now">
<h2>${heading}</h2>
<p>${because}</p>
${stormNote(c, parent)}
${approvalsSoFar(c, now)}
${c.snoozedUntil && c.snoozedUntil > now && !isEnded(c) ? html`<p class="aside">Put off until ${when(c.snoozedUntil)}.</p>` : NOTHING}
${buttons(model)}
</section>
</header>`
}

function buttons({ c, viewer, csrf }: CaseModel): Markup {
  if (viewer.role !== 'approver') {
    return c.proposal ? html`<p class="aside">You can view; an approver decides.</p>` : NOTHING
  }
  if (isEnded(c)) return NOTHING
  const base = `/cases/${c.id}`
  const waits = c.state === 'with_person' || c.state === 'awaiting_approval'
  const post = (verb: string, words: string) =>
    html`<form method="post" action="${base}/${verb}"><input type="hidden" name="_csrf" value="${csrf}"><button type="submit">${words}</button></form>`
  const mine = c.assignee === viewer.name
  const barred = barredFrom(c, viewer)
  const approveWords = firstOf(c) ? 'Approve as the second…' : 'Approve…'
  return html`${barred ? html`<p class="aside">${barred}</p>` : NOTHING}<div class="buttons">
${c.proposal && !barred ? html`<a class="button primary" href="${base}/approve" data-key="a">${approveWords}</a>` : NOTHING}
${c.proposal ? html`<a class="button" href="${base}/reject" data-key="r">Reject…</a>` : NOTHING}
${waits && !c.storm ? post('retry', 'Read again') : NOTHING}
${mine ? post('unassign', 'Give back') : post('assign', 'Assign to me')}
${waits ? (c.snoozedUntil && c.snoozedUntil > '' ? post('wake', 'Back to the queue') : html`<a class="button" href="${base}/snooze">Put off…</a>`) : NOTHING}
<a class="button" href="${base}/close">Close…</a>
</div>`
}
