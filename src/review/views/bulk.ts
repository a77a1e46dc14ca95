/** The confirmation of one act on several cases, and which of them were refused. Pure. */
import type { Case } from '../../domain/case.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { caseHref, placeHref } from '../queue.ts'
import { prose, quantity, untrusted } from '../text.ts'
import { nameOf, STATE_TONES, STATE_WORDS } from '../words.ts'
import { handOverFields, reasonField, snoozeChoice } from './actions.ts'

/** What can be done to several cases at once. */
export const BULK_ACTS = {
  assign: 'Assign to me',
  'hand-over': 'Hand over',
  retry: 'Read again',
  send: 'Send steps',
  snooze: 'Snooze',
  close: 'Close'
} as const
export type BulkAct = keyof typeof BULK_ACTS

/** The confirmation of handing over all cases of the operator. */
export function handOverHref(queue: string): string {
  return `/bulk?act=hand-over&mine=1&in=${encodeURIComponent(queue)}`
}

/** What the confirmation shows. */
export interface BulkModel {
  /** Null: none chosen yet. */
  readonly act: BulkAct | null
  readonly cases: readonly Case[]
  /** More of the operator's cases follow those shown. */
  readonly isPart: boolean
  /** Who they can be handed to; read for that act only. */
  readonly colleagues: readonly string[]
  /** The place in the queue that the person came from (`paramsOf`). */
  readonly queue: string
  readonly csrf: string
  readonly typed: Readonly<Record<string, string>>
  readonly error: string | null
}

/** The cases, what is done to them, and one button. */
export function bulkView({ act, cases, isPart, colleagues, queue, csrf, typed, error }: BulkModel): Markup {
  if (cases.length === 0 || !act)
    return html`<section class="narrow"><h1>Nothing to do</h1><p>${act === 'hand-over' ? 'No open case is assigned to you, and none was chosen.' : 'Tick cases in the queue and choose what to do with them.'}</p><p><a class="button primary" href="${placeHref(queue)}">Back to the queue</a></p></section>`
  return html`<section class="narrow">
<h1>${BULK_ACTS[act]}: ${quantity(cases.length, 'case')}</h1>
${error ? html`<p class="fault" role="alert">${prose(error)}</p>` : NOTHING}
<form method="post" action="/bulk" class="card"><input type="hidden" name="_csrf" value="${csrf}"><input type="hidden" name="act" value="${act}"><input type="hidden" name="in" value="${queue}">
${isPart ? html`<p>These are your ${cases.length} oldest cases. Hand over the others after them.</p>` : NOTHING}
<ul class="plain-list">${each(cases, (c) => html`<li><label class="tick"><input type="checkbox" name="case" value="${c.id}" checked> ${untrusted(nameOf(c), 60)}</label> <span class="pill ${STATE_TONES[c.state]}">${STATE_WORDS[c.state]}</span></li>`)}</ul>
${act === 'snooze' ? snoozeChoice(typed.for) : NOTHING}
${act === 'send' ? html`<p>By mail to the address that Okta has on file, where mail to users is set up and nothing speaks against it. The ticket shows it in any case.</p>` : NOTHING}
${act === 'close' ? reasonField('because', 'Why, for all of them', typed.because ?? '') : NOTHING}
${act === 'hand-over' ? handOverFields(colleagues, typed.because) : NOTHING}
<div class="buttons">${act === 'hand-over' ? NOTHING : html`<button class="primary" type="submit">${BULK_ACTS[act]}</button>`}<a class="button" href="${placeHref(queue)}">Back</a></div>
</form>
</section>`
}

/** What was done, and the cases that were left as they were. */
export function bulkResult(
  done: Markup,
  refused: readonly { readonly id: string; readonly because: string }[],
  queue: string
): Markup {
  return html`<section class="narrow"><h1>${done}</h1>
<p>These were not changed:</p>
<ul>${each(refused, ({ id, because }) => html`<li><a href="${caseHref(id, queue)}">${id}</a>: ${prose(because)}</li>`)}</ul>
<p><a class="button primary" href="${placeHref(queue)}">Back to the queue</a></p></section>`
}
