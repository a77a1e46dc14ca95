/** What a person sees of their own case: one of few answers. None names a guard, so that an attacker learns nothing. Pure. */
import { advice } from '../decide/advice.ts'
import { guardsAgainstContact } from '../decide/contact.ts'
import { type Case, isOpen } from '../domain/case.ts'
import { HOUR_MS, plus } from '../domain/time.ts'
import type { GuardId, Instant } from '../domain/vocabulary.ts'

export type OwnCase =
  /** Nothing is known; the person says what fails. */
  | { readonly of: 'ask' }
  /** It is being read, decided or repaired. */
  | { readonly of: 'looking' }
  | { readonly of: 'steps'; readonly case: Case }
  /** A person of the service desk must look at it. */
  | { readonly of: 'call'; readonly reference: string }
  | { readonly of: 'enrolled' }

/** Guards about who asks and how: unless they allow a message, a person must speak to the user before anything is shown. */
const ABOUT_THE_PERSON: ReadonlySet<GuardId> = new Set([
  'G1',
  'G2',
  'G3',
  'G4_event',
  'G4_log',
  'G5',
  'G6',
  'G7',
  'G10',
  'G12'
] as const)

/** Own reports per hour; more are for a person. */
const MOST_REPORTS = 5

/** `reported`: the event of the report of this sign-in, if any. */
export function ownCase(c: Case | null, reported: string | null, signedInAt: Instant): OwnCase {
  const isRead = c?.failures.some(({ uuid }) => uuid === reported) ?? false
  if (reported !== null && !isRead) return { of: 'looking' }
  if (!c) return { of: 'ask' }
  if (c.state === 'resolved' && (isRead || c.updatedAt >= signedInAt)) return { of: 'enrolled' }
  if (!isOpen(c)) return isRead ? call(c) : { of: 'ask' }
  if (c.state === 'received' || c.state === 'correlating' || c.state === 'acting') return { of: 'looking' }
  return c.state === 'with_user' || maySeeSteps(c) ? { of: 'steps', case: c } : call(c)
}

function call({ id }: Case): OwnCase {
  return { of: 'call', reference: id }
}

function maySeeSteps(c: Case): boolean {
  const about = c.guards.filter(({ id }) => ABOUT_THE_PERSON.has(id))
  return guardsAgainstContact(about, []).length === 0 && advice(c).sendSteps === 'now'
}

/** Whether the person has reported so often that another report changes nothing. */
export function hasReportedEnough(c: Case | null, now: Instant): boolean {
  const since = plus(now, -HOUR_MS)
  const own = c?.failures.filter(({ source, publishedAt }) => source === 'self' && publishedAt > since) ?? []
  return own.length >= MOST_REPORTS
}
