/** Causes, guards and rules as plain rows: for `deploy/decisions.md`, the policy page and `GET /api/policy`. Pure. */
import type { Controls, DecidePolicy } from '../domain/decision.ts'
import type { RepairKind } from '../domain/vocabulary.ts'
import { BINDINGS } from './bindings.ts'
import { VERIFICATION_WAYS } from './caller.ts'
import { CAUSES } from './causes.ts'
import { showWhen } from './conditions.ts'
import { GUARDS } from './guards/guards.ts'
import { SIGNALS, type SignalRow } from './guards/signals.ts'
import { modeInForce, modesByGroup } from './mode.ts'
import { ruleVersion } from './rule-version.ts'
import type { Rule, RuleOutcome } from './rules.ts'
import { RULES } from './rules.ts'

/** A row of text cells under their headings. */
export type Row = Readonly<Record<string, string>>

const NO_CONTROLS: Controls = { version: 0, kill: null, rules: {}, ceiling: null }

/** The decision table in order. With a policy, its thresholds and the modes in force replace names and defaults. */
export function ruleRows(policy?: DecidePolicy, controls: Controls = NO_CONTROLS): readonly Row[] {
  return RULES.map((rule) => ({
    rule: rule.id,
    when: showWhen(rule.when, policy?.causes),
    outcome: `${rule.guides ? 'steps to the user, then ' : ''}${showOutcome(rule.outcome)}`,
    mode: rule.outcome.do === 'remediate' ? (policy ? modesOf(rule, policy, controls) : rule.mode) : '',
    because: rule.because,
    facts: rule.facts
  }))
}

/** Such as `propose` or `propose; auto for Pilot`. */
function modesOf(rule: Rule, policy: DecidePolicy, controls: Controls): string {
  const forGroups = modesByGroup(rule, policy, controls).map(([name, mode]) => `${mode} for ${name}`)
  return [modeInForce(rule, policy, controls, []).mode, ...forGroups].join('; ')
}

function showOutcome(outcome: RuleOutcome): string {
  if (outcome.do === 'ignore') return 'nothing to do'
  return outcome.do === 'ticket' ? `ticket for ${outcome.queue}` : outcome.with
}

/** The causes in table order: the most certain applies, then the first. */
export function causeRows(): readonly Row[] {
  return CAUSES.map(({ id, title, signs, kbOption, facts }) => ({
    cause: id,
    title,
    confidence: [...new Set(signs.flatMap(({ points }) => points ?? []))].join(', '),
    option: kbOption === null ? '' : String(kbOption),
    facts
  }))
}

/** The guards in table order. */
export function guardRows(): readonly Row[] {
  return GUARDS.map(({ id, title, protects, overrides }) => ({ guard: id, title, protects, overrides }))
}

/** The signals of guards. A guard without signals of its own stops every repair. */
export function signalRows(): readonly Row[] {
  return GUARDS.flatMap(({ id, title, protects }): Row[] => {
    const own = Object.values<SignalRow>(SIGNALS).filter(({ guard }) => guard === id)
    if (own.length === 0) {
      const because = `It protects from ${protects}.`
      return [
        {
          guard: id,
          signal: title.toLowerCase(),
          shows: '',
          harmless: 'stops',
          lowering: 'stops',
          because,
          source: '§6.1'
        }
      ]
    }
    return own.map(({ signal, shows, stops, because, source }) => {
      const on = (kind: RepairKind) => (stops.includes(kind) ? 'stops' : 'ordinary')
      return { guard: id, signal, shows, harmless: on('harmless'), lowering: on('lowering'), because, source }
    })
  })
}

/** The guards that each remediation tolerates as unknown. */
export function bindingRows(): readonly Row[] {
  return Object.entries(BINDINGS).map(([remediation, { kind, does, mayNotKnow }]) => ({
    remediation,
    kind,
    does,
    'guards that may be unknown': mayNotKnow.guards.join(', '),
    because: mayNotKnow.because
  }))
}

/** The ways to verify a caller. */
export function verificationRows(): readonly Row[] {
  return Object.entries(VERIFICATION_WAYS).map(([way, { does, proves, weakWhen, notWhen }]) => ({
    ...{ way, does, proves },
    'only weak when': weakWhen,
    'not used when': notWhen
  }))
}

/** The body of `GET /api/policy`. */
export function shownPolicy(policy: DecidePolicy, controls: Controls = NO_CONTROLS) {
  return {
    ruleVersion: ruleVersion(policy),
    rules: ruleRows(policy, controls),
    causes: causeRows(),
    guards: guardRows(),
    signals: signalRows(),
    bindings: bindingRows(),
    thresholds: { guards: policy.guards, causes: policy.causes, minConfidenceForAuto: policy.minConfidenceForAuto },
    absentSources: policy.absentSources
  }
}
