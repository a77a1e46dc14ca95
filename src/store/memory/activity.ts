/** Counts for charts. Pure. */
import type { Case } from '../../domain/case.ts'
import type { Activity } from '../../domain/store.ts'
import type { Action, Instant } from '../../domain/vocabulary.ts'

export function activityOf(
  all: readonly Case[],
  actions: readonly (Action & { readonly caseId: string })[],
  since: Instant
): Activity {
  const cases = all
    .filter((c) => c.openedAt >= since && c.outcome !== 'canary')
    .map(({ openedAt, cause, decision, state, outcome }) => ({
      day: openedAt.slice(0, 10),
      cause: cause?.id ?? null,
      rule: decision?.rule ?? null,
      state,
      outcome
    }))
  const rules = new Map(all.map((c) => [c.id, c.decision?.rule ?? null]))
  const writes = actions
    .filter((action) => action.intendedAt >= since)
    .map(({ intendedAt, caseId, remediation, state, effect }) => ({
      day: intendedAt.slice(0, 10),
      rule: rules.get(caseId) ?? null,
      remediation,
      state,
      effect
    }))
  return { cases: counted(cases), writes: counted(writes) }
}

/** Equal rows once, with how many there were. */
function counted<Row extends object>(rows: readonly Row[]): readonly (Row & { readonly count: number })[] {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(Object.values(row)))
  return [...groups.values()].flatMap((group) => (group[0] ? [{ ...group[0], count: group.length }] : []))
}
