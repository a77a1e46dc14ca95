/**
 * Waiting for Okta: when a rate limit is used up or Okta is unavailable, a case keeps its state and is retried later. No call
 * was made, so no attempt is counted. A limit in the policy ends the wait (fail open toward tickets). Pure.
 */

import type { Case } from '../../domain/case.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource } from '../../domain/evidence.ts'
import { msBetween, plus, SECOND_MS, waitMs } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { type CasePolicy, type Change, change } from './transitions.ts'

/** When the last of these sources may be read; null when none is rate limited. */
export function retryAt(evidence: Evidence, sources: readonly EvidenceSource[] = EVIDENCE_SOURCES): Instant | null {
  return sources.reduce<Instant | null>((latest, source) => {
    const item = evidence[source]
    const until = item.state === 'unknown' ? item.heldUntil : undefined
    return until !== undefined && (latest === null || until > latest) ? until : latest
  }, null)
}

/** Whether a read failed in a way that a retry may fix. */
export function hasFailed(evidence: Evidence): boolean {
  return EVIDENCE_SOURCES.some((source) => {
    const item = evidence[source]
    return item.state === 'unknown' && item.retryable && item.heldUntil === undefined
  })
}

/** Cases that waited together are resumed over this period. */
const SPREAD = { firstWaitMs: 2 * SECOND_MS, maxWaitMs: 2 * SECOND_MS }

/** The case, waiting until then; null when it has waited as long as the policy allows. `c` has the start of the wait. */
export function waitUntil(c: Case, next: Case, until: Instant, now: Instant, policy: CasePolicy): Change | null {
  const since = c.waitingSince ?? now
  if (msBetween(since, now) >= policy.oktaMaxWaitMs) return null
  const dueAt = plus(until > now ? until : now, waitMs(1, SPREAD, c.id))
  return change({ ...next, waitingSince: since, dueAt }, now)
}
