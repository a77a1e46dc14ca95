/** The page of a case. Pure. */
import { firstOf, whyBarred } from '../../case/machine/operator-commands.ts'
import { type Advice, type AdviceKind, advice } from '../../decide/advice.ts'
import { guardTitle } from '../../decide/guards/guards.ts'
import { type Case, isOpen, userWaits } from '../../domain/case.ts'
import type { LedgerRow } from '../../domain/ledger.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import { REPORTERS } from '../../domain/subject.ts'
import { MINUTE_MS, msBetween, showDuration } from '../../domain/time.ts'
import type { VerificationPolicy } from '../../domain/verification.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { html, type Markup, NOTHING } from '../html.ts'
import { caseHref, type Neighbour, type Neighbours, placeHref, placeIn } from '../queue.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ofUserView, type Similar, similarView } from '../similar.ts'
import type { Children } from '../storm-cases.ts'
import { ago, capital, due, plain, prose, untrusted, when } from '../text.ts'
import {
  contraryClaim,
  EFFECT_WORDS,
  idOf,
  isSnoozed,
  loginOf,
  nameOf,
  OUTCOME_WORDS,
  STATE_TONES,
  STATE_WORDS
} from '../words.ts'
import { approvalsSoFar } from './actions.ts'
import { callerView } from './caller.ts'
import { decisionsView } from './decisions.ts'
import { deviceTracksView } from './device-tracks.ts'
import { evidenceView, guardsView, reasonsView } from './evidence.ts'
import { hasLinks, ledgerView, linksView, notesView, timelineView, writesView } from './records.ts'
import { stepsView } from './steps.ts'
import { isReleasable, stormView } from './storm.ts'
import { childrenView, isQuiet, quietNow, stormNote } from './storm-cases.ts'

/** What was reported, and the cause. */
function whatWentWrong(c: Case, words: ReviewWords, now: Instant): Markup {
  if (c.storm) {
    return html`<p class="lead">Many users have been failing since ${when(c.storm.since)}: ${prose(c.storm.because)}</p>`
  }
  const last = c.failures.at(-1)
  const platform = last && last.device.platform !== 'unknown' ? html` on ${PLATFORMS[last.device.platform]}` : NOTHING
  const times = c.failures.length > 1 ? html`, attempt ${c.failures.length} in this case` : NOTHING
  const event = last
    ? html`${capital(REPORTERS[last.source])} reported ${ago(last.publishedAt, now)} that an Okta Verify enrollment failed${platform}${last.reason ? html`: “${untrusted(last.reason, 120)}”` : NOTHING}${times}.`
    : html`An Okta Verify enrollment failed.`
  const cause = c.cause
    ? html` Cause: <strong>${words.cause(c.cause.id).label}</strong> <span class="aside">(confidence ${c.cause.confidence}${c.cause.kbOption ? html`, option ${c.cause.kbOption} of Okta’s article` : NOTHING})</span>.`
    : html` The cause is not known yet.`
  return html`<p class="lead">${event}${cause}</p>`
}

const PLATFORMS = { IOS: 'an iPhone or iPad', ANDROID: 'Android', MACOS: 'a Mac', WINDOWS: 'Windows' } as const

/** What was done, is proposed, or is left for a person: a heading and its reason. */
interface WhatNow {
  readonly heading: Markup
  readonly because: Markup
  readonly more?: Markup
  /** Under the buttons, so that they stay on the first screen of a phone. */
  readonly below?: Markup
}

