/**
 * The canary: a delivery of our own that takes the way of Okta's, from the public address to a case that ends at once. It
 * has one case, used again and again: no user, no ticket, no question to Okta, nothing in the ledger. Pure.
 */

import type { Case } from '../../domain/case.ts'
import { CANARY, type Instant } from '../../domain/vocabulary.ts'
import { newCase } from './fold-event.ts'
import { type Change, change } from './transitions.ts'

/** How many of its journeys the case tells. */
const KEPT_LINES = 20

/** A canary came in: its case is due, whatever became of the canary before. */
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

/** It has come all the way. */
export function canaryDone(c: Case, now: Instant): Change {
  const sentAt = c.canary?.sentAt ?? now
  const next: Case = { ...c, state: 'closed', dueAt: null, tries: 0, canary: { sentAt, doneAt: now } }
  const told = change(next, now, 'It came all the way.')
  const afterMs = Math.max(0, Date.parse(now) - Date.parse(sentAt))
  return { ...told, telemetry: [{ type: 'canary', result: 'completed', afterMs }] }
}
