/**
 * What every ticket system beyond the built-in desk is held to, run against a faithful fake of it: one ticket per case that
 * tells the whole story and closes itself, whatever fails at whatever moment.
 */
import type { Test } from 'tap'
import type { Case } from '../../src/domain/case.ts'
import type { Store } from '../../src/domain/store.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { FAULTS, type Fake, type Fault, type SeenTicket } from '../fakes/fake.ts'
import { NOW } from '../remediate/situations.ts'
import { type ManualClock, manualClock } from '../support/clock.ts'
import { matchAll } from '../support/match-all.ts'
import { dyingStore } from '../ticket/outbox/dying-store.ts'
import {
  LATER_MS,
  type MakeTarget,
  type OutboxWorld,
  openOutboxWorld,
  POLICY,
  waitingCase
} from '../ticket/outbox/outbox-world.ts'

export interface TargetUnderTest {
  readonly fake: Fake
  readonly make: MakeTarget
}
/** `perMinute` is the fake's rate limit. */
export type OpenTarget = (t: Test, parts: { clock: ManualClock; perMinute?: number }) => Promise<TargetUnderTest>

/** Only what `reset` of the fake cannot give a fresh world. */
function fresh(under: TargetUnderTest, clock: ManualClock, store?: Store): OutboxWorld {
  under.fake.reset()
  clock.set(NOW)
  return openOutboxWorld(under.make, { clock, ...(store ? { store } : {}) })
}

/** A whole life: opened, news, resolved, and the same person in trouble again the next day. */
async function live(world: OutboxWorld): Promise<void> {
  let c = await world.save(waitingCase('Anna'), {}, { what: 'Handed to a person.' })
  await world.settle()
  world.clock.advance(HOUR_MS)
  c = await world.save(c, {}, { what: 'Tried again: the second attempt failed.' })
  await world.settle()
  world.clock.advance(HOUR_MS)
  await world.save(c, { state: 'resolved', outcome: 'recovered_by_itself' }, { what: 'The user is enrolled.' })
  await world.settle()
  world.clock.advance(20 * HOUR_MS)
  await world.save(waitingCase('Anna', { id: 'RE-Anna2' }), {}, { what: 'In trouble again.' })
  await world.settle()
}

/** What holds after `live`, however it went. */
function faultsOf(fake: Fake, reopens: boolean, mayRepeat = false): readonly string[] {
  const [first, second] = [fake.tickets('RE-Anna'), fake.tickets('RE-Anna2')]
  const keys = new Set([...first, ...second].map((ticket) => ticket.key))
  const notes = first.flatMap((ticket) => ticket.notes)
  return [
    ...(first.length === 1 ? [] : [`${first.length} tickets for the first case`]),
    ...(second.length === 1 ? [] : [`${second.length} tickets for the second case`]),
    ...(keys.size === (reopens ? 1 : 2) ? [] : [`${keys.size} tickets in all`]),
    ...(second[0]?.state === 'open' ? [] : ['the second case has no open ticket']),
    ...(reopens || first[0]?.state === 'closed' ? [] : ['the ticket of the first case was not closed']),
    ...(mayRepeat || new Set(notes).size === notes.length
      ? []
      : [`something was said twice: ${JSON.stringify(notes)}`]),
    ...(/In trouble again|RE-Anna2/.test(texts(second)) ? [] : ['the second case is not told'])
  ]
}

function texts(tickets: readonly SeenTicket[]): string {
  return tickets.flatMap((ticket) => [ticket.title, ticket.body, ...ticket.notes]).join('\n')
}

/** What is wrong after a whole life with this fault at the nth request. */
async function liveWithFault(under: TargetUnderTest, clock: ManualClock, fault: Fault, n: number) {
  const world = fresh(under, clock)
  under.fake.failAt(n, fault)
  await live(world)
  return faultsOf(under.fake, world.target.can.reopen, under.fake.repeats)
}

/** Of both cases; a ticket that showed both counts once. */
function openTickets(fake: Fake): readonly string[] {
  const open = [...fake.tickets('RE-Anna'), ...fake.tickets('RE-Anna2')].filter(({ state }) => state === 'open')
  return [...new Set(open.map(({ key }) => key))]
}

