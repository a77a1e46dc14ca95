/** What a change of modes means: the rules it raises or lowers, and what a raised rule would have done with past cases. */
import { type LeftOut, pastCase, type Replayed, replay } from '../backtest/replay.ts'
import { modeInForce, modesByGroup } from '../decide/mode.ts'
import { RULES, type Rule } from '../decide/rules.ts'
import type { Case } from '../domain/case.ts'
import type { Controls, DecidePolicy } from '../domain/decision.ts'
import { hasDeferred } from '../domain/evidence.ts'
import type { Store } from '../domain/store.ts'
import { MODES, type Mode } from '../domain/vocabulary.ts'

/** The policy, and the controls before and after the change. */
export interface Change {
  readonly policy: DecidePolicy
  readonly before: Controls
  readonly after: Controls
}

/** A rule that may write more or less than before. */
export interface ModeChange {
  readonly rule: Rule
  readonly from: Mode
  readonly to: Mode
  readonly isRaise: boolean
}

/** The rules whose mode in force differs after the change, for everybody or for a group. */
export function changedModes({ policy, before, after }: Change): readonly ModeChange[] {
  return RULES.filter(({ outcome }) => outcome.do === 'remediate').flatMap((rule) => {
    const old = modesOf(rule, policy, before)
    const changes = modesOf(rule, policy, after).flatMap((to, index) => {
      const from = old[index] ?? to
      return from === to ? [] : [{ rule, from, to, isRaise: MODES.indexOf(to) > MODES.indexOf(from) }]
    })
    return changes.toSorted((a, b) => MODES.indexOf(b.to) - MODES.indexOf(a.to)).slice(0, 1)
  })
}

/** For people in no group that the rule names, then for each of those groups. */
function modesOf(rule: Rule, policy: DecidePolicy, controls: Controls): readonly Mode[] {
  return [modeInForce(rule, policy, controls, []).mode, ...modesByGroup(rule, policy, controls).map(([, mode]) => mode)]
}

/** `deferred`: a repair was not considered, so that what its guards need was not read. */
export type Unjudged = LeftOut | 'deferred'

/** What a raised rule would have done with its cases of a period. */
export interface WhatIf {
  /** All that the rule matched, and the newest of them, which were looked at. */
  readonly matched: number
  readonly read: number
  /** Of those looked at, why some cannot be judged. The others were decided again. */
  readonly unjudged: Readonly<Partial<Record<Unjudged, number>>>
  readonly writes: readonly Case[]
  /** Cases for which a person would have been asked. */
  readonly proposals: readonly Case[]
}

/** Cases read for all rules together: each is decided twice. */
const MOST_CASES = 200

/** Decides on the newest cases of each raised rule again, before and after the change. A kill switch does not count. */
export async function whatIf(
  store: Pick<Store, 'listCases' | 'countCases'>,
  raised: readonly Rule[],
  { policy, before, after }: Change,
  openedSince: string
): Promise<ReadonlyMap<string, WhatIf>> {
  const limit = Math.floor(MOST_CASES / Math.max(1, raised.length))
  const all = raised.map(async ({ id }) => {
    const [{ cases }, matched] = await Promise.all([
      store.listCases({ rule: id, openedSince, limit }),
      store.countCases({ rule: id, openedSince })
    ])
    const unjudged: Partial<Record<Unjudged, number>> = {}
    const past = cases.flatMap((c) => {
      const read = hasDeferred(c) ? 'deferred' : pastCase(c)
      if (typeof read !== 'string') return read
      unjudged[read] = (unjudged[read] ?? 0) + 1
      return []
    })
    const under = (controls: Controls) =>
      replay(past, { decide: policy }, policy.ceiling, { ...controls, kill: null }).filter(({ rule }) => rule === id)
    const old = new Map(under(before).map((replayed) => [replayed.caseId, replayed]))
    const gained = (mode: Mode) => {
      const is = (one: Replayed | undefined) => one?.kind === 'remediate' && one.mode === mode
      const ids = new Set(under(after).flatMap((one) => (is(one) && !is(old.get(one.caseId)) ? one.caseId : [])))
      return cases.filter((c) => ids.has(c.id))
    }
    return [
      id,
      { matched, read: cases.length, unjudged, writes: gained('auto'), proposals: gained('propose') }
    ] as const
  })
  return new Map(await Promise.all(all))
}
