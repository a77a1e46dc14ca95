/** The policy page: the rules with their modes, what each rule did, and their controls. Pure. */
import { showWhen } from '../../decide/conditions.ts'
import { modeInForce, modesByGroup } from '../../decide/mode.ts'
import { ruleVersion } from '../../decide/rule-version.ts'
import type { Rule } from '../../decide/rules.ts'
import { RULES } from '../../decide/rules.ts'
import type { Controls, DecidePolicy } from '../../domain/decision.ts'
import type { Activity } from '../../domain/store.ts'
import { DAY_MS, plus } from '../../domain/time.ts'
import { type Instant, MODES, type Mode } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { ReviewWords } from '../review-deps.ts'
import { effectRate, type RuleRecord, recordsByRule, sinceDay } from '../rule-records.ts'
import { prose, quantity, untrusted } from '../text.ts'
import { MODE_WORDS } from '../words.ts'
import { reasonField } from './actions.ts'

/** What the policy page shows. */
export interface PolicyModel {
  readonly policy: DecidePolicy
  readonly controls: Controls
  /** The last 30 days. */
  readonly activity: Activity
  readonly words: ReviewWords
  readonly csrf: string
  readonly mayChange: boolean
  readonly now: Instant
}

export function policyView(model: PolicyModel): Markup {
  const { policy, activity, now } = model
  const month = recordsByRule(activity)
  const week = recordsByRule(sinceDay(activity, plus(now, -6 * DAY_MS).slice(0, 10)))
  return html`<h1>Policy</h1>
<p class="lead">The first rule whose conditions are all met applies. A repair also needs all its guards clear: see <a href="/guards">what the guards stopped</a>. <span class="aside">Version <code>${ruleVersion(policy)}</code></span></p>
${ceiling(model)}
<ol class="rules">${each(RULES, (rule) => ruleRow(rule, model, week.get(rule.id), month.get(rule.id)))}</ol>`
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
<div class="rule-what"><h3><code>${rule.id}</code></h3><p class="when">${showWhen(rule.when, model.policy.causes)}</p><p class="aside">${rule.because}</p></div>
<div class="rule-then">${outcome(rule, model)}${writes ? html` <span class="pill mode-${mode}">${mode}</span>` : NOTHING}${each(groups, ([name, own]) => html` <span class="pill mode-${own}">${own} for ${untrusted(name, 60)}</span>`)}${writes ? each(lowered, (why) => html`<p class="aside">${prose(why)}</p>`) : NOTHING}${writes && model.mayChange ? switches(rule, model) : NOTHING}</div>
<div class="rule-did">${did('7 days', week)}${did('30 days', month)}</div>
</li>`
}

function outcome({ outcome }: Rule, { words }: PolicyModel): Markup {
  if (outcome.do === 'ignore') return html`No action`
  if (outcome.do === 'ticket') return html`Ticket for ${outcome.queue.replace('_', ' ')}`
  return html`<strong>${words.remediations[outcome.with].title}</strong>`
}

function did(period: string, record: RuleRecord | undefined): Markup {
  if (!record || record.cases + record.writes === 0)
    return html`<p><span class="period">${period}</span> <span class="aside">none</span></p>`
  const rate = effectRate(record)
  return html`<p><span class="period">${period}</span> ${record.cases} ${record.cases === 1 ? 'case' : 'cases'}${record.writes > 0 ? html`, ${record.writes} ${record.writes === 1 ? 'write' : 'writes'}` : NOTHING}${rate ? html`, ${rate} effective` : NOTHING}</p>`
}

function switches(rule: Rule, { controls, policy, csrf }: PolicyModel): Markup {
  const set = controls.rules[rule.id]
  const configured = policy.ruleModes[rule.id] ?? rule.mode
  const options = MODES.map(
    (mode) =>
      html`<option value="${mode}"${mode === set?.mode ? html` selected` : NOTHING}>${MODE_WORDS[mode]}</option>`
  )
  const hidden = html`<input type="hidden" name="_csrf" value="${csrf}">`
  return html`<details class="rule-switch"><summary>Change <span class="hidden">${rule.id}</span></summary>
<form method="post" action="/policy/rules/${rule.id}" class="inline">${hidden}<label><span>Mode</span><select name="mode"><option value="">from the policy: ${configured}</option>${options}</select></label><button type="submit">Set mode</button>${rule.highest ? html`<p class="aside">Highest mode: ${rule.highest}.</p>` : NOTHING}</form>
${
  set?.paused
    ? html`<form method="post" action="/policy/rules/${rule.id}/resume" class="inline">${hidden}<p>Paused by ${untrusted(set.paused.by, 60)}: ${prose(set.paused.because)}</p><button type="submit">Resume</button></form>`
    : html`<form method="post" action="/policy/rules/${rule.id}/pause" class="stack">${hidden}${reasonField('because', 'Reason for the pause', '')}<button type="submit">Pause</button></form>`
}
</details>`
}

/** A rule that a change lets write more than before. */
interface Raised {
  readonly rule: Rule
  readonly from: Mode
  readonly to: Mode
  /** What it did in the last 30 days. */
  readonly record: RuleRecord | undefined
}

/** The rules whose mode in force is higher after the change. */
export function raisedBy(change: {
  readonly policy: DecidePolicy
  readonly before: Controls
  readonly after: Controls
  readonly activity: Activity
}): readonly Raised[] {
  const records = recordsByRule(change.activity)
  return RULES.filter(({ outcome }) => outcome.do === 'remediate').flatMap((rule) => {
    const before = modesOf(rule, change.policy, change.before)
    const raise = modesOf(rule, change.policy, change.after)
      .map((to, i) => ({ from: before[i] ?? to, to }))
      .filter(({ from, to }) => MODES.indexOf(to) > MODES.indexOf(from))
      .toSorted((a, b) => MODES.indexOf(b.to) - MODES.indexOf(a.to))[0]
    return raise ? [{ rule, ...raise, record: records.get(rule.id) }] : []
  })
}

/** For people in no group that the rule names, then for each of those groups. */
function modesOf(rule: Rule, policy: DecidePolicy, controls: Controls): readonly Mode[] {
  return [modeInForce(rule, policy, controls, []).mode, ...modesByGroup(rule, policy, controls).map(([, mode]) => mode)]
}

/** Asks for the reason of a raise, with what the rules would have written. */
export function raiseView(model: {
  readonly raised: readonly Raised[]
  readonly path: string
  readonly fields: Readonly<Record<string, string>>
  readonly typed: string
  readonly error: string | null
  readonly words: ReviewWords
  readonly csrf: string
}): Markup {
  const { raised, path, fields, typed, error, words, csrf } = model
  const wouldDo = ({ rule, from, to, record }: Raised) => {
    const repair = rule.outcome.do === 'remediate' ? words.remediations[rule.outcome.with].title : ''
    const cases = record?.cases ?? 0
    return html`<li><strong>${rule.id}</strong>: ${from} → ${to}. ${repair}. <span class="aside">It matched ${quantity(cases, 'case')} in the last 30 days${to === 'auto' ? ', and would write for such a case without approval if no guard stops it' : ', and would ask for approval'}.</span></li>`
  }
  return html`<section class="narrow"><h1>Raise a mode</h1>
<ul>${each(raised, wouldDo)}</ul>
${error ? html`<p class="fault" role="alert">${error}</p>` : NOTHING}
<form method="post" action="${path}" class="stack"><input type="hidden" name="_csrf" value="${csrf}">${each(Object.entries(fields), ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${reasonField('because', 'Reason', typed)}
<div class="buttons"><button class="primary" type="submit">Raise</button> <a class="button" href="/policy">Cancel</a></div></form></section>`
}