/** The nth request from now is done and never answered, and then the system is down for a while. */
async function unanswered(world: OutboxWorld, fake: Fake, n: number, then: Fault = 'unavailable'): Promise<void> {
  const next = fake.requests.length + n
  fake.failAt(next, 'drop_after')
  for (let later = 1; later < 9; later++) fake.failAt(next + later, then)
  await world.dispatcher().drain()
}

/** Anna's case ends, and she fails again so much later: the case of that failure. */
async function failsAgain(world: OutboxWorld, afterMs: number): Promise<Case> {
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  await world.save(c, { state: 'resolved' })
  await world.settle()
  world.clock.advance(afterMs)
  return world.save(waitingCase('Anna', { id: 'RE-Anna2' }))
}

export async function targetContract(t: Test, open: OpenTarget): Promise<void> {
  const clock = manualClock(NOW)
  const under = await open(t, { clock })
  const { fake } = under
  const { can } = openOutboxWorld(under.make, { clock }).target

  await t.test('one ticket tells the story, closes itself, and comes back', async (t) => {
    const world = fresh(under, clock)
    await live(world)
    t.same(faultsOf(fake, can.reopen), [])
    const [ticket] = fake.tickets('RE-Anna')
    t.match(ticket?.title, /anna@example\.com/)
    t.match(texts(fake.tickets('RE-Anna')), /The requester’s identity is not verified|second attempt failed/)
    if (can.notes) t.match(ticket?.notes.join('\n'), /second attempt failed[\s\S]*is enrolled/)
    matchAll(t, await world.entries(), [{ state: 'done' }, { state: 'done' }])
  })

  await t.test('a fault at any request: no second ticket, none lost, nothing said twice', async (t) => {
    await live(fresh(under, clock))
    const count = fake.requests.length
    t.ok(count >= 4, `${count} requests`)
    // In turn; `targetTrials` plays each at each request.
    for (let n = 0; n < Math.max(count, FAULTS.length); n++) {
      const fault = FAULTS[n % FAULTS.length] ?? 'unavailable'
      t.same(await liveWithFault(under, clock, fault, n % count), [], `${fault} at request ${n % count}`)
    }
  })

  await t.test('a storm’s child loses its ticket, and gets none', async (t) => {
    const world = fresh(under, clock)
    const c = await world.save(waitingCase('Anna'))
    await world.settle()
    await world.save(c, { parentId: 'RE-storm' }, { what: 'Part of the storm RE-storm.' })
    await world.save(waitingCase('Bert', { parentId: 'RE-storm' }))
    await world.settle()
    matchAll(t, fake.tickets('RE-Anna'), [{ state: 'closed' }])
    t.same(fake.tickets('RE-Bert'), [])
  })

  await t.test('a case that ends before its ticket was made needs none', async (t) => {
    const world = fresh(under, clock)
    const c = await world.save(waitingCase('Anna'))
    await world.save(c, { state: 'resolved' })
    await world.settle()
    t.same(fake.requests, [])
    matchAll(t, await world.entries(), [{ state: 'done', ticket: null }])
  })

  await t.test('a case that ends before anybody knows whether its ticket was made leaves none open', async (t) => {
    const world = fresh(under, clock)
    const c = await world.save(waitingCase('Anna'))
    await unanswered(world, fake, 0)
    await world.save(c, { state: 'resolved' }, { what: 'The user is enrolled.' })
    await world.settle()
    matchAll(t, fake.tickets('RE-Anna'), [{ state: 'closed' }])
  })

  await t.test('a look-up that fails for a while still finds the ticket that was made before', async (t) => {
    const world = fresh(under, clock)
    await world.save(waitingCase('Anna'))
    await unanswered(world, fake, 0)
    fake.failAll('error_before')
    for (let n = 0; n < 10; n++) {
      clock.advance(MINUTE_MS)
      await world.dispatcher().drain()
    }
    fake.failAll(null)
    await world.settle()
    t.equal(fake.tickets('RE-Anna').length, 1)
  })

  await t.test('a ticket whose reopening was not answered is closed with its case', async (t) => {
    // The write is one of the first requests.
    for (let n = 0; n < (can.reopen ? 4 : 1); n++) {
      const world = fresh(under, clock)
      const again = await failsAgain(world, HOUR_MS)
      await unanswered(world, fake, n)
      await world.save(again, { state: 'resolved' })
      await world.settle()
      t.same(openTickets(fake), [], `request ${n}`)
    }
  })

  await t.test('a reopening that was not answered in the window leaves one open ticket after it', async (t) => {
    for (let n = 0; can.reopen && n < 4; n++) {
      const world = fresh(under, clock)
      const again = await failsAgain(world, POLICY.reopenWithinMs - MINUTE_MS)
      await unanswered(world, fake, n)
      clock.advance(HOUR_MS)
      await world.settle()
      t.equal(openTickets(fake).length, 1, `request ${n}`)
      await world.save(again, { state: 'resolved' })
      await world.settle()
      t.same(openTickets(fake), [], `request ${n}`)
    }
  })

  await t.test('a ticket that an ended case has yet to close is not given to the next case', async (t) => {
    for (let n = 0; can.reopen && n < 4; n++) {
      const world = fresh(under, clock)
      const again = await failsAgain(world, HOUR_MS)
      await unanswered(world, fake, n, 'error_before')
      fake.failAll('error_before')
      await world.save(again, { state: 'resolved' })
      for (let tries = 0; tries < 10; tries++) {
        clock.advance(MINUTE_MS)
        await world.dispatcher().drain()
      }
      fake.failAll(null)
      await world.save(waitingCase('Anna', { id: 'RE-Anna3' }))
      await world.settle()
      matchAll(t, fake.tickets('RE-Anna3'), [{ state: 'open' }], `request ${n}`)
    }
  })

  await t.test('repetitions of the failure are told now and then, everything else at once', async (t) => {
    const world = fresh(under, clock)
    let c = await world.save(waitingCase('Anna'))
    await world.settle()
    const before = fake.requests.length
    for (let n = 0; n < 20; n++) {
      world.clock.advance(10_000)
      c = await world.save(c, {}, { what: `Enrollment failed again (${n}).`, by: 'okta' })
      await world.dispatcher().drain()
    }
    t.equal(fake.requests.length, before, 'not yet')
    world.clock.advance(10 * MINUTE_MS)
    await world.settle()
    t.match(texts(fake.tickets('RE-Anna')), /failed again \\?\(19\)/)
    const told = fake.requests.length
    await world.save(c, {}, { what: 'Approved: unsuspend_user.', by: 'Olga' })
    await world.dispatcher().drain()
    t.ok(fake.requests.length > told)
  })

  await t.test('a resolved ticket is opened again inside the window, and not after it', async (t) => {
    const world = fresh(under, clock)
    const c = await world.save(waitingCase('Anna'))
    await world.settle()
    await world.save(c, { state: 'resolved' })
    await world.settle()
    world.clock.advance(LATER_MS)
    await world.save(waitingCase('Anna', { id: 'RE-Anna2' }))
    await world.settle()
    matchAll(t, fake.tickets('RE-Anna'), [{ state: 'closed' }])
    matchAll(t, fake.tickets('RE-Anna2'), [{ state: 'open' }])
  })
}

