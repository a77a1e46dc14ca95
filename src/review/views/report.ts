/** The report page for the help desk: who calls, what is known about them, and the form. Works without JavaScript. Pure. */
import { advice } from '../../decide/advice.ts'
import { type Case, isOpen } from '../../domain/case.ts'
import type { OktaUser } from '../../domain/evidence.ts'
import { REPORT_LIMITS } from '../../domain/operator-commands.ts'
import type { Instant, Platform } from '../../domain/vocabulary.ts'
import type { FoundCaller } from '../../intake/report.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { ago, prose, untrusted } from '../text.ts'
import { OUTCOME_WORDS, STATE_TONES, STATE_WORDS, statusWords } from '../words.ts'

/** What the report page shows. */
export interface ReportModel {
  readonly csrf: string
  /** What was typed before, by field name. */
  readonly typed: Readonly<Record<string, string>>
  /** Errors by field name. */
  readonly errors: Readonly<Record<string, string>>
  /** Null before somebody was looked up. */
  readonly caller: FoundCaller | null
  /** The viewer may verify callers, and the policy allows it. */
  readonly verifies: boolean
  readonly words: ReviewWords
  readonly now: Instant
}

const PLATFORM_CHOICES: Readonly<Record<Platform, string>> = {
  IOS: 'iPhone or iPad',
  ANDROID: 'Android',
  MACOS: 'Mac',
  WINDOWS: 'Windows',
  unknown: 'not known'
}

/** What the app shows when enrolling fails (deploy/okta-facts.md). */
const ERROR_CHOICES: Readonly<Record<string, string>> = {
  invalidToken: 'invalidToken (E0000011)',
  E0000155: 'E0000155, user not active',
  E0000152: 'E0000152, device suspended',
  E0000158: 'E0000158, policy not met',
  '': 'other or not known'
}

export function reportView(model: ReportModel): Markup {
  const { typed, errors, caller } = model
  const values = Object.values(errors)
  return html`<section class="narrow">
<h1>Report a user who cannot enroll</h1>
${values.length > 0 ? html`<div class="fault" role="alert">${each(values, (error) => html`<p>${error}</p>`)}</div>` : NOTHING}
<form method="get" action="/report" class="inline" role="search">
<label class="wide"><span>Who calls?</span><input type="search" name="user" value="${typed.user ?? ''}" required maxlength="${REPORT_LIMITS.user}" placeholder="login, name or Okta id" autocomplete="off" autocapitalize="none" spellcheck="false"${errors.user ? html` aria-invalid="true"` : NOTHING}></label>
<button type="submit"${caller ? NOTHING : html` class="primary"`}>Look up</button>
</form>
${caller ? callerView(caller, model) : html`<p class="aside">A report never causes an automatic write to Okta. Verify the caller by your process first. Never ask for a password or a code.</p>`}
</section>`
}

function callerView(caller: FoundCaller, model: ReportModel): Markup {
  const { typed } = model
  switch (caller.of) {
    case 'nobody':
      return html`<section class="card"><h2>Okta has nobody with this login or id</h2>
${
  caller.close.length > 0
    ? html`<p>Did you mean</p><ul class="plain-list choices">${each(caller.close, (user) => html`<li><a class="button" href="/report?user=${encodeURIComponent(user.id)}">${personOf(user)}</a></li>`)}</ul>`
    : html`<p>Check the spelling, or search by first name, last name or email.</p>`
}
<details><summary>The spelling is right</summary><p>The person may be outside of what Reenroll may see in Okta.</p>${form(model, typed.user ?? '', 'anyway')}</details></section>`
    case 'unasked':
      return html`<p class="warn">Okta cannot be asked now. The report is taken as typed.</p>${caseView(caller.latest, model)}${form(model, typed.user ?? '')}`
    default:
      return html`<h2>${personOf(caller.user)} <span class="pill still">${statusWords(caller.user.status)}</span></h2>
${caller.latest ? NOTHING : html`<p>No case yet.</p>`}
${caseView(caller.latest, model)}
${form(model, caller.user.id)}`
  }
}

function personOf({ name, login, id }: OktaUser): Markup {
  return html`${untrusted(name ?? login ?? id, 60)}${name && login ? html` <span class="aside">${untrusted(login, 80)}</span>` : NOTHING}`
}

