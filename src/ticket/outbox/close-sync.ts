/**
 * Polls trackers for tickets that people closed: by lists, and now and then each open ticket alone. The position is kept in the store, so that nothing is missed while no
 * replica runs, and replicas take turns. The dispatcher looks at such a ticket twice before it closes the case.
 */
import { field } from '../../domain/json.ts'
import type { CaseCommands } from '../../domain/operator-commands.ts'
import type { Store } from '../../domain/store.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, msBetween, plus, readInstant } from '../../domain/time.ts'
import { type Clock, type Instant, OPEN_STATES } from '../../domain/vocabulary.ts'
import { showTime } from '../draft/evidence-lines.ts'
import { oneLine } from '../format/document.ts'

import type { Closing, Target } from '../targets/target.ts'
import { blockedUntil, type CircuitState } from './circuit-breaker.ts'

/** Closes a case whose ticket was closed. Closing writes nothing to Okta, so anybody who may close the ticket may do it. */
export function closeCaseBy(commands: Pick<CaseCommands, 'close'>) {
  return async (caseId: string, target: string, { how, by, at }: CloseReason): Promise<boolean> => {
    const because = `${how}${at === null ? '' : ` at ${showTime(at)}`}.`
    // The person is the actor: their name stays in Reenroll, and other trackers do not show it.
    const name = `ticket:${target}${by === null ? '' : ` (${oneLine(by, 60)})`}`
    const result = await commands.close(
      caseId,
      { because },
      { id: `ticket:${target}`, name, role: 'approver', provider: null }
    )
    // Otherwise the case has ended meanwhile, which the next try sees, or a write to Okta is in progress.
    return result.ok || result.kind === 'not_found'
  }
}

/** Why a case is closed from outside. */
export type CloseReason = Pick<Closing, 'how' | 'by' | 'at'>
/** False when the case cannot be closed right now. */
export type CloseCase = (caseId: string, target: string, reason: CloseReason) => Promise<boolean>

export interface CloseSyncDeps {
  readonly store: Pick<Store, 'outboxEntries' | 'retryOutboxEntry' | 'cursor' | 'setCursor' | 'listCases'>
  readonly clock: Clock
  /** How often this target is asked, by all replicas together. */
  readonly everyMs: number
}

export interface CloseSync {
  readonly name: string
  sync(): Promise<void>
}

/** How far back the first poll goes. */
const FIRST_LOOK_MS = 7 * DAY_MS
/** Longer absences are not polled: the lists of trackers are limited too. */
const LONGEST_LOOK_MS = 90 * DAY_MS
/** Polls overlap: clocks differ, and search lags. Reading a closing twice changes nothing. */
const OVERLAP_MS = 10 * MINUTE_MS
/** Timers are not exact: a poll at this share of the interval is on time. */
const EARLY = 0.9

/**
 * A list misses what left the project or lost its mark, such as a transferred issue. So each open ticket is also looked at
 * alone, some with every poll.
 */
const ALONE_EVERY_MS = 4 * HOUR_MS
const ALONE_PER_POLL = 10

/** Where the next poll begins, and when the last one ran. */
interface Progress {
  readonly since: Instant
  readonly lookedAt: Instant
  readonly round: Round
}

/** A walk through all open cases. */
interface Round {
  readonly startedAt: Instant
  /** The place in the list of cases; null once it has ended. */
  readonly after: string | null
}

export function startCloseSync(target: Target, breaker: () => CircuitState, deps: CloseSyncDeps): CloseSync {
  const { store, clock } = deps
  const cursor = `closings:${target.name}`

  return {
    name: target.name,
    async sync() {
      const now = clock()
      if (blockedUntil(breaker(), now) !== null) return
      const progress = progressOf(await store.cursor(cursor))
      // Two replicas may poll at the same moment, which costs a call and changes nothing.
      if (progress && Math.abs(msBetween(progress.lookedAt, now)) < deps.everyMs * EARLY) return
      const oldest = plus(now, -LONGEST_LOOK_MS)
      const since = progress ? ([progress.since, oldest].toSorted()[1] ?? oldest) : plus(now, -FIRST_LOOK_MS)
      const round = progress?.round ?? { startedAt: now, after: null }
      await store.setCursor(cursor, JSON.stringify({ since, lookedAt: now, round } satisfies Progress))
      for (const closing of await target.readSince(since)) await followClosing(target.name, closing, store, now)
      const { next, caseIds } = await continued(round, now)
      const done: Progress = { since: plus(now, -OVERLAP_MS), lookedAt: now, round: next }
      // Before the tickets are read: one that cannot be read must not keep the others from being looked at.
      await store.setCursor(cursor, JSON.stringify(done))
      for (const caseId of caseIds) await lookAlone(caseId, now)
    }
  }

  async function continued(round: Round, now: Instant): Promise<{ next: Round; caseIds: readonly string[] }> {
    const ended = round.after === null
    if (ended && msBetween(round.startedAt, now) < ALONE_EVERY_MS) return { next: round, caseIds: [] }
    const from = round.after === null ? {} : { after: round.after }
    const page = await store.listCases({ states: OPEN_STATES, order: 'oldest', limit: ALONE_PER_POLL, ...from })
    return {
      next: { startedAt: ended ? now : round.startedAt, after: page.next },
      caseIds: page.cases.map(({ id }) => id)
    }
  }

  async function lookAlone(caseId: string, now: Instant): Promise<void> {
    const [entry] = await store.outboxEntries({ caseId, target: target.name, limit: 1 })
    if (entry?.state !== 'done' || entry.ticket?.state !== 'open') return
    const closing = await target.readOne(entry.ticket.key)
    if (closing) await followClosing(target.name, closing, store, now)
  }
}

function progressOf(text: string | null): Progress | null {
  if (text === null) return null
  const read: unknown = JSON.parse(text)
  const [since, lookedAt] = [readInstant(field(read, 'since')), readInstant(field(read, 'lookedAt'))]
  if (!since || !lookedAt) return null
  // An earlier version kept no round.
  const after = field(read, 'round', 'after')
  const startedAt = readInstant(field(read, 'round', 'startedAt')) ?? lookedAt
  return { since, lookedAt, round: { startedAt, after: typeof after === 'string' ? after : null } }
}

/** Makes the dispatcher look at a ticket that a person has closed as far as we know. */
export async function followClosing(
  target: string,
  { ref, actor }: Pick<Closing, 'ref' | 'actor'>,
  store: Pick<Store, 'outboxEntries' | 'retryOutboxEntry'>,
  now: Instant
): Promise<void> {
  const [entry] = actor === 'machine' ? [] : await store.outboxEntries({ target, key: ref.key, limit: 1 })
  if (entry?.ticket?.state === 'open') await store.retryOutboxEntry(entry.id, now, 'delivered')
}
