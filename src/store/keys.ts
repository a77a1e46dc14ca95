/** How stored things are named and found, the same for every engine. Pure. */
import type { Delivery } from '../domain/deliveries.ts'
import type { CaseWrite } from '../domain/store.ts'
import { readInstant } from '../domain/time.ts'
import type { Instant, Subject } from '../domain/vocabulary.ts'

/** Whether a save leaves something to do: a step of the case, or a ticket system to tell. */
export function bringsWork({ next, outbox }: CaseWrite): boolean {
  return next.dueAt !== null || outbox !== undefined
}

/** Okta compares logins without regard to case. */
export function loginKey(login: string): string {
  return login.toLowerCase()
}

/** Longest text kept for searching; names come from outside. */
const SEARCH_MAX = 400

/** What `search` looks into: name, login and Okta id, one text. */
export function searchText({ name, login, id }: Subject): string {
  const texts = [name, login, id].map((text) => (text ?? '').slice(0, SEARCH_MAX))
  return searchKey(texts.join(' '))
}

/** As texts are compared when searching. */
export function searchKey(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** Reasons shown in one dead letter; a delivery of 100,000 broken events would otherwise make a book of it. */
const REASONS_SHOWN = 10

/** What a dead letter says about the events of a delivery that cannot be handled. */
export function unreadableReasons(unreadable: Delivery['unreadable']): string {
  const shown = unreadable.slice(0, REASONS_SHOWN).map(({ index, why }) => `event ${index}: ${why}`)
  const rest = unreadable.length - shown.length
  return [...shown, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
}

/** The place in a list of cases after which the next page starts. */
export interface CursorPosition {
  readonly openedAt: Instant
  readonly id: string
}

/** The place as an opaque text for `after`. */
export function writeCursor(place: CursorPosition): string {
  return Buffer.from(`${place.openedAt} ${place.id}`).toString('base64url')
}

/** The place of `after`, or null without one. Throws a `RangeError` for a text that is not a cursor. */
export function positionAfter(after: string | undefined): CursorPosition | null {
  if (after === undefined) return null
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (\S+)$/.exec(Buffer.from(after, 'base64url').toString())
  const [, openedAt = '', id = ''] = match ?? []
  // Another spelling or an impossible date, such as the 31st of February, changes on the way; PostgreSQL has no year 0.
  if (readInstant(openedAt) === openedAt && openedAt >= '0001' && !id.includes('\0')) return { openedAt, id }
  throw new RangeError('`after` is not a cursor of this list: pass the `next` of the page before, unchanged')
}
