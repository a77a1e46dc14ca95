/** Decides on a case: gathers what `decide/` needs besides the evidence, and hashes what a person would approve. */
import { refusedChallenges } from '../decide/caller.ts'
import { type Case, guideStand } from '../domain/case.ts'
import type { Controls, DecideInput, DecidePolicy, Verdict } from '../domain/decision.ts'
import { type Evidence, known } from '../domain/evidence.ts'
import type { Store } from '../domain/store.ts'
import type { Clock, Signal } from '../domain/vocabulary.ts'
import type { CurrentEvaluation } from './context.ts'
import { proposalHash } from './hashes.ts'
import { activeStormId } from './storms.ts'

export interface EvaluateDeps {
  readonly store: Pick<Store, 'recent' | 'controls' | 'latestCase'>
  readonly decide: (input: DecideInput) => Verdict
  /** The policy in force under these controls, including the ceiling. */
  readonly policy: (controls: Controls) => Promise<DecidePolicy>
  readonly clock: Clock
  /** What other vendors have reported about somebody with these identifiers. */
  readonly sharedSignals: (identifiers: readonly string[]) => Promise<readonly Signal[]>
}

/** Controls and counts are read now, so that a brake applies however old the case is. */
export async function evaluate(c: Case, evidence: Evidence, deps: EvaluateDeps): Promise<CurrentEvaluation> {
  const now = deps.clock()
  const controls = await deps.store.controls()
  const policy = await deps.policy(controls)
  const account = known(evidence.user)
  const identifiers = distinct([c.user.id, account?.id, account?.login ?? c.user.login, account?.email])
  const [recent, stormId, shared] = await Promise.all([
    deps.store.recent({
      subjectKey: c.subjectKey,
      ips: distinct(c.failures.map((failure) => failure.context.ip)),
      asNumbers: distinct(c.failures.map((failure) => failure.context.asNumber)),
      now,
      stormWindowMs: policy.guards.stormWindowMs
    }),
    activeStormId(deps.store),
    deps.sharedSignals(identifiers)
  ])
  const { user: subject, failures, signals, actions, worked = [] } = c
  const inStorm = stormId !== null && c.parentId === stormId && !c.releasedAt
  const verdict = deps.decide({
    subject,
    failures,
    signals: [...signals, ...shared],
    actions,
    worked,
    evidence,
    recent,
    controls,
    inStorm,
    guide: guideStand(c, now),
    notMeAt: c.notMeAt,
    refusedChallenges: refusedChallenges(c),
    policy,
    now
  })
  return { verdict, stormId, hash: proposalHash(verdict, evidence), controlsVersion: controls.version }
}

function distinct<V>(values: readonly (V | null | undefined)[]): V[] {
  return [...new Set(values)].filter((value) => value !== null && value !== undefined)
}
