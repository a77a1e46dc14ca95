/** A process that is to stop in the middle of a case. */

import t, { type Test } from 'tap'
import type { CaseContext } from '../../src/case/context.ts'
import { advance } from '../../src/case/pipeline.ts'

import type { Case } from '../../src/domain/case.ts'
import type { StepName } from '../../src/domain/telemetry-event.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { aCase, NOON } from '../store/build.ts'
import { POLICY } from './build.ts'

const LEASE_MS = 60_000
const never = () => Promise.reject(new Error('nobody should be asked'))

/** A canary's case ends in one step, whatever Okta says; then it has none left. */
async function claimed(t: Test) {
  const store = openInMemory()
  t.teardown(() => store.close())
  await store.save({ next: aCase('anna', { canary: { sentAt: NOON, doneAt: null } }), ledger: [] })
  const claim = { limit: 1, now: NOON, leaseMs: LEASE_MS }
  const [c] = await store.claimDue({ ...claim, holder: 'one' })
  if (!c) throw new Error('nothing is due')
  const steps: StepName[] = []
  const deps = {
    store,
    policy: POLICY,
    clock: () => NOON,
    emit: (happening: { of: string; step?: StepName }) => happening.step && steps.push(happening.step),
    reader: { evidence: never },
    judge: never
  } as unknown as CaseContext
  return { c, deps, steps, store, claimBy: (holder: string) => store.claimDue({ ...claim, holder }) }
}

t.test('a process that is to stop begins no step and leaves the case to another one', async (t) => {
  const { c, deps, steps, store, claimBy } = await claimed(t)
  const left = await advance(c, 'one', deps, () => false)
  t.same(left, c)
  t.same(steps, [])
  t.same(await claimBy('two'), [], 'until its lease ends or is given back')
  await store.release('one')
  const [again] = await claimBy('two')
  const done = await advance(again as Case, 'two', deps)
  t.equal(done.state, 'closed')
  t.same(steps, ['close_canary'])
})

t.test('a step that has begun is finished and saved before the process stops', async (t) => {
  const { c, deps, steps, store } = await claimed(t)
  let asked = 0
  await advance(c, 'one', deps, () => asked++ === 0)
  t.same(steps, ['close_canary'])
  t.equal((await store.getCase(c.id))?.state, 'closed')
})
