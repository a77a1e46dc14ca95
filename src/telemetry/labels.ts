/** The closed sets that metric labels are taken from. What is outside a set is counted as `other`, never dropped. */
import { isOpen } from '../domain/case.ts'
import { CASE_STATES, type CaseState } from '../domain/vocabulary.ts'

export const OTHER = 'other'

/** What an event can be, `Reading.kind`. */
export const EVENT_KINDS = ['failure', 'recovery', 'signal', 'skipped'] as const
/** What a decision can lead to, `Decision.kind`. */
export const VERDICTS = ['ignore', 'ticket', 'guide', 'remediate'] as const
/** How a write can end, `Action.state` without `intended`. */
export const ACTION_ENDS = ['done', 'refused', 'failed', 'unknown'] as const
export const TICKET_OPS = ['ensure', 'resolve'] as const
export const TICKET_RESULTS = ['ok', 'failed'] as const
/** Moments at which lag is taken. */
export const LAG_STAGES = ['received', 'decided', 'acted', 'ticketed'] as const
/** States whose age matters; the age of a case that is over only grows. */
export const UNFINISHED_STATES: readonly CaseState[] = CASE_STATES.filter((state) => isOpen({ state }))

/** The value when it is in the set, otherwise `other`. */
export function knownOrOther(set: readonly string[], value: string): string {
  return set.includes(value) ? value : OTHER
}

/** HTTP status, `timeout` or `network`. */
export function codeLabel(code: string): string {
  return /^[1-5]\d\d$/.test(code) || code === 'timeout' || code === 'network' ? code : OTHER
}

/** Most rate-limit buckets that a process can come to know; we make some fifteen kinds of calls. */
const MAX_BUCKETS = 40

/** Buckets are path patterns that `okta/` names; one that still carries an id, or one too many, becomes `other`. */
export function createBucketLabel(): (bucket: string) => string {
  const seen = new Set<string>()
  return (bucket) => {
    if (seen.has(bucket)) return bucket
    const pattern = /^[A-Z]{3,7} \/[a-z0-9_/{}.-]*$/i.test(bucket) && !/[/][^/{}]*\d[^/{}]{9,}/.test(bucket)
    if (!pattern || seen.size >= MAX_BUCKETS) return OTHER
    seen.add(bucket)
    return bucket
  }
}
