/**
 * `person export` and `person erase`: everything kept about one user. Cases are found by Okta id or login; deliveries by
 * searching the received bodies for either. The ledger names no user: its entries carry case ids, which are hashes.
 */
import type { Command } from 'commander'
import type { Case } from '../domain/case.ts'
import { eventParts } from '../domain/deliveries.ts'
import type { StoredDelivery } from '../domain/retention.ts'
import type { Store } from '../domain/store.ts'
import { systemClock } from '../domain/time.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { openStoreFor } from './load.ts'

const PAGE = 200
/** Deliveries searched at a time. */
const DELIVERIES = 2_000

export function addPersonCommand(program: Command, io: CliIo): void {
  const person = program.command('person').description('Export or erase the personal data of one user.')
  person
    .command('export')
    .description('Print everything kept about a user as JSON.')
    .argument('<user>', 'Okta user id or login')
    .action((user: string) => withStore(io, (store) => exportPerson(io, store, user)))
  person
    .command('erase')
    .description('Erase everything kept about a user. The ledger stays intact: it names cases, not people.')
    .argument('<user>', 'Okta user id or login')
    .requiredOption('--by <name>', 'who erases; stands in the ledger')
    .option('--yes', 'erase; without this, only list what would be erased')
    .action((user: string, options: { by: string; yes?: true }) =>
      withStore(io, (store) => erasePerson(io, store, user, options))
    )
}

interface Found {
  readonly cases: readonly Case[]
  /** The user as events write it: ids and logins, in lower case. */
  readonly texts: readonly string[]
  readonly deliveries: readonly StoredDelivery[]
}

async function withStore(io: CliIo, use: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStoreFor(io)
  try {
    await use(store)
  } finally {
    await store.close()
  }
}

async function exportPerson(io: CliIo, store: Store, user: string): Promise<void> {
  const { cases, texts, deliveries } = await find(store, user)
  const events = deliveries.flatMap(({ source, receivedAt, body }) =>
    eventParts(body).flatMap((event) => (mentions(event, texts) ? { source, receivedAt, event } : []))
  )
  const ledger = await Promise.all(cases.map(({ id }) => store.ledger({ after: 0, limit: 10_000, caseId: id })))
  const tickets = await Promise.all(cases.map(({ ticket }) => (ticket ? store.getTicket(ticket.key) : null)))
  const entries = await Promise.all(cases.map(({ id }) => store.outboxEntries({ caseId: id, limit: PAGE })))
  const record = { user, cases, events, tickets: tickets.filter((ticket) => ticket !== null) }
  io.out(JSON.stringify({ ...record, remoteTickets: entries.flat(), ledger: ledger.flat() }, null, 2))
}

async function erasePerson(io: CliIo, store: Store, user: string, options: { by: string; yes?: true }): Promise<void> {
  const { cases, texts, deliveries } = await find(store, user)
  const what = `${cases.length} cases and parts of ${deliveries.length} deliveries`
  if (deliveries.some((delivery) => delivery.isWaiting)) {
    throw new CommandFailed(['Events about this user have not been processed yet. Start the service, then try again.'])
  }
  if (!options.yes) {
    io.out(`Would erase ${what}. Nothing was changed; add --yes to do it.`)
    return
  }
  const now = systemClock()
  const erased = await store.erasePerson({
    now,
    caseIds: cases.map((c) => c.id),
    subjectKeys: [...new Set(cases.map((c) => c.subjectKey))],
    bodies: deliveries.map(({ id, body }) => ({ id, body: without(body, texts) })),
    line: {
      at: now,
      kind: 'control',
      caseId: null,
      by: options.by,
      entry: { erased: { cases: cases.length, deliveries: deliveries.length } }
    }
  })
  if (erased === 'open') {
    throw new CommandFailed([
      'A case of this user is open, or something was written for the user in the last 24 hours. Nothing was erased. ' +
        'Close the case, or wait until the caps no longer count the write, then try again.'
    ])
  }
  io.out(`Erased ${what}. Erase tickets in other systems there: the export lists them.`)
}

async function find(store: Store, user: string): Promise<Found> {
  const cases: Case[] = []
  for (let after: string | undefined; ; ) {
    const page = await store.listCases({ user, limit: PAGE, ...(after ? { after } : {}) })
    cases.push(...page.cases)
    if (!page.next) break
    after = page.next
  }
  const names = [user, ...cases.flatMap(({ user: { id, login } }) => [id, login])]
  const texts = [...new Set(names.flatMap((name) => name?.toLowerCase() ?? []))]
  const deliveries: StoredDelivery[] = []
  for (let after: number | null = 0; after !== null; ) {
    const page = await store.findMentions({ texts, after, limit: DELIVERIES })
    deliveries.push(...page.found.filter(({ body }) => eventParts(body).some((event) => mentions(event, texts))))
    after = page.next
  }
  return { cases, texts, deliveries }
}

/** Whether the event names the user: a whole id or login, not a part of another user's. */
function mentions(event: unknown, texts: readonly string[]): boolean {
  const written = (JSON.stringify(event) ?? '').toLowerCase()
  return texts.some((text) => isNamed(written, text))
}

function isNamed(written: string, text: string): boolean {
  for (let at = written.indexOf(text); at >= 0; at = written.indexOf(text, at + 1)) {
    const [before = '', after = ''] = [written[at - 1], written[at + text.length]]
    if (!/[\w.%+-]/.test(before) && !/[\w%+-]/.test(after)) return true
  }
  return false
}

/** The body with nothing in the places of this user's events; the places count, since other events keep theirs. */
function without(body: string, texts: readonly string[]): string {
  const envelope = JSON.parse(body)
  const events = eventParts(body).map((event) => (mentions(event, texts) ? null : event))
  return JSON.stringify({ ...envelope, data: { ...envelope.data, events } })
}
