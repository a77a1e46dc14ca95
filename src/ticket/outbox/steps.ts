/** One step of a plan: the calls to the target, and what they make of the errand. */
import type { Case } from '../../domain/case.ts'
import type { OutboxEntry, RemoteTicket } from '../../domain/outbox.ts'
import { plus, SECOND_MS } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import type { Snapshot, Target, TicketStatus } from '../targets/target.ts'
import type { Plan } from './plan.ts'
import { noteOf } from './snapshot.ts'

export interface StepDeps {
  readonly c: Case
  readonly errand: OutboxEntry
  /** An earlier try may have done this already. */
  readonly doubt: boolean
  readonly target: Target
  readonly now: Clock
  readonly snapshot: (c: Case, errand: OutboxEntry, target: string) => Snapshot
  readonly closeCase: (caseId: string, target: string, how: string) => Promise<boolean>
}

export interface Stepped {
  readonly errand: OutboxEntry
  /** Nothing more to do now. */
  readonly done: boolean
  /** What to count. */
  readonly op: 'ensure' | 'resolve' | null
}

type Doing = Exclude<Plan['do'], 'nothing' | 'wait'>
type Step<Name extends Doing> = (plan: Extract<Plan, { do: Name }>, deps: StepDeps) => Promise<Stepped>

/** A case that cannot be closed right now, because a write is under way, is tried again after this. */
const CLOSE_AGAIN_MS = 30 * SECOND_MS

const STEPS: { readonly [Name in Doing]: Step<Name> } = {
  async recover({ since }, { c, errand, target, now }) {
    const found = await target.recover(c.id, since)
    const ticket = found && ticketOf(found, now())
    return { errand: { ...errand, ticket, possiblyCreatedAt: null }, done: false, op: null }
  },

  async create(_, { c, errand, target, snapshot, now }) {
    const fresh = { ...errand, ticket: null, lines: 0, toldAt: null }
    const standing = await target.ensure(snapshot(c, fresh, target.name), null)
    return told(c, { ...fresh, ticket: standing && ticketOf(standing, now()) }, now, 'ensure')
  },

  // Remembered before anything is called, so that from here on it is a ticket like any other.
  async adopt({ ticket }, { errand }) {
    return { errand: { ...errand, ticket: { ...ticket, state: 'resolved' } }, done: false, op: null }
  },

  async renew(_, { errand }) {
    return { errand: { ...errand, ticket: null, deliveredEntries: 0, deliveredAt: null }, done: false, op: null }
  },

  async reopen({ ticket }, deps) {
    const { c, errand, doubt, target, snapshot, now } = deps
    const seen = snapshot(c, errand, target.name)
    const note = noteOf(seen, 'Opened again: the user needs a person again.', doubt)
    if (!(await target.reopen(ticket, seen, note)))
      return STEPS.renew({ do: 'renew' }, { ...deps, errand: { ...errand, possiblyCreatedAt: null } })
    const standing = await target.ensure(seen, ticket)
    return told(c, { ...errand, ticket: standing && ticketOf(standing, now()) }, now, 'ensure')
  },

  async update({ ticket }, { c, errand, doubt, target, snapshot, now }) {
    const seen = snapshot(c, errand, target.name)
    const standing = await target.ensure(seen, ticket)
    // Gone: somebody deleted it. The case still needs its ticket.
    if (!standing) return { errand: { ...errand, ticket: null, possiblyCreatedAt: null }, done: false, op: null }
    if (standing.state === 'open' && target.can.notes && seen.news.length > 0) {
      await target.note(ticket, noteOf(seen, 'News:', doubt))
    }
    const next = ticketOf(standing, now())
    if (next.state === 'open') return told(c, { ...errand, ticket: { ...next, since: ticket.since } }, now, 'ensure')
    return { errand: { ...errand, ticket: next, possiblyCreatedAt: null }, done: false, op: 'ensure' }
  },

  async resolve({ ticket }, { c, errand, doubt, target, snapshot, now }) {
    const seen = snapshot(c, errand, target.name)
    const lead = c.state === 'resolved' ? 'Resolved: the user is enrolled in Okta Verify.' : 'Closed by Reenroll.'
    const how = await target.resolve(ticket, seen, noteOf(seen, lead, doubt))
    // What an earlier try of ours closed looks as if somebody else had.
    const state = how === 'resolved' || (how === 'was_closed' && doubt) ? 'resolved' : 'closed_there'
    return told(
      c,
      { ...errand, ticket: { ...ticket, state, wontFix: how === 'wont_fix', since: now() } },
      now,
      'resolve'
    )
  },

  async close_case({ ticket }, { c, errand, target, closeCase, now }) {
    const closed = await closeCase(c.id, target.name, `the ticket ${ticket.key} was closed in ${target.name}`)
    if (closed) return told(c, errand, now, null)
    return { errand: { ...errand, dueAt: plus(now(), CLOSE_AGAIN_MS) }, done: true, op: null }
  }
}

export function perform(plan: Exclude<Plan, { do: 'nothing' | 'wait' }>, deps: StepDeps): Promise<Stepped> {
  const step = STEPS[plan.do] as Step<Doing>
  return step(plan, deps)
}

/** The errand with the story told as the case stood when it was read. */
function told(c: Case, errand: OutboxEntry, now: Clock, op: Stepped['op']): Stepped {
  const next: OutboxEntry = {
    ...errand,
    state: 'done',
    deliveredRevision: c.contentRevision,
    deliveredEntries: c.timeline.length,
    deliveredAt: now(),
    dueAt: now(),
    tries: 0,
    possiblyCreatedAt: null,
    lastError: null
  }
  return { errand: next, done: true, op }
}

function ticketOf({ ref, state, wontFix }: TicketStatus, since: string): RemoteTicket {
  return { key: ref.key, url: ref.url, state: state === 'open' ? 'open' : 'closed_there', wontFix, since }
}
