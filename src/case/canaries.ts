/** Digests canaries: into their one case, past the classifier, so that none is ever counted as a failure. */
import type { PendingEvent } from '../store/store.ts'
import { CANARY } from '../vocabulary.ts'
import { canaryArrived } from './canary.ts'
import type { DigestDeps } from './digest.ts'

/** Only the hook brings canaries: an entry of the System Log or a report that looks like one is read like any other. */
export function isCanaryEvent({ source, raw }: Pick<PendingEvent, 'source' | 'raw'>): boolean {
  if (source !== 'hook' || typeof raw !== 'object' || raw === null) return false
  return 'eventType' in raw && raw.eventType === CANARY.eventType
}

/** The newest one counts; the others are put down beside it. Another replica may be saving the case right now. */
export async function digestCanaries(
  events: readonly PendingEvent[],
  { store, clock }: Pick<DigestDeps, 'store' | 'clock'>
): Promise<void> {
  const newest = events.toSorted((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1))[0]
  if (!newest) return
  for (;;) {
    const before = await store.getCase(CANARY.caseId)
    const { next } = canaryArrived(before, newest.publishedAt, clock())
    const fate = { kind: 'case', caseId: next.id, as: 'signal' } as const
    const saved = await store.digest({
      events: events.map(({ uuid }) => ({ uuid, fate })),
      write: { next: { ...next, version: (before?.version ?? 0) + 1 }, ledger: [] }
    })
    if (saved !== 'conflict') return
  }
}
