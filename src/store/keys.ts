/** How stored things are named and found, the same for every engine. Pure. */
import type { Case } from '../domain/case.ts'
import type { Delivery } from '../domain/deliveries.ts'
import { known } from '../domain/evidence.ts'
import { type CaseWrite, FACT_KINDS, type FactKind } from '../domain/store.ts'
import { readInstant } from '../domain/time.ts'
import type { GuardId, Instant } from '../domain/vocabulary.ts'

/** Whether a save leaves something to do now: a step of the case that its holder does not do itself, or a ticket to deliver. */
export function bringsWork({ next, keepLease = false, outbox }: CaseWrite): boolean {
  return outbox !== undefined || (!keepLease && next.dueAt !== null && next.dueAt <= next.updatedAt)
}

/** Okta compares logins without regard to case. */
export function loginKey(login: string): string {
  return login.toLowerCase()
}

/** Longest text kept for searching; names come from outside. */
const SEARCH_MAX = 400

/** What `search` looks into: name, login, Okta id and facts, one text. Texts from outside cannot imitate a fact. */
export function searchText(c: Case): string {
  const { name, login, id } = c.user
  const texts = [name, login, id].map((text) => (text ?? '').slice(0, SEARCH_MAX).replace(CONTROLS, ' '))
  return [searchKey(texts.join(' ')), ...factsOf(c)].join('')
}

const CONTROLS = /\p{Cc}/gu
/** Longest value of a fact, and most facts of a case. */
const FACT_MAX = 100
const MOST_FACTS = 60

/** A fact as it is part of the search text: the character of its kind, the value, and an end. */
export function factKey(kind: FactKind, value: string): string {
  return `${factMark(kind)}${searchKey(value.slice(0, FACT_MAX).replace(CONTROLS, ' '))}\x1f`
}

/** The character before every value of the kind. */
export function factMark(kind: FactKind): string {
  return String.fromCharCode(1 + FACT_KINDS.indexOf(kind))
}

/** The facts in a search text, each as in the text, without its end; they follow the texts from outside. */
export function factsIn(search: string): readonly string[] {
  const at = search.search(CONTROLS)
  return at === -1 ? [] : search.slice(at, -1).split('\x1f')
}

/** Okta's group of all users: that people are in it says nothing. */
const OF_ALL = 'Everyone'

function factsOf({ failures, guards, ticket, assignee, evidence }: Case): readonly string[] {
  const ofFailures = failures.flatMap(({ context, device }): (readonly [FactKind, string | number | null])[] => [
    ['address', context.ip],
    ['network', context.asNumber],
    ['app', context.appVersion],
    ['model', device.model],
    ['platform', device.platform === 'unknown' ? null : device.platform],
    ['device', device.name],
    ['device', device.id],
    ['device', device.serialNumber]
  ])
  const open = guards.filter(({ state }) => state !== 'clear').map(({ id }) => ['guard', id] as const)
  const own = [['ticket', ticket?.key ?? null] as const, ['assignee', assignee ?? null] as const]
  const groups = (evidence && known(evidence.groups)) ?? []
  const ofGroups = groups.flatMap(({ name }) => (name === OF_ALL ? [] : [['group', name] as const]))
  const all = [...own, ...open, ...ofFailures, ...ofGroups]
  const keys = all.flatMap(([kind, value]) => (value === null || value === '' ? [] : [factKey(kind, String(value))]))
  return [...new Set(keys)].slice(0, MOST_FACTS)
}

/** A guard as the column `stopped_by` has it; no guard's is part of another's. */
export function stoppedKey(guard: GuardId): string {
  return `${guard} `
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
