/**
 * The records of one person: found by every identifier, exported, and erased. What names the person in somebody else's records
 * is masked there. The ledger keeps its entries, which name cases and staff, without the reasons that people typed.
 */
import { type Case, isOpen } from '../domain/case.ts'
import { eventParts } from '../domain/deliveries.ts'
import { known } from '../domain/evidence.ts'
import { type Json, mapJson, shapeError } from '../domain/json.ts'
import type { CaseCommands, Operator } from '../domain/operator-commands.ts'
import { type Erased, PERSONAL_TABLES, type PersonalTable, type RowKey } from '../domain/retention.ts'
import type { Store } from '../domain/store.ts'
import { MINUTE_MS, msBetween, showDuration } from '../domain/time.ts'
import type { Clock, Instant } from '../domain/vocabulary.ts'
import { everyCase } from './every-case.ts'

export interface ErasedPerson {
  readonly cases: number
  /** Deliveries with events about the person. */
  readonly deliveries: number
  /** Records of others that name the person. */
  readonly mentions: number
  /** What the person was found by. */
  readonly identifiers: readonly string[]
  /** Identifiers that somebody else has too, such as the id of a shared device; these stay. */
  readonly shared: readonly string[]
  /** Addresses of tickets in other systems. */
  readonly tickets: readonly string[]
}

export interface PersonRecords {
  /** Everything kept about a user, as JSON data. */
  export(user: string): Promise<object>
  /** Closes open cases, then erases; or returns why nothing was erased and what to do. */
  erase(user: string, by: Operator): Promise<ErasedPerson | { readonly refused: string }>
  /** What erasing would erase. */
  count(user: string): Promise<ErasedPerson>
}

export interface PeopleDeps {
  readonly store: Store
  readonly commands: Pick<CaseCommands, 'close'>
  readonly clock: Clock
}

const PAGE = 200
/** Rows searched at a time. */
const ROWS = 2_000
/** A running service may store the person's data again while it is being erased. */
const ROUNDS = 3
const MASK = 'erased'

export function createPeople(deps: PeopleDeps): PersonRecords {
  return {
    export: (user) => exportPerson(deps.store, user),
    count: async (user) => summaryOf(deps.store, await find(deps.store, [user])),
    async erase(user, by) {
      const person = await find(deps.store, [user])
      const erased = await summaryOf(deps.store, person)
      const refused = await erase(person, by, erased, deps)
      return refused === null ? erased : { refused }
    }
  }
}

interface Person {
  readonly cases: readonly Case[]
  readonly identifiers: readonly string[]
  readonly shared: readonly string[]
  /** Matches identifiers, and identifiers or names. */
  readonly pattern: Pattern
  /** Rows that name the person, other than those of the person's own cases. */
  readonly rows: readonly NamingRow[]
}

interface Pattern {
  readonly ids: RegExp
  readonly all: RegExp
}

interface NamingRow {
  readonly table: PersonalTable
  readonly key: RowKey
  readonly text: string
  readonly json: Json
  /** Where the person is named, such as `evidence.history.value.0.actorLogin`. */
  readonly fields: readonly string[]
}

async function find(store: Store, users: readonly string[]): Promise<Person> {
  const cases = await ownCases(store, users)
  const own = new Set(cases.map(({ id }) => id))
  const named = new Set(users.map((user) => user.toLowerCase()))
  const all = [...new Set([...named, ...cases.flatMap(identifiersOf)])].filter(isDistinct)
  const rows = await mentioned(store, all)
  const others = rows.flatMap(({ table, json }) => (table === 'cases' ? (json as unknown as Case) : []))
  const theirs = new Set(others.filter(({ id }) => !own.has(id)).flatMap(identifiersOf))
  const isShared = (text: string) =>
    theirs.has(text) && !named.has(text) && !cases.some(({ user }) => user.id?.toLowerCase() === text)
  const identifiers = all.filter((text) => !isShared(text))
  const pattern = { ids: patternOf(identifiers), all: patternOf([...identifiers, ...cases.flatMap(namesOf)]) }
  const naming = rows.flatMap((row) => {
    const fields = fieldsNaming(row.json, pattern)
    const caseId = row.table === 'cases' ? row.json.id : row.json.caseId
    return fields.length === 0 || own.has(String(caseId)) ? [] : { ...row, fields }
  })
  return { cases, identifiers, shared: all.filter(isShared), pattern, rows: naming }
}

