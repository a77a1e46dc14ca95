/**
 * Closes the case when a person closes its ticket in the tracker: polls for closed tickets. The position is kept in the store,
 * so that nothing is missed while no replica runs, and replicas take turns instead of all polling.
 */
import type { CaseCommands } from '../../domain/operator-commands.ts'
import type { Store } from '../../domain/store.ts'
import { DAY_MS, MINUTE_MS, msBetween, plus, readInstant } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { showTime } from '../draft/evidence-lines.ts'
import { oneLine } from '../format/document.ts'
import { field } from '../targets/http.ts'
import type { Closing, Target } from '../targets/target.ts'
import { blockedUntil, type CircuitState } from './circuit-breaker.ts'

/**
 * Closes a case whose ticket was closed. Closing writes nothing to Okta, so anybody who may close the ticket may close the
 * case. Returns true when nothing is left to do.
 */
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
export type CloseCase = (caseId: string, target: string, reason: CloseReason) => Promise<boolean>

export interface CloseSyncDeps {
  readonly store: Pick<Store, 'outboxEntries' | 'getCase' | 'cursor' | 'setCursor'>
  readonly closeCase: CloseCase
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
      let all = true
      for (const closing of await target.readSince(since))
        all = (await followClosing(target.name, closing, deps)) && all
      // A closing that could not be followed is read again.
      if (all) await store.setCursor(cursor, JSON.stringify({ since: plus(now, -OVERLAP_MS), lookedAt: now }))
    }
  }
}

function progressOf(text: string | null): Progress | null {
  if (text === null) return null
  const read: unknown = JSON.parse(text)
  const [since, lookedAt] = [readInstant(field(read, 'since')), readInstant(field(read, 'lookedAt'))]
  return since && lookedAt ? { since, lookedAt } : null
}

/** Closes the case of a ticket that was closed there. True when nothing more is to be done about it. */
export async function followClosing(
  target: string,
  closing: CloseReason & Pick<Closing, 'ref' | 'automatic'>,
  { store, closeCase }: Pick<CloseSyncDeps, 'closeCase'> & { readonly store: Pick<Store, 'outboxEntries' | 'getCase'> }
): Promise<boolean> {
  if (closing.automatic) return true
  const [entry] = await store.outboxEntries({ target, key: closing.ref.key, limit: 1 })
  // Only a ticket that is open as far as we know was closed by somebody else.
  if (entry?.ticket?.state !== 'open') return true
  const c = await store.getCase(entry.caseId)
  if (!c || c.state === 'resolved' || c.state === 'closed') return true
  return closeCase(c.id, target, closing)
}
