/** When the service returns memory to the system. */
import t from 'tap'
import { createIdleCheck } from '../../src/app/idle-memory.ts'

const MIB = 2 ** 20

/** A process whose collections leave 100 MiB resident. */
function process() {
  const now = { residentMib: 160, busy: 0.01, collections: 0 }
  const check = createIdleCheck({
    collect: () => {
      now.collections++
      now.residentMib = 100
    },
    residentBytes: () => now.residentMib * MIB,
    busyShare: () => now.busy
  })
  const checks = (n: number) => {
    for (let k = 0; k < n; k++) check()
    return now.collections
  }
  return { now, checks }
}

t.test('a service that has started and is idle returns memory once', (t) => {
  const { now, checks } = process()
  t.equal(checks(1), 1)
  t.equal(checks(100), 1, 'not again while nothing grows')
  now.residentMib = 110
  t.equal(checks(100), 1, 'nor for a little')
  t.end()
})

t.test('a busy service is not held up; after the burst it returns memory', (t) => {
  const { now, checks } = process()
  now.busy = 0.3
  t.equal(checks(100), 0)
  now.busy = 0.01
  t.equal(checks(1), 1)
  t.end()
})

t.test('memory that grows again and again is returned once a minute', (t) => {
  const { now, checks } = process()
  checks(1)
  for (let minute = 2; minute < 6; minute++) {
    now.residentMib = 200
    t.equal(checks(11), minute - 1)
    t.equal(checks(1), minute)
  }
  t.end()
})
