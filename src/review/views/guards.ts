/** Guards and rules: what stopped it, which row matched and which did not. Pure. */
import type { Case } from '../../domain/case.ts'
import type { GuardState, GuardVerdict } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { count, plain, prose } from '../text.ts'
import { guardTitle } from '../words.ts'

const GUARD_TONES: Readonly<Record<GuardState, string>> = { tripped: 'alarm', unknown: 'ask', clear: 'good' }

export function guardsView(c: Case): Markup {
  if (c.guards.length === 0) return NOTHING
  const standing = c.guards.filter(({ state }) => state !== 'clear')
  const clear = c.guards.filter(({ state }) => state === 'clear')
  return html`<section class="card" aria-labelledby="guards">
<h2 id="guards">Guards</h2>
${standing.length > 0 ? html`<ul class="plain-list">${each(standing, guardItem)}</ul>` : html`<p>All ${clear.length} guards are clear.</p>`}
${clear.length > 0 ? html`<details><summary>${clear.length} clear</summary><ul class="plain-list">${each(clear, guardItem)}</ul></details>` : NOTHING}
</section>`
}

/** A guard with what it found. */
export function guardItem({ id, state, because }: GuardVerdict): Markup {
  return html`<li><span class="pill ${GUARD_TONES[state]}">${state}</span> <strong>${id} ${guardTitle(id)}</strong>: ${prose(because)}</li>`
}

export function reasonsView(c: Case, words: ReviewWords): Markup {
  const { cause, decision, considered } = c
  if (!cause && !decision) return NOTHING
  const others = considered.filter(({ id }) => id !== cause?.id)
  const passed = decision?.rows.filter(({ matched }) => !matched) ?? []
  return html`<section class="card" aria-labelledby="reasons">
<h2 id="reasons">Why</h2>
${cause ? html`<p><strong>${words.cause(cause.id).label}</strong>, confidence ${cause.confidence}, because</p><ul>${each(cause.because, (because) => html`<li>${prose(because)}</li>`)}</ul>` : NOTHING}
${decision ? html`<p>Rule <code>${plain(decision.rule)}</code> matched, mode ${decision.mode}: ${prose(decision.because)}</p>` : NOTHING}
${others.length > 0 ? html`<details><summary>${count(others.length, 'other cause', 'other causes')} considered</summary><ul>${each(others, ({ id, confidence, because }) => html`<li><strong>${words.cause(id).label}</strong> (${confidence}): ${prose(because.join('; '))}</li>`)}</ul></details>` : NOTHING}
${passed.length > 0 ? html`<details><summary>${count(passed.length, 'rule')} did not match</summary><ul>${each(passed, ({ rule, because }) => html`<li><code>${plain(rule)}</code>: ${prose(because)}</li>`)}</ul></details>` : NOTHING}
</section>`
}
