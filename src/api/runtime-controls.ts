/** Run-time controls: the kill switch, modes and pauses of single rules, and a ceiling over all. Each change is recorded in the ledger. */
import { releaseFromBrakes } from '../case/brakes.ts'
import type { PolicyDifference } from '../config/policy/policy.ts'
import type { Controls } from '../domain/decision.ts'
import type { Operator } from '../domain/operator-commands.ts'
import type { Store } from '../domain/store.ts'
import type { Clock, Instant, Mode } from '../domain/vocabulary.ts'

/** Turns the kill switch on or off, with a reason. */
export interface KillSwitchChange {
  readonly kill: { readonly on: boolean; readonly because: string }
}

/** The kill switch: while it is on, no writes are made. Tickets are still created and updated. */
export interface KillSwitch {
  read(): Promise<Controls>
  /** Sets the switch and records it in the ledger. Setting it twice only updates the reason. */
  set(ask: KillSwitchChange, by: Operator): Promise<Controls>
}

/** The kill switch over the store's controls. Every replica obeys it: intents are checked in the same transaction. */
export function createKillSwitch(store: ControlStore, clock: Clock): KillSwitch {
  return {
    read: () => store.controls(),
    set: ({ kill }, by) =>
      changeControls(store, clock, by, (old, at) => ({
        next: { ...old, kill: { ...kill, by: by.name, at } },
        entry: { kill: { on: kill.on, because: kill.because } },
        onlyStops: kill.on
      }))
  }
}

/** What the controls need of the store. */
export type ControlStore = Pick<Store, 'controls' | 'setControls' | 'listCases' | 'getCase' | 'save'>

/** A change to a rule; omitted fields stay as they are. */
export interface RuleChange {
  /** Overrides table and policy file; null removes the override. Either ends `atMost`. */
  readonly mode?: Mode | null
  readonly atMost?: Mode
  /** Only recorded: the policy or `REENROLL_MODE` lets it write automatically from now on. */
  readonly raised?: true
  /** The reason of the pause; null resumes the rule. */
  readonly paused?: { readonly because: string } | null
  /** Why the mode changes; kept in the ledger. */
  readonly because?: string
}

/** Modes and pauses of rules, and the ceiling over all. */
export interface Switches {
  setRule(rule: string, ask: RuleChange, by: Operator): Promise<Controls>
  /** The lower of this and `REENROLL_MODE` is in force; null leaves only `REENROLL_MODE`. */
  setCeiling(ceiling: Mode | null, by: Operator, because?: string): Promise<Controls>
  /** The policy for all replicas. `entry` goes to the ledger. */
  setPolicy(next: NextPolicy, by: string, entry: object): Promise<Controls>
}

interface NextPolicy {
  /** The text of a policy file; null for `REENROLL_POLICY_FILE`. */
  readonly text: string | null
  /** Leaves none to go back to. */
  readonly isRollback?: boolean
}

/** The switches over the store's controls. They survive a restart; every replica reads them before it decides. */
export function createSwitches(store: ControlStore, clock: Clock): Switches {
  return {
    setRule: (rule, ask, by) =>
      changeControls(store, clock, by, (old) => ({
        next: { ...old, rules: rulesWith(old.rules, rule, ask, by) },
        entry: { rule, ...ask },
        onlyStops: ask.mode === undefined && ask.atMost === undefined && ask.paused !== null
      })),
    setCeiling: (ceiling, by, because) =>
      changeControls(store, clock, by, (old) => ({
        next: { ...old, ceiling },
        entry: { ceiling, ...(because ? { because } : {}) }
      })),
    setPolicy: ({ text, isRollback }, by, entry) =>
      changeControls(store, clock, { id: by, name: by }, (old, at) => ({
        next: { ...old, policy: { text, by, at, ...(isRollback ? {} : { before: old.policy?.text ?? null }) } },
        entry: { policy: entry }
      }))
  }
}

export function rulesWith(
  rules: Controls['rules'],
  rule: string,
  ask: RuleChange,
  by: Pick<Operator, 'name'>
): Controls['rules'] {
  const { [rule]: old = {}, ...others } = rules
  const atMost = ask.atMost ?? (ask.mode === undefined ? old.atMost : undefined)
  const mode = ask.mode === undefined ? old.mode : ask.mode
  const paused = ask.paused === undefined ? old.paused : ask.paused && { because: ask.paused.because, by: by.name }
  if (!mode && !atMost && !paused) return others
  return {
    ...others,
    [rule]: { ...(mode ? { mode } : {}), ...(atMost ? { atMost } : {}), ...(paused ? { paused } : {}) }
  }
}

interface ControlPatch {
  readonly next: Controls
  readonly entry: Readonly<Record<string, unknown>>
  /** No case waits for it, so a stop is answered at once, however many cases there are. */
  readonly onlyStops?: boolean
}

/** Applies a change to the current controls and retries on a conflict, so that two people never undo each other's change. */
async function changeControls(
  store: ControlStore,
  clock: Clock,
  by: Pick<Operator, 'id' | 'name'>,
  patch: (old: Controls, at: Instant) => ControlPatch
): Promise<Controls> {
  for (;;) {
    const old = await store.controls()
    const at = clock()
    const patched = patch(old, at)
    const next: Controls = { ...patched.next, version: old.version + 1 }
    const entry = { ...patched.entry, version: next.version, operator: by.id }
    const saved = await store.setControls(next, { at, kind: 'control', caseId: null, by: by.name, entry })
    if (saved !== 'saved') continue
    if (!patched.onlyStops) await releaseFromBrakes(store, at)
    return next
  }
}

/* The policy as a whole. */

/** What became of a request to put a policy into force. */
export interface PolicyChange {
  readonly applied: boolean
  /** Why it cannot be applied; with the fix. */
  readonly faults: readonly string[]
  /** What could not be checked. */
  readonly notes: readonly string[]
  readonly differences: readonly PolicyDifference[]
  /** What it would have changed for past cases; null with faults. */
  readonly effect: PolicyEffect | null
}

export interface PolicyEffect {
  readonly days: number
  readonly cases: number
  readonly leftOut: Readonly<Record<string, number>>
  readonly automaticWrites: { readonly before: number; readonly after: number }
  readonly changes: readonly VerdictChange[]
}

/** Cases that two policies treat differently, grouped. */
export interface VerdictChange {
  readonly rule: string
  readonly before: string
  readonly after: string
  readonly count: number
  /** Some of the cases, as examples. */
  readonly examples: readonly string[]
}

export interface PolicyRequest {
  /** The text of a policy file; null for the policy before the one in force. */
  readonly text: string | null
  readonly by: string
  readonly dryRun: boolean
}

/** Checks a policy, shows what it would change and, unless it is a dry run, puts it into force on all replicas. */
export type ChangePolicy = (request: PolicyRequest) => Promise<PolicyChange>
