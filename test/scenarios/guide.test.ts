/** The steps go to the user first, through the whole service: from the failure to the answer behind the link. */
import t, { type Test } from 'tap'
import { DEFAULT_GUIDE, DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { SECOND_MS } from '../../src/domain/time.ts'
import { enroll, failEnrollment } from '../../src/sandbox/people.ts'
import { employee } from '../../src/sandbox/scenarios/cast.ts'
import { manualClock } from '../support/clock.ts'
import { deliveryFailure } from '../ticket/mail/delivery-failure.ts'
import { openMailServer } from '../ticket/mail/smtp-server.ts'
import { openTestWorld } from './settle.ts'

const GUIDE = { ...DEFAULT_GUIDE, channels: ['mail'] } as const
const POLICY = { guide: GUIDE, decide: { ...DEFAULT_POLICY.decide, guideCauses: GUIDE.causes } }
const BOUNCES = 'secret-of-the-rule-of-the-mailbox'
const SELF = { host: '127.0.0.1', port: 0, publicUrl: 'https://help.example.com', key: 'k'.repeat(32) }

async function open(t: Test) {
  const server = await openMailServer(t)
  const time = manualClock(new Date().toISOString())
  const world = await openTestWorld(t, time, {
    policy: POLICY,
    settings: { mail: server.settings, self: SELF, ticketSecrets: { 'mail.hook': BOUNCES } }
  })
  const rest = async () => {
    for (let round = 0; round < 8; round++) {
      await world.okta.flush()
      world.service.worker.wake()
      await world.service.worker.idle()
      await world.service.tickets?.settle()
      time.advance(SECOND_MS)
    }
  }
  const newest = async () => (await world.service.store.listCases({ limit: 1 })).cases[0]
  /** The path of the link in the newest message. */
  const link = () => {
    const raw = server.received.at(-1)?.raw.replaceAll('=\r\n', '').replaceAll('=3D', '=') ?? ''
    return /https:\/\/help\.example\.com(\/answer\/[^\s"<]+)/.exec(raw)?.[1] ?? ''
  }
  const answer = (what: string) =>
    fetch(`${world.service.selfUrl}${link()}`, { method: 'POST', body: new URLSearchParams({ what }) })
  return { server, world, rest, newest, link, answer }
}

t.test('a German user gets German steps, enrolls, and nobody else had anything to do', async (t) => {
  const { server, world, rest, newest, link } = await open(t)
  const anna = employee(world.org, 'Anna Guide')
  Object.assign(world.org.users.get(anna.id)?.profile ?? {}, { preferredLanguage: 'de-DE' })
  failEnrollment(world.org, anna)
  await rest()
  t.match(await newest(), { state: 'with_user', ticket: null, decision: { kind: 'guide' }, mailed: { result: 'sent' } })
  t.equal(server.received.length, 1)
  t.match(server.received[0]?.raw, /Subject: Okta Verify einrichten \[RE-/)
  t.match(await (await fetch(`${world.service.selfUrl}${link()}`)).text(), /<html lang="de"/)
  enroll(world.org, anna)
  await rest()
  t.match(await newest(), { state: 'resolved', ticket: null, outcome: 'recovered_by_itself' })
  t.equal(server.received.length, 1, 'one message in all')
})

t.test('“it still fails”: the ticket tells of the steps and the answer', async (t) => {
  const { world, rest, newest, answer } = await open(t)
  failEnrollment(world.org, employee(world.org, 'Bert Guide'))
  await rest()
  t.equal((await answer('fails')).status, 200)
  await rest()
  const c = await newest()
  t.match(c, { state: 'with_person', ticket: { state: 'open' }, decision: { kind: 'ticket', rule: 'app_state_stale' } })
  const ticket = await world.service.store.getTicket(c?.ticket?.key ?? '')
  t.match(JSON.stringify(ticket), /The user answered: it still fails[\s\S]*The steps went to the user first/)
  t.equal((await answer('works')).status, 410)
})

t.test('“this was not me”: a ticket for Security', async (t) => {
  const { world, rest, newest, answer } = await open(t)
  failEnrollment(world.org, employee(world.org, 'Cleo Guide'))
  await rest()
  t.equal((await answer('not_me')).status, 200)
  await rest()
  t.match(await newest(), { state: 'with_person', securityAlert: /not theirs/, ticket: { state: 'open' } })
})

t.test('a mailbox that does not exist: a ticket at once', async (t) => {
  const { server, world, rest, newest } = await open(t)
  server.behave('no_such_user')
  failEnrollment(world.org, employee(world.org, 'Dora Guide'))
  await rest()
  t.match(await newest(), { state: 'with_person', guide: { endedBecause: /not reached/ }, ticket: { state: 'open' } })
})

t.test('a mail that comes back hours later: a ticket at once, and the mail is not taken for sent again', async (t) => {
  const { server, world, rest, newest } = await open(t)
  failEnrollment(world.org, employee(world.org, 'Emil Guide'))
  await rest()
  t.match(await newest(), { state: 'with_user', mailed: { result: 'sent' } })
  const report = (secret: string) =>
    fetch(new URL('/tickets/mail', world.service.hookUrl), {
      ...{ method: 'POST', headers: { 'x-reenroll-secret': secret, 'content-type': 'message/rfc822' } },
      body: deliveryFailure(server.received[0]?.raw ?? '')
    })
  t.equal((await report('another')).status, 401)
  t.match(await newest(), { state: 'with_user' })
  for (const _ of ['once', 'again']) t.equal((await report(BOUNCES)).status, 202)
  await rest()
  const c = await newest()
  t.match(c, { state: 'with_person', ticket: { state: 'open' }, mailed: { result: 'refused', returned: true } })
  t.match(c?.guide, { endedBecause: /not reached/ })
  t.equal(c?.timeline.filter(({ what }) => what.includes('came back')).length, 1)
  const ledger = await world.service.store.ledger({ after: 0, limit: 100, caseId: c?.id ?? '' })
  t.same(
    ledger.filter(({ kind }) => kind === 'mail').map(({ entry }) => entry.result),
    ['sent', 'returned']
  )
})
