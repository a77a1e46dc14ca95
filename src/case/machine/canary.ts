/**
 * The canary: a synthetic delivery that goes from the public address to a case that ends at once. It reuses one case, with no
 * user, no ticket, no Okta calls and no ledger entries. Pure.
 */

import type { Case } from '../../domain/case.ts'
import { CANARY, type Instant } from '../../domain/vocabulary.ts'
import { newCase } from './fold-event.ts'
import { type Change, change } from './transitions.ts'

/** Number of canaries in the case's timeline. */
const KEPT_LINES = 20

/** A canary arrived: its case is due, whatever the result of the previous one. */
export function canaryArrived(before: Case | null, publishedAt: Instant, now: Instant): Change {
  const c = before ?? newCase(CANARY.caseId, CANARY.subjectKey, now, { outcome: 'canary' })
  const next: Case = {
    ...c,
    state: 'received',
    dueAt: now,
    tries: 0,
    canary: { sentAt: publishedAt, doneAt: c.canary?.doneAt ?? null },
    timeline: c.timeline.slice(1 - KEPT_LINES)
  }
  return change(next, now, `A canary came in that was sent at ${publishedAt}.`)
}

/** The canary completed. */
export function canaryDone(c: Case, now: Instant): Change {
  const sentAt = c.canary?.sentAt ?? now
  const next: Case = { ...c, state: 'closed', dueAt: null, tries: 0, canary: { sentAt, doneAt: now } }
  const told = change(next, now, 'It came all the way.')
  const afterMs = Math.max(0, Date.parse(now) - Date.parse(sentAt))
  return { ...told, telemetry: [{ type: 'canary', result: 'completed', afterMs }] }
}
