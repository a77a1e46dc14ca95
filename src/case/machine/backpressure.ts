/**
 * Waiting for Okta: a case that meets a used-up rate limit, or an Okta that is away, stays where it is and looks again when
 * there is room. Nothing was tried, so no try is counted; a bound in the policy ends it (fail open toward tickets). Pure.
 */

import type { Case } from '../../domain/case.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource } from '../../domain/evidence.ts'
import { msBetween, plus, SECOND_MS, waitMs } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { type CasePolicy, type Change, change } from './transitions.ts'

/** When the last of these sources may be asked; null when none is held back. */
export function retryAt(evidence: Evidence, sources: readonly EvidenceSource[] = EVIDENCE_SOURCES): Instant | null {
  return sources.reduce<Instant | null>((latest, source) => {
    const item = evidence[source]
    const until = item.state === 'unknown' ? item.heldUntil : undefined
    return until !== undefined && (latest === null || until > latest) ? until : latest
  }, null)
}

/** Whether some source was asked and failed, in a way that trying again soon may mend. */
export function hasFailed(evidence: Evidence): boolean {
  return EVIDENCE_SOURCES.some((source) => {
    const item = evidence[source]
    return item.state === 'unknown' && item.retryable && item.heldUntil === undefined
  })
}

/** Cases that were held back together come back spread over this long. */
const SPREAD = { firstWaitMs: 2 * SECOND_MS, maxWaitMs: 2 * SECOND_MS }

/** The case, asleep until then; null when it has waited as long as the policy allows. `c` says since when it waits. */
export function waitUntil(c: Case, next: Case, until: Instant, now: Instant, policy: CasePolicy): Change | null {
  const since = c.waitingSince ?? now
  if (msBetween(since, now) >= policy.oktaMaxWaitMs) return null
  const dueAt = plus(until > now ? until : now, waitMs(1, SPREAD, c.id))
  return change({ ...next, waitingSince: since, dueAt }, now)
}