/** By id and login, and by each further id and login of these cases. A login may since have become somebody else's. */
async function ownCases(store: Store, users: readonly string[]): Promise<Case[]> {
  const found = new Map<string, Case>()
  const ids = new Set<string>()
  const names = new Set(users)
  for (const name of names) {
    for await (const c of everyCase(store, { user: name })) {
      const { id, login } = c.user
      if (id !== null && users.includes(name)) ids.add(id)
      if (id !== null && !ids.has(id)) continue
      found.set(c.id, c)
      for (const other of [id, login]) if (other !== null) names.add(other)
    }
  }
  return [...found.values()]
}

function identifiersOf({ user, evidence, failures }: Case): readonly string[] {
  const profile = evidence ? known(evidence.user) : undefined
  const devices = [
    ...((evidence && known(evidence.devices)) ?? []),
    ...failures.flatMap(({ actedForAnother, device }) => (actedForAnother ? [] : device))
  ]
  const ids = [user.id, user.login, profile?.login, profile?.email]
  const all = [...ids, ...devices.flatMap(({ id, serialNumber }) => [id, serialNumber])]
  return all.flatMap((id) => (id ? id.toLowerCase() : []))
}

/** Searched for within texts, so not a word that may mean something else. */
function isDistinct(text: string): boolean {
  return text.length >= 6 && /[\d@._-]/.test(text)
}

/** Full names only. */
function namesOf({ user, evidence }: Case): readonly string[] {
  const names = [user.name, evidence && known(evidence.user)?.name]
  return names.flatMap((name) => (name && /\S\s+\S/.test(name) ? name : []))
}

async function mentioned(store: Store, texts: readonly string[]): Promise<Omit<NamingRow, 'fields'>[]> {
  const rows: Omit<NamingRow, 'fields'>[] = []
  if (texts.length === 0) return rows
  for (const table of PERSONAL_TABLES) {
    for (let after: RowKey | null = null; ; ) {
      const page = await store.findMentions({ table, texts, after, limit: ROWS })
      rows.push(...page.found.map(({ key, text }) => ({ table, key, text, json: jsonIn(table, text) })))
      if (page.next === null) break
      after = page.next
    }
  }
  return rows
}

function jsonIn(table: PersonalTable, text: string): Json {
  return table === 'dead_letters' ? { text } : JSON.parse(text)
}

/** Whole words, in any case: not a part of somebody else's login. */
function patternOf(texts: readonly string[]): RegExp {
  const any = texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|')
  return new RegExp(`(?<![\\p{L}\\p{N}_.%+-])(?:${any || '(?!)'})(?![\\p{L}\\p{N}_%+-]|\\.[\\p{L}\\p{N}])`, 'giu')
}

/** Where JSON names the person, keys included. What is nested too deep to be read counts as naming. */
function fieldsNaming(json: unknown, { ids }: Pattern): readonly string[] {
  if (shapeError(json, Number.POSITIVE_INFINITY) !== null) return ['']
  const fields: string[] = []
  mapJson(json, (value, path) => {
    if ([value, path.at(-1)].some((text) => typeof text === 'string' && text.search(ids) >= 0))
      fields.push(path.join('.'))
  })
  return fields
}

/** What is left of a row. Of a delivery whole events go; their places stay, since the others keep theirs. */
function withoutPerson({ table, text, json }: NamingRow, pattern: Pattern): string {
  if (table === 'dead_letters') return text.replace(pattern.all, MASK)
  if (table !== 'deliveries') return JSON.stringify(masked(json, pattern))
  const events = eventParts(text).map((event) => (fieldsNaming(event, pattern).length > 0 ? null : event))
  return JSON.stringify({ data: { events } })
}

function masked(json: unknown, { all }: Pattern): unknown {
  return mapJson(json, (value) => (typeof value === 'string' ? value.replace(all, MASK) : undefined))
}

async function exportPerson(store: Store, user: string): Promise<object> {
  const { cases, identifiers, shared, pattern, rows } = await find(store, [user])
  const tickets = await Promise.all(cases.map(({ ticket }) => (ticket ? store.getTicket(ticket.key) : null)))
  const remoteTickets = await Promise.all(cases.map(({ id }) => store.outboxEntries({ caseId: id, limit: PAGE })))
  const ledger = await Promise.all(cases.map(({ id }) => store.ledger({ after: 0, limit: 10_000, caseId: id })))
  return {
    user,
    identifiers,
    shared,
    cases,
    events: rows.flatMap(({ table, text }) => {
      const events = table === 'deliveries' ? eventParts(text) : []
      return events.flatMap((event) =>
        fieldsNaming(event, pattern).length > 0 ? { event: mapJson(event, () => undefined) } : []
      )
    }),
    tickets: tickets.filter((ticket) => ticket !== null),
    remoteTickets: remoteTickets.flat(),
    ledger: ledger.flat(),
    // Without the texts, which are about somebody else.
    mentions: rows.flatMap(({ table, key, json, fields }) =>
      table === 'deliveries' ? [] : { table, key, ...(table === 'cases' ? { caseId: json.id } : {}), fields }
    )
  }
}

