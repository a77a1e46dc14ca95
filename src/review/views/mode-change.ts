/** Confirming a change of modes, with what it means, and the history of such changes. Pure. */
import type { Case } from '../../domain/case.ts'
import { field, listOf, recordOf } from '../../domain/json.ts'
import type { LedgerRow } from '../../domain/ledger.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ModeChange, Unjudged, WhatIf } from '../mode-change.ts'
import type { ReviewWords } from '../review-deps.ts'
import { effectRate, type RuleRecord } from '../rule-records.ts'
import { given, quantity, untrusted, when } from '../text.ts'
import { nameOf } from '../words.ts'
import { reasonField } from './actions.ts'
import { casesHref } from './chart.ts'

/** What the confirmation shows. */
export interface ModeChangeModel {
  readonly changes: readonly ModeChange[]
  /** What the rules did in 30 days, and what the raised ones would have done. */
  readonly records: ReadonlyMap<string, RuleRecord>
  readonly whatIf: ReadonlyMap<string, WhatIf>
  readonly path: string
  readonly fields: Readonly<Record<string, string>>
  readonly typed: string
  readonly error: string | null
  readonly words: ReviewWords
  readonly csrf: string
}

/** Asks for the reason of a change. */
export function modeChangeView(model: ModeChangeModel): Markup {
  const { changes, path, fields, typed, error, csrf } = model
  const isRaise = changes.some((change) => change.isRaise)
  const title = isRaise ? 'Raise a mode' : 'Lower a mode'
  return html`<section class="narrow"><h1>${title}</h1>
${each(changes, (change) => changeCard(change, model))}
${error ? html`<p class="fault" role="alert">${error}</p>` : NOTHING}
<form method="post" action="${path}" class="stack"><input type="hidden" name="_csrf" value="${csrf}">${each(Object.entries(fields), ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${reasonField('because', 'Reason', typed)}
<div class="buttons"><button class="primary" type="submit">${isRaise ? 'Raise' : 'Lower'}</button> <a class="button" href="/policy">Cancel</a></div></form></section>`
}

function changeCard({ rule, from, to, isRaise }: ModeChange, { records, whatIf, words }: ModeChangeModel): Markup {
  const repair = rule.outcome.do === 'remediate' ? words.remediations[rule.outcome.with].title : ''
  const record = records.get(rule.id)
  const rate = record && effectRate(record)
  const did = html`In the last 30 days it matched <a href="${casesHref({ rule: rule.id, since: '30d' })}">${quantity(record?.cases ?? 0, 'case')}</a> and wrote ${quantity(record?.writes ?? 0, 'time')}${rate ? html`; ${rate} of the known effects were good` : NOTHING}.`
  const found = whatIf.get(rule.id)
  return html`<section class="card"><h2><code>${rule.id}</code>: ${from} → ${to}</h2>
<p><strong>${repair}</strong>. ${did}</p>
${isRaise && found ? wouldHave(found) : html`<p>${to === 'observe' ? 'From now on it only shows what it would do.' : 'From now on a person must approve each of its writes.'}</p>`}
</section>`
}

const UNJUDGED_WORDS: Readonly<Record<Unjudged, string>> = {
  storm: 'the case of a storm',
  no_evidence: 'Okta was not read',
  read_after_write: 'Okta was read only after a repair',
  deferred: 'what the guards need was not read'
}

function wouldHave({ matched, read, unjudged, writes, proposals }: WhatIf): Markup {
  const left = Object.entries(unjudged) as [Unjudged, number][]
  const cases = read - left.reduce((sum, [, count]) => sum + count, 0)
  const reasons = left.map(([why, count], index) => html`${index > 0 ? ', ' : ''}${UNJUDGED_WORDS[why]} (${count})`)
  const rest = html`${read < matched ? html` Only the newest ${read.toLocaleString('en')} were looked at.` : NOTHING}${left.length > 0 ? html` ${quantity(read - cases, 'case')} cannot be judged: ${reasons}.` : NOTHING}`
  if (cases === 0)
    return html`<p>It has no past cases that can be decided again, so nothing shows what it would do.${rest}</p>`
  const alone = writes.filter(({ outcome }) => outcome === 'recovered_by_itself').length
  return html`<p><strong>${cases.toLocaleString('en')} of ${quantity(matched, 'case')}</strong> were decided again with this change.${rest} Of the ${cases.toLocaleString('en')}:</p>
<ul><li>It <strong>would have written ${quantity(writes.length, 'time')}</strong> without approval${alone > 0 ? html`; ${alone} of these users enrolled without a repair` : NOTHING}. ${some(writes)}</li>
<li>It would have asked for approval ${quantity(proposals.length, 'time')}. ${some(proposals)}</li></ul>
<p class="aside">The others stay as they were, or a guard stops them.</p>`
}

const SHOWN = 10

function some(cases: readonly Case[]): Markup {
  const links = cases.slice(0, SHOWN).map((c) => html`<a href="/cases/${c.id}">${untrusted(nameOf(c), 40)}</a> `)
  return html`${links}${cases.length > SHOWN ? html`and ${cases.length - SHOWN} more` : NOTHING}`
}

/** The newest changes of controls and policy, from the ledger. */
export function historyView(rows: readonly LedgerRow[]): Markup {
  const shown = rows.flatMap((row) => {
    const what = changeWords(row.entry)
    if (what === null) return []
    const { because } = { ...(row.entry.kill as object), ...(row.entry.paused as object), ...row.entry }
    return html`<li>${when(row.at)} <strong>${what}</strong> by ${untrusted(row.by, 60)}${typeof because === 'string' ? html`: ${given(because)}` : NOTHING}${settingsView(row.entry.policy)}</li>`
  })
  return html`<section class="card" aria-labelledby="history"><h2 id="history">History of changes</h2>
${shown.length === 0 ? html`<p>None yet.</p>` : html`<ul class="plain-list">${shown}</ul>`}</section>`
}

/** What an applied policy changed, setting by setting. Its hash is also in `reenroll_config_info` and the support bundle. */
function settingsView(policy: unknown): Markup {
  const differences = listOf(field(policy, 'differences'), recordOf) ?? []
  if (differences.length === 0) return NOTHING
  const part = (text: unknown) => untrusted(String(text ?? ''), 200)
  return html`<details><summary>${quantity(differences.length, 'setting')}</summary><ul>${each(differences, ({ key, from, to }) => html`<li><code>${part(key)}</code>: ${part(from)} → ${part(to)}</li>`)}</ul>
<p class="aside">Policy <code>${String(field(policy, 'hash')).slice(0, 12)}</code>, before it <code>${String(field(policy, 'before')).slice(0, 12)}</code>.</p></details>`
}

/** A line of the ledger in words; null for one that is not about controls. */
function changeWords({ kill, rule, mode, atMost, raised, paused, ceiling, policy }: LedgerRow['entry']): Markup | null {
  if (kill) return (kill as { on?: boolean }).on ? html`All writes stopped` : html`Writes resumed`
  if (typeof rule === 'string') {
    const name = html`<bdi>${rule}</bdi>`
    if (paused !== undefined) return paused ? html`${name} paused` : html`${name} resumed`
    if (raised) return html`${name} raised to auto`
    if (atMost) return html`${name} lowered to at most ${String(atMost)}`
    return mode ? html`${name} set to ${String(mode)}` : html`${name} reset to the policy`
  }
  if (ceiling !== undefined) return ceiling ? html`Ceiling set to ${String(ceiling)}` : html`Ceiling removed`
  return policy ? html`Policy file applied` : null
}
