/** The report page for the help desk. Pure. */
import { REPORT_LIMITS } from '../../domain/operator-commands.ts'
import { PLATFORMS, type Platform } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'

/** What the report page shows. */
export interface ReportModel {
  readonly csrf: string
  /** What was typed before, by field name. */
  readonly typed: Readonly<Record<string, string>>
  /** Errors by field name. */
  readonly errors: Readonly<Record<string, string>>
}

const PLATFORM_WORDS: Readonly<Record<Platform, string>> = {
  IOS: 'iPhone or iPad',
  ANDROID: 'Android',
  MACOS: 'Mac',
  WINDOWS: 'Windows',
  unknown: 'not known'
}

export function reportView({ csrf, typed, errors }: ReportModel): Markup {
  const chosen = typed.platform || 'unknown'
  const options = PLATFORMS.map(
    (platform) =>
      html`<option value="${platform}"${platform === chosen ? html` selected` : NOTHING}>${PLATFORM_WORDS[platform]}</option>`
  )
  const values = Object.values(errors)
  return html`<section class="narrow">
<h1>Report a user who cannot enroll</h1>
<p>For a user who called the help desk. The case is handled like any other, but a report never causes an automatic write to Okta.</p>
${values.length > 0 ? html`<div class="fault" role="alert">${each(values, (error) => html`<p>${error}</p>`)}</div>` : NOTHING}
<form method="post" action="/report" class="card">
<input type="hidden" name="_csrf" value="${csrf}">
<label class="reason"><span>User</span><input name="user" value="${typed.user ?? ''}" required maxlength="${REPORT_LIMITS.user}" placeholder="login, such as anna@example.com, or Okta id" autocomplete="off" autocapitalize="none" spellcheck="false"${invalid(errors.user ?? errors.unknown)}></label>
<label class="reason"><span>Error shown in the app (optional)</span><input name="errorCode" value="${typed.errorCode ?? ''}" maxlength="${REPORT_LIMITS.errorCode}" placeholder="such as invalidToken or E0000011" autocomplete="off" autocapitalize="none" spellcheck="false"${invalid(errors.errorCode)}></label>
<label class="reason"><span>Device</span><select name="platform">${options}</select></label>
<label class="reason"><span>What the user says (optional)</span><textarea name="text" rows="4" maxlength="${REPORT_LIMITS.text}"${invalid(errors.text)}>${typed.text ?? ''}</textarea></label>
${errors.unknown ? html`<label class="tick"><input type="checkbox" name="anyway"> Report anyway: the user is not in Okta</label>` : NOTHING}
<div class="buttons"><button class="primary" type="submit">Report</button><a class="button" href="/">Back</a></div>
</form>
</section>`
}

function invalid(error: string | undefined): Markup {
  return error ? html` aria-invalid="true"` : NOTHING
}

/** The page while the report is not yet part of a case. */
export function reportWaiting(here: string): Markup {
  return html`<section class="narrow"><h1>Report received</h1>
<p role="status">It is being processed; the case will appear in a few seconds.</p>
<p><a class="button primary" href="${here}">Reload</a></p></section>`
}
