/** What a store promises about work that only one does at a time. */
import type { Test } from 'tap'
import type { OpenStore } from '../../contract/store.ts'
import { minute, NOON } from '../build.ts'

const ask = { name: 'system_log', holder: 'one', now: NOON, leaseMs: 60_000 }
const other = { ...ask, holder: 'two' }

export async function dutyPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('whoever asks first has it; others hear how long it is taken for', async (t) => {
    const store = await open(t)
    t.equal(await store.acquireLease(ask), 'held')
    t.same(await store.acquireLease({ ...other, now: minute(0.25) }), { freeInMs: 45_000 })
  })

  await t.test('the holder renews it for as long as it likes', async (t) => {
    const store = await open(t)
    for (const at of [0, 0.5, 1, 1.5]) t.equal(await store.acquireLease({ ...ask, now: minute(at) }), 'held')
    t.same(await store.acquireLease({ ...other, now: minute(2) }), { freeInMs: 30_000 })
  })

  await t.test('a lease that has run out goes to whoever asks next, and the former holder is told', async (t) => {
    const store = await open(t)
    await store.acquireLease(ask)
    t.equal(await store.acquireLease({ ...other, now: minute(1) }), 'held')
    t.same(await store.acquireLease({ ...ask, now: minute(1) }), { freeInMs: 60_000 })
  })

  await t.test('a duty that was given back is free at once', async (t) => {
    const store = await open(t)
    await store.acquireLease(ask)
    await store.releaseLease('system_log', 'one')
    t.equal(await store.acquireLease(other), 'held')
  })

  await t.test('nobody gives back what another holds, and leaving what nobody holds does nothing', async (t) => {
    const store = await open(t)
    await store.releaseLease('system_log', 'one')
    await store.acquireLease(ask)
    await store.releaseLease('system_log', 'two')
    t.match(await store.acquireLease(other), { freeInMs: Number })
  })

  await t.test('duties do not share a holder', async (t) => {
    const store = await open(t)
    t.equal(await store.acquireLease(ask), 'held')
    t.equal(await store.acquireLease({ ...other, name: 'retention' }), 'held')
  })

  await t.test('of many who ask at once exactly one has it', async (t) => {
    const store = await open(t)
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => store.acquireLease({ ...ask, holder: `replica-${n}` }))
    )
    t.equal(answers.filter((answer) => answer === 'held').length, 1)
  })
}
