/** What to send to the user, with a button that copies it. Pure. */

import type { Case } from '../../domain/case.ts'
import { isEnded, platformOf, repairedOf } from '../case-facts.ts'
import { html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'

export function stepsView(c: Case, words: ReviewWords): Markup {
  if (isEnded(c) || c.storm) return NOTHING
  const { send, opening, steps, ifThatFails } = words.guidance(c.cause?.id ?? 'unknown', platformOf(c), repairedOf(c))
  if (!send) return html`<section class="card"><h2>Steps for the user</h2><p>${opening}</p></section>`
  const hold = words.severity(c) === 'security'
  return html`<section class="card" aria-labelledby="steps">
<div class="card-head"><h2 id="steps">Steps for the user</h2><button type="button" class="quiet" data-copy="steps-text" hidden>Copy</button></div>
${hold ? html`<p class="warn">Send this only after Security has cleared the user and you have verified who asks.</p>` : NOTHING}
<div id="steps-text" class="steps">
<p>${opening}</p>
<ol>${steps.map((step) => html`<li>${step}</li>`)}</ol>
${ifThatFails.length > 0 ? html`<p>If that fails:</p><ol>${ifThatFails.map((step) => html`<li>${step}</li>`)}</ol>` : NOTHING}
</div>
</section>`
}
