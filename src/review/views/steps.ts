/** The steps for the user: on the page of a case to copy, mail or print, and alone on a page for the printer. Pure. */
import type { Advice } from '../../decide/advice.ts'
import { type Case, isOpen } from '../../domain/case.ts'
import { known } from '../../domain/evidence.ts'
import { html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { prose } from '../text.ts'

/** The card with the steps, and what to verify before they are sent. */
export function stepsView(c: Case, { sendSteps, kind }: Advice, words: ReviewWords, mayAct: boolean): Markup {
  if (!isOpen(c) || c.storm) return NOTHING
  const { send: isForUser, opening } = words.guidance(c)
  if (!isForUser) return html`<section class="card"><h2>Steps for the user</h2><p>${prose(opening)}</p></section>`
  if (sendSteps === 'never') return NOTHING
  const after = kind === 'security_first' ? 'Security has cleared the user' : 'what is named above is done'
  // A mail goes out in one click, so it is offered only where nothing has to be verified first.
  const mail = sendSteps === 'now' ? html`<a class="button quiet" href="${mailHref(c, words)}">Mail</a>` : NOTHING
  const maySend = mayAct && sendSteps === 'now' && !c.mailed && !c.stepsAskedAt
  const send = maySend ? html`<a class="button quiet" href="/bulk?act=send&amp;case=${c.id}">Send…</a>` : NOTHING
  return html`<section class="card" aria-labelledby="steps">
<div class="card-head"><h2 id="steps">Steps for the user</h2><span class="ways"><button type="button" class="quiet" data-copy="steps-text" data-copied="Copied" hidden>Copy</button>${send}${mail}<a class="button quiet" href="/cases/${c.id}/steps">Print</a></span></div>
${sendSteps === 'once_cleared' ? html`<p class="warn">Send this only after ${after} and you have verified the user’s identity.</p>` : NOTHING}
${stepsText(c, words)}
</section>`
}

/** The steps alone, for paper. */
export function stepsPage(c: Case, words: ReviewWords): Markup {
  return html`<section class="narrow">
<p class="crumbs"><a href="/cases/${c.id}">Back to the case</a></p>
<h1>Setting up Okta Verify</h1>
${stepsText(c, words)}
<p class="aside">Reference: <bdi>${c.id}</bdi></p>
<div class="buttons"><button type="button" class="primary" data-print hidden>Print</button></div>
</section>`
}

function stepsText(c: Case, words: ReviewWords): Markup {
  const { opening, steps, ifThatFails } = words.guidance(c)
  return html`<div id="steps-text" class="steps">
<p>${prose(opening)}</p>
<ol>${steps.map((step) => html`<li>${prose(step)}</li>`)}</ol>
${ifThatFails.length > 0 ? html`<p>If that fails:</p><ol>${ifThatFails.map((step) => html`<li>${prose(step)}</li>`)}</ol>` : NOTHING}
</div>`
}

/** A draft in the person's own mail program, to the address that Okta has on file. Others may read that mailbox too. */
function mailHref(c: Case, words: ReviewWords): string {
  const { opening, steps, ifThatFails } = words.messageGuidance(c)
  const numbered = (lines: readonly string[]) => lines.map((line, index) => `${index + 1}. ${line}`)
  const more = ifThatFails.length > 0 ? ['', 'If that fails:', ...numbered(ifThatFails)] : []
  const body = [opening, '', ...numbered(steps), ...more, '', `Reference: ${c.id}`].join('\r\n')
  const to = (c.evidence && known(c.evidence.user)?.email) ?? ''
  return `mailto:${encodeURIComponent(to)}?subject=${encodeURIComponent('Setting up Okta Verify')}&body=${encodeURIComponent(body)}`
}
