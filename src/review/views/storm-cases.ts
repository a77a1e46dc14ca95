/** The cases of a storm as a list, and the notes on a case that belongs to a storm. Pure. */
import { type Case, isOpen } from '../../domain/case.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import { queueHref, readQueueQuery } from '../queue.ts'
import type { ReviewWords } from '../review-deps.ts'
import type { Children, ChildrenAsk } from '../storm-cases.ts'
import { plain, untrusted, when } from '../text.ts'
import { nameOf, STATE_TONES, STATE_WORDS } from '../words.ts'

/** The list of a storm's cases. */
export function childrenView(storm: Case, children: Children, words: ReviewWords): Markup {
  const { cases, facets, next, ask } = children
  const all = facets.states.reduce((sum, { count }) => sum + count, 0)
  return html`<section class="card" aria-labelledby="children">
<h2 id="children">Its cases <span class="n">${all.toLocaleString('en')}</span></h2>
${all === 0 ? html`<p>None yet. Cases are added within half a minute, also new ones while the storm lasts.</p>` : tabs(storm, children, all)}
<p class="aside"><a href="${queueHref(readQueueQuery({ view: 'all', storm: storm.id }))}">Filter and download its cases in the queue</a></p>
<ul class="children">${each(cases, (c) => childRow(c, words))}</ul>
${
  ask.after || next
    ? html`<nav class="pager" aria-label="Pages of the storm’s cases">
${ask.after ? html`<a href="${childrenHref(storm, { ...ask, after: null })}">First page</a>` : NOTHING}
${next ? html`<a rel="next" href="${childrenHref(storm, { ...ask, after: next })}">Next page</a>` : NOTHING}
</nav>`
    : NOTHING
}
</section>`
}

function tabs(storm: Case, { facets: { states }, ask }: Children, all: number): Markup {
  const tab = (state: ChildrenAsk['state'], words: string, n: number) =>
    html`<li><a href="${childrenHref(storm, { state, after: null })}"${state === ask.state ? html` aria-current="true"` : NOTHING}>${words} <span class="n">${n.toLocaleString('en')}</span></a></li>`
  return html`<nav class="tabs" aria-label="Which of its cases"><ul>${tab(null, 'All', all)}${states.map(({ of, count }) => tab(of, STATE_WORDS[of], count))}</ul></nav>`
}

function childRow(c: Case, words: ReviewWords): Markup {
  const doing = c.proposal ? words.remediations[c.proposal.remediation].title : null
  return html`<li><a href="/cases/${c.id}" data-row>${untrusted(nameOf(c), 60)}</a> <span class="pill ${STATE_TONES[c.state]}">${STATE_WORDS[c.state]}</span> <span class="aside">${c.cause ? words.cause(c.cause.id).label : 'cause not known yet'}${doing ? html`, proposed: ${doing}` : NOTHING}</span></li>`
}

/** The address that shows this part of a storm's cases. */
function childrenHref({ id }: Case, { state, after }: ChildrenAsk): string {
  const params = new URLSearchParams({ ...(state ? { state } : {}), ...(after ? { after } : {}) })
  return `/cases/${id}${params.size > 0 ? `?${params}` : ''}#children`
}

/** True while the storm covers the case: it has no ticket of its own and nothing is written. */
export function isQuiet(c: Case, parent: Case | null): boolean {
  if (!parent?.storm || c.parentId !== parent.id || c.securityAlert || c.releasedAt || c.state !== 'with_person')
    return false
  return isOpen(parent) && parent.storm.releasedAt === null
}

/** Why nothing happens for a quiet case, and when it is decided again. */
export function quietNow(parent: Case): { readonly heading: Markup; readonly because: Markup } {
  return {
    heading: html`Part of a storm`,
    because: html`Many users fail at once, so <a href="/cases/${parent.id}">the storm’s case</a> and its ticket cover this one too. Nothing is written. It is decided again when the storm is over. If the user enrolls before, it closes automatically.`
  }
}

/** For a case of a storm that is not quiet: a link to the storm, and which ticket covers it. */
export function stormNote(c: Case, parent: Case | null): Markup {
  if (!c.parentId || isQuiet(c, parent)) return NOTHING
  const link = html`<a href="/cases/${c.parentId}">the storm ${plain(c.parentId, 40)}</a>`
  const over = parent?.storm?.releasedAt
  if (c.securityAlert)
    return html`<p class="aside">Part of ${link}. It has its own ticket because of the security alert.</p>`
  return html`<p class="aside">Part of ${link}${over ? html`, which ended ${when(over)}` : NOTHING}. The storm’s ticket covers this case too.</p>`
}
