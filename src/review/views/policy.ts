/** The policy page: the rules with their modes, what each rule did, and their controls. Pure. */
import { showWhen } from '../../decide/conditions.ts'
import { type Row, signalRows } from '../../decide/decision-table.ts'
import { GUARDS } from '../../decide/guards/guards.ts'
import { modeInForce, modesByGroup } from '../../decide/mode.ts'
import { ruleVersion } from '../../decide/rule-version.ts'
import type { Rule } from '../../decide/rules.ts'
import { RULES } from '../../decide/rules.ts'
import type { Controls, DecidePolicy } from '../../domain/decision.ts'
import type { LedgerRow } from '../../domain/ledger.ts'
import type { Activity, Recoveries } from '../../domain/store.ts'
import { MODES } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { effectRate, type RuleRecord, recordsByRule, share } from '../rule-records.ts'
import { given, prose, quantity, untrusted } from '../text.ts'
import { MODE_WORDS } from '../words.ts'
import { reasonField } from './actions.ts'
import { casesHref } from './chart.ts'
import { historyView } from './mode-change.ts'
import { table } from './table.ts'

/** What the policy page shows. */
export interface PolicyModel {
  readonly policy: DecidePolicy
  readonly controls: Controls
  /** The last 7 and 30 days. */
  readonly week: Activity
  readonly month: Activity
  readonly stopped: Recoveries['stopped']
  /** The newest changes of controls and policy. */
  readonly history: readonly LedgerRow[]
  readonly words: ReviewWords
  readonly csrf: string
  readonly mayChange: boolean
}

export function policyView(model: PolicyModel): Markup {
  const { policy } = model
  const [week, month] = [recordsByRule(model.week), recordsByRule(model.month)]
  return html`<h1>Policy</h1>
<p class="lead">The first rule whose conditions are all met applies. A repair also needs all its guards clear: see <a href="/guards">what the guards stopped</a>. <span class="aside">Version <code>${ruleVersion(policy)}</code></span></p>
${ceiling(model)}
<ol class="rules">${each(RULES, (rule) => ruleRow(rule, model, week.get(rule.id), month.get(rule.id)))}</ol>
${guardTable(model)}
${historyView(model.history)}`
}

function ceiling({ policy, controls, csrf, mayChange }: PolicyModel): Markup {
  const options = MODES.map(
    (mode) =>
      html`<option value="${mode}"${mode === controls.ceiling ? html` selected` : NOTHING}>${MODE_WORDS[mode]}</option>`
  )
  return html`<section class="card ceiling" aria-labelledby="ceiling">
<h2 id="ceiling">Ceiling over all rules</h2>
<p><code>REENROLL_MODE</code> is <strong>${policy.ceiling}</strong>. Set here: <strong>${controls.ceiling ?? 'none'}</strong>. The lower one applies.</p>
${mayChange ? html`<form method="post" action="/policy/mode" class="inline"><input type="hidden" name="_csrf" value="${csrf}"><label><span>Ceiling</span><select name="ceiling"><option value="">none, only REENROLL_MODE</option>${options}</select></label><button type="submit">Set</button></form>` : NOTHING}
</section>`
}

function ruleRow(rule: Rule, model: PolicyModel, week: RuleRecord | undefined, month: RuleRecord | undefined): Markup {
  const writes = rule.outcome.do === 'remediate'
  const { mode, lowered } = modeInForce(rule, model.policy, model.controls, [])
  const groups = writes ? modesByGroup(rule, model.policy, model.controls) : []
  const paused = model.controls.rules[rule.id]?.paused
  return html`<li class="rule${writes ? ' writes' : ''}${paused ? ' paused' : ''}" id="rule-${rule.id}">
<div class="rule-what"><h3><code>${rule.id}</code></h3><p class="when">${prose(showWhen(rule.when, model.policy.causes))}</p><p class="aside">${rule.because}</p></div>
<div class="rule-then">${outcome(rule, model)}${writes ? html` <span class="pill mode-${mode}">${mode}</span>` : NOTHING}${each(groups, ([name, own]) => html` <span class="pill mode-${own}">${own} for ${untrusted(name, 60)}</span>`)}${writes ? each(lowered, (why) => html`<p class="aside">${prose(why)}</p>`) : NOTHING}${writes && model.mayChange ? switches(rule, model) : NOTHING}</div>
<div class="rule-did">${did('7 days', rule.id, week)}${did('30 days', rule.id, month)}</div>
</li>`
}

