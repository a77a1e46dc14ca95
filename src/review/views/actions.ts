/** The forms of a case: approve, reject, close, snooze, hand over; the state of two-person approvals; and refused commands. Pure. */
import { firstOf, whyBarred } from '../../case/machine/operator-commands.ts'
import { callerProof } from '../../decide/caller.ts'
import { guardTitle } from '../../decide/guards/guards.ts'
import { type Case, isOpen } from '../../domain/case.ts'
import type { CommandResult, Operator } from '../../domain/operator-commands.ts'
import { subjectOf } from '../../domain/subject.ts'
import type { VerificationPolicy } from '../../domain/verification.ts'
import type { GuardId, Instant } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { caseHref, placeHref } from '../queue.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, given, prose, untrusted, when } from '../text.ts'
import { contraryClaim, loginOf, nameOf } from '../words.ts'
import { guardItem } from './evidence.ts'

/** True when one approval is not enough. */
function needsTwo({ proposal }: Case): boolean {
  return proposal?.approvalsNeeded === 2
}

/** The state of the two approvals. */
export function approvalsSoFar(c: Case, now: Instant): Markup {
  if (!needsTwo(c)) return NOTHING
  const first = firstOf(c)
  return html`<p class="four-eyes">${
    first
      ? html`<strong>First approval by ${untrusted(first.by, 60)}</strong> ${ago(first.at, now)}, a second approver is needed.`
      : html`<strong>Two people must approve this:</strong> the user is on the list of protected people.`
  }</p>`
}

/** The same for a row of the queue. */
export function approvalsInShort(c: Case): Markup {
  if (!needsTwo(c)) return NOTHING
  const first = firstOf(c)
  return html` <span class="aside">${first ? html`1 of 2 approvals, by ${untrusted(first.by, 40)}` : 'two approvals'}</span>`
}

type Refused = Extract<CommandResult, { ok: false }>

/** HTTP status for each refusal. */
export const REFUSED_STATUS: Readonly<Record<Refused['kind'], number>> = {
  not_found: 404,
  forbidden: 403,
  stale: 409,
  wrong_state: 409,
  incomplete: 422
}

const HEADINGS: Readonly<Record<Refused['kind'], string>> = {
  not_found: 'Case not found',
  forbidden: 'Approvers only',
  stale: 'The proposal has changed',
  wrong_state: 'The case has changed',
  incomplete: 'Something is missing'
}

/** Why a command was refused, what changed, and what was typed. */
export function refusedView(back: string, refused: Refused, typed: readonly string[]): Markup {
  return html`<section class="narrow">
<h1>${HEADINGS[refused.kind]}</h1>
<p>${prose(refused.because)}</p>
${refused.changes.length > 0 ? html`<h2>What changed</h2><ul>${each(refused.changes, (line) => html`<li>${prose(line)}</li>`)}</ul>` : NOTHING}
${typed.length > 0 ? html`<h2>What you typed</h2>${each(typed, (text) => html`<blockquote>${untrusted(text, 2_000)}</blockquote>`)}` : NOTHING}
<p><a class="button primary" href="${back}">Back to the case</a></p>
</section>`
}

/** The longest reason that the ledger takes. */
export const MAX_REASON = 2_000

export interface FormModel {
  readonly c: Case
  /** The place in the queue that the person came from (`paramsOf`). */
  readonly queue: string
  /** The signed-in person. */
  readonly viewer: Operator
  /** Who the case can be handed to; read for that form only. */
  readonly colleagues: readonly string[]
  readonly csrf: string
  readonly words: ReviewWords
  readonly verification: VerificationPolicy
  readonly now: Instant
  /** What was typed before, by field name. */
  readonly typed: Readonly<Record<string, string>>
  /** The error in it, or null. */
  readonly error: string | null
}