/** The long loops of the same promises. */
export async function targetTrials(t: Test, open: OpenTarget): Promise<void> {
  const clock = manualClock(NOW)
  const under = await open(t, { clock })
  const { fake } = under
  const { can } = openOutboxWorld(under.make, { clock }).target

  await t.test('each fault at each request: no second ticket, none lost, nothing said twice', async (t) => {
    await live(fresh(under, clock))
    const count = fake.requests.length
    t.ok(count >= 4, `${count} requests`)
    for (const fault of FAULTS) {
      for (let n = 0; n < count; n++) {
        const wrong = await liveWithFault(under, clock, fault, n)
        if (wrong.length > 0) t.fail(`${fault} at request ${n}: ${wrong.join('; ')}`)
      }
    }
    t.pass(`${FAULTS.length * count} faults`)
  })

  await t.test('the process dies before or after each write to the store: still one ticket', async (t) => {
    const counted = dyingStore(openInMemory(), -1, 'after')
    await live(fresh(under, clock, counted.store))
    const count = counted.writes()
    t.ok(count > 4, `${count} writes`)
    for (const when of ['before', 'after'] as const) {
      for (let n = 0; n < count; n++) {
        const world = fresh(under, clock, dyingStore(openInMemory(), n, when).store)
        await live(world)
        const wrong = faultsOf(fake, can.reopen, fake.repeats)
        if (wrong.length > 0) t.fail(`killed ${when} write ${n}: ${wrong.join('; ')}`)
      }
    }
    t.pass(`killed ${2 * count} times`)
  })

  await t.test('an hour’s outage with 300 cases waiting: 300 tickets, in order, inside the rate limit', async (t) => {
    const limited = await open(t, { clock, perMinute: 100 })
    limited.fake.reset()
    clock.set(NOW)
    const world = openOutboxWorld(limited.make, { clock, limit: { calls: 90, perMs: MINUTE_MS } })
    limited.fake.failAll('unavailable')
    const names = Array.from({ length: 300 }, (_, n) => `U${String(n).padStart(3, '0')}`)
    for (const name of names) {
      await world.save(waitingCase(name))
      clock.advance(HOUR_MS / 300)
      await world.dispatcher().drain()
    }
    const tried = limited.fake.requests.length
    t.ok(tried < 150, `${tried} calls to a system that is down`)
    limited.fake.failAll(null)
    await world.settle()
    const counts = names.map((name) => limited.fake.tickets(`RE-${name}`).length)
    t.same(new Set(counts), new Set([1]), 'each one ticket')
    const keys = names.map((name) => limited.fake.tickets(`RE-${name}`)[0]?.key ?? '')
    t.same(keys, keys.toSorted(byNumber), 'in order')
    t.equal(limited.fake.overLimit(), 0)
    t.equal((await world.store.outboxEntries({ state: 'done', limit: 999 })).length, 300)
  })
}

