/** What a store promises about giving events a disposition. */
import type { Test } from 'tap'
import type { Case } from '../../../src/domain/case.ts'
import type { EventDisposition } from '../../../src/domain/deliveries.ts'
import type { CaseClaim } from '../../../src/domain/store.ts'
import type { OpenStore } from '../../contract/store.ts'
import { aCase, aDelivery, aLine, aTrace, changed, minute, NOON } from '../build.ts'

const claim = { limit: 10, now: NOON, leaseMs: 60_000, holder: 'worker-1' }
const failure: EventDisposition = { kind: 'case', caseId: 'RE-anna', as: 'failure' }
const skipped: EventDisposition = { kind: 'skipped', why: 'not_listed' }

export async function digestPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('digested events are not handed out again, and their case and ledger lines are there', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a', 'b']))
    const write = { next: aCase('anna'), ledger: [aLine()] }
    const events = [
      { uuid: 'a', disposition: failure, trace: aTrace('anna') },
      { uuid: 'b', disposition: skipped }
    ]
    t.equal(await store.processEvents({ events, write }), 'saved')
    t.same(await store.claimEvents({ ...claim, now: minute(60) }), [])
    t.same(await store.getCase('RE-anna'), aCase('anna'))
    t.equal((await store.ledger({ after: 0, limit: 10 })).length, 1)
    t.equal((await store.snapshot()).pendingEvents, 0)
  })

  await t.test('an event digested before makes the whole step `already`, and nothing of it is written', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a', 'b']))
    await store.processEvents({ events: [{ uuid: 'a', disposition: skipped }] })
    const events = [
      { uuid: 'b', disposition: failure, trace: aTrace('anna') },
      { uuid: 'a', disposition: failure }
    ]
    t.equal(await store.processEvents({ events, write: { next: aCase('anna'), ledger: [aLine()] } }), 'already')
    t.equal(await store.getCase('RE-anna'), null)
    t.same(await store.ledger({ after: 0, limit: 10 }), [])
    t.same(
      (await store.claimEvents(claim)).map((event) => event.uuid),
      ['b'],
      'the other event still waits'
    )
  })

  await t.test('a case that moved meanwhile makes the step a conflict, and its events still wait', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a']))
    await store.save({ next: aCase('anna'), ledger: [] })
    const events = [{ uuid: 'a', disposition: failure, trace: aTrace('anna') }]
    t.equal(await store.processEvents({ events, write: { next: aCase('anna'), ledger: [aLine()] } }), 'conflict')
    t.equal((await store.claimEvents(claim)).length, 1)
    const recent = { subjectKey: 'user:anna', ips: [], asNumbers: [], now: NOON, stormWindowMs: 60_000 }
    t.equal((await store.recent(recent)).failingUsers, 0)
    t.same(await store.ledger({ after: 0, limit: 10 }), [])
  })

  await t.test('of two workers digesting one event, one saves', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a']))
    const step = { events: [{ uuid: 'a', disposition: failure }], write: { next: aCase('anna'), ledger: [] } }
    t.same((await Promise.all([store.processEvents(step), store.processEvents(step)])).toSorted(), ['already', 'saved'])
  })

  await t.test('events join a case while a worker holds it; the worker then sees a conflict', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a']))
    await store.save({ next: aCase('anna'), ledger: [] })
    const [held] = await store.claimDue(claim)
    if (!held) throw new Error('nothing was due')
    const joined = changed(held, { contentRevision: 2 })
    const step = { events: [{ uuid: 'a', disposition: failure }], write: { next: joined, ledger: [] } }
    t.equal(await store.processEvents(step), 'saved')
    t.equal(await store.save({ next: changed(held), ledger: [], holder: 'worker-1' }), 'conflict')
    t.equal(await store.save({ next: changed(joined), ledger: [], holder: 'worker-1' }), 'saved', 'the lease stood')
  })

  await t.test('a dead event is a dead letter under its uuid', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a']))
    await store.processEvents({ events: [{ uuid: 'a', disposition: { kind: 'dead', why: 'not an object' } }] })
    t.same(await store.deadLetters(10), [{ at: NOON, why: 'not an object', subject: 'a' }])
    t.equal((await store.snapshot()).deadLetters, 1)
  })

  await t.test('an event that was never received cannot be digested, and its neighbours are not harmed', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a']))
    const [bad, good] = await Promise.allSettled([
      store.processEvents({ events: [{ uuid: 'never-seen', disposition: skipped }] }),
      store.processEvents({ events: [{ uuid: 'a', disposition: skipped }] })
    ])
    t.match(bad, { status: 'rejected', reason: { message: /never received/ } })
    t.same(good, { status: 'fulfilled', value: 'saved' })
  })

  await t.test('the save of processed events hands out the lease of a due case that nobody has', async (t) => {
    const store = await open(t)
    const take = { now: NOON, leaseMs: 60_000, holder: 'worker-1' }
    let n = 0
    const process = async (c: Case, by: CaseClaim) => {
      const uuid = `e${n++}`
      await store.receive(aDelivery([uuid]))
      const write = { next: c, ledger: [], claim: by }
      return store.processEvents({
        events: [{ uuid, disposition: { kind: 'case', caseId: c.id, as: 'failure' } }],
        write
      })
    }
    let wakes = 0
    const anna = aCase('anna')
    await store.receive(aDelivery(['before']))
    store.onWork(() => {
      wakes += 1
    })
    t.equal(await process(anna, take), 'claimed')
    t.equal(wakes, 1, 'of the delivery: who has the case works it')
    t.same(await store.claimDue({ ...claim, now: minute(0.9), holder: 'worker-2' }), [])
    const second = changed(anna)
    t.equal(await process(second, { ...take, now: minute(0.5) }), 'saved', 'not even the same holder takes it twice')
    const other = { ...take, holder: 'worker-2' }
    const third = changed(second)
    t.equal(await process(third, { ...other, now: minute(0.9) }), 'saved')
    const fourth = changed(third)
    t.equal(await process(fourth, { ...other, now: minute(1) }), 'claimed', 'the lease has run out')
    t.equal(await store.save({ next: changed(fourth), ledger: [], holder: 'worker-1' }), 'conflict')
    t.equal(await store.save({ next: changed(fourth), ledger: [], holder: 'worker-2' }), 'saved')
    t.equal(await process(aCase('bert', { dueAt: minute(9) }), take), 'saved', 'it is not due yet')
    t.equal(await process(aCase('carl', { dueAt: null }), take), 'saved')
  })

  await t.test('a digested case that is due wakes the worker', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a', 'b']))
    let wakes = 0
    store.onWork(() => {
      wakes += 1
    })
    await store.processEvents({ events: [{ uuid: 'a', disposition: skipped }] })
    t.equal(wakes, 0)
    await store.processEvents({
      events: [{ uuid: 'b', disposition: failure }],
      write: { next: aCase('anna'), ledger: [] }
    })
    t.equal(wakes, 1)
  })
}
