/** What the worker does with stored events, for pages that wait for it. */
import { processEvents } from '../../src/case/process-events.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { Store } from '../../src/domain/store.ts'
import { HOUR_MS, plus } from '../../src/domain/time.ts'
import { compileClassifier } from '../../src/intake/classify/classify.ts'
import { NOW } from '../remediate/situations.ts'

export async function readReports(store: Store): Promise<void> {
  const classify = compileClassifier({ ...DEFAULT_POLICY.classifier, ownIds: [] })
  const events = await store.claimEvents({ limit: 10, now: plus(NOW, HOUR_MS), leaseMs: 60_000, holder: 'test' })
  await processEvents(events, { store, classify, clock: () => plus(NOW, HOUR_MS), emit: () => {} })
}
