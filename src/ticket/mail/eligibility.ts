/**
 * Whether the steps may be mailed to the user. Like the activation mail, they go to the address already on file only, so the
 * same guards bind them as bind `resend_activation`, apart from those that only speak of writing. Anything not known is a no. Pure.
 */
import type { MailPolicy } from '../../config/policy/ticket-policy.ts'
import { BINDINGS } from '../../decide/bindings.ts'
import { guardTitle } from '../../decide/guards/guards.ts'
import type { Case } from '../../domain/case.ts'
import { type Evidence, readBackTo } from '../../domain/evidence.ts'
import { DAY_MS, plus } from '../../domain/time.ts'
import type { GuardId, Instant } from '../../domain/vocabulary.ts'
import { severityOf } from '../draft/severity.ts'

/** G13 asks how far an event may be trusted with a write, G14 counts writes, G16 is checked right before a write. */
const ONLY_FOR_WRITES: ReadonlySet<GuardId> = new Set(['G13', 'G14', 'G16'])
/** Steps for a failure older than this reach somebody who has long asked the service desk. */
const OLD_AFTER_MS = DAY_MS
/** Nothing is sent to an address that was changed within this time: an attacker may have set it. */
export const SETTLED_ADDRESS_MS = 7 * DAY_MS
/**
 * How the log shows a changed address: the user changed it, or an admin or an app changed the profile, which may have been
 * the address; the entry does not say which field (event catalogue, facts §6.1 G6). Tries that failed count too.
 */
const ADDRESS_CHANGES: ReadonlySet<string> = new Set([
  'user.account.update_primary_email',
  'user.account.update_profile',
  'user.account.update_user_type'
])
/** One plain address: no list, no name, nothing that could begin another header. */
const PLAIN_ADDRESS = /^[^\s@<>(),;:"\\[\]\p{Cc}]{1,64}@[^\s@<>(),;:"\\[\]\p{Cc}]{1,253}$/u

/** The case may wait for its mail: it has come to rest where the steps are the user's to take. */
export function isForMail(c: Case, { causes }: Pick<MailPolicy, 'causes'>): boolean {
  const rests = c.state === 'with_person' || c.state === 'watching'
  const wanted = c.cause !== null && (causes.includes(c.cause.id) || (causes.length > 0 && Boolean(c.stepsAskedAt)))
  return rests && c.storm === null && c.parentId === null && wanted
}

/** Why nothing may be mailed, judged by the case alone; null when mail may be sent. */
export function mailObjection(c: Case, policy: Pick<MailPolicy, 'causes'>, now: Instant): string | null {
  if (!isForMail(c, policy)) return 'The case is not one whose steps are mailed now.'
  if (c.user.id === null) return 'No event names the user by id.'
  if (severityOf(c) === 'security' || c.securityAlert !== null) return 'The case is a matter for Security.'
  if (c.decision === null || c.guards.length === 0) return 'The guards have not been checked.'
  const { mayNotKnow } = BINDINGS.resend_activation
  const current = c.guards.filter(
    ({ id, state }) =>
      !ONLY_FOR_WRITES.has(id) && state !== 'clear' && !(state === 'unknown' && mayNotKnow.guards.includes(id))
  )
  if (current.length > 0) return `These guards are not clear: ${current.map(({ id }) => guardTitle(id)).join(', ')}.`
  if (c.failures.some(({ preview }) => preview)) return 'The event is a preview from the Admin Console.'
  const newest = c.failures.at(-1)?.publishedAt
  const isOld = newest === undefined || newest < plus(now, -OLD_AFTER_MS)
  if (isOld && !c.stepsAskedAt) return 'The failure is more than a day old.'
  const changed = c.signals.some(({ eventType }) => ADDRESS_CHANGES.has(eventType))
  return changed ? 'The profile was changed while the case was open.' : null
}

/** Whether mail can go to it: one plain address. */
export function isPlainAddress(email: string | null): email is string {
  return email !== null && PLAIN_ADDRESS.test(email)
}

export type Address =
  | { readonly to: string }
  /** `retryable`: asking Okta again soon may answer. */
  | { readonly to: null; readonly because: string; readonly retryable: boolean }

/** The address on file, when it is known to have stood for seven days; `evidence` was read just now. */
export function mailAddress({ user, history }: Pick<Evidence, 'user' | 'history'>, now: Instant): Address {
  const no = (because: string, retryable = false): Address => ({ to: null, because, retryable })
  if (user.state !== 'known') return no('The address cannot be read.', user.state === 'unknown' && user.retryable)
  if (history.state !== 'known') {
    const retryable = history.state === 'unknown' && history.retryable
    return no('It cannot be read whether the address was changed lately.', retryable)
  }
  const since = plus(now, -SETTLED_ADDRESS_MS)
  if (!readBackTo(history, since)) return no('The log is too long to see whether the address was changed lately.')
  const { status, email } = user.value
  if (status === 'MISSING' || status === 'DEPROVISIONED' || status === 'unknown') return no(`The account is ${status}.`)
  const changed = history.value.some(({ eventType, at }) => ADDRESS_CHANGES.has(eventType) && at >= since)
  if (changed) return no('The address may have been changed in the last seven days.')
  if (!isPlainAddress(email)) return no('There is no address on file that can be used.')
  return { to: email }
}