/** The approval of the proposal. */
export function approveForm(model: FormModel): Markup {
  const { c, words, now, typed } = model
  const { proposal } = c
  if (!proposal) return nothingProposed(model)
  const subject = subjectOf(c)
  if (subject.source !== 'okta') return unconfirmed(model)
  const { id } = subject
  const login = loginOf(c)
  const claim = contraryClaim(c)
  const { title, call, undo, proof } = words.remediations[proposal.remediation]
  const barred = whyBarred(c, model.viewer)
  if (barred)
    return html`<section class="narrow"><h1>Another person must approve this</h1><p>${barred}</p><p><a class="button primary" href="${caseHref(c.id, model.queue)}">Back to the case</a></p></section>`
  const missing = proposal.overridesNeeded
  const others = c.guards.filter(({ state, id }) => state !== 'clear' && !missing.includes(id))
  return form(
    model,
    'approve',
    html`Approve: ${title}`,
    html`<dl class="facts">
<div><dt>For</dt><dd><strong>${untrusted(nameOf(c), 80)}</strong> ${login ? untrusted(login, 80) : NOTHING} <code>${untrusted(id, 80)}</code></dd></div>
${claim ? html`<div><dt>The event claims</dt><dd>${untrusted(claim)} <strong class="flag">another person</strong></dd></div>` : NOTHING}
<div><dt>In Okta</dt><dd><code>${call}</code></dd></div>
<div><dt>Because</dt><dd>${prose(c.decision?.because)} ${c.cause ? html`<ul>${each(c.cause.because, (because) => html`<li>${prose(because)}</li>`)}</ul>` : NOTHING}</dd></div>
<div><dt>Proof</dt><dd>${proof}</dd></div>
<div><dt>To undo</dt><dd>${undo}</dd></div>
<div><dt>Expires</dt><dd>${when(proposal.expiresAt)} (${ago(proposal.expiresAt, now)})</dd></div>
<div><dt>Approves</dt><dd>Exactly what is shown here: user, repair, evidence and rules. If any of it changes, the approval is refused. <details><summary>Hash</summary><code class="hash">${proposal.hash}</code></details></dd></div>
</dl>
${approvalsSoFar(c, now)}
${firstReasons(c)}
${callerProved(model)}
<input type="hidden" name="hash" value="${proposal.hash}">
${each(missing, (id) => overrideField(c, id, typed[`override_${id}`] ?? ''))}
${others.length > 0 ? html`<p>Also not clear, but does not stop this repair:</p><ul class="plain-list">${each(others, guardItem)}</ul>` : NOTHING}`,
    html`<button class="primary" type="submit">${title}</button>`
  )
}

/** Who calls was proved, or must be; without a need, the operator is reminded. */
function callerProved({ c, now }: FormModel): Markup {
  const need = c.decision?.verifiedCaller
  const proof = need && callerProof(c, need, c.proposal?.hash ?? '', now)
  if (!proof)
    return html`<p class="warn">The event does not prove who made the attempt. Verify the user’s identity by another channel first.</p>`
  if ('missing' in proof) return html`<p class="warn">${prose(proof.missing)}</p>`
  return html`<p>The caller was verified by ${proof.factor} (${proof.strength}), ${ago(proof.at, now)}.</p>`
}

/** The reasons of the first approver, for the second. */
function firstReasons(c: Case): Markup {
  const overrides = firstOf(c)?.overrides ?? []
  return html`${each(overrides, ({ guard, because }) => html`<p class="aside">The first approver overrode “${guardTitle(guard)}”: ${given(because)}</p>`)}`
}

function overrideField(c: Case, id: GuardId, value: string): Markup {
  const found = c.guards.find((guard) => guard.id === id)
  return html`<fieldset class="override">
<legend>Override “${guardTitle(id)}”</legend>
${found ? html`<ul class="plain-list">${guardItem(found)}</ul>` : NOTHING}
${reasonField(`override_${id}`, 'Why this is safe for this user', value)}
</fieldset>`
}

/** The rejection of the proposal. */
export function rejectForm(model: FormModel): Markup {
  const { c, words, typed } = model
  if (!c.proposal) return nothingProposed(model)
  return form(
    model,
    'reject',
    html`Reject: ${words.remediations[c.proposal.remediation].title}`,
    html`<p>Nothing is written to Okta. The case and its ticket stay open for a person.</p>
<input type="hidden" name="hash" value="${c.proposal.hash}">
${reasonField('because', 'Why', typed.because ?? '')}`,
    html`<button class="primary" type="submit">Reject</button>`
  )
}

/** Closing the case, or marking an ended one as an attack. */
export function closeForm(model: FormModel): Markup {
  if (!isOpen(model.c))
    return form(
      model,
      'close',
      html`Mark the case of ${untrusted(nameOf(model.c), 80)} as an attack`,
      html`<p>${ATTACK_COUNTS} The case stays ended.</p>
<input type="hidden" name="attack" value="yes">
${reasonField('because', 'How you know', model.typed.because ?? '')}`,
      html`<button class="primary" type="submit">It was an attack</button>`
    )
  return form(
    model,
    'close',
    html`Close the case of ${untrusted(nameOf(model.c), 80)}`,
    html`<p>The ticket is closed with your reason. The user’s next failure opens a new case.</p>
${reasonField('because', 'Why', model.typed.because ?? '')}
<p><label class="tick"><input type="checkbox" name="attack" value="yes"${model.typed.attack ? html` checked` : NOTHING}> It was an attack. ${ATTACK_COUNTS}</label></p>`,
    html`<button class="primary" type="submit">Close the case</button>`
  )
}

