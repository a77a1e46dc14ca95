/** Verifications whose answer comes late, twice, or after what it was for has ended: none proves more than the user did. */
import { createHash } from 'node:crypto'
import t from 'tap'
import { askChallenge } from '../../src/case/machine/challenges.ts'
import { HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/domain/time.ts'
import { answerPush } from '../../src/sandbox/org/challenges.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import {
  ANA,
  approve,
  BEN,
  type Caller,
  caseOf,
  challenge,
  type Desk,
  openDesk,
  pass,
  sent,
  writes
} from './caller-desk.ts'
import { settle } from './settle.ts'

t.setTimeout(100_000)

const POLL = '/api/v1/users/*/factors/*/transactions/*'

let shared: Promise<Desk> | undefined

function sharedDesk(): Promise<Desk> {
  shared ??= openDesk(t)
  return shared
}

async function answer(desk: Desk, caller: Caller, answer: 'right' | 'no') {
  const number = (await sent(desk, caller)).at(-1)?.number ?? 0
  answerPush(desk.world.org, caller.person.id, answer === 'no' ? 'no' : number)
}

/** The case is closed while its push is out, and the user fails again; the user's next case. */
async function closeAndFailAgain(desk: Desk, caller: Caller): Promise<Caller> {
  await desk.commands.close(caller.id, { because: 'the caller hung up' }, ANA)
  desk.time.advance(SECOND_MS)
  failEnrollment(desk.world.org, caller.person)
  await settle(desk.world, desk.time)
  return { ...caller, id: (await desk.world.api.newestCase(caller.person.id))?.id ?? '' }
}

const last = async (desk: Desk, caller: Caller) => (await caseOf(desk, caller)).challenges?.at(-1)

t.test('Okta errs while the user answers: the push is asked for again, and its answer counts', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Eve Error')
  await challenge(desk, caller, caller.push)
  const fault = desk.world.org.faults.add({ path: POLL, answer: { status: 500 } })
  await answer(desk, caller, 'right')
  await pass(desk, 30 * SECOND_MS)
  t.match(await last(desk, caller), { state: 'push' }, 'an error is no answer')
  t.match(await approve(desk, caller), { ok: false, because: /must be verified first/ })
  desk.world.org.faults.clear(fault.id)
  await pass(desk, MINUTE_MS)
  t.match(await last(desk, caller), { state: 'passed' })
  t.same(writes(desk, caller), [])
})

t.test('Okta errs until the push has ended: nobody knows, which is no proof', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Una Unknown')
  await challenge(desk, caller, caller.push)
  const fault = desk.world.org.faults.add({ path: POLL, answer: { status: 503 } })
  await answer(desk, caller, 'right')
  await pass(desk, 6 * MINUTE_MS)
  t.match(await last(desk, caller), { state: 'unknown' })
  desk.world.org.faults.clear(fault.id)
  await pass(desk, 10 * SECOND_MS)
  t.match(await approve(desk, caller), { ok: false, because: /must be verified first/ })
  t.same(writes(desk, caller), [])
})

t.test('a push that was accepted an hour before the service saw it proves nothing about now', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Hugo Hour')
  await challenge(desk, caller, caller.push)
  await answer(desk, caller, 'right')
  const { expiresAt = '' } = (await last(desk, caller)) ?? {}
  desk.time.advance(HOUR_MS)
  await pass(desk, SECOND_MS)
  const seen = await last(desk, caller)
  t.match(seen, { state: 'passed' })
  t.ok((seen?.at ?? '') <= expiresAt, 'it was passed before it ended')
  t.match(await approve(desk, caller), { ok: false, because: /at most 15 min ago/ })
  t.same(writes(desk, caller), [])
})

t.test('a code counts from when it was entered, however late it is checked', async (t) => {
  const desk = await sharedDesk()
  const caller = await desk.caller('Cora Code')
  await challenge(desk, caller, caller.email)
  const c = await caseOf(desk, caller)
  const at = plus(desk.time.clock(), -20 * MINUTE_MS)
  // As after an outage: a manager's code, entered in time, that nobody has checked yet.
  const late = (c.challenges ?? []).map((one) => ({
    ...{ ...one, kind: 'manager' as const, factorId: null, code: '12345678', at, expiresAt: plus(at, MINUTE_MS) },
    codeHash: createHash('sha256').update(`${one.id} 12345678`).digest('hex')
  }))
  const next = { ...c, version: c.version + 1, challenges: late, dueAt: desk.time.clock() }
  t.equal(await desk.world.service.store.save({ next, ledger: [] }), 'saved')
  await pass(desk, SECOND_MS)
  t.match(await last(desk, caller), { state: 'passed', at })
  t.match(await approve(desk, caller), { ok: false, because: /must be verified first/ })
})

t.test('a challenge that was asked for an hour ago is not sent: the caller has hung up', async (t) => {
  const desk = await openDesk(t)
  const caller = await desk.caller('Otis Overdue')
  const c = await caseOf(desk, caller)
  const policy = { kinds: ['push'], startedBy: 'approver' } as const
  const asked = askChallenge(c, { factor: caller.push }, ANA, plus(desk.time.clock(), -HOUR_MS), policy)
  if (!('next' in asked)) throw new Error(asked.because)
  const next = { ...asked.next, version: c.version + 1, dueAt: desk.time.clock() }
  t.equal(await desk.world.service.store.save({ next, ledger: asked.ledger }), 'saved')
  await pass(desk, SECOND_MS)
  t.same(await sent(desk, caller), [])
  t.match(await last(desk, caller), { state: 'not_sent', because: /too long ago/ })
})

