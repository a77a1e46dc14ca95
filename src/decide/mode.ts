/** How far a rule may go now: its mode for the person's groups, changes by policy and people, and every ceiling. Pure. */
import type { Controls, DecidePolicy } from '../domain/decision.ts'
import type { OktaGroup } from '../domain/evidence.ts'
import { MODES, type Mode } from '../domain/vocabulary.ts'
import { listedGroup } from './entries.ts'
import type { Rule } from './rules.ts'

export interface ModeInForce {
  readonly mode: Mode
  /** Reasons for lowering it; empty when it was not lowered. */
  readonly lowered: readonly string[]
  /** Why it is not the rule's mode for everybody, as a sentence; empty when it is. */
  readonly forGroups: string
}

/** What has a mode: a row of the table, or the guide. */
type SteeredRule = Pick<Rule, 'id' | 'mode' | 'highest'> & Partial<Pick<Rule, 'outcome'>>

/** The mode in force: the lowest of all that apply. A pause or the kill switch leaves only `observe`. */
export function modeInForce(
  rule: SteeredRule,
  policy: DecidePolicy,
  controls: Controls,
  /** Of the person; null when they are not known. */
  groups: readonly OktaGroup[] | null
): ModeInForce {
  const set = controls.rules[rule.id]
  const { mode: asked, forGroups } = modeForGroups(
    set?.mode ?? policy.ruleModes[rule.id] ?? rule.mode,
    policy.groupModes?.[rule.id] ?? {},
    groups
  )
  const ceilings: readonly (readonly [Mode | null | undefined, string])[] = [
    [rule.highest, 'this rule’s own limit'],
    [set?.mode, 'the rule’s mode was set at run time'],
    [set?.atMost, 'the rule watch lowered it'],
    [needsVerifiedCaller(rule, policy) ? 'propose' : null, 'the policy asks for a verified caller'],
    [policy.ceiling, 'REENROLL_MODE is the ceiling'],
    [controls.ceiling, 'a ceiling was set at run time'],
    [set?.paused ? 'observe' : null, `the rule is paused by ${set?.paused?.by}: ${set?.paused?.because}`],
    [controls.kill?.on ? 'observe' : null, killed(controls)]
  ]
  return ceilings.reduce<ModeInForce>(
    (now, [ceiling, why]) =>
      ceiling && isLower(ceiling, now.mode)
        ? { mode: ceiling, lowered: [...now.lowered, `${ceiling}: ${why}`], forGroups }
        : now,
    { mode: asked, lowered: [], forGroups }
  )
}

function needsVerifiedCaller({ outcome }: SteeredRule, { verification }: DecidePolicy): boolean {
  return outcome?.do === 'remediate' && verification.neededFor.includes(outcome.with)
}

/** The mode in force for each group that the rule names. */
export function modesByGroup(
  rule: Rule,
  policy: DecidePolicy,
  controls: Controls
): readonly (readonly [string, Mode])[] {
  const names = Object.keys(policy.groupModes?.[rule.id] ?? {})
  return names.map((name) => [name, modeInForce(rule, policy, controls, [{ id: name, name }]).mode])
}

/** The strictest mode of the person's groups that are listed; of all, when it is not known which groups those are. */
function modeForGroups(
  others: Mode,
  listed: Readonly<Record<string, Mode>>,
  groups: readonly OktaGroup[] | null
): Omit<ModeInForce, 'lowered'> {
  const all = Object.entries(listed)
  if (all.length === 0) return { mode: others, forGroups: '' }
  if (groups === null || groups.some(({ name }) => name === null)) {
    const mode = lowest([others, ...Object.values(listed)])
    return { mode, forGroups: `Mode ${mode}, the strictest of this rule, as the user’s groups are not known.` }
  }
  const own = all.flatMap(([listed, mode]) => {
    const name = listedGroup(groups, [listed])
    return name === undefined ? [] : [[name, mode] as const]
  })
  if (own.length === 0) return { mode: others, forGroups: '' }
  const mode = lowest(own.map(([, mode]) => mode))
  return { mode, forGroups: `Mode ${mode} for ${own.map(([name]) => name).join(' and ')}.` }
}

/** The kill switch's sentence; it stops writes, never tickets (DESIGN §3). */
export function killed({ kill }: Controls): string {
  return `the kill switch is on since ${kill?.at}, by ${kill?.by}: ${kill?.because}`
}

function lowest(modes: readonly Mode[]): Mode {
  return MODES.find((mode) => modes.includes(mode)) ?? 'observe'
}

function isLower(a: Mode, b: Mode): boolean {
  return MODES.indexOf(a) < MODES.indexOf(b)
}
