/** How many calls of the store a case alone takes, from its delivery to its decision and its ticket. */
import t from 'tap'
import type { Store } from '../../src/domain/store.ts'
import { MINUTE_MS } from '../../src/domain/time.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { employee, USUAL, withPhone } from '../../src/sandbox/scenarios/cast.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { openTestWorld } from '../scenarios/settle.ts'
import { manualClock } from '../support/clock.ts'

/** What the jobs call beside the cases. */
const OF_JOBS = [
  'controls',
  'acquireLease',
  'releaseLease',
  'cursor',
  'setCursor',
  'applyRetention',
  'snapshot',
  'repairClockSkew'
]

function counting(store: Store) {
  let calls: string[] = []
  const counted = new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return (...args: unknown[]) => {
        if (!OF_JOBS.includes(String(name))) calls.push(String(name))
        return Reflect.apply(method, target, args)
      }
    }
  })
  return {
    store: counted,
    taken() {
      const before = calls
      calls = []
      return before
    }
  }
}

const EXPECTED = ['receive', 'latestCase', 'processEvents', 'failing', 'latestCase', 'forDeciding', 'save']
/** One of each for the delivery, and those of the waiting test. */
const MOST_CLAIMS = 6

t.test('a case alone takes few calls of the store, from its delivery to its ticket', async (t) => {
  const { store, taken } = counting(openInMemory())
  const service = { store, worker: { pollMs: 10 * MINUTE_MS } }
  const world = await openTestWorld(t, manualClock('2026-06-15T12:00:00.000Z'), { service })
  const { worker } = world.service
  await worker.idle()
  const person = employee(world.org, 'Nia Nothing')
  withPhone(world.org, person)
  await world.okta.flush()
  await worker.idle()
  taken()
  failEnrollment(world.org, person, { shape: 'device_enrollment', judgement: USUAL })
  await world.okta.flush()
  await worker.idle()
  const calls = taken()
  const { cases } = await store.listCases({ limit: 10 })
  t.match(cases, [{ state: 'with_person', decision: { kind: 'ticket' }, ticket: { state: 'open' } }])
  t.equal(cases.length, 1)
  const isClaim = (call: string) => call === 'claimEvents' || call === 'claimDue'
  t.same(
    calls.filter((call) => !isClaim(call)),
    EXPECTED
  )
  t.ok(calls.filter(isClaim).length <= MOST_CLAIMS, calls.join(' '))
})
