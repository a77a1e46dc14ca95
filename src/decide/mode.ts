/** How far a rule may go now: its own mode, changes by policy and people, and every ceiling. Pure. */
import type { Controls, DecidePolicy } from '../domain/decision.ts'
import { MODES, type Mode } from '../domain/vocabulary.ts'
import type { Rule } from './rules.ts'

export interface ModeInForce {
  readonly mode: Mode
  /** Reasons for lowering it; empty when it was not lowered. */
  readonly lowered: readonly string[]
}

/** The mode in force: the lowest of all that apply. A pause or the kill switch leaves only `observe`. */
export function modeInForce(rule: Rule, policy: DecidePolicy, controls: Controls): ModeInForce {
  const set = controls.rules[rule.id]
  const asked = set?.mode ?? policy.ruleModes[rule.id] ?? rule.mode
  const ceilings: readonly (readonly [Mode | null | undefined, string])[] = [
    [rule.highest, 'this rule’s own limit'],
    [policy.ceiling, 'REENROLL_MODE is the ceiling'],
    [controls.ceiling, 'a ceiling was set at run time'],
    [set?.paused ? 'observe' : null, `the rule is paused by ${set?.paused?.by}: ${set?.paused?.because}`],
    [controls.kill?.on ? 'observe' : null, killed(controls)]
  ]
  return ceilings.reduce<ModeInForce>(
    (now, [ceiling, why]) =>
      ceiling && isLower(ceiling, now.mode) ? { mode: ceiling, lowered: [...now.lowered, `${ceiling}: ${why}`] } : now,
    { mode: asked, lowered: [] }
  )
}

/** The kill switch's sentence; it stops writes, never tickets (DESIGN §3). */
export function killed({ kill }: Controls): string {
  return `the kill switch is on since ${kill?.at}, by ${kill?.by}: ${kill?.because}`
}

function isLower(a: Mode, b: Mode): boolean {
  return MODES.indexOf(a) < MODES.indexOf(b)
}
