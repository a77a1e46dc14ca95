/** What a store that outlives its process promises. */
import type { Test } from 'tap'
import { verifyChain } from '../../../src/store/ledger.ts'
import type { Reopenable } from '../../contract/store.ts'
import { aCase, aDelivery, aLine, anAction, changed, minute, NOON } from '../build.ts'

const claim = { limit: 10, now: NOON, leaseMs: 60_000, holder: 'worker-1' }

export async function restartPromises(t: Test, reopenable: Reopenable): Promise<void> {
  await t.test('a restart loses nothing that was acknowledged', async (t) => {
    const { store, reopen } = await reopenable(t)
    await store.receive(aDelivery(['a', 'b']))
    await store.processEvents({ events: [{ uuid: 'a', disposition: { kind: 'dead', why: 'unreadable' } }] })
    await store.beginWrite(
      { next: aCase('anna', { actions: [anAction()] }), ledger: [aLine()] },
      {
        now: NOON,
        controlsVersion: 0,
        userWritesPerDay: 1,
        writesPerHour: 10,
        remediationWritesPerHour: 100,
        sharePercent: 0,
        shareFloor: 100
      }
    )
    const controls = { ...(await store.controls()), version: 1, ceiling: 'observe' as const }
    await store.setControls(controls, aLine({ kind: 'control' }))
    const figures = await store.snapshot()
    const again = await reopen()
    t.same(
      (await again.claimEvents(claim)).map((event) => event.uuid),
      ['b']
    )
    t.same(await again.receive(aDelivery(['a', 'b'])), { fresh: [], duplicates: 2 })
    t.same(await again.getCase('RE-anna'), aCase('anna', { actions: [anAction()] }))
    t.equal((await again.actionsSince(NOON)).length, 1)
    t.same(await again.controls(), controls)
    t.same(await again.snapshot(), figures)
    t.equal((await again.deadLetters(10)).length, 1)
  })

  await t.test('the chain of the ledger goes on where it stopped', async (t) => {
    const { store, reopen } = await reopenable(t)
    await store.save({ next: aCase('anna'), ledger: [aLine(), aLine()] })
    const again = await reopen()
    await again.save({ next: changed(aCase('anna')), ledger: [aLine()] })
    const rows = await again.ledger({ after: 0, limit: 10 })
    t.equal(rows.length, 3)
    t.equal(verifyChain(rows), null)
  })

  await t.test(
    'what a process held when it ended is claimable, at the latest when its lease has run out',
    async (t) => {
      const { store, reopen } = await reopenable(t)
      await store.save({ next: aCase('anna'), ledger: [] })
      await store.claimDue(claim)
      const again = await reopen()
      // A file serves one process, so its leases end with that process; a server's may belong to others and run out.
      const atOnce = await again.claimDue({ ...claim, holder: 'worker-2' })
      const later = await again.claimDue({ ...claim, holder: 'worker-3', now: minute(1) })
      t.equal(atOnce.length + later.length >= 1, true)
      t.same(await again.claimDue({ ...claim, holder: 'worker-4', now: minute(1) }), [], 'and by one only')
    }
  )
}
