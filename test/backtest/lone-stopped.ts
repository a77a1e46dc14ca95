import type { Case } from '../../src/domain/case.ts'
import type { LoneStopped } from '../../src/domain/store.ts'
import { caseSave } from '../../src/store/case-rows.ts'

/** What a store lists of the case; nothing when no guard alone stopped its repair. */
export function loneStopped(next: Case): readonly LoneStopped[] {
  const { loneStop, ...row } = caseSave({ next, ledger: [] })
  return loneStop ? [{ ...row, outcome: next.outcome, ...JSON.parse(loneStop) }] : []
}