t.test('a second operator who confirms after the end confirms nothing', async (t) => {
  const desk = await openDesk(t)
  const caller = await desk.caller('Ada Admin')
  desk.world.org.users.get(caller.person.id)?.roles.push({
    ...{ id: 'ra9', type: 'ORG_ADMIN', label: 'Admin', assignmentType: 'USER', status: 'ACTIVE' }
  })
  await challenge(desk, caller, caller.push)
  t.match(await last(desk, caller), { state: 'second_operator' })
  desk.time.advance(HOUR_MS)
  t.match(await desk.commands.confirmVerification(caller.id, BEN), { ok: false, kind: 'wrong_state' })
  await pass(desk, SECOND_MS)
  t.same(await sent(desk, caller), [])
})

t.test('the case is closed before the challenge is sent, so it is not sent', async (t) => {
  const desk = await openDesk(t)
  const caller = await desk.caller('Cleo Closed')
  await desk.world.service.worker.idle()
  const both = [
    desk.commands.verify(caller.id, { factor: caller.push }, ANA),
    desk.commands.close(caller.id, { because: 'a wrong number' }, BEN)
  ]
  await Promise.all(both)
  await pass(desk, 10 * SECOND_MS)
  const closed = await caseOf(desk, caller)
  t.equal(closed.state, 'closed')
  t.equal((await sent(desk, caller)).length, 0)
})

t.test('the user refuses the push after the case was closed: security hears of it all the same', async (t) => {
  const desk = await openDesk(t)
  const caller = await desk.caller('Tess Ticket')
  await challenge(desk, caller, caller.push)
  await desk.commands.close(caller.id, { because: 'the caller hung up' }, ANA)
  await pass(desk, 10 * SECOND_MS)
  await answer(desk, caller, 'no')
  await pass(desk, 10 * SECOND_MS)
  const c = await caseOf(desk, caller)
  t.match(c, { state: 'with_person', securityAlert: /refused a verification/, challenges: [{ state: 'rejected' }] })
  t.same(writes(desk, caller), [])
})

t.test('the user accepts the push of a closed case: it proves nothing in the next one', async (t) => {
  const desk = await openDesk(t)
  const caller = await desk.caller('Nina Next')
  await challenge(desk, caller, caller.push)
  const next = await closeAndFailAgain(desk, caller)
  t.not(next.id, caller.id)
  await answer(desk, caller, 'right')
  await pass(desk, 10 * SECOND_MS)
  t.match(await approve(desk, next), { ok: false, because: /must be verified first/ })
  t.same(writes(desk, caller), [])
})

t.test('the user refuses the push of a closed case while the next one is open: that one is stopped', async (t) => {
  const desk = await openDesk(t)
  const caller = await desk.caller('Rex Refuses')
  await challenge(desk, caller, caller.push)
  const next = await closeAndFailAgain(desk, caller)
  t.not(next.id, caller.id)
  await answer(desk, caller, 'no')
  await pass(desk, 10 * SECOND_MS)
  t.match(await last(desk, caller), { state: 'unknown', because: `Case ${next.id} follows it.` })
  t.match(await caseOf(desk, next), { state: 'with_person', securityAlert: /refused a verification/ })
  t.match(await approve(desk, next), { ok: false })
  t.same(writes(desk, caller), [])
})

t.test('the poll link of Okta’s answer is another user’s: only the own transaction is asked for', async (t) => {
  const desk = await openDesk(t)
  const [ida, ted] = [await desk.caller('Ida Other'), await desk.caller('Ted Own')]
  await challenge(desk, ida, ida.push)
  await challenge(desk, ted, ted.push)
  await answer(desk, ida, 'right')
  const { org, service } = desk.world
  const c = await caseOf(desk, ted)
  const [foreign] = await sent(desk, ida)
  // As if the answer to Ted's push had named Ida's transaction.
  const forged = (c.challenges ?? []).map((one) => ({ ...one, transactionId: foreign?.transactionId ?? '' }))
  await service.store.save({ next: { ...c, version: c.version + 1, challenges: forged }, ledger: [] })
  await pass(desk, 10 * SECOND_MS)
  t.match(await last(desk, ted), { state: 'push' }, 'Okta knows no such transaction of Ted')
  t.match(await approve(desk, ted), { ok: false, because: /must be verified first/ })
  t.same(org.writes, [])
})

t.test('the factor is enrolled anew while its push is out: what it proved is gone with it', async (t) => {
  const desk = await openDesk(t)
  const caller = await desk.caller('Fran Factor')
  await challenge(desk, caller, caller.push)
  const user = desk.world.org.users.get(caller.person.id)
  if (user) {
    user.factors = user.factors.map((factor) =>
      factor.id === caller.push ? { ...factor, created: plus(desk.time.clock(), -MINUTE_MS) } : factor
    )
  }
  await answer(desk, caller, 'right')
  await pass(desk, 5 * SECOND_MS)
  t.match(await last(desk, caller), { state: 'passed', strength: 'strong' })
  await approve(desk, caller)
  t.same(writes(desk, caller), [], 'read again right before the write, the factor is new')
})
