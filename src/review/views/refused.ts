/** What a person sees when a command was refused: why, what changed since they looked, and what they typed. Pure. */
import type { CommandResult } from '../../domain/operator-commands.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { prose, say } from '../text.ts'

type Refused = Extract<CommandResult, { ok: false }>

export const REFUSED_STATUS: Readonly<Record<Refused['kind'], number>> = {
  not_found: 404,
  forbidden: 403,
  stale: 409,
  wrong_state: 409,
  incomplete: 422
}

const HEADINGS: Readonly<Record<Refused['kind'], string>> = {
  not_found: 'There is no such case',
  forbidden: 'Not yours to decide',
  stale: 'This changed since you looked',
  wrong_state: 'The case has moved on',
  incomplete: 'Something is missing'
}

export function refusedView(caseId: string, refused: Refused, typed: readonly string[]): Markup {
  return html`<section class="narrow">
<h1>${HEADINGS[refused.kind]}</h1>
<p>${prose(refused.because)}</p>
${refused.changes.length > 0 ? html`<h2>True now</h2><ul>${each(refused.changes, (line) => html`<li>${prose(line)}</li>`)}</ul>` : NOTHING}
${typed.length > 0 ? html`<h2>What you typed</h2>${each(typed, (text) => html`<blockquote>${say(text, 2_000)}</blockquote>`)}` : NOTHING}
<p><a class="button primary" href="/cases/${caseId}">Look at the case as it is now</a></p>
</section>`
}
