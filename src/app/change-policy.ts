/** Puts a policy into force without a restart: checked against the org, compared over past cases, and written to the ledger. */
import type { ChangePolicy, ControlStore, PolicyChange, PolicyEffect, Switches } from '../api/runtime-controls.ts'
import { type PastCase, pastCase, replay } from '../backtest/replay.ts'
import { automaticWrites, changes } from '../backtest/tally.ts'
import { everyCase } from '../case/every-case.ts'
import { type Policy, policyDifferences, policyHash, withoutPeople } from '../config/policy/policy.ts'
import type { Controls } from '../domain/decision.ts'
import { DAY_MS, plus } from '../domain/time.ts'
import type { Clock, Mode } from '../domain/vocabulary.ts'
import { POLICY_CHECKS } from '../setup/checks/policy.ts'
import { probeReferences, type ReferenceClients } from '../setup/probes/policy.ts'
import { type PolicyInForce, withoutRestart } from './policy-in-force.ts'

export interface ChangePolicyDeps extends ReferenceClients {
  readonly store: ControlStore
  readonly switches: Pick<Switches, 'setPolicy'>
  readonly inForce: PolicyInForce
  /** The policy of the start. */
  readonly atStart: Policy
  readonly mode: Mode
  readonly clock: Clock
}

const DAYS = 30
/** The newest ones: replaying them takes well under a second of the service's time. */
const MOST_CASES = 1_000

export function createPolicyChange(deps: ChangePolicyDeps): ChangePolicy {
  return async ({ text, by, dryRun }) => {
    const controls = await deps.store.controls()
    const { policy: before } = await deps.inForce.under(controls)
    const next = text ?? controls.policy?.before ?? null
    if (text === null && controls.policy?.before === undefined) return refusal(nothingBefore(controls))
    const read = next === null ? ({ ok: true, policy: deps.atStart } as const) : await readText(next)
    if (!read.ok) return refusal(...read.errors)
    const policy = withoutRestart(read.policy, deps.atStart)
    const references = await probeReferences(deps, policy, deps.clock)
    const found = { references, policy }
    const faults = [
      ...policyDifferences(policy, read.policy).map(
        ({ key }) => `${key} cannot change while the service runs; change it in REENROLL_POLICY_FILE and restart.`
      ),
      ...sentences(POLICY_CHECKS.policy_user_unknown(found), POLICY_CHECKS.policy_group_unknown(found))
    ]
    const differences = policyDifferences(before, policy)
    const notes = sentences(POLICY_CHECKS.policy_not_checked(found), POLICY_CHECKS.policy_actor_unseen(found))
    if (faults.length > 0) return { applied: false, faults, notes, differences, effect: null }
    const { groupsUnread, ...effect } = await effectOf(before, policy, deps)
    if (deps.mode === 'observe')
      notes.push('REENROLL_MODE is observe, so nothing is written; the figures are those of mode auto.')
    if (groupsUnread > 0 && Object.keys(policy.decide.groupModes ?? {}).length > 0)
      notes.push(
        `The groups of ${groupsUnread} past ${groupsUnread === 1 ? 'case' : 'cases'} were not read; there the strictest mode counts.`
      )
    if (dryRun || differences.length === 0) return { applied: false, faults, notes, differences, effect }
    const hashes = { hash: policyHash(policy), before: policyHash(before) }
    await deps.inForce.under(
      await deps.switches.setPolicy({ text: next, isRollback: text === null }, by, {
        ...hashes,
        differences: withoutPeople(differences)
      })
    )
    return { applied: true, faults, notes, differences, effect }
  }
}

/** Loads the YAML reader, half of all code that a start loads, only when there is a text. */
async function readText(text: string) {
  const { readPolicy } = await import('../config/policy/file.ts')
  return readPolicy(text)
}

/** One policy is kept: the texts of older ones are where their files are. */
function nothingBefore({ policy }: Controls): string {
  if (!policy) return 'No policy was applied, so there is none to go back to.'
  return `The policy in force is the one before the last \`policy apply\` already: ${policy.by} rolled back at ${policy.at}. To go further back, apply the file of that policy.`
}

function refusal(...faults: readonly string[]): PolicyChange {
  return { applied: false, faults, notes: [], differences: [], effect: null }
}

function sentences(...verdicts: readonly ({ readonly what: string; readonly fix: string } | null)[]): string[] {
  return verdicts.flatMap((verdict) => (verdict === null ? [] : `${verdict.what} ${verdict.fix}`))
}

/** While the service only observes, what the policy would do is shown. */
async function effectOf(
  before: Policy,
  after: Policy,
  { store, mode, clock }: ChangePolicyDeps
): Promise<PolicyEffect & { readonly groupsUnread: number }> {
  const ceiling = mode === 'observe' ? 'auto' : mode
  const past: PastCase[] = []
  const leftOut: Record<string, number> = {}
  for await (const c of everyCase(store, { openedSince: plus(clock(), -DAYS * DAY_MS) })) {
    const each = pastCase(c)
    if (typeof each === 'string') leftOut[each] = (leftOut[each] ?? 0) + 1
    else past.push(each)
    if (past.length >= MOST_CASES) break
  }
  const [was, is] = [replay(past, before, ceiling), replay(past, after, ceiling)]
  return {
    ...{ days: DAYS, cases: past.length, leftOut, changes: changes(was, is) },
    groupsUnread: past.filter(({ evidence }) => evidence.groups.state !== 'known').length,
    automaticWrites: { before: automaticWrites(was), after: automaticWrites(is) }
  }
}
