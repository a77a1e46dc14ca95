/** Which events in Okta take a repair back (event catalogue). Pure. */
import type { Action, EventFacts, RemediationId } from './vocabulary.ts'

/** A removed enrollment cannot be put back, and nobody can lock an account by hand: a new lock-out undoes nothing. */
const UNDOES: Readonly<Record<RemediationId, readonly string[]>> = {
  unsuspend_user: ['user.lifecycle.suspend', 'user.lifecycle.deactivate'],
  unlock_user: ['user.lifecycle.suspend', 'user.lifecycle.deactivate'],
  resend_activation: ['user.lifecycle.deactivate'],
  remove_orphaned_enrollment: [],
  remove_replaced_enrollment: [],
  unsuspend_device: ['device.lifecycle.suspend', 'device.lifecycle.deactivate']
}

/** A person took one of these repairs back. Workflows and Okta itself do not judge a repair. */
export function isUndoing(
  { actor, result, eventType, publishedAt }: Pick<EventFacts, 'actor' | 'result' | 'eventType' | 'publishedAt'>,
  actions: readonly Pick<Action, 'remediation' | 'state' | 'at'>[]
): boolean {
  if (actor.type !== 'User' || result !== 'SUCCESS') return false
  return actions.some(
    ({ remediation, state, at }) => state === 'done' && publishedAt > at && UNDOES[remediation].includes(eventType)
  )
}
