/**
 * Mails the steps to users, once per case: the dispatcher of the outbox whose target is the mail server. At most once beats at
 * least once here: a message that may have gone out is not sent again, because two would puzzle the user, and the steps are
 * in the ticket anyway. A try that surely did nothing is repeated.
 */
import type { Policy } from '../../config/policy/policy.ts'
import { MAIL_TARGET, type MailPolicy, type MailResult } from '../../config/policy/ticket-policy.ts'
import { addressOnFile } from '../../decide/contact.ts'
import type { Case } from '../../domain/case.ts'
import { type Evidence, known } from '../../domain/evidence.ts'
import type { OutboxEntry } from '../../domain/outbox.ts'
import type { Store } from '../../domain/store.ts'
import type { Emit } from '../../domain/telemetry-event.ts'
import { endOf, MINUTE_MS, msBetween, plus, SECOND_MS, waitMs } from '../../domain/time.ts'
import type { Channel, Clock, Instant } from '../../domain/vocabulary.ts'
import { languageOf } from '../languages/languages.ts'
import { afterError, blockedUntil, CLOSED } from '../outbox/circuit-breaker.ts'
import type { TargetDispatcher } from '../outbox/dispatcher.ts'
import { TargetError } from '../targets/target.ts'
import type { UserChannel } from './channels.ts'
import { mailObjection } from './eligibility.ts'
import { userMessage } from './message.ts'
import type { Posted } from './smtp.ts'

export interface MailDispatcherDeps {
  readonly store: Pick<Store, 'claimOutboxEntry' | 'saveOutboxEntry' | 'getCase'>
  readonly policy: MailPolicy
  readonly guide: () => Policy['guide']
  /** The first that reaches the user is used. */
  readonly channels: readonly UserChannel[]
  /** Null without self-service. */
  readonly answerUrl: ((caseId: string) => string) | null
  /** Null where users cannot sign in to see their case. */
  readonly ownCaseUrl: string | null
  /** Of the sender's address: where message ids belong. */
  readonly domain: string
  /** Waits for the rate limit. */
  readonly pace: () => Promise<void>
  /** Reads user and history again, so that the address is the one of now. */
  readonly readAgain: (c: Case) => Promise<Evidence>
  /** Writes the result into case and ledger, once. */
  readonly record: (caseId: string, result: Recorded) => Promise<void>
  readonly clock: Clock
  readonly emit: Emit
  readonly holder: string
  readonly random: () => number
}

/** `unreached`: nothing was sent, and nothing will be. */
export interface Recorded {
  readonly result: MailResult | 'unreached'
  readonly channel: Channel
  readonly because?: string
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
      await send(entry)
    }
  }

  async function send(entry: OutboxEntry): Promise<void> {
    const c = await store.getCase(entry.caseId)
    if (c === null) return save(done(entry, 0, 'There is no such case any more.'))
    // Sent before; at most the record of it is missing.
    if (entry.ticket) return finish(c, entry, resultOf(entry))
    if (entry.possiblyCreatedAt !== null) return finish(c, entry, { result: 'perhaps_sent', channel: firstChannel(c) })
    const why = mailObjection(c, policy, clock())
    if (why !== null) return giveUp(c, entry, why)
    const guide = deps.guide()
    if (guide.quiet && !c.stepsAskedAt) {
      const until = endOf(guide.quiet, clock())
      if (until > clock()) return save({ ...entry, dueAt: until })
    }
    const evidence = await deps.readAgain(c)
    const address = addressOnFile(evidence, clock())
    if (address.to === null) {
      return address.retryable ? tryLater(c, entry, address.because) : giveUp(c, entry, address.because)
    }
    const message = userMessage(c, {
      ...{ policy, contact: guide.contact, answerUrl: deps.answerUrl?.(c.id) ?? null, ownCaseUrl: deps.ownCaseUrl },
      language: languageOf(known(evidence.user)?.language, guide.language)
    })
    if (!message) return giveUp(c, entry, 'The steps of this cause are not for the user.')
    await deps.pace()
    // Saved first: after a crash it is unknown whether the message was sent.
    if (!(await saved({ ...entry, possiblyCreatedAt: clock() }, true))) return
    for (const channel of channelsFor(c)) {
      const posted = await channel.send(address.to, message, messageId(c.id))
      const isLast = channel === channelsFor(c).at(-1)
      // Whatever surely sent nothing leaves the user to the next channel.
      if (isLast || posted.of === 'sent' || posted.of === 'perhaps_sent') return after(c, entry, posted, channel.name)
    }
  }

  /** A user who is guided is reached by what the policy lists; steps beside a ticket go by mail, as they always did. */
  const channelsFor = (c: Case) => {
    const mail = deps.channels.filter(({ name }) => name === 'mail')
    const listed = deps.guide().channels.flatMap((name) => deps.channels.find((channel) => channel.name === name) ?? [])
    return c.state === 'with_user' || mail.length === 0 ? listed : mail
  }
  const firstChannel = (c: Case) => channelsFor(c)[0]?.name ?? 'mail'

  async function giveUp(c: Case, entry: OutboxEntry, because: string): Promise<void> {
    await deps.record(c.id, { result: 'unreached', channel: firstChannel(c), because })
    await save(done(entry, c.contentRevision, because))
  }

  /** After the last try a person takes over. */
  async function tryLater(c: Case, entry: OutboxEntry, because: string): Promise<void> {
    const next = later(entry, because)
    if (next.state === 'dead') await deps.record(c.id, { result: 'unreached', channel: firstChannel(c), because })
    await save(next)
  }

  async function after(c: Case, entry: OutboxEntry, posted: Posted, channel: Channel): Promise<void> {
    emit(c, posted)
    switch (posted.of) {
      case 'sent':
      case 'perhaps_sent':
        breaker = CLOSED
        return finish(c, entry, { result: posted.of, channel })
      case 'later':
        breaker = CLOSED
        return tryLater(c, { ...entry, possiblyCreatedAt: null }, posted.because)
      case 'refused':
        breaker = CLOSED
        await deps.record(c.id, { result: 'refused', channel })
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
  async function finish(c: Case, entry: OutboxEntry, recorded: Recorded): Promise<void> {
    const { result, channel } = recorded
    const key = messageId(c.id)
    const since = entry.ticket?.since ?? clock()
    const ticket = {
      key,
      url: `${channel === 'mail' ? 'mid' : channel}:${key}`,
      state: 'resolved',
      wontFix: result === 'perhaps_sent',
      since
    } as const
    if (!(await saved({ ...entry, ticket, possiblyCreatedAt: null }, true))) return
    await deps.record(c.id, recorded)
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
function resultOf({ ticket }: OutboxEntry): Recorded {
  return {
    result: ticket?.wontFix ? 'perhaps_sent' : 'sent',
    channel: ticket?.url.startsWith('slack:') ? 'slack' : 'mail'
  }
}
