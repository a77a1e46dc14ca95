/** What a store promises about saving a case. */
import type { Test } from 'tap'
import type { OpenStore } from '../../contract/store.ts'
import { aCase, aLine, changed, minute } from '../build.ts'

export async function savePromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('a case comes back as it was saved', async (t) => {
    const store = await open(t)
    const first = aCase('anna', {
      timeline: [{ at: minute(0), what: 'Name with \u0000, \ud800 and 日本', by: 'okta' }]
    })
    t.equal(await store.save({ next: first, ledger: [] }), 'saved')
    t.same(await store.getCase('RE-anna'), first)
    t.equal(await store.getCase('RE-nobody'), null)
  })

  await t.test('a save over another version is a conflict and writes nothing', async (t) => {
    const store = await open(t)
    const first = aCase('anna')
    t.equal(await store.save({ next: changed(first), ledger: [] }), 'conflict', 'version 2 of a case that is not there')
    await store.save({ next: first, ledger: [] })
    t.equal(await store.save({ next: first, ledger: [aLine()] }), 'conflict', 'version 1 again')
    t.equal(await store.save({ next: { ...first, version: 3 }, ledger: [aLine()] }), 'conflict', 'a version skipped')
    t.same(await store.ledger({ after: 0, limit: 10 }), [])
    t.equal(await store.save({ next: changed(first), ledger: [aLine()] }), 'saved')
    t.equal((await store.getCase('RE-anna'))?.version, 2)
  })

  await t.test('of many saves over one version, one wins', async (t) => {
    const store = await open(t)
    const first = aCase('anna')
    await store.save({ next: first, ledger: [] })
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) => store.save({ next: changed(first, { tries: n }), ledger: [aLine()] }))
    )
    t.equal(all.filter((saved) => saved === 'saved').length, 1)
    t.equal((await store.ledger({ after: 0, limit: 100 })).length, 1)
  })

  await t.test('a subject has at most one open case', async (t) => {
    const store = await open(t)
    const first = aCase('anna')
    const second = aCase('anna', { id: 'RE-second', openedAt: minute(1) })
    await store.save({ next: first, ledger: [] })
    t.equal(await store.save({ next: second, ledger: [] }), 'conflict')
    const settled = changed(first, { state: 'with_person', dueAt: null })
    await store.save({ next: settled, ledger: [] })
    t.equal(await store.save({ next: second, ledger: [] }), 'conflict', 'a case with a person is open')
    const ended = changed(settled, { state: 'resolved' })
    await store.save({ next: ended, ledger: [] })
    t.equal(await store.save({ next: second, ledger: [] }), 'saved')
    t.equal(await store.save({ next: changed(ended, { state: 'received' }), ledger: [] }), 'conflict', 'no way back')
    t.equal(
      await store.save({ next: changed(ended, { contentRevision: 9 }), ledger: [] }),
      'saved',
      'an ended case may change'
    )
  })

  await t.test('the latest case is the one opened last, whatever the clock said', async (t) => {
    const store = await open(t)
    t.equal(await store.latestCase('user:anna'), null)
    await store.save({ next: aCase('anna', { state: 'closed', dueAt: null }), ledger: [] })
    const second = aCase('anna', { id: 'RE-second', openedAt: minute(-5) })
    await store.save({ next: second, ledger: [] })
    await store.save({ next: aCase('bert', { openedAt: minute(9) }), ledger: [] })
    t.equal((await store.latestCase('user:anna'))?.id, 'RE-second')
  })

  await t.test('what is in the store does not change with the object that was saved', async (t) => {
    const store = await open(t)
    const timeline = [{ at: minute(0), what: 'opened', by: 'reenroll' }]
    await store.save({ next: aCase('anna', { timeline }), ledger: [] })
    timeline.push({ at: minute(1), what: 'slipped in', by: 'nobody' })
    t.equal((await store.getCase('RE-anna'))?.timeline.length, 1)
  })

  await t.test('whatever pages show notifies them when it changes', async (t) => {
    const store = await open(t)
    let changes = 0
    store.onChange(() => {
      changes += 1
    })
    await store.save({ next: aCase('anna'), ledger: [] })
    await store.processEvents({ events: [], write: { next: changed(aCase('anna')), ledger: [] } })
    await store.endCredentials({ ids: ['nobody'], ledger: [] })
    await store.setControls({ ...(await store.controls()), version: 1 }, aLine())
    t.equal(changes, 4)
    await store.listCases({ limit: 1 })
    await store.claimDue({ limit: 1, now: minute(0), leaseMs: 1_000, holder: 'worker-1' })
    t.equal(changes, 4)
  })

  await t.test('a save with a due date wakes the worker, one without does not', async (t) => {
    const store = await open(t)
    let wakes = 0
    store.onWork(() => {
      wakes += 1
    })
    await store.save({ next: aCase('anna'), ledger: [] })
    t.equal(wakes, 1)
    await store.save({ next: changed(aCase('anna'), { dueAt: null }), ledger: [] })
    await store.save({ next: aCase('anna'), ledger: [] })
    t.equal(wakes, 1)
  })
}
