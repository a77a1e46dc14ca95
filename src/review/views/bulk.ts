/** The confirmation of one act on several cases, and which of them were refused. Pure. */
import type { Case } from '../../domain/case.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { prose, quantity, untrusted } from '../text.ts'
import { nameOf, STATE_TONES, STATE_WORDS } from '../words.ts'
import { reasonField, snoozeChoice } from './actions.ts'

/** What can be done to several cases at once. */
export const BULK_ACTS = {
  assign: 'Assign to me',
  retry: 'Read again',
  send: 'Send steps',
  snooze: 'Snooze',
  close: 'Close'
} as const
export type BulkAct = keyof typeof BULK_ACTS

/** What the confirmation shows. */
export interface BulkModel {
  /** Null: none chosen yet. */
  readonly act: BulkAct | null
  readonly cases: readonly Case[]
  readonly csrf: string
  readonly typed: Readonly<Record<string, string>>
  readonly error: string | null
}

/** The cases, what is done to them, and one button. */
export function bulkView({ act, cases, csrf, typed, error }: BulkModel): Markup {
  if (cases.length === 0 || !act)
    return html`<section class="narrow"><h1>Nothing to do</h1><p>Tick cases in the queue and choose what to do with them.</p><p><a class="button primary" href="/">Back to the queue</a></p></section>`
  return html`<section class="narrow">
<h1>${BULK_ACTS[act]}: ${quantity(cases.length, 'case')}</h1>
${error ? html`<p class="fault" role="alert">${prose(error)}</p>` : NOTHING}
<form method="post" action="/bulk" class="card"><input type="hidden" name="_csrf" value="${csrf}"><input type="hidden" name="act" value="${act}">
<ul class="plain-list">${each(cases, (c) => html`<li><label class="tick"><input type="checkbox" name="case" value="${c.id}" checked> ${untrusted(nameOf(c), 60)}</label> <span class="pill ${STATE_TONES[c.state]}">${STATE_WORDS[c.state]}</span></li>`)}</ul>
${act === 'snooze' ? snoozeChoice(typed.for) : NOTHING}
${act === 'send' ? html`<p>By mail to the address that Okta has on file, where mail to users is set up and nothing speaks against it. The ticket shows it in any case.</p>` : NOTHING}
${act === 'close' ? reasonField('because', 'Why, for all of them', typed.because ?? '') : NOTHING}
<div class="buttons"><button class="primary" type="submit">${BULK_ACTS[act]}</button><a class="button" href="/">Back</a></div>
</form>
</section>`
}

/** What was done, and the cases that were left as they were. */
export function bulkResult(
  done: Markup,
  refused: readonly { readonly id: string; readonly because: string }[]
): Markup {
  return html`<section class="narrow"><h1>${done}</h1>
<p>These were not changed:</p>
<ul>${each(refused, ({ id, because }) => html`<li><a href="/cases/${id}">${id}</a>: ${prose(because)}</li>`)}</ul>
<p><a class="button primary" href="/">Back to the queue</a></p></section>`
}
