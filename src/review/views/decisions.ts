/** The decisions of a case, newest first, with what changed from one to the next: from the ledger. Pure. */
import { guardTitle } from '../../decide/guards/guards.ts'
import type { LedgerRow } from '../../domain/ledger.ts'
import { CAUSE_IDS, GUARD_IDS } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { prose, when } from '../text.ts'
import { ruleName } from './evidence.ts'

/** A decision as the ledger keeps it (`case/machine/verdict.ts`). */
type Entry = LedgerRow['entry']

/** The card with them; nothing while the case was decided only once. */
export function decisionsView(ledger: readonly LedgerRow[], words: ReviewWords): Markup {
  const decisions = ledger.filter(({ kind }) => kind === 'decision')
  if (decisions.length < 2) return NOTHING
  const shown = decisions.map(({ at, by, entry }, index) => {
    const before = decisions[index - 1]
    const lines = before ? changesOf(before.entry, entry, words) : []
    const rule = html`${when(at)} ${outcomeOf(entry)} by rule ${ruleName(by.replace(/^rule /, ''))}`
    const changed = lines.length > 0 ? html`<ul>${each(lines, (line) => html`<li>${prose(line)}</li>`)}</ul>` : NOTHING
    return html`<li>${rule}${before && lines.length === 0 ? html` <span class="aside">nothing changed</span>` : NOTHING}${changed}</li>`
  })
  return html`<section class="card" aria-labelledby="decisions">
<h2 id="decisions">Decisions</h2>
<details><summary>${decisions.length} decisions, and what changed</summary><ol class="plain-list" reversed>${shown.toReversed()}</ol></details>
</section>`
}

const OUTCOMES: Readonly<Record<string, string>> = {
  remediate: 'repair',
  ticket: 'ticket',
  ignore: 'nothing to do'
}

function outcomeOf({ kind }: Entry): string {
  return OUTCOMES[String(kind)] ?? String(kind)
}

/** `Cause: account suspended, before: unknown.` */
function changesOf(before: Entry, after: Entry, words: ReviewWords): readonly string[] {
  const cause = (entry: Entry) => {
    const id = CAUSE_IDS.find((one) => one === entry.cause)
    return id ? words.cause(id).label : 'not known'
  }
  const stopped = ({ stoppedBy }: Entry) =>
    GUARD_IDS.filter((id) => Array.isArray(stoppedBy) && stoppedBy.includes(id))
      .map(guardTitle)
      .join(', ') || 'nothing'
  const guards = (entry: Entry) => ({ ...(entry.guards as Readonly<Record<string, unknown>> | undefined) })
  const parts: readonly (readonly [string, (entry: Entry) => string])[] = [
    ['Cause', cause],
    ['Outcome', outcomeOf],
    ['Repair', ({ remediation }) => String(remediation ?? 'none')],
    ['Mode', ({ mode }) => String(mode)],
    ['Stopped by', stopped],
    ...GUARD_IDS.map((id) => [guardTitle(id), (entry: Entry) => String(guards(entry)[id] ?? 'not checked')] as const)
  ]
  const lines = parts.flatMap(([name, read]) =>
    read(before) === read(after) ? [] : [`${name}: ${read(after)}, before: ${read(before)}`]
  )
  const isNewRules = before.ruleVersion !== after.ruleVersion
  return isNewRules ? [...lines, 'The rules or the policy changed.'] : lines
}
