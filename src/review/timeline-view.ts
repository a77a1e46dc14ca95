/** The timeline as a list along an axis. Pure. */
import type { Case } from '../case/case-file.ts'
import { each, html, type Markup, NOTHING } from './markup.ts'
import { prose, say, when } from './text.ts'
import { type Moment, type MomentKind, momentsOf } from './timeline.ts'

/** Shown before "older" has to be opened. */
const SHOWN = 14
/** Longest timeline on a page; the API has the rest. */
const MOST = 250

const KIND_WORDS: Readonly<Record<MomentKind, string>> = {
  failure: 'failed enrollment',
  okta: 'event in Okta',
  write: 'write to Okta',
  reenroll: 'step of Reenroll',
  person: 'a person'
}

export function timelineView(c: Case): Markup {
  const moments = momentsOf(c)
  const older = moments.slice(SHOWN, MOST)
  return html`<section class="card" aria-labelledby="timeline">
<h2 id="timeline">Timeline</h2>
<ol class="timeline">${each(moments.slice(0, SHOWN), moment)}</ol>
${older.length > 0 ? html`<details><summary>${older.length} older</summary><ol class="timeline">${each(older, moment)}</ol></details>` : NOTHING}
</section>`
}

function moment({ at, kind, what, by }: Moment): Markup {
  return html`<li class="moment ${kind}"><span class="dot" title="${KIND_WORDS[kind]}"></span>${when(at)}<span class="what">${prose(what)}${by ? html` <span class="aside">${say(by, 80)}</span>` : NOTHING}</span></li>`
}
