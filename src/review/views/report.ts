/** The form of the help desk: somebody called who cannot enroll. Pure. */
import { REPORT_LIMITS } from '../../domain/operator-commands.ts'
import { PLATFORMS, type Platform } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'

export interface ReportModel {
  readonly csrf: string
  /** What was typed before, by field name. */
  readonly typed: Readonly<Record<string, string>>
  /** What is wrong with it, by field name. */
  readonly faults: Readonly<Record<string, string>>
}

const PLATFORM_WORDS: Readonly<Record<Platform, string>> = {
  IOS: 'iPhone or iPad',
  ANDROID: 'Android',
  MACOS: 'Mac',
  WINDOWS: 'Windows',
  unknown: 'not known'
}

export function reportView({ csrf, typed, faults }: ReportModel): Markup {
  const chosen = typed.platform || 'unknown'
  const options = PLATFORMS.map(
    (platform) =>
      html`<option value="${platform}"${platform === chosen ? html` selected` : NOTHING}>${PLATFORM_WORDS[platform]}</option>`
  )
  const values = Object.values(faults)
  return html`<section class="narrow">
<h1>Report a user who cannot enroll</h1>
<p>For a call at the help desk that no event tells of. The user is looked up and decided on like everybody else, but nothing is ever written to Okta by itself because of a report.</p>
${values.length > 0 ? html`<div class="fault" role="alert">${each(values, (fault) => html`<p>${fault}</p>`)}</div>` : NOTHING}
<form method="post" action="/report" class="card">
<input type="hidden" name="_csrf" value="${csrf}">
<label class="reason"><span>User</span><input name="user" value="${typed.user ?? ''}" required maxlength="${REPORT_LIMITS.user}" placeholder="login, such as anna@example.com, or Okta id" autocomplete="off" autocapitalize="none" spellcheck="false"${invalid(faults.user)}></label>
<label class="reason"><span>Error shown in the app, if any</span><input name="errorCode" value="${typed.errorCode ?? ''}" maxlength="${REPORT_LIMITS.errorCode}" placeholder="such as invalidToken or E0000011" autocomplete="off" autocapitalize="none" spellcheck="false"${invalid(faults.errorCode)}></label>
<label class="reason"><span>Device</span><select name="platform">${options}</select></label>
<label class="reason"><span>What the user says, if it helps</span><textarea name="text" rows="4" maxlength="${REPORT_LIMITS.text}"${invalid(faults.text)}>${typed.text ?? ''}</textarea></label>
<div class="buttons"><button class="primary" type="submit">Report</button><a class="button" href="/">Back</a></div>
</form>
</section>`
}

function invalid(fault: string | undefined): Markup {
  return fault ? html` aria-invalid="true"` : NOTHING
}

/** The report is stored and has not become part of a case yet. */
export function reportWaiting(here: string): Markup {
  return html`<section class="narrow"><h1>The report is taken in</h1>
<p role="status">It is stored and will be read within seconds. Its case is not there yet.</p>
<p><a class="button primary" href="${here}">Look again</a></p></section>`
}
