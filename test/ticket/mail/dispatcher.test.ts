/** The steps by mail through a real SMTP server: once per case, whatever happens on the way. */

import t, { type Test } from 'tap'
import { openTickets } from '../../../src/app/tickets.ts'
import { recordMailed } from '../../../src/case/commands.ts'
import { DEFAULT_POLICY } from '../../../src/config/policy/policy.ts'
import { DEFAULT_MAIL, MAIL_TARGET } from '../../../src/config/policy/ticket-policy.ts'
import type { Case } from '../../../src/domain/case.ts'
import type { Evidence } from '../../../src/domain/evidence.ts'
import { type Store, StoreUnavailable } from '../../../src/domain/store.ts'
import { HOUR_MS, MINUTE_MS, systemClock } from '../../../src/domain/time.ts'
import { GUARD_IDS } from '../../../src/domain/vocabulary.ts'
import { failEnrollment } from '../../../src/sandbox/people.ts'
import { orphaned } from '../../../src/sandbox/scenarios/cast.ts'
import { openInMemory } from '../../../src/store/sqlite/same-thread.ts'
import { mailChannel } from '../../../src/ticket/mail/channels.ts'
import { createMailDispatcher } from '../../../src/ticket/mail/dispatcher.ts'
import { openPost } from '../../../src/ticket/mail/smtp.ts'
import { feedOutbox, outboxDraft } from '../../../src/ticket/outbox/routing.ts'
import { evidenceWith, failure, logEntry, NOW, seen } from '../../remediate/situations.ts'
import { openTestWorld, settle } from '../../scenarios/settle.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { caseWith } from '../draft/cases.ts'
import { dyingStore } from '../outbox/dying-store.ts'
import { openMailServer } from './smtp-server.ts'

const MAIL = { ...DEFAULT_MAIL, causes: ['app_state_stale'] } as const

function stuck(name: string): Case {
  const cause = { id: 'app_state_stale', confidence: 'high', because: [], kbOption: 3 } as const
  const guards = GUARD_IDS.map((id) => ({ id, state: 'clear', because: 'of the test' }) as const)
  const failures = [failure({ publishedAt: NOW })]
  return caseWith({ id: `RE-${name}`, subjectKey: `user:${name}`, version: 1, cause, guards, failures })
}

async function open(t: Test, kept: Store = openInMemory()) {
  const server = await openMailServer(t)
  const time = manualClock(NOW)
  let store = kept
  let lanes = 0
  let evidence: Evidence = { ...evidenceWith(), history: seen([]) }
  const fed = () => feedOutbox(store, (c) => outboxDraft(c, { routes: [], mail: MAIL }))
  const start = () =>
    createMailDispatcher({
      ...{
        store,
        policy: MAIL,
        guide: () => DEFAULT_POLICY.guide,
        channels: [mailChannel(openPost(server.settings, systemClock))],
        answerUrl: null,
        ownCaseUrl: null,
        domain: 'example.com',
        pace: async () => {}
      },
      readAgain: async () => evidence,
      record: (caseId, result) =>
        recordMailed(caseId, result, { store: fed(), clock: time.clock, emit: () => {}, policy: DEFAULT_POLICY }),
      ...{ clock: time.clock, emit: () => {}, holder: `dispatcher-${lanes++}`, random: () => 0.5 }
    })
  let dispatcher = start()
  return {
    server,
    time,
    kept,
    save: (c: Case) => fed().save({ next: c, ledger: [] }),
    drain: () => dispatcher.drain(),
    /** Another process on the same store. */
    restart(next: Store = store) {
      store = next
      dispatcher = start()
    },
    reads(next: Evidence) {
      evidence = next
    },
    entry: async () => (await kept.outboxEntries({ target: MAIL_TARGET, limit: 1 }))[0],
    ledger: async () => (await kept.ledger({ after: 0, limit: 100 })).filter(({ kind }) => kind === 'mail')
  }
}

t.test('one message with the reference; case, ledger and ticket say so without the address', async (t) => {
  const { server, kept, save, drain, time, entry, ledger } = await open(t)
  await save(stuck('Anna'))
  await drain()
  matchAll(t, server.received, [{ to: ['anna@example.com'], raw: /Subject: Setting up Okta Verify \[RE-Anna\]/ }])
  const c = await kept.getCase('RE-Anna')
  t.match(c, {
    mailed: { result: 'sent' },
    contentRevision: 2,
    timeline: { 1: { what: /mailed to the user/, by: 'reenroll' } }
  })
  matchAll(t, await ledger(), [{ caseId: 'RE-Anna', entry: { what: 'guidance', result: 'sent' } }])
  t.notMatch(JSON.stringify([await entry(), await ledger(), c?.timeline]), /anna@example/)
  // News of the case later on mail nothing again.
  if (c) await save({ ...c, contentRevision: 3, version: c.version + 1 })
  time.advance(HOUR_MS)
  await drain()
  t.equal(server.received.length, 1)
  t.match(await entry(), { state: 'done', deliveredRevision: 3, lastError: null })
})

t.test('greylisting is waited out, others are not held up by it', async (t) => {
  const { server, save, drain, time, entry } = await open(t)
  server.behave('greylist')
  await save(stuck('Anna'))
  await drain()
  t.match(await entry(), { state: 'pending', tries: 1, possiblyCreatedAt: null, lastError: /451 4\.7\.1/ })
  server.behave('take')
  await save(stuck('Bert'))
  await drain()
  t.equal(server.received.length, 1, 'Bert has his already')
  time.advance(2 * MINUTE_MS)
  await drain()
  t.equal(server.received.length, 2)
})

