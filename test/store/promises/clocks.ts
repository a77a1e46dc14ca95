/** What a store promises about times that a wrong clock has written. */
import type { Test } from 'tap'
import type { OpenStore } from '../../contract/store.ts'
import { aCase, aDelivery, changed, minute, NOON } from '../build.ts'

const claim = { limit: 10, now: NOON, leaseMs: 60_000, holder: 'worker-1' }
const HOUR = 60

export async function clockPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('a case that a clock an hour ahead put off is due at once when it is brought forward', async (t) => {
    const store = await open(t)
    const ahead = aCase('ahead', { openedAt: minute(HOUR), updatedAt: minute(HOUR), dueAt: minute(HOUR + 1) })
    await store.save({ next: ahead, ledger: [] })
    await store.save({ next: aCase('patient', { dueAt: minute(600) }), ledger: [] })
    await store.save({ next: aCase('skewed', { updatedAt: minute(0.5), dueAt: minute(5) }), ledger: [] })
    await store.save({ next: aCase('rests', { updatedAt: minute(HOUR), dueAt: null }), ledger: [] })
    t.same(await store.claimDue(claim), [])
    t.equal(await store.repairClockSkew(NOON), 1)
    const [due, ...others] = await store.claimDue(claim)
    t.match(due, { id: 'RE-ahead', version: 1, dueAt: NOON })
    t.same(others, [])
    t.equal(await store.repairClockSkew(NOON), 0, 'once')
    t.equal(await store.save({ next: changed(ahead, { updatedAt: NOON, dueAt: null }), ledger: [] }), 'saved')
  })

  await t.test('so is what a ticket system was to be told', async (t) => {
    const store = await open(t)
    const outbox = { revision: 1, targets: ['jira'], at: minute(HOUR) }
    await store.save({ next: aCase('ahead', { updatedAt: minute(HOUR) }), ledger: [], outbox })
    const ask = { target: 'jira', now: NOON, leaseMs: 60_000, holder: 'worker-1' }
    t.equal(await store.claimOutboxEntry(ask), null)
    t.ok((await store.repairClockSkew(NOON)) >= 1)
    t.match(await store.claimOutboxEntry(ask), { caseId: 'RE-ahead' })
  })
}

/** Where leases run by the clock of the process. */
export async function leaseClockPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('a lease taken by a clock an hour ahead ends a minute after the clock was set right', async (t) => {
    const store = await open(t)
    await store.receive(aDelivery(['a']))
    await store.save({ next: aCase('anna'), ledger: [] })
    const ahead = { ...claim, now: minute(HOUR), holder: 'ahead' }
    t.equal((await store.claimEvents(ahead)).length, 1)
    t.equal((await store.claimDue(ahead)).length, 1)
    await store.repairClockSkew(NOON)
    t.same(await store.claimDue(claim), [], 'work under way may end')
    const soon = { ...claim, now: minute(1) }
    t.equal((await store.claimEvents(soon)).length, 1)
    t.equal((await store.claimDue(soon)).length, 1)
  })
}
