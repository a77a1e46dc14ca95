/**
 * Polls trackers for tickets that people closed. The position is kept in the store, so that nothing is missed while no
 * replica runs, and replicas take turns. The dispatcher looks at such a ticket twice before it closes the case.
 */
import { field } from '../../domain/json.ts'
import type { CaseCommands } from '../../domain/operator-commands.ts'
import type { Store } from '../../domain/store.ts'
import { DAY_MS, MINUTE_MS, msBetween, plus, readInstant } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
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
  readonly store: Pick<Store, 'outboxEntries' | 'retryOutboxEntry' | 'cursor' | 'setCursor'>
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

/** Where the next poll begins, and when the last one ran. */
interface Progress {
  readonly since: Instant
  readonly lookedAt: Instant
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
      await store.setCursor(cursor, JSON.stringify({ since, lookedAt: now } satisfies Progress))
      for (const closing of await target.readSince(since)) await followClosing(target.name, closing, store, now)
      await store.setCursor(cursor, JSON.stringify({ since: plus(now, -OVERLAP_MS), lookedAt: now } satisfies Progress))
    }
  }
}

function progressOf(text: string | null): Progress | null {
  if (text === null) return null
  const read: unknown = JSON.parse(text)
  const [since, lookedAt] = [readInstant(field(read, 'since')), readInstant(field(read, 'lookedAt'))]
  return since && lookedAt ? { since, lookedAt } : null
}

/** Makes the dispatcher look at a ticket that a person has closed as far as we know. */
export async function followClosing(
  target: string,
  { ref, automatic }: Pick<Closing, 'ref' | 'automatic'>,
  store: Pick<Store, 'outboxEntries' | 'retryOutboxEntry'>,
  now: Instant
): Promise<void> {
  const [entry] = automatic ? [] : await store.outboxEntries({ target, key: ref.key, limit: 1 })
  if (entry?.ticket?.state === 'open') await store.retryOutboxEntry(entry.id, now, 'delivered')
}
