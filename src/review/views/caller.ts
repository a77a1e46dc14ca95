/** Verifying the caller: the form, what waits for whom, and the results. Pure. */
import { callerProof, factorChoices, isSubject, mayAnswer, mayVerify, whyNoChallenge } from '../../decide/caller.ts'
import { type Case, isOpen, openChallenge } from '../../domain/case.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import type { Challenge, ChallengeKind, VerificationPolicy } from '../../domain/verification.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, prose, untrusted } from '../text.ts'
import { type FormModel, form } from './actions.ts'

const STATE_WORDS: Readonly<Record<Challenge['state'], string>> = {
  second_operator: 'waits for a second operator',
  asked: 'about to be sent',
  sending: 'being sent',
  push: 'waits for the caller',
  code: 'waits for the code',
  passed: 'passed',
  rejected: 'refused by the user',
  expired: 'not answered in time',
  failed: 'failed',
  unknown: 'result not known',
  not_sent: 'not sent'
}

const KIND_WORDS: Readonly<Record<ChallengeKind, string>> = {
  push: 'The caller chooses a number in Okta Verify.',
  sms: 'The caller reads out the code.',
  email: 'The caller reads out the code.',
  manager: 'The manager gets a code by mail. Call the manager, who reads it out if the caller is known to them.'
}

export interface CallerModel {
  readonly c: Case
  readonly viewer: Operator
  readonly verification: VerificationPolicy
  readonly csrf: string
  /** The address of a verb of the case. */
  readonly to: (verb: string) => string
  readonly words: ReviewWords
  readonly now: Instant
}

/** The card about the caller; nothing where the policy neither allows nor needs a verification. */
export function callerView(model: CallerModel): Markup {
  const { c, verification, words, now } = model
  const { challenges = [] } = c
  const isOff = verification.kinds.length === 0 && verification.neededFor.length === 0
  if (c.storm || (isOff && challenges.length === 0)) return NOTHING
  const ended = challenges.filter((one) => one !== openChallenge(c))
  return html`<section class="card" aria-labelledby="caller">
<h2 id="caller">The caller</h2>
${needView(c, now)}
${waitingView(model)}
${startView(model)}
${ended.length > 0 ? html`<ul class="plain-list">${each(ended.toReversed(), (one) => resultView(one, now))}</ul>` : html`<p class="aside">Not verified in this case.</p>`}
<p class="aside">An identity check of Okta counts as strong. It begins when the user changes a sign-in method in <a href="${words.userSettingsLink()}" rel="noreferrer">their settings</a>, where Okta’s account management policy asks for it.</p>
</section>`
}

/** What the proposal needs, and whether it has it. */
function needView(c: Case, now: Instant): Markup {
  const need = c.decision?.verifiedCaller
  if (!need || !c.proposal) return NOTHING
  const proof = callerProof(c, need, c.proposal.hash, now)
  if ('missing' in proof) return html`<p class="warn">${prose(proof.missing)}</p>`
  return html`<p><span class="pill good">verified</span> ${proof.factor}, ${proof.strength}, ${ago(proof.at, now)}.</p>`
}

function resultView({ factor, strength, state, by, secondBy, at, because }: Challenge, now: Instant): Markup {
  const tone = state === 'passed' ? 'good' : state === 'rejected' ? 'alarm' : 'still'
  const second = secondBy ? html` and ${untrusted(secondBy, 60)}` : NOTHING
  return html`<li><span class="pill ${tone}">${STATE_WORDS[state]}</span> ${untrusted(factor, 80)}${state === 'passed' ? html`, ${strength}` : NOTHING} <span class="aside">by ${untrusted(by.name, 60)}${second}, ${ago(at, now)}</span>${because ? html` ${prose(because)}` : NOTHING}</li>`
}

/** For a viewer, who has no other buttons. */
function startView({ c, viewer, verification, to }: CallerModel): Markup {
  const starts = viewer.role !== 'approver' && mayVerify(viewer, verification) && verification.kinds.length > 0
  if (!starts || !isOpen(c) || openChallenge(c)) return NOTHING
  return html`<p><a class="button" href="${to('verify')}">Verify the caller…</a></p>`
}

/** The number is for who may verify only, so that nobody else can pass it on. */
function waitingView({ c, viewer, verification, csrf, to, now }: CallerModel): Markup {
  const challenge = openChallenge(c)
  if (!challenge) return NOTHING
  const { state, factor, number, expiresAt } = challenge
  const head = html`<p role="status"><span class="pill ask">${STATE_WORDS[state]}</span> ${untrusted(factor, 80)} <span class="aside">until ${ago(expiresAt, now)}</span></p>`
  if (!mayAnswer(challenge, viewer, verification) || isSubject(c, viewer)) return head
  if (state === 'push' && number !== null) {
    return html`${head}<p>Give the caller this number, to be chosen in Okta Verify: <strong class="number">${number}</strong></p>`
  }
  if (state === 'push')
    return html`${head}<p>The push has no number, so it proves little: ask the caller to accept it now.</p>`
  if (state === 'code') return html`${head}<p><a class="button" href="${to('code')}">Enter the code…</a></p>`
  if (state !== 'second_operator' || viewer.role !== 'approver') return head
  return html`${head}<form method="post" action="${to('confirm')}"><input type="hidden" name="_csrf" value="${csrf}"><button type="submit">Confirm as the second operator</button></form>`
}

/** The choice of a factor; those that must not be used are shown with the reason. */
export function verifyForm(model: FormModel): Markup {
  const { c, verification, typed, now } = model
  const choices = factorChoices(c, verification, now)
  const usable = choices.filter(({ refused }) => refused === null)
  const others = choices.filter(({ refused }) => refused !== null)
  const barred = whyNoChallenge(c, now)
  const chosen = typed.factor ?? usable[0]?.factorId ?? usable[0]?.kind
  return form(
    model,
    'verify',
    html`Verify the caller`,
    html`<p>The user is asked on a factor that they still have. It is logged, and at most three an hour are sent.</p>
${barred ? html`<p class="warn">${prose(barred)}</p>` : NOTHING}
${usable.length === 0 ? html`<p class="warn">No factor of the user can be used. Verify the caller by your own process.</p>` : NOTHING}
<fieldset><legend>How</legend><ul class="plain-list">${each(usable, ({ kind, factorId, factor, strength }) => {
      const value = factorId ?? kind
      return html`<li><label><input type="radio" name="factor" value="${value}" required${value === chosen ? html` checked` : NOTHING}> ${untrusted(factor, 80)} <span class="pill still">${strength}</span> <span class="aside">${KIND_WORDS[kind]}</span></label></li>`
    })}</ul></fieldset>
${others.length > 0 ? html`<details><summary>Not possible</summary><ul>${each(others, ({ factor, refused }) => html`<li>${untrusted(factor, 80)}: ${prose(refused)}</li>`)}</ul></details>` : NOTHING}`,
    usable.length > 0 && !barred ? html`<button class="primary" type="submit">Send</button>` : NOTHING
  )
}

/** The code that the caller, or the manager, reads out. */
export function codeForm(model: FormModel): Markup {
  return form(
    model,
    'code',
    html`Code of the caller`,
    html`<label class="reason"><span>Code</span><input name="code" inputmode="numeric" autocomplete="off" maxlength="20" required></label>`,
    html`<button class="primary" type="submit">Check</button>`
  )
}
