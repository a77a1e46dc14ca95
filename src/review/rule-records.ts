/** What rules and repairs did in a period: cases, writes, and whether they helped. Pure. */
import type { Activity } from '../domain/store.ts'
import type { RemediationId } from '../domain/vocabulary.ts'

/** What a rule or a remediation did. */
export interface RuleRecord {
  readonly cases: number
  /** Of the cases, those whose users enrolled. */
  readonly enrolled: number
  readonly writes: number
  /** Writes after which the user enrolled, and writes that did not help or are not proved. Pending ones count as neither. */
  readonly effective: number
  readonly notEffective: number
}

const NONE: RuleRecord = { cases: 0, enrolled: 0, writes: 0, effective: 0, notEffective: 0 }

/** By rule. Writes refused by the final check are left out: they were never made. */
export function recordsByRule({ cases, writes }: Activity): ReadonlyMap<string, RuleRecord> {
  const ofCases = cases.map(({ rule, outcome, count }) => {
    return [rule, { cases: count, enrolled: outcome?.startsWith('recovered') ? count : 0 }] as const
  })
  return summed([...ofCases, ...writes.map((write) => [write.rule, recordOf(write)] as const)])
}

export function recordsByRemediation({ writes }: Activity): ReadonlyMap<RemediationId, RuleRecord> {
  return summed(writes.map((write) => [write.remediation, recordOf(write)] as const))
}

function summed<Key>(parts: readonly (readonly [Key | null, Partial<RuleRecord>])[]): ReadonlyMap<Key, RuleRecord> {
  const records = new Map<Key, RuleRecord>()
  for (const [key, part] of parts) if (key !== null) records.set(key, sum(records.get(key) ?? NONE, part))
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
    enrolled: a.enrolled + (b.enrolled ?? 0),
    writes: a.writes + (b.writes ?? 0),
    effective: a.effective + (b.effective ?? 0),
    notEffective: a.notEffective + (b.notEffective ?? 0)
  }
}

/** The share of effective writes among those with a known effect, such as `83 %`, or null. */
export function effectRate({ effective, notEffective }: RuleRecord): string | null {
  return share(effective, effective + notEffective)
}

/** Such as `83 %`; null of nothing. */
export function share(part: number, all: number): string | null {
  return all === 0 ? null : `${Math.round((100 * part) / all)} %`
}
