import t, { type Test } from 'tap'
import { startWorker, type Worker } from '../../src/case/worker.ts'
import type { Case } from '../../src/domain/case.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { aCase, changed, NOON } from '../store/build.ts'

interface Working {
  readonly worker: Worker
  /** Cases that are being worked, to be let go one by one. */
  readonly working: (() => void)[]
  /** Resolves when so many are being worked. */
  reached(count: number): Promise<void>
}

async function working(t: Test, due: number, isCrowded: () => boolean): Promise<Working> {
  const store = openInMemory()
  for (let n = 0; n < due; n++) await store.save({ next: aCase(`user-${n}`), ledger: [] })
  const held: (() => void)[] = []
  let look = () => {}
  const advance = async (c: Case) => {
    await new Promise<void>((resolve) => {
      held.push(resolve)
      look()
    })
    await store.save({ next: changed(c, { state: 'closed', dueAt: null }), ledger: [], holder: 'one' })
  }
  const worker = startWorker({
    ...{ store, advance, isUnderLoad: isCrowded, clock: () => NOON, holder: 'one', processEvents: async () => {} },
    ...{ concurrency: 8, batch: 10, leaseMs: 60_000, pollMs: 60_000 },
    onError: (error) => t.fail(String(error))
  })
  t.teardown(() => {
    for (const letGo of held) letGo()
    return worker.stop()
  })
  const reached = async (count: number) => {
    while (held.length < count) {
      await new Promise<void>((resolve) => {
        look = resolve
      })
    }
  }
  return { worker, working: held, reached }
}

t.test('while something is more urgent a few cases go on, and the others as soon as it is over', async (t) => {
  let crowded = true
  const { worker, working: held, reached } = await working(t, 12, () => crowded)
  await reached(2)
  held[0]?.()
  await reached(3)
  t.equal(held.length, 3, 'the next one begins when one has ended')
  crowded = false
  worker.wake()
  await reached(9)
  t.equal(held.length, 9, 'eight side by side, and the one that has ended')
})