function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}

/** For systems in which people can see and close tickets. */
export async function personContract(t: Test, open: OpenTarget): Promise<void> {
  const clock = manualClock(NOW)
  const under = await open(t, { clock })
  const { fake } = under
  const person = fake.person
  if (!person) throw new Error('this fake knows no people')

  async function opened(world: OutboxWorld): Promise<{ c: Awaited<ReturnType<OutboxWorld['save']>>; key: string }> {
    const c = await world.save(waitingCase('Anna'), {}, { what: 'Handed to a person.' })
    await world.settle()
    return { c, key: fake.tickets('RE-Anna')[0]?.key ?? '' }
  }

  await t.test('what a person edited is kept; the news still come as a note', async (t) => {
    const world = fresh(under, clock)
    const { c, key } = await opened(world)
    person.edit(key, { title: 'Anna’s phone, call her at 14:00' })
    await world.save(c, { cause: null }, { what: 'Decided anew.' })
    await world.settle()
    t.equal(fake.tickets('RE-Anna')[0]?.title, 'Anna’s phone, call her at 14:00')
    t.match(fake.tickets('RE-Anna')[0]?.body, /No cause was found yet/, 'the text is still ours')
    const again = (await world.store.getCase('RE-Anna')) ?? c
    person.edit(key, { body: 'My own notes.' })
    await world.save(again, {}, { what: 'Decided once more.' })
    await world.settle()
    t.equal(fake.tickets('RE-Anna')[0]?.body.trim(), 'My own notes.')
    t.match(fake.tickets('RE-Anna')[0]?.notes.at(-1), /Decided once more/)
  })

  await t.test(
    'a ticket closed by a person stays closed and closes the case, found by an update or by reading',
    async (t) => {
      const world = fresh(under, clock)
      const { c, key } = await opened(world)
      t.equal(await world.target.readOne(key), null, 'not closed yet')
      person.close(key, 'done')
      t.match(await world.target.readOne(key), { ref: { key }, state: 'closed', wontFix: false })
      world.clock.advance(5 * MINUTE_MS)
      matchAll(t, await world.target.readSince(NOW), [{ ref: { key }, state: 'closed', wontFix: false }])
      await world.save(c, {}, { what: 'Something else happened.' })
      await world.settle()
      t.same(world.closedCases, ['RE-Anna'])
      matchAll(t, fake.tickets('RE-Anna'), [{ state: 'closed' }])
      matchAll(t, await world.entries(), [{ state: 'done', ticket: { state: 'closed_there' } }])
    }
  )

  await t.test('won’t fix is not opened again: the next case gets a ticket of its own', async (t) => {
    for (const how of ['done', 'wont_fix'] as const) {
      const world = fresh(under, clock)
      const { c, key } = await opened(world)
      person.close(key, how)
      await world.save(c, { state: 'closed', outcome: 'closed_by_person' }, { what: 'Closed there.' })
      await world.settle()
      await world.save(waitingCase('Anna', { id: 'RE-Anna2' }))
      await world.settle()
      const [again] = fake.tickets('RE-Anna2')
      t.equal(again?.key === key, how === 'done', how)
      t.equal(again?.state, 'open')
    }
  })

  await t.test(
    'a ticket that was deleted is made again, by itself or when a person says that it is gone',
    async (t) => {
      const world = fresh(under, clock)
      const { c, key } = await opened(world)
      person.remove(key)
      await world.save(c, {}, { what: 'Something else happened.' })
      await world.settle()
      const [hidden] = await world.store.outboxEntries({ state: 'dead', limit: 1 })
      if (hidden) {
        t.match(hidden.lastError, /was deleted, or the account may no longer see it/)
        await world.store.retryOutboxEntry(hidden.id, clock.clock(), 'gone')
        await world.settle()
      }
      matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open' }])
    }
  )

  await t.test(
    'one ticket that is hidden alone gets no second one, and its news when it can be seen again',
    async (t) => {
      const world = fresh(under, clock)
      const { c, key } = await opened(world)
      person.hide(key)
      const later = await world.save(c, {}, { what: 'Something else happened.' })
      await world.save(waitingCase('Bert'))
      await world.settle()
      matchAll(t, fake.tickets('RE-Anna'), [{ key, state: 'open' }])
      matchAll(t, fake.tickets('RE-Bert'), [{ state: 'open' }])
      t.same(world.closedCases, [])
      matchAll(t, await world.entries(), [{ state: 'done' }, { state: 'dead', ticket: { key } }])
      person.hide(null)
      await world.save(later, {}, { what: 'A person took the case.' })
      await world.settle()
      matchAll(t, fake.tickets('RE-Anna'), [{ key, state: 'open', notes: [/Something else[\s\S]*A person took/] }])
    }
  )

  await t.test(
    'the resolved ticket of the earlier case cannot be opened again: the next case gets one of its own',
    async (t) => {
      for (const change of [person.remove, person.hide, person.lock]) {
        if (!change) continue
        const world = fresh(under, clock)
        const { key } = await opened(world)
        const [c] = (await world.store.listCases({ limit: 1 })).cases
        if (c) await world.save(c, { state: 'resolved' })
        await world.settle()
        change(key)
        await world.save(waitingCase('Anna', { id: 'RE-Anna2' }))
        await world.settle()
        const made = fake.tickets('RE-Anna2').filter((ticket) => ticket.key !== key)
        matchAll(t, made, [{ state: 'open' }], change.name)
        person.hide(null)
        matchAll(t, openTickets(fake), [made[0]?.key], change.name)
      }
    }
  )

  await t.test('wrong credentials lose nothing and hammer nobody; the check says what is wrong', async (t) => {
    const world = fresh(under, clock)
    t.same((await world.target.check()).faults, [])
    t.equal(fake.tickets('RE-Anna').length, 0, 'without a trace')
  })
}