function whatNow(c: Case, advised: Advice, words: ReviewWords, now: Instant): WhatNow {
  if (c.securityAlert) {
    return {
      heading: html`Treat this as a possible takeover`,
      because: html`${prose(c.securityAlert)}. Contact the user by a channel that you know is theirs. End the sessions of the account, and if in doubt suspend it.`
    }
  }
  if (c.attack) {
    return {
      heading: html`It was an attack`,
      because: html`A person found so; the timeline has the reason. An enrollment may be the attacker’s: check the user’s devices and sessions.`
    }
  }
  if (c.storm) return { ...storm(c.storm), more: stepsNow(advised) }
  if (advised.kind === 'security_first') return forPerson(c, advised)
  if (c.state === 'awaiting_approval' && c.proposal)
    return { ...proposed(c, c.proposal, words, now), more: stepsNow(advised), below: warnings(advised) }
  switch (c.state) {
    case 'received':
    case 'correlating':
      if (c.decision?.proofLookAt)
        return { heading: html`Waiting for the proof of the event`, because: prose(c.decision.because) }
      if (c.decision?.enrollingUntil)
        return {
          heading: html`The user is enrolling`,
          because: html`An enrollment began minutes ago and may still be finished. A ticket follows at ${when(c.decision.enrollingUntil)} otherwise.`
        }
      return {
        heading: html`Reading Okta`,
        because: html`Reading the user, devices, factors and System Log. The decision follows within seconds.`
      }
    case 'acting':
      return { heading: html`Repair in progress`, because: prose(c.decision?.because) }
    case 'watching':
      return watching(c, words)
    case 'with_user':
      return { heading: html`Waiting for the user`, because: prose(advised.headline) }
    case 'resolved':
      return {
        heading: html`The user is enrolled`,
        because: html`${c.recovery ? html`Since ${when(c.recovery.publishedAt)}: ` : NOTHING}${c.outcome ? OUTCOME_WORDS[c.outcome] : 'enrolled'}.`
      }
    case 'closed':
      return {
        heading: html`Closed`,
        because: html`${c.outcome ? OUTCOME_WORDS[c.outcome] : 'closed'}: ${prose(c.timeline.at(-1)?.what)}`
      }
    default:
      return forPerson(c, advised)
  }
}

function storm(storm: NonNullable<Case['storm']>) {
  const { children, releasedAt } = storm
  return {
    heading: releasedAt ? html`The storm is over` : html`Storm: no automatic writes`,
    because: html`${children.open} of ${children.all} cases are open. ${releasedAt ? html`They have been decided again since ${when(releasedAt)}.` : html`They are decided again when it is over.`}`
  }
}

function proposed(c: Case, proposal: NonNullable<Case['proposal']>, words: ReviewWords, now: Instant) {
  const { overridesNeeded, expiresAt, remediation } = proposal
  const overrides = overridesNeeded.map((id, index) => html`${index > 0 ? ', ' : ''}“${guardTitle(id)}”`)
  return {
    heading: html`Proposed: ${words.remediations[remediation].title}`,
    because: html`${prose(c.decision?.because)}${overrides.length > 0 ? html` To approve, override ${overrides}.` : NOTHING} <span class="aside">Expires ${ago(expiresAt, now)}.</span>`
  }
}

function watching(c: Case, words: ReviewWords) {
  const done = c.actions.findLast((action) => action.state === 'done')
  return {
    heading: done ? html`Done: ${words.remediations[done.remediation].title}` : html`Waiting for the user`,
    because: html`${done ? html`At ${when(done.at)}; ${EFFECT_WORDS[done.effect]}. ` : NOTHING}Waiting until ${when(c.watchUntil)} for the user to enroll.`
  }
}

const HEADINGS: Readonly<Partial<Record<AdviceKind, string>>> = {
  security_first: 'Security first: change nothing',
  check_first: 'Check first: the repair is withheld',
  ask_to_retry: 'Repaired: no new attempt',
  wait: 'Nothing to do yet'
}

/** What the advice asks of a person; a repair that a guard withholds is folded. */
function forPerson(c: Case, advised: Advice): WhatNow {
  const { kind, headline } = advised
  const rejection = rejectionOf(c)
  const heading = html`${rejection ? 'Rejected. ' : NOTHING}${HEADINGS[kind] ?? 'Needs a person'}`
  const because = html`${rejection ? html`${prose(rejection)} ` : NOTHING}${prose(headline)}`
  return { heading, because, more: html`${stepsNow(advised)}\n${warnings(advised)}` }
}

