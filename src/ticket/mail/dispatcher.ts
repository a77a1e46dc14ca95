/**
 * Mails the steps to users, once per case: the dispatcher of the outbox whose target is the mail server. At most once beats at
 * least once here: a message that may have gone out is not sent again, because two would puzzle the user, and the steps are
 * in the ticket anyway. A try that surely did nothing is repeated.
 */
import { MAIL_TARGET, type MailPolicy, type MailResult } from '../../config/policy/ticket-policy.ts'
import type { Case } from '../../domain/case.ts'
import type { Evidence } from '../../domain/evidence.ts'
import type { OutboxEntry } from '../../domain/outbox.ts'
import type { Store } from '../../domain/store.ts'
import type { Emit } from '../../domain/telemetry-event.ts'
import { MINUTE_MS, msBetween, plus, SECOND_MS, waitMs } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { afterError, blockedUntil, CLOSED } from '../outbox/circuit-breaker.ts'
import type { TargetDispatcher } from '../outbox/dispatcher.ts'
import { TargetError } from '../targets/target.ts'
import { mailAddress, mailObjection } from './eligibility.ts'
import { mailMessage } from './message.ts'
import type { Post, Posted } from './smtp.ts'

export interface MailDispatcherDeps {
  readonly store: Pick<Store, 'claimOutboxEntry' | 'saveOutboxEntry' | 'getCase'>
  readonly policy: MailPolicy
  readonly post: Pick<Post, 'send'>
  /** Of the sender's address: where message ids belong. */
  readonly domain: string
  /** Waits for the rate limit. */
  readonly pace: () => Promise<void>
  /** Reads user and history again, so that the address is the one of now. */
  readonly readAgain: (c: Case) => Promise<Evidence>
  /** Writes the result into case and ledger, once. */
  readonly record: (caseId: string, result: MailResult) => Promise<void>
  readonly clock: Clock
  readonly emit: Emit
  readonly holder: string
  readonly random: () => number
}

const LEASE_MS = 300 * SECOND_MS
/** Greylisting lifts within minutes, a full mailbox perhaps within hours; after these tries the entry is dead and a person decides. */
const MOST_TRIES = 12
const WAITS = { firstWaitMs: MINUTE_MS, maxWaitMs: 30 * MINUTE_MS }

export function createMailDispatcher(deps: MailDispatcherDeps): TargetDispatcher {
  const { store, clock, holder, policy } = deps
  let breaker = CLOSED

  async function drain(): Promise<Instant | null> {
    for (;;) {
      const blocked = blockedUntil(breaker, clock())
      if (blocked !== null) return blocked
      const entry = await store.claimOutboxEntry({ target: MAIL_TARGET, now: clock(), leaseMs: LEASE_MS, holder })
      if (!entry) return null
      await tell(entry)
    }
  }

  async function tell(entry: OutboxEntry): Promise<void> {
    const c = await store.getCase(entry.caseId)
    if (c === null) return save(done(entry, 0, 'There is no such case any more.'))
    // Sent before; at most the record of it is missing.
    if (entry.ticket) return finish(c, entry, resultOf(entry))
    if (entry.possiblyCreatedAt !== null) return finish(c, entry, 'perhaps_sent')
    const why = mailObjection(c, policy, clock())
    if (why !== null) return save(done(entry, c.contentRevision, why))
    const address = mailAddress(await deps.readAgain(c), clock())
    if (address.to === null) {
      return save(address.retryable ? later(entry, address.because) : done(entry, c.contentRevision, address.because))
    }
    const message = mailMessage(c, policy)
    if (!message) return save(done(entry, c.contentRevision, 'The steps of this cause are not for the user.'))
    await deps.pace()
    // Saved first: after a crash it is unknown whether the message was sent.
    if (!(await saved({ ...entry, possiblyCreatedAt: clock() }, true))) return
    await after(c, entry, await deps.post.send(address.to, message, messageId(c.id)))
  }

  async function after(c: Case, entry: OutboxEntry, posted: Posted): Promise<void> {
    emit(c, posted)
    switch (posted.of) {
      case 'sent':
      case 'perhaps_sent':
        breaker = CLOSED
        return finish(c, entry, posted.of)
      case 'later':
        breaker = CLOSED
        return save(later(entry, posted.because))
      case 'refused':
        breaker = CLOSED
        await deps.record(c.id, 'refused')
        return save({
          ...entry,
          state: 'dead',
          tries: entry.tries + 1,
          possiblyCreatedAt: null,
          lastError: posted.because
        })
      default: {
        const reason = posted.of === 'denied' ? 'denied' : 'unreachable'
        breaker = afterError(breaker, new TargetError(reason, posted.because), clock(), deps.random())
        // Not this entry's fault: it keeps its place.
        return save({ ...entry, possiblyCreatedAt: null, dueAt: clock(), lastError: posted.because })
      }
    }
  }

  /** The mapping first, so that whatever follows never sends again; then the record; then done. */
  async function finish(c: Case, entry: OutboxEntry, result: MailResult): Promise<void> {
    const key = messageId(c.id)
    const since = entry.ticket?.since ?? clock()
    const ticket = { key, url: `mid:${key}`, state: 'resolved', wontFix: result === 'perhaps_sent', since } as const
    if (!(await saved({ ...entry, ticket, possiblyCreatedAt: null }, true))) return
    await deps.record(c.id, result)
    const because = result === 'perhaps_sent' ? 'The message may have gone out; it is not sent again.' : null
    await save({ ...done({ ...entry, ticket, possiblyCreatedAt: null }, c.contentRevision, because), tries: 0 })
  }

  function done(entry: OutboxEntry, story: number, because: string | null): OutboxEntry {
    return {
      ...entry,
      state: 'done',
      deliveredRevision: story,
      deliveredAt: clock(),
      dueAt: clock(),
      lastError: because
    }
  }

  function later(entry: OutboxEntry, because: string): OutboxEntry {
    const tries = entry.tries + 1
    const tried = { ...entry, tries, lastError: because }
    if (tries >= MOST_TRIES) return { ...tried, state: 'dead' }
    return { ...tried, dueAt: plus(clock(), waitMs(tries, WAITS, entry.caseId)) }
  }

  const messageId = (caseId: string) => `${caseId}.reenroll@${deps.domain}`

  async function save(next: OutboxEntry): Promise<void> {
    await saved(next, false)
  }

  /** False when the lease is lost: somebody else has the entry now. */
  async function saved(next: OutboxEntry, keepLease: boolean): Promise<boolean> {
    return (await store.saveOutboxEntry({ next, holder, keepLease })) === 'saved'
  }

  function emit(c: Case, { of }: Posted): void {
    const lagMs = Math.max(0, msBetween(c.failures.at(-1)?.publishedAt ?? clock(), clock()))
    const result = of === 'sent' ? 'ok' : 'failed'
    deps.emit({ type: 'ticket', caseId: c.id, system: MAIL_TARGET, op: 'ensure', result, lagMs })
  }

  return { name: MAIL_TARGET, drain, breaker: () => breaker }
}

/** What the mapping remembers. */
function resultOf({ ticket }: OutboxEntry): MailResult {
  return ticket?.wontFix ? 'perhaps_sent' : 'sent'
}
