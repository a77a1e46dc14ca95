import t from 'tap'
import { CLUSTER_STATUS_KEYS, readLedgerCheck } from '../../src/domain/cluster-status.ts'
import type { LedgerRow } from '../../src/domain/ledger.ts'
import type { Store } from '../../src/domain/store.ts'
import { DAY_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/domain/time.ts'
import { checkLedger } from '../../src/jobs/ledger-check.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { aCase, aLine, NOON } from '../store/build.ts'
import { manualClock } from '../support/clock.ts'

/** A store whose ledger can be tampered with, and which tells what was read. */
async function ledgerOf(lines: number) {
  const store = openInMemory()
  const time = manualClock(NOON)
  const reads: number[] = []
  let tamper = (rows: LedgerRow[]): LedgerRow[] => rows
  let written = 0
  async function write(count: number): Promise<void> {
    written += 1
    await store.save({ next: aCase(`user-${written}`), ledger: Array.from({ length: count }, () => aLine()) })
  }
  if (lines > 0) await write(lines)
  const watched: Pick<Store, 'ledger' | 'cursor' | 'setCursor'> = {
    cursor: store.cursor,
    setCursor: store.setCursor,
    async ledger(page) {
      const rows = tamper(await store.ledger({ after: 0, limit: 1e6 })).filter((row) => row.seq > page.after)
      reads.push(page.after)
      return rows.slice(0, page.limit)
    }
  }
  const breaks: number[] = []
  return {
    time,
    reads,
    breaks,
    write,
    tamperWith(how: typeof tamper) {
      tamper = how
    },
    look: () => checkLedger(watched, time.clock, { onBreak: (line) => void breaks.push(line) }),
    found: async () => readLedgerCheck(await store.cursor(CLUSTER_STATUS_KEYS.ledger))
  }
}

t.test('an empty ledger is whole', async (t) => {
  const { look, found } = await ledgerOf(0)
  t.equal(await look(), MINUTE_MS)
  t.match(await found(), { isIntact: true, brokenAt: null })
})

t.test('new lines are checked as they come, without reading the old ones again', async (t) => {
  const { look, found, write, reads } = await ledgerOf(1_200)
  await look()
  t.match(await found(), { isIntact: true, at: { seq: 1_200 } })
  t.strictSame(reads.splice(0), [0, 499, 998])
  await write(3)
  await look()
  t.match(await found(), { isIntact: true, at: { seq: 1_203 } })
  t.strictSame(reads, [1_199])
})

t.test('a long ledger is walked in several looks, and nothing is claimed before the end', async (t) => {
  const { look, found } = await ledgerOf(6_000)
  t.equal(await look(), SECOND_MS)
  t.match(await found(), { isIntact: null, isAtEnd: false })
  t.equal(await look(), MINUTE_MS)
  t.match(await found(), { isIntact: true, at: { seq: 6_000 } })
})

t.test(
  'an old line that was changed is found within a day, named once, and stands until all is whole again',
  async (t) => {
    const { look, found, time, tamperWith, breaks } = await ledgerOf(30)
    await look()
    tamperWith((rows) => rows.map((row) => (row.seq === 7 ? { ...row, by: 'somebody else' } : row)))
    await look()
    t.match(await found(), { isIntact: true }, 'not looked at again yet')
    time.advance(DAY_MS)
    await look()
    t.match(await found(), { isIntact: false, brokenAt: 7 })
    await look()
    t.match(await found(), { isIntact: false, brokenAt: 7 })
    t.strictSame(breaks, [7])
    tamperWith((rows) => rows)
    await look()
    t.match(await found(), { isIntact: true, brokenAt: null })
  }
)

t.test('lines cut off at the end are noticed at the next look', async (t) => {
  const { look, found, tamperWith, breaks } = await ledgerOf(30)
  await look()
  tamperWith((rows) => rows.slice(0, 25))
  await look()
  t.match(await found(), { isIntact: false, brokenAt: 30 })
  t.strictSame(breaks, [30])
})

t.test('a place that cannot be read starts the walk anew', async (t) => {
  const { look, found } = await ledgerOf(3)
  const store = openInMemory()
  for (const text of ['{', '7', 'null', '{"at":7,"startedAt":""}']) {
    await store.setCursor(CLUSTER_STATUS_KEYS.ledger, text)
    await checkLedger(store, () => plus(NOON, 1))
    t.match(readLedgerCheck(await store.cursor(CLUSTER_STATUS_KEYS.ledger)), { isIntact: true }, text)
  }
  await look()
  t.match(await found(), { at: { seq: 3 } })
})