function stepsNow({ headline, now }: Advice): Markup {
  const steps = now.filter((step) => step !== headline)
  return html`${steps.length > 0 ? html`<ol>${steps.map((step) => html`<li>${prose(step)}</li>`)}</ol>` : NOTHING}`
}

/** What not to do, and what still works for the user. */
function warnings({ not, onceCleared, stillWorks }: Advice): Markup {
  return html`${not.map((warning) => html`<p class="warn">${prose(warning)}</p>`)}
${onceCleared.length > 0 ? html`<details><summary>Once this is cleared</summary>${onceCleared.map((step) => html`<p>${prose(step)}</p>`)}</details>` : NOTHING}
${stillWorks.length > 0 ? html`<p class="aside">Okta Verify still works on ${untrusted(stillWorks.join(', '), 300)}. Keep it.</p>` : NOTHING}`
}

/** "Rejected by …: …", unless the case was decided again since; or null. */
function rejectionOf({ timeline }: Case): string | null {
  const last = timeline.findLast(({ what }) => what.startsWith('Rejected by ') || what.endsWith(' and decide again.'))
  return last?.what.startsWith('Rejected by ') ? last.what : null
}

/** What the page of a case shows. */
export interface CaseModel {
  readonly c: Case
  /** For a storm, a page of its cases. */
  readonly children: Children | null
  /** The storm that the case belongs to. */
  readonly parent: Case | null
  readonly ledger: readonly LedgerRow[]
  readonly similar: readonly Similar[]
  /** Other cases of the same user. */
  readonly ofUser: readonly Case[]
  /** The place in the queue that the person came from (`paramsOf`), and the cases around this one. */
  readonly queue: string
  readonly neighbours: Neighbours
  readonly viewer: Operator
  readonly verification: VerificationPolicy
  readonly csrf: string
  readonly words: ReviewWords
  readonly now: Instant
}

export function caseView(model: CaseModel): Markup {
  const { c, words, now } = model
  const advised = advice(c)
  return html`<article id="live" data-live="/changes?case=${c.id}" data-case-page="${c.id}" data-version="${c.version}">
${caseHead(model, advised)}
<div class="columns">
<div class="column">
${model.children ? stormView({ c, facets: model.children.facets, mayRelease: isReleasable(c) && model.viewer.role === 'approver', words }) : NOTHING}
${model.children ? childrenView(c, model.children, words) : NOTHING}
${callerView({ ...model, to: (verb) => caseHref(c.id, model.queue, verb) })}
${stepsView(c, advised, words, model.viewer.role === 'approver')}
${notesView(c)}
${deviceTracksView(c, words, now)}
${c.storm ? NOTHING : evidenceView(c, now)}
</div>
<div class="column">
${reasonsView(c, words)}
${decisionsView(model.ledger, words)}
${guardsView(c)}
${writesView(c, words)}
${timelineView(c)}
${ofUserView(model.ofUser, now)}
${similarView(c, model.similar, words)}
${hasLinks(c) ? linksView(c, words) : NOTHING}
${ledgerView(model.ledger)}
</div>
</div>
</article>`
}

/** What the target times leave out. */
function notCounted(c: Case, words: ReviewWords): Markup {
  const waitedMs = userWaits(c).reduce((sum, { from, to }) => sum + msBetween(from, to), 0)
  if (waitedMs < MINUTE_MS || words.dueAt(c) === null) return NOTHING
  return html`<span>${showDuration(waitedMs)} of waiting for the user not counted</span>`
}