const ATTACK_COUNTS = 'The guard report counts it, and a rule that wrote for it automatically may be lowered.'

/** How long a case can be snoozed. */
export const SNOOZES = {
  '1h': 'For an hour',
  '4h': 'For 4 hours',
  '12h': 'For 12 hours',
  '24h': 'For a day',
  '72h': 'For 3 days'
} as const

/** How long, as radio buttons. */
export function snoozeChoice(chosen = '4h'): Markup {
  const options = Object.entries(SNOOZES).map(
    ([value, words]) =>
      html`<li><label><input type="radio" name="for" value="${value}"${value === chosen ? html` checked` : NOTHING}> ${words}</label></li>`
  )
  return html`<fieldset><legend>How long</legend><ul class="plain-list">${options}</ul></fieldset>`
}

/** Snoozing the case. */
export function snoozeForm(model: FormModel): Markup {
  return form(
    model,
    'snooze',
    html`Snooze the case of ${untrusted(nameOf(model.c), 80)}`,
    html`<p>The case leaves the queue until then. A new failure of the user brings it back at once.</p>
${snoozeChoice(model.typed.for)}`,
    html`<button class="primary" type="submit">Snooze</button>`
  )
}

/** A note and one button per colleague. */
export function handOverFields(colleagues: readonly string[], because = ''): Markup {
  if (colleagues.length === 0)
    return html`<p class="warn">No colleague is known yet. Approvers who are signed in and people who acted on cases lately are listed here.</p>`
  const buttons = colleagues.map(
    (name) => html`<button type="submit" name="to" value="${name}">${untrusted(name, 60)}</button>`
  )
  return html`${reasonField('because', 'What they should know (optional, becomes a note)', because, 'optional')}
<fieldset><legend>To whom</legend><div class="buttons">${buttons}</div></fieldset>`
}

/** Assigning the case to a colleague, with a word about it. */
export function handOverForm(model: FormModel): Markup {
  const { c, colleagues, typed } = model
  return form(
    model,
    'hand-over',
    html`Hand over the case of ${untrusted(nameOf(c), 80)}`,
    html`<p>${c.assignee ? html`Assigned to ${untrusted(c.assignee, 60)}.` : 'Unassigned.'} Timeline, ticket and ledger show the change.</p>
${handOverFields(colleagues, typed.because)}`,
    NOTHING
  )
}

/** A note, which the timeline and the ticket show. */
export function noteForm(model: FormModel): Markup {
  return form(
    model,
    'note',
    html`Note on the case of ${untrusted(nameOf(model.c), 80)}`,
    html`<p>The timeline and the ticket show it. Nothing else changes.</p>
${reasonField('because', 'Note', model.typed.because ?? '')}`,
    html`<button class="primary" type="submit">Add the note</button>`
  )
}

/** A field for a reason, which the ledger keeps. */
export function reasonField(
  name: string,
  label: string,
  value: string,
  need: 'required' | 'optional' = 'required'
): Markup {
  return html`<label class="reason"><span>${label}</span><textarea name="${name}" rows="3" maxlength="${MAX_REASON}"${need === 'required' ? html` required` : NOTHING}>${value}</textarea></label>`
}

/** A form of a case, with its place in the queue. */
export function form(
  { c, queue, csrf, error }: FormModel,
  verb: string,
  heading: Markup,
  fields: Markup,
  submit: Markup
): Markup {
  return html`<section class="narrow">
<p class="crumbs"><a href="${placeHref(queue)}">Queue</a> <span aria-hidden="true">›</span> <a href="${caseHref(c.id, queue)}"><code>${c.id}</code></a></p>
<h1>${heading}</h1>
${error ? html`<p class="fault" role="alert">${prose(error)}</p>` : NOTHING}
<form method="post" action="${caseHref(c.id, queue, verb)}" class="card">
<input type="hidden" name="_csrf" value="${csrf}">
${fields}
<div class="buttons">${submit}<a class="button" href="${caseHref(c.id, queue)}">Back</a></div>
</form>
</section>`
}

/** Nothing is approved for a person whom only an event names. */
function unconfirmed({ c, queue }: FormModel): Markup {
  return html`<section class="narrow"><h1>The person is not confirmed</h1>
<p>Okta’s record of this person was not read, so a repair cannot be approved. <a href="${caseHref(c.id, queue)}">Back to the case</a>.</p></section>`
}

function nothingProposed({ c, queue }: FormModel): Markup {
  return html`<section class="narrow"><h1>No proposal</h1>
<p>The case has changed. <a href="${caseHref(c.id, queue)}">Back to the case</a>.</p></section>`
}