function outcome({ outcome }: Rule, { words }: PolicyModel): Markup {
  if (outcome.do === 'ignore') return html`No action`
  if (outcome.do === 'ticket') return html`Ticket for ${outcome.queue.replace('_', ' ')}`
  return html`<strong>${words.remediations[outcome.with].title}</strong>`
}

function did(period: '7 days' | '30 days', rule: string, record: RuleRecord | undefined): Markup {
  if (!record || record.cases + record.writes === 0)
    return html`<p><span class="period">${period}</span> <span class="aside">none</span></p>`
  const rate = effectRate(record)
  return html`<p><span class="period">${period}</span> <a href="${casesHref({ rule, since: period === '7 days' ? '7d' : '30d' })}">${quantity(record.cases, 'case')}</a>, ${share(record.enrolled, record.cases) ?? '–'} enrolled${record.writes > 0 ? html`, ${quantity(record.writes, 'write')}` : NOTHING}${rate ? html`, ${rate} effective` : NOTHING}</p>`
}

function switches(rule: Rule, { controls, policy, csrf }: PolicyModel): Markup {
  const set = controls.rules[rule.id]
  const configured = policy.ruleModes[rule.id] ?? rule.mode
  const options = MODES.map(
    (mode) =>
      html`<option value="${mode}"${mode === set?.mode ? html` selected` : NOTHING}>${MODE_WORDS[mode]}</option>`
  )
  const hidden = html`<input type="hidden" name="_csrf" value="${csrf}">`
  return html`<details class="rule-switch"><summary>Change <code class="hidden">${rule.id}</code></summary>
<form method="post" action="/policy/rules/${rule.id}" class="inline">${hidden}<label><span>Mode</span><select name="mode"><option value="">from the policy: ${configured}</option>${options}</select></label><button type="submit">Set mode</button>${rule.highest ? html`<p class="aside">Highest mode: ${rule.highest}.</p>` : NOTHING}</form>
${
  set?.paused
    ? html`<form method="post" action="/policy/rules/${rule.id}/resume" class="inline">${hidden}<p>Paused by ${untrusted(set.paused.by, 60)}: ${given(set.paused.because)}</p><button type="submit">Resume</button></form>`
    : html`<form method="post" action="/policy/rules/${rule.id}/pause" class="stack">${hidden}${reasonField('because', 'Reason for the pause', '')}<button type="submit">Pause</button></form>`
}
</details>`
}

/** What stops repairs, and which repairs each signal stops. */
function guardTable({ stopped }: PolicyModel): Markup {
  const signals = Map.groupBy(signalRows(), ({ guard }) => guard)
  const count = (id: string) =>
    stopped.reduce((sum, { guards, count }) => (guards.split(' ').includes(id) ? sum + count : sum), 0)
  const shownSignal = ({ signal, harmless, lowering }: Row) =>
    html`<li>${prose(signal)} <span class="aside">${harmless === lowering ? 'stops all repairs' : harmless === 'stops' ? 'stops harmless repairs only' : 'stops repairs that lower protection'}</span></li>`
  const rows = GUARDS.map(({ id, title, protects, overrides }) => {
    const own = signals.get(id) ?? []
    const n = count(id)
    return [
      html`<span title="${id}">${title}</span>${own.length > 1 ? html`<details><summary>${own.length} signals</summary><ul class="plain-list">${own.map(shownSignal)}</ul></details>` : NOTHING}`,
      ...[protects, overrides],
      n > 0 ? html`<a href="${casesHref({ stopped: id, since: '30d' })}">${n}</a>` : 0
    ]
  })
  return html`<section class="card" aria-labelledby="guards"><h2 id="guards">Guards</h2>
<p>A guard that is tripped or unknown stops the repair.</p>
<div class="texts">${table('Guards', ['Guard', 'Protects from', 'Override', 'Stopped, 30 days'], rows)}</div></section>`
}