/** The newest case of the caller: how it stands, and what to tell. */
function caseView(c: Case | null, { words, now, verifies }: ReportModel): Markup {
  if (!c) return NOTHING
  const { headline, sendSteps } = advice(c)
  const how = isOpen(c)
    ? html`opened ${ago(c.openedAt, now)}`
    : html`ended ${ago(c.updatedAt, now)}: ${c.outcome ? OUTCOME_WORDS[c.outcome] : 'closed'}`
  const cause = c.cause ? html`<p>Cause: <strong>${words.cause(c.cause.id).label}</strong></p>` : NOTHING
  const tell =
    isOpen(c) && sendSteps === 'now'
      ? html`<p><strong>Tell the user:</strong> follow <a href="/cases/${c.id}/steps">these steps</a>.</p>`
      : html`<p><strong>Tell the user:</strong> ${isOpen(c) ? 'the case is open and colleagues are on it. Give no steps yet.' : 'nothing yet; ask whether it fails again.'}</p>`
  return html`<section class="card"><h2>${isOpen(c) ? 'Open case' : 'Last case'} <span class="pill ${STATE_TONES[c.state]}">${STATE_WORDS[c.state]}</span></h2>
<p><a href="/cases/${c.id}">${c.id}</a> ${how}</p>
${cause}
${isOpen(c) ? html`<p>${prose(headline)}</p>` : NOTHING}
${tell}
${isOpen(c) && verifies ? html`<p><a class="button" href="/cases/${c.id}/verify">Verify the caller…</a></p>` : NOTHING}</section>`
}

/** The form about this user; Okta’s id, once it is known. */
function form({ csrf, typed, errors, caller }: ReportModel, user: string, anyway?: 'anyway'): Markup {
  const latest = caller && caller.of !== 'nobody' ? caller.latest : null
  const joins = latest !== null && isOpen(latest)
  const button = joins ? 'Add to the open case' : latest ? 'Open a new case' : 'Report'
  const known = latest?.failures.at(-1)?.device.platform
  const invalid = (field: string) => (errors[field] ? html` aria-invalid="true"` : NOTHING)
  return html`<form method="post" action="/report" class="card">
<input type="hidden" name="_csrf" value="${csrf}"><input type="hidden" name="user" value="${user}">
${anyway ? html`<input type="hidden" name="anyway" value="on">` : NOTHING}
<p class="aside">Ask: which device, is it new, and what exactly does the app show? Did the user try it just now?</p>
${radios('platform', 'Device', PLATFORM_CHOICES, typed.platform || known || 'unknown')}
${radios('error', 'Error shown in the app', ERROR_CHOICES, typed.error ?? '')}
<label class="reason"><span>Other error text (optional)</span><input name="errorCode" value="${typed.errorCode ?? ''}" maxlength="${REPORT_LIMITS.errorCode}" autocomplete="off" autocapitalize="none" spellcheck="false"${invalid('errorCode')}></label>
<label class="reason"><span>What the user says (optional)</span><textarea name="text" rows="3" maxlength="${REPORT_LIMITS.text}"${invalid('text')}>${typed.text ?? ''}</textarea></label>
${latest && !joins ? html`<p class="aside">The new case lists the last one under “Earlier cases of the user”.</p>` : NOTHING}
<div class="buttons"><button class="primary" type="submit">${button}</button></div>
</form>`
}

function radios(name: string, legend: string, choices: Readonly<Record<string, string>>, chosen: string): Markup {
  const options = Object.entries(choices).map(
    ([value, words]) =>
      html`<label class="chip"><input type="radio" name="${name}" value="${value}"${value === chosen ? html` checked` : NOTHING}> ${words}</label>`
  )
  return html`<fieldset class="chips"><legend>${legend}</legend>${options}</fieldset>`
}

/** The page while the report is not yet part of a case. */
export function reportWaiting(here: string): Markup {
  return html`<section class="narrow"><h1>Report received</h1>
<p role="status">It is being processed; the case will appear in a few seconds.</p>
<p><a class="button primary" href="${here}">Reload</a></p></section>`
}