t.test('a mailbox that stays shut ends as a dead letter, and a person can send it again', async (t) => {
  const { server, kept, save, drain, time, entry } = await open(t)
  server.behave('greylist')
  await save(stuck('Anna'))
  for (let n = 0; n < 20; n++) {
    await drain()
    time.advance(31 * MINUTE_MS)
  }
  const dead = await entry()
  t.match(dead, { state: 'dead', tries: 12 })
  server.behave('take')
  await kept.retryOutboxEntry(dead?.id ?? 0, time.clock())
  await drain()
  t.equal(server.received.length, 1)
})

t.test('a refused address is given up at once, and the ticket says to use another way', async (t) => {
  const { server, kept, save, drain, entry, time } = await open(t)
  server.behave('no_such_user')
  await save(stuck('Anna'))
  await drain()
  t.match(await entry(), { state: 'dead', lastError: /550 5\.1\.1/ })
  t.notMatch((await entry())?.lastError, /anna/)
  t.match(await kept.getCase('RE-Anna'), { mailed: { result: 'refused' } })
  server.behave('take')
  await kept.retryOutboxEntry((await entry())?.id ?? 0, time.clock())
  await drain()
  t.match(await kept.getCase('RE-Anna'), { mailed: { result: 'sent' } })
})

t.test('a connection lost after the message went out: not sent again, and said to be in doubt', async (t) => {
  const { server, kept, save, drain, time, entry } = await open(t)
  server.behave('drop_after_data')
  await save(stuck('Anna'))
  await drain()
  server.behave('take')
  time.advance(HOUR_MS)
  await drain()
  t.equal(server.received.length, 1)
  t.match(await kept.getCase('RE-Anna'), { mailed: { result: 'perhaps_sent' } })
  t.match(await entry(), { state: 'done', lastError: /may have gone out/ })
})

t.test('a server that is down, or hangs up before it has the message, is tried until it works', async (t) => {
  const { server, save, drain, time, entry } = await open(t)
  server.behave('drop_before_data')
  await save(stuck('Anna'))
  for (let n = 0; n < 5; n++) {
    await drain()
    time.advance(2 * MINUTE_MS)
  }
  t.match(await entry(), { state: 'pending', possiblyCreatedAt: null })
  server.behave('take')
  await drain()
  t.equal(server.received.length, 1)
})

t.test('an address changed meanwhile is not used; what cannot be read is asked again', async (t) => {
  const { server, save, drain, time, entry, reads } = await open(t)
  const unread = { state: 'unknown', at: NOW, because: 'HTTP 503', retryable: true } as const
  reads({ ...evidenceWith(), history: unread })
  await save(stuck('Anna'))
  await drain()
  t.match(await entry(), { state: 'pending', tries: 1, lastError: /cannot be read/ })
  const changed = logEntry({ eventType: 'user.account.update_profile' })
  reads({ ...evidenceWith(), history: seen([changed]) })
  time.advance(2 * MINUTE_MS)
  await drain()
  t.same(server.received, [])
  t.match(await entry(), { state: 'done', ticket: null, lastError: /changed in the last seven days/ })
})

t.test('the process dies at any write: one message at most, and none lost but the one in doubt', async (t) => {
  for (const when of ['before', 'after'] as const) {
    for (let n = 0; ; n++) {
      const kept = openInMemory()
      const world = await open(t, kept)
      const dying = dyingStore(kept, n, when)
      await world.save(stuck('Anna'))
      world.restart(dying.store)
      const died = await world.drain().then(
        () => false,
        (error) => {
          if (!(error instanceof StoreUnavailable)) throw error
          return true
        }
      )
      world.restart(kept)
      world.time.advance(10 * MINUTE_MS)
      await world.drain()
      const c = await kept.getCase('RE-Anna')
      const messages = world.server.received.length
      t.ok(messages <= 1, `${messages} messages, killed ${when} write ${n}`)
      t.match(c?.mailed?.result, messages === 1 ? /sent/ : 'perhaps_sent', 'and the case says so')
      t.equal((await world.ledger()).length, 1, 'once')
      t.match(await world.entry(), { state: 'done' })
      if (!died) break
    }
  }
})

t.test('through the whole service: Okta’s address, read when the message goes out', async (t) => {
  const server = await openMailServer(t)
  const time = manualClock(new Date().toISOString())
  const mail = { ...DEFAULT_MAIL, causes: ['enrollment_orphaned'] } as const
  const policy = { tickets: { ...DEFAULT_POLICY.tickets, mail } }
  const world = await openTestWorld(t, time, { policy, settings: { mail: server.settings } })
  const person = orphaned(world.org, 'Kim Letter')
  await failEnrollment(world.org, person)
  const [c] = await settle(world, time)
  await world.service.tickets?.settle()
  t.match(c, { state: 'watching' })
  const login = c?.user.login ?? 'nobody'
  matchAll(t, server.received, [{ to: [login], raw: new RegExp(`Reference: ${c?.id}`) }])
  await settle(world, time)
  t.match((await world.service.store.getCase(c?.id ?? ''))?.mailed, { result: 'sent' })
})

t.test('a policy that mails without a mail server stops the start, and says what to set', async (t) => {
  const tickets = { ...DEFAULT_POLICY.tickets, mail: MAIL }
  await t.rejects(openTickets({ ...DEFAULT_POLICY, tickets }, {}, manualClock(NOW).clock), /REENROLL_SMTP_URL/)
})
