/** What each rule and remediation did, counted from the store's activity. Pure. */
import type { Activity } from '../../domain/store.ts'
import type { RemediationId } from '../../domain/vocabulary.ts'

export interface RuleRecord {
  readonly cases: number
  readonly writes: number
  /** Of the writes: the user enrolled, and it did not help or is not proved. Pending ones are neither. */
  readonly effective: number
  readonly notEffective: number
}

const NONE: RuleRecord = { cases: 0, writes: 0, effective: 0, notEffective: 0 }

/** By rule. Writes that were refused by the last check never happened and are left out. */
export function recordsByRule({ cases, writes }: Activity): ReadonlyMap<string, RuleRecord> {
  const records = new Map<string, RuleRecord>()
  const add = (rule: string | null, more: Partial<RuleRecord>) => {
    if (rule !== null) records.set(rule, sum(records.get(rule) ?? NONE, more))
  }
  for (const { rule, count } of cases) add(rule, { cases: count })
  for (const write of writes) add(write.rule, recordOf(write))
  return records
}

/** By remediation. */
export function recordsByRemediation({ writes }: Activity): ReadonlyMap<RemediationId, RuleRecord> {
  const records = new Map<RemediationId, RuleRecord>()
  for (const write of writes)
    records.set(write.remediation, sum(records.get(write.remediation) ?? NONE, recordOf(write)))
  return records
}

function recordOf({ state, effect, count }: Activity['writes'][number]): Partial<RuleRecord> {
  if (state === 'refused' || state === 'failed') return {}
  const settled = effect === 'ineffective' || effect === 'unknown'
  return { writes: count, effective: effect === 'effective' ? count : 0, notEffective: settled ? count : 0 }
}

function sum(a: RuleRecord, b: Partial<RuleRecord>): RuleRecord {
  return {
    cases: a.cases + (b.cases ?? 0),
    writes: a.writes + (b.writes ?? 0),
    effective: a.effective + (b.effective ?? 0),
    notEffective: a.notEffective + (b.notEffective ?? 0)
  }
}

/** `83 %` of the writes whose effect is known, or nothing. */
export function effectRate({ effective, notEffective }: RuleRecord): string | null {
  const known = effective + notEffective
  return known === 0 ? null : `${Math.round((100 * effective) / known)} %`
}

/** The activity since a day, from an activity that reaches further back. */
export function sinceDay({ cases, writes }: Activity, day: string): Activity {
  return { cases: cases.filter((row) => row.day >= day), writes: writes.filter((row) => row.day >= day) }
}