function caseHead(model: CaseModel, advised: Advice): Markup {
  const { c, parent, words, now } = model
  const security = words.severity(c) === 'security'
  const tone = security ? 'alarm' : STATE_TONES[c.state]
  const {
    heading,
    because,
    more = NOTHING,
    below = NOTHING
  }: WhatNow = parent && isQuiet(c, parent) ? quietNow(parent) : whatNow(c, advised, words, now)
  const known = [loginOf(c), c.storm ? null : idOf(c)].filter((text) => text !== null)
  const claim = contraryClaim(c)
  return html`<header class="case-head">
${crumbs(model)}
<h1>${untrusted(nameOf(c), 80)}</h1>
<p class="who-line">${known.map((text) => html`<span>${untrusted(text, 80)}</span>`)}<span class="pill ${tone}">${STATE_WORDS[c.state]}</span>${security ? html`<span class="flag">security</span>` : NOTHING}<span>opened ${ago(c.openedAt, now)}</span>${due(words.dueAt(c), now)}${notCounted(c, words)}${c.assignee ? html`<span>assigned to ${untrusted(c.assignee, 60)}</span>` : NOTHING}</p>
${claim ? html`<p class="warn">The event names another person than Okta does: ${untrusted(claim)}.</p>` : NOTHING}
${whatWentWrong(c, words, now)}
<section class="verdict ${tone}" aria-label="What now">
<h2>${heading}</h2>
<p>${because}</p>
${more}
${stormNote(c, parent)}
${approvalsSoFar(c, now)}
${isSnoozed(c, now) ? html`<p class="aside">Snoozed until ${when(c.snoozedUntil)}.</p>` : NOTHING}
${buttons(model)}
${below}
</section>
</header>`
}

function crumbs({ c, queue, neighbours: { previous, next } }: CaseModel): Markup {
  const link = (rel: 'prev' | 'next', other: Neighbour | null, words: string) =>
    other
      ? html`<a rel="${rel}" data-key="${rel === 'next' ? 'n' : 'p'}" href="${caseHref(other.case.id, placeIn(queue, other.section))}" title="${plain(nameOf(other.case), 60)}">${words}</a>`
      : NOTHING
  return html`<nav class="crumbs" aria-label="Place in the queue"><a href="${placeHref(queue)}">Queue</a> <span aria-hidden="true">›</span> <code>${c.id}</code><span class="around">${link('prev', previous, '← Previous')} ${link('next', next, 'Next case →')}</span></nav>`
}

function buttons({ c, queue, viewer, csrf, now, verification }: CaseModel): Markup {
  if (viewer.role !== 'approver') {
    return c.state === 'awaiting_approval' ? html`<p class="aside">You can view. An approver decides.</p>` : NOTHING
  }
  const to = (verb: string) => caseHref(c.id, queue, verb)
  const note = html`<a class="button" href="${to('note')}">Note…</a>`
  if (!isOpen(c)) {
    const marks = c.attack || c.storm ? NOTHING : html` <a class="button" href="${to('close')}">It was an attack…</a>`
    return html`<div class="buttons">${note}${marks}</div>`
  }
  const waits = c.state === 'with_person' || c.state === 'awaiting_approval'
  const post = (verb: string, words: string) =>
    html`<form method="post" action="${to(verb)}"><input type="hidden" name="_csrf" value="${csrf}"><button type="submit">${words}</button></form>`
  const mine = c.assignee === viewer.name
  const waitsForApproval = c.state === 'awaiting_approval' && c.proposal !== null
  const barred = waitsForApproval ? whyBarred(c, viewer) : null
  const approveWords = firstOf(c) ? 'Approve as the second…' : 'Approve…'
  return html`${barred ? html`<p class="aside">${barred}</p>` : NOTHING}<div class="buttons">
${waitsForApproval && !barred ? html`<a class="button primary" href="${to('approve')}" data-key="a">${approveWords}</a>` : NOTHING}
${waitsForApproval ? html`<a class="button" href="${to('reject')}" data-key="r">Reject…</a>` : NOTHING}
${verification.kinds.length > 0 && !c.storm ? html`<a class="button" href="${to('verify')}">Verify the caller…</a>` : NOTHING}
${waits && !c.storm ? post('retry', 'Read again') : NOTHING}
${mine ? post('unassign', 'Unassign') : post('assign', 'Assign to me')}
<a class="button" href="${to('hand-over')}">Hand over…</a>
${waits ? (isSnoozed(c, now) ? post('wake', 'End snooze') : html`<a class="button" href="${to('snooze')}">Snooze…</a>`) : NOTHING}
${note}
<a class="button" href="${to('close')}">Close…</a>
</div>`
}
