/** What becomes of an errand whose call failed. Pure. */
import { waitMs } from '../backoff.ts'
import type { Errand } from '../store/outbox.ts'
import { MINUTE_MS, plus, SECOND_MS } from '../time.ts'
import type { Instant } from '../vocabulary.ts'
import type { TargetReason, TargetTrouble } from './target.ts'

const WAITS = { firstWaitMs: 10 * SECOND_MS, maxWaitMs: 30 * MINUTE_MS }

/**
 * Tries until an errand is given up, by reason. Trouble of the target itself is nobody's errand's fault: it keeps its place,
 * and the breaker waits. An answer that is perhaps this errand's fault counts; after three it lets the others pass.
 */
const GIVE_UP_AFTER: Readonly<Partial<Record<TargetReason, number>>> = {
  refused: 5,
  server_error: 25,
  unreadable: 25,
  timeout: 25
}
const PATIENCE: Readonly<Partial<Record<TargetReason, number>>> = { server_error: 3, unreadable: 3, timeout: 3 }

export function afterFailure(errand: Errand, trouble: TargetTrouble, now: Instant): Errand {
  const { reason, message } = trouble
  const most = GIVE_UP_AFTER[reason]
  if (most === undefined) return { ...errand, dueAt: now, lastError: message }
  const tries = errand.tries + 1
  if (tries >= most) return { ...errand, state: 'dead', tries, lastError: message }
  const patient = tries < (PATIENCE[reason] ?? 0)
  const dueAt = patient ? now : plus(now, waitMs(tries, WAITS, `${errand.caseId}/${errand.target}`))
  return { ...errand, tries, dueAt, lastError: message }
}
