/** The forms behind the buttons: each says exactly what will happen. Typed text comes back when something is amiss. Pure. */
import type { Case } from '../../domain/case.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import type { GuardId, Instant } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, prose, say, when } from '../text.ts'
import { guardTitle, nameOf } from '../words.ts'
import { approvalsSoFar, barredFrom, firstOf } from './four-eyes.ts'
import { guardItem } from './guards.ts'

/** The longest reason that the ledger takes. */
export const MAX_REASON = 2_000

export interface FormModel {
  readonly c: Case
  /** Who looks at the form. */
  readonly viewer: Operator
  readonly csrf: string
  readonly words: ReviewWords
  readonly now: Instant
  /** What was typed before, by field name. */
  readonly typed: Readonly<Record<string, string>>
  /** What was wrong with it. */
  readonly fault: string | null
}

export function approveForm(model: FormModel): Markup {
  const { c, words, now, typed } = model
  const { proposal } = c
  if (!proposal) return nothingProposed(c)
  const { title, call, undo, proof } = words.remediations[proposal.remediation]
  const barred = barredFrom(c, model.viewer)
  if (barred)
    return html`<section class="narrow"><h1>Somebody else must approve this</h1><p>${barred}</p><p><a class="button primary" href="/cases/${c.id}">Back to the case</a></p></section>`
  const missing = proposal.overridesNeeded
  const standing = c.guards.filter(({ state, id }) => state !== 'clear' && !missing.includes(id))
  return form(
    model,
    'approve',
    html`Approve: ${title}`,
    html`<dl class="facts">
<div><dt>For</dt><dd><strong>${say(nameOf(c), 80)}</strong> ${c.user.login && c.user.login !== c.user.name ? say(c.user.login, 80) : NOTHING}</dd></div>
<div><dt>In Okta</dt><dd><code>${call}</code></dd></div>
<div><dt>Because</dt><dd>${prose(c.decision?.because)} ${c.cause ? html`<ul>${each(c.cause.because, (because) => html`<li>${prose(because)}</li>`)}</ul>` : NOTHING}</dd></div>
<div><dt>Proof</dt><dd>${proof}</dd></div>
<div><dt>To undo</dt><dd>${undo}</dd></div>
<div><dt>Open until</dt><dd>${when(proposal.expiresAt)} (${ago(proposal.expiresAt, now)})</dd></div>
<div><dt>Bound to</dt><dd><code class="hash">${proposal.hash}</code> <span class="aside">action, evidence and rules as shown; if any of it changes, approving is refused</span></dd></div>
</dl>
${approvalsSoFar(c, now)}
${firstReasons(c)}
<p class="warn">The event does not prove who made the attempt. Verify the user’s identity by another channel first.</p>
<input type="hidden" name="hash" value="${proposal.hash}">
${each(missing, (id) => overrideField(c, id, typed[`override_${id}`] ?? ''))}
${standing.length > 0 ? html`<p>Also not clear, without stopping this:</p><ul class="plain-list">${each(standing, guardItem)}</ul>` : NOTHING}`,
    html`<button class="primary" type="submit">${title}</button>`
  )
}

/** What the first approver wrote, for the second to weigh. */
function firstReasons(c: Case): Markup {
  const overrides = firstOf(c)?.overrides ?? []
  return html`${each(overrides, ({ guard, because }) => html`<p class="aside">They overrode ${guard} (${guardTitle(guard)}) because: ${prose(because)}</p>`)}`
}

function overrideField(c: Case, id: GuardId, value: string): Markup {
  const found = c.guards.find((guard) => guard.id === id)
  return html`<fieldset class="override">
<legend>Override ${id} ${guardTitle(id)}</legend>
${found ? html`<ul class="plain-list">${guardItem(found)}</ul>` : NOTHING}
${reasonField(`override_${id}`, 'Why it does not count here', value)}
</fieldset>`
}

export function rejectForm(model: FormModel): Markup {
  const { c, words, typed } = model
  if (!c.proposal) return nothingProposed(c)
  return form(
    model,
    'reject',
    html`Reject: ${words.remediations[c.proposal.remediation].title}`,
    html`<p>Nothing is written to Okta. The case and its ticket stay with people.</p>
<input type="hidden" name="hash" value="${c.proposal.hash}">
${reasonField('because', 'Why', typed.because ?? '')}`,
    html`<button class="primary" type="submit">Reject</button>`
  )
}

export function closeForm(model: FormModel): Markup {
  return form(
    model,
    'close',
    html`Close the case of ${say(nameOf(model.c), 80)}`,
    html`<p>The ticket is closed with your reason. The user’s next failure opens a new case.</p>
${reasonField('because', 'Why', model.typed.because ?? '')}`,
    html`<button class="primary" type="submit">Close the case</button>`
  )
}

export const SNOOZES = {
  '1h': 'For an hour',
  '4h': 'For 4 hours',
  '12h': 'For 12 hours',
  '24h': 'For a day',
  '72h': 'For 3 days'
} as const

export function snoozeForm(model: FormModel): Markup {
  const options = Object.entries(SNOOZES).map(
    ([value, words]) =>
      html`<li><label><input type="radio" name="for" value="${value}"${value === (model.typed.for ?? '4h') ? html` checked` : NOTHING}> ${words}</label></li>`
  )
  return form(
    model,
    'snooze',
    html`Put off the case of ${say(nameOf(model.c), 80)}`,
    html`<p>It leaves the queue until then. A new failure of the user brings it back at once.</p>
<fieldset><legend>How long</legend><ul class="plain-list">${options}</ul></fieldset>`,
    html`<button class="primary" type="submit">Put off</button>`
  )
}

/** A field for a reason; whoever reads the ledger later sees it. */
export function reasonField(name: string, label: string, value: string): Markup {
  return html`<label class="reason"><span>${label}</span><textarea name="${name}" rows="3" maxlength="${MAX_REASON}" required>${value}</textarea></label>`
}

function form({ c, csrf, fault }: FormModel, verb: string, heading: Markup, fields: Markup, submit: Markup): Markup {
  return html`<section class="narrow">
<p class="crumbs"><a href="/">Queue</a> <span aria-hidden="true">›</span> <a href="/cases/${c.id}"><code>${c.id}</code></a></p>
<h1>${heading}</h1>
${fault ? html`<p class="fault" role="alert">${prose(fault)}</p>` : NOTHING}
<form method="post" action="/cases/${c.id}/${verb}" class="card">
<input type="hidden" name="_csrf" value="${csrf}">
${fields}
<div class="buttons">${submit}<a class="button" href="/cases/${c.id}">Back</a></div>
</form>
</section>`
}

function nothingProposed(c: Case): Markup {
  return html`<section class="narrow"><h1>Nothing is proposed any more</h1>
<p>The case has moved on since you looked. <a href="/cases/${c.id}">Look again</a>.</p></section>`
}
