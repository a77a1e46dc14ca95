/** Decides on a case: gathers what `decide/` needs besides the evidence, and hashes what a person would approve. */
import { refusedChallenges } from '../decide/caller.ts'
import { type Case, guideStand } from '../domain/case.ts'
import type { Controls, DecideInput, DecidePolicy, Verdict } from '../domain/decision.ts'
import { type Evidence, known } from '../domain/evidence.ts'
import type { DecidingQuery, ForDeciding, Store } from '../domain/store.ts'
import type { Clock, Instant, Signal } from '../domain/vocabulary.ts'
import type { CurrentEvaluation } from './context.ts'
import { proposalHash } from './hashes.ts'
import { STORM_KEY } from './machine/storm.ts'
import { activeStormOf } from './storms.ts'

export interface EvaluateDeps {
  readonly store: Pick<Store, 'forDeciding'>
  readonly decide: (input: DecideInput) => Verdict
  /** The policy in force under these controls, including the ceiling. */
  readonly policy: (controls: Controls) => Promise<DecidePolicy>
  /** Of the policy in force when somebody last asked. */
  readonly stormWindowMs: () => number
  readonly clock: Clock
  readonly signals: SignalLookup
}

/** What other vendors have reported about somebody with these identifiers: what to ask the store, and what its answer says. */
export interface SignalLookup {
  readonly query: (identifiers: readonly string[], now: Instant) => DecidingQuery['shared']
  readonly about: (identifiers: readonly string[], events: readonly unknown[]) => readonly Signal[]
}

/** Controls and counts are read now, so that a brake applies however old the case is. */
export async function evaluate(c: Case, evidence: Evidence, deps: EvaluateDeps): Promise<CurrentEvaluation> {
  const now = deps.clock()
  const account = known(evidence.user)
  const identifiers = distinct([c.user.id, account?.id, account?.login ?? c.user.login, account?.email])
  const { policy, controls, recent, storm, shared } = await readForDeciding(c, identifiers, now, deps)
  const stormId = activeStormOf(storm)?.id ?? null
  const { user: subject, failures, signals, actions, worked = [] } = c
  const inStorm = stormId !== null && c.parentId === stormId && !c.releasedAt
  const verdict = deps.decide({
    subject,
    failures,
    signals: [...signals, ...deps.signals.about(identifiers, shared)],
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

/** Read again when the policy in force under these controls has another window. */
async function readForDeciding(
  { subjectKey, failures }: Case,
  identifiers: readonly string[],
  now: Instant,
  { store, signals, ...deps }: EvaluateDeps
): Promise<ForDeciding & { readonly policy: DecidePolicy }> {
  const ips = distinct(failures.map((failure) => failure.context.ip))
  const asNumbers = distinct(failures.map((failure) => failure.context.asNumber))
  for (let stormWindowMs = deps.stormWindowMs(); ; ) {
    const found = await store.forDeciding({
      recent: { subjectKey, ips, asNumbers, now, stormWindowMs },
      stormKey: STORM_KEY,
      shared: signals.query(identifiers, now)
    })
    const policy = await deps.policy(found.controls)
    if (policy.guards.stormWindowMs === stormWindowMs) return { ...found, policy }
    stormWindowMs = policy.guards.stormWindowMs
  }
}

function distinct<V>(values: readonly (V | null | undefined)[]): V[] {
  return [...new Set(values)].filter((value) => value !== null && value !== undefined)
}
