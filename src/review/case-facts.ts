import type { Case } from '../domain/case.ts'
import type { Platform, RemediationId } from '../domain/vocabulary.ts'

/* Small questions about a case that several parts of its page ask. Pure. */

export function isEnded(c: Case): boolean {
  return c.state === 'resolved' || c.state === 'closed'
}

/** The newest platform that an event or report named. */
export function platformOf(c: Case): Platform {
  return c.failures.findLast((failure) => failure.device.platform !== 'unknown')?.device.platform ?? 'unknown'
}

/** What was repaired in Okta last, if anything. */
export function repairedOf(c: Case): RemediationId | null {
  return c.actions.findLast((action) => action.state === 'done')?.remediation ?? null
}
