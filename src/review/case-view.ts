/** A case as a page. Pure. */
import type { Case } from '../case/case-file.ts'
import type { Operator } from '../case/commands.ts'
import type { LedgerRow } from '../store/store.ts'
import type { Instant } from '../vocabulary.ts'
import { caseHead } from './case-head.ts'
import type { Children } from './children.ts'
import { childrenView } from './children-view.ts'
import { deviceLanes } from './device-lanes-view.ts'
import { evidenceView, factorsView } from './evidence-view.ts'
import { guardsView, reasonsView } from './guards-view.ts'
import { html, type Markup, NOTHING } from './markup.ts'
import { hasLinks, ledgerView, linksView, writesView } from './records-view.ts'
import type { ReviewWords } from './review-deps.ts'
import { stepsView } from './steps-view.ts'
import { timelineView } from './timeline-view.ts'

export interface CaseModel {
  readonly c: Case
  /** Of a storm, a page of its cases. */
  readonly children: Children | null
  /** The storm that the case belongs to. */
  readonly parent: Case | null
  readonly ledger: readonly LedgerRow[]
  readonly viewer: Operator
  readonly csrf: string
  readonly words: ReviewWords
  readonly now: Instant
}

export function caseView(model: CaseModel): Markup {
  const { c, words, now } = model
  return html`<article data-case-page="${c.id}" data-version="${c.version}">
${caseHead(model)}
<div class="columns">
<div class="column">
${model.children ? childrenView(c, model.children, words) : NOTHING}
${stepsView(c, words)}
${deviceLanes(c, words, now)}
${timelineView(c)}
</div>
<div class="column">
${reasonsView(c, words)}
${guardsView(c)}
${writesView(c, words)}
${factorsView(c, now)}
${c.storm ? NOTHING : evidenceView(c, now)}
${hasLinks(c) ? linksView(c, words) : NOTHING}
${ledgerView(model.ledger)}
</div>
</div>
</article>`
}
