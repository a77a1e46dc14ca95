/** What a store promises about who works a case. */
import type { Test } from 'tap'
import type { OpenStore } from '../../contract/store.ts'
import { aCase, changed, minute, NOON } from '../build.ts'

const claim = { limit: 10, now: NOON, leaseMs: 60_000, holder: 'worker-1' }
const other = { ...claim, holder: 'worker-2' }

export async function leasePromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('due cases are claimed, the most overdue first; those not due are left', async (t) => {
    const store = await open(t)
    await store.save({ next: aCase('late', { dueAt: minute(-1) }), ledger: [] })
    await store.save({ next: aCase('later', { dueAt: minute(-9) }), ledger: [] })
    await store.save({ next: aCase('future', { dueAt: minute(1) }), ledger: [] })
    await store.save({ next: aCase('never', { dueAt: null }), ledger: [] })
    const due = await store.claimDue(claim)
    t.same(
      due.map((c) => c.id),
      ['RE-later', 'RE-late']
    )
    t.same(await store.claimDue({ ...claim, now: minute(1), limit: 1 }).then((all) => all.map((c) => c.id)), [
      'RE-later'
    ])
  })

  await t.test('two claimers never share a case', async (t) => {
    const store = await open(t)
    for (let n = 0; n < 30; n++) await store.save({ next: aCase(`user-${n}`), ledger: [] })
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, n) => store.claimDue({ ...claim, limit: 5, holder: `worker-${n}` }))
    )
    const ids = claims.flat().map((c) => c.id)
    t.equal(ids.length, 30)
    t.equal(new Set(ids).size, 30)
  })

  await t.test('an expired lease can be claimed, and the former holder can no longer save', async (t) => {
    const store = await open(t)
    const first = aCase('anna')
    await store.save({ next: first, ledger: [] })
    await store.claimDue(claim)
    t.same(await store.claimDue({ ...other, now: minute(0.9) }), [])
    t.equal((await store.claimDue({ ...other, now: minute(1) })).length, 1)
    t.equal(await store.save({ next: changed(first), ledger: [], holder: 'worker-1' }), 'conflict')
    t.equal(await store.save({ next: changed(first), ledger: [], holder: 'worker-2' }), 'saved')
  })

  await t.test('nobody saves as holder of a case that is not held', async (t) => {
    const store = await open(t)
    await store.save({ next: aCase('anna'), ledger: [] })
    t.equal(await store.save({ next: changed(aCase('anna')), ledger: [], holder: 'worker-1' }), 'conflict')
    t.equal(await store.save({ next: aCase('bert'), ledger: [], holder: 'worker-1' }), 'conflict')
  })

  await t.test('the holder’s save ends the lease', async (t) => {
    const store = await open(t)
    await store.save({ next: aCase('anna'), ledger: [] })
    await store.claimDue(claim)
    const next = changed(aCase('anna'), { dueAt: NOON })
    t.equal(await store.save({ next, ledger: [], holder: 'worker-1' }), 'saved')
    t.equal((await store.claimDue(other)).length, 1)
    t.equal(await store.save({ next: changed(next), ledger: [], holder: 'worker-1' }), 'conflict')
  })

  await t.test('a holder with more to do keeps the lease, renewed from that save on', async (t) => {
    const store = await open(t)
    await store.save({ next: aCase('anna'), ledger: [] })
    await store.claimDue(claim)
    const next = changed(aCase('anna'), { updatedAt: minute(0.5) })
    t.equal(await store.save({ next, ledger: [], holder: 'worker-1', keepLease: true }), 'saved')
    t.same(await store.claimDue({ ...other, now: minute(1.4) }), [])
    t.equal(await store.save({ next: changed(next), ledger: [], holder: 'worker-1', keepLease: true }), 'saved')
    t.equal((await store.claimDue({ ...other, now: minute(1.5) })).length, 1)
  })

  await t.test('a save without holder leaves the lease alone', async (t) => {
    const store = await open(t)
    await store.save({ next: aCase('anna'), ledger: [] })
    await store.claimDue(claim)
    const next = changed(aCase('anna'), { contentRevision: 2 })
    t.equal(await store.save({ next, ledger: [] }), 'saved')
    t.same(await store.claimDue(other), [])
    t.equal(await store.save({ next: changed(next), ledger: [], holder: 'worker-1' }), 'saved')
  })

  await t.test('released leases can be claimed at once, and only those of that holder', async (t) => {
    const store = await open(t)
    await store.save({ next: aCase('anna'), ledger: [] })
    await store.claimDue(claim)
    await store.save({ next: aCase('bert'), ledger: [] })
    await store.claimDue(other)
    await store.release('worker-1')
    t.same(
      (await store.claimDue({ ...claim, holder: 'worker-3' })).map((c) => c.id),
      ['RE-anna']
    )
  })
}
