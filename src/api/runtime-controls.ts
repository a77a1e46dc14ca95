/** The run-time switches: modes and pauses of single rules, and a ceiling over all. Each change is a line of the ledger. */

import type { Controls } from '../domain/decision.ts'
import type { Operator } from '../domain/operator-commands.ts'
import type { Store } from '../domain/store.ts'
import type { Clock, Instant, Mode } from '../domain/vocabulary.ts'

export type ControlStore = Pick<Store, 'controls' | 'setControls'>

/** What to change; a field left out stays as it is. */
export interface RuleAsk {
  /** Over table and policy file; null: what they say. */
  readonly mode?: Mode | null
  /** With its reason; null: goes on. */
  readonly paused?: { readonly because: string } | null
}

export interface Switches {
  setRule(rule: string, ask: RuleAsk, by: Operator): Promise<Controls>
  /** The lower of this and `REENROLL_MODE` is in force; null leaves only the latter. */
  setCeiling(ceiling: Mode | null, by: Operator): Promise<Controls>
}

/** The switches over the store's controls: they survive a restart and every replica reads them before it decides. */
export function createSwitches(store: ControlStore, clock: Clock): Switches {
  return {
    setRule: (rule, ask, by) =>
      changeControls(store, clock, by, (old) => ({
        next: { ...old, rules: rulesWith(old.rules, rule, ask, by) },
        entry: { rule, ...ask }
      })),
    setCeiling: (ceiling, by) =>
      changeControls(store, clock, by, (old) => ({ next: { ...old, ceiling }, entry: { ceiling } }))
  }
}

function rulesWith(rules: Controls['rules'], rule: string, ask: RuleAsk, by: Operator): Controls['rules'] {
  const { [rule]: old = {}, ...others } = rules
  const mode = ask.mode === undefined ? old.mode : ask.mode
  const paused = ask.paused === undefined ? old.paused : ask.paused && { because: ask.paused.because, by: by.name }
  if (!mode && !paused) return others
  return { ...others, [rule]: { ...(mode ? { mode } : {}), ...(paused ? { paused } : {}) } }
}

/** Applies a change over whatever the controls are by then, so that two people never undo each other's change. */
export async function changeControls(
  store: ControlStore,
  clock: Clock,
  by: Operator,
  patch: (old: Controls, at: Instant) => { readonly next: Controls; readonly entry: Readonly<Record<string, unknown>> }
): Promise<Controls> {
  for (;;) {
    const old = await store.controls()
    const at = clock()
    const patched = patch(old, at)
    const next: Controls = { ...patched.next, version: old.version + 1 }
    const entry = { ...patched.entry, version: next.version }
    const saved = await store.setControls(next, { at, kind: 'control', caseId: null, by: by.name, entry })
    if (saved === 'saved') return next
  }
}
