/**
 * Whether anything may be sent to the user. A message goes to the address already on file only, as the activation mail does, so
 * the same guards bind it as bind `resend_activation`, apart from those that speak of writing. Anything not known is a no. Pure.
 */
import type { Case } from '../domain/case.ts'
import { type Evidence, readBackTo } from '../domain/evidence.ts'
import { DAY_MS, plus } from '../domain/time.ts'
import type { GuardId, GuardVerdict, Instant } from '../domain/vocabulary.ts'
import { BINDINGS } from './bindings.ts'
import { guardTitle } from './guards/guards.ts'

/** G14 counts writes, G16 is checked right before a write. */
const ONLY_FOR_WRITES: readonly GuardId[] = ['G14', 'G16']
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

/** The guards that forbid a message. `despite`: guards that do not matter here. */
export function guardsAgainstContact<G extends Pick<GuardVerdict, 'id' | 'state'>>(
  guards: readonly G[],
  despite: readonly GuardId[]
): readonly G[] {
  const { guards: binding, mayNotKnow } = BINDINGS.resend_activation
  return guards.filter(
    ({ id, state }) =>
      binding.includes(id) &&
      ![...ONLY_FOR_WRITES, ...despite].includes(id) &&
      state !== 'clear' &&
      !(state === 'unknown' && mayNotKnow.guards.includes(id))
  )
}

/** The guards, named in a sentence. */
export function notClear(guards: readonly Pick<GuardVerdict, 'id'>[]): string {
  return `These guards are not clear: ${guards.map(({ id }) => guardTitle(id)).join(', ')}.`
}

/** Why nothing may be sent because of the events of the case; null when they allow it. */
export function eventsAgainstContact(
  { failures, signals }: Pick<Case, 'failures' | 'signals'>,
  now: Instant,
  mayBeOld: boolean
): string | null {
  if (failures.some(({ preview }) => preview)) return 'The event is a preview from the Admin Console.'
  const newest = failures.at(-1)?.publishedAt
  const isOld = newest === undefined || newest < plus(now, -OLD_AFTER_MS)
  if (isOld && !mayBeOld) return 'The failure is more than a day old.'
  const changed = signals.some(({ eventType }) => ADDRESS_CHANGES.has(eventType))
  return changed ? 'The profile was changed while the case was open.' : null
}

export type Address =
  | { readonly to: string }
  /** `retryable`: asking Okta again soon may answer. */
  | { readonly to: null; readonly because: string; readonly retryable: boolean }

/** Whether mail can go to it: one plain address. */
export function isPlainAddress(email: string | null): email is string {
  return email !== null && PLAIN_ADDRESS.test(email)
}

/** The address on file, when it is known to have stood for seven days before the evidence was read. */
export function addressOnFile({ user, history }: Pick<Evidence, 'user' | 'history'>, now: Instant): Address {
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