async function summaryOf(store: Store, { cases, identifiers, shared, rows }: Person): Promise<ErasedPerson> {
  const entries = await Promise.all(cases.map(({ id }) => store.outboxEntries({ caseId: id, limit: PAGE })))
  const deliveries = rows.filter(({ table }) => table === 'deliveries').length
  return {
    cases: cases.length,
    deliveries,
    mentions: rows.length - deliveries,
    identifiers,
    shared,
    tickets: entries.flat().flatMap(({ ticket }) => ticket?.url ?? [])
  }
}

const REFUSED: Readonly<Record<Exclude<Erased, 'erased'>, string>> = {
  open: 'A new case of this user was opened meanwhile. Nothing was erased; try again.',
  counted:
    'Something was written for this user in the last 24 hours, which the limits on writes still count. Nothing was erased; ' +
    'try again when they no longer do.',
  waiting:
    'Events about this user have not been processed yet. Start the service, or wait some seconds, then try again.'
}

/** A ticket elsewhere gets this long to be closed before the case that closes it is erased. */
const CLOSING_MS = 10 * MINUTE_MS

/** Tickets in other systems that do not show the end of their case yet. */
async function ticketsClosing(store: Store, cases: readonly Case[], now: Instant): Promise<readonly string[]> {
  const ended = await Promise.all(cases.map(({ id }) => store.getCase(id)))
  const recent = ended.flatMap((c) => (c && msBetween(c.updatedAt, now) < CLOSING_MS ? c.id : []))
  const entries = await Promise.all(recent.map((caseId) => store.outboxEntries({ caseId, limit: PAGE })))
  return entries
    .flat()
    .flatMap(({ state, ticket, target }) => (state === 'pending' && ticket ? `${ticket.key} (${target})` : []))
}

/** Null when all is erased, otherwise why not. */
async function erase(first: Person, by: Operator, counts: ErasedPerson, deps: PeopleDeps): Promise<string | null> {
  const { store, clock } = deps
  // The one before is masked like any record: a rollback to it is refused where that left a user or group unknown.
  const isInPolicy = ({ table, fields }: NamingRow) => table === 'controls' && fields.includes('policy.text')
  if (first.rows.some(isInPolicy))
    return 'The policy that was applied names this user. Nothing was erased; apply a policy without the user, then try again.'
  const { cases, deliveries, mentions } = counts
  const users = [...first.identifiers, ...first.cases.flatMap(({ user: { id } }) => id ?? [])]
  const because = 'The records of the user are erased.'
  for (let [person, round] = [first, 1]; ; round++) {
    for (const { id } of person.cases.filter(isOpen)) {
      const closed = await deps.commands.close(id, { because }, by)
      if (!closed.ok && closed.kind !== 'not_found')
        return `${id} cannot be closed. ${closed.because} Nothing was erased.`
    }
    const closing = round === 1 ? await ticketsClosing(store, person.cases, clock()) : []
    if (closing.length > 0) {
      return (
        `Nothing was erased yet: ${closing.join(', ')} of this user's closed cases are being closed. Start the service, or ` +
        `try again in a minute. After ${showDuration(CLOSING_MS)} they are erased here all the same.`
      )
    }
    const entry = { erased: { cases, deliveries, mentions }, operator: by.id, ...(round > 1 ? { round } : {}) }
    const erased = await store.erasePerson({
      now: clock(),
      caseIds: person.cases.map(({ id }) => id),
      masked: person.rows.flatMap(({ table, json }) => {
        if (table !== 'cases') return []
        const c = json as unknown as Case
        return { ...(masked(c, person.pattern) as Case), user: c.user, version: c.version + 1 }
      }),
      subjectKeys: [...new Set(person.cases.map(({ subjectKey }) => subjectKey))],
      rewritten: person.rows.flatMap((row) => {
        const { table, key, text: before } = row
        if (table === 'cases' || table === 'ledger') return []
        return { table, key, before, text: withoutPerson(row, person.pattern) }
      }),
      entries: person.rows.flatMap(({ table, key, fields }) =>
        table === 'ledger' && fields.some((field) => field.endsWith('because')) ? Number(key) : []
      ),
      line: { at: clock(), kind: 'control', caseId: null, by: by.name, entry }
    })
    if (erased !== 'erased') return REFUSED[erased]
    // A running service may have stored something meanwhile.
    person = await find(store, users)
    const isLeft = person.cases.length > 0 || person.rows.some(({ table }) => table !== 'ledger')
    if (!isLeft) return null
    if (round === ROUNDS) return 'The service keeps storing new records of this user. Try again later.'
  }
}
