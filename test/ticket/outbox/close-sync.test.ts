/** What people close in the tracker: read on from where the last look ended, whoever looked. */
import t from 'tap'
import type { OutboxEntry } from '../../../src/domain/outbox.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../../src/domain/time.ts'
import { openInMemory } from '../../../src/store/sqlite/same-thread.ts'
import { CLOSED } from '../../../src/ticket/outbox/circuit-breaker.ts'
import { startCloseSync } from '../../../src/ticket/outbox/close-sync.ts'
import type { Closing, Target } from '../../../src/ticket/targets/target.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'

function open() {
  const time = manualClock(NOW)
  const kept = openInMemory()
  const asked: string[] = []
  const lookedAt: number[] = []
  let closings: readonly Closing[] = []
  let fails = false
  const target = {
    name: 'ops',
    readSince: async (since: string) => {
      asked.push(since)
      if (fails) throw new Error('down')
      return closings
    }
  } as unknown as Target
  const ticket = { key: 'OPS-1', url: '', state: 'open', wontFix: false, since: NOW } as const
  const store = {
    ...kept,
    outboxEntries: async () => [{ id: 7, ticket } as unknown as OutboxEntry],
    retryOutboxEntry: async (id: number) => {
      lookedAt.push(id)
      return null
    }
  }
  /** Another replica, or the next process. */
  const replica = () => startCloseSync(target, () => CLOSED, { store, clock: time.clock, everyMs: MINUTE_MS })
  return {
    ...{ time, asked, lookedAt, replica },
    people(found: readonly Closing[]) {
      closings = found
    },
    setFails: (is: boolean) => {
      fails = is
    }
  }
}

const CLOSING: Closing = {
  ref: { key: 'OPS-1', url: '' },
  state: 'closed',
  wontFix: false,
  how: 'OPS-1 was closed',
  by: null,
  at: null,
  actor: 'person'
}

t.test('after a restart it reads on from the last look, however long nobody ran', async (t) => {
  const { time, asked, replica } = open()
  await replica().sync()
  time.advance(30 * DAY_MS)
  await replica().sync()
  t.same(asked, [plus(NOW, -7 * DAY_MS), plus(NOW, -10 * MINUTE_MS)])
  time.advance(200 * DAY_MS)
  await replica().sync()
  t.equal(asked[2], plus(time.clock(), -90 * DAY_MS))
})

t.test('replicas take turns', async (t) => {
  const { time, asked, replica } = open()
  const [one, two] = [replica(), replica()]
  for (let n = 0; n < 10; n++) {
    await one.sync()
    time.advance(MINUTE_MS / 2)
    await two.sync()
    time.advance(MINUTE_MS / 2)
  }
  t.equal(asked.length, 10, 'once a minute, not once a minute each')
})

t.test(
  'a look that failed begins again where it began; what people closed is looked at, what bots closed is not',
  async (t) => {
    const { time, asked, lookedAt, replica, people, setFails } = open()
    await replica().sync()
    const from = plus(NOW, -10 * MINUTE_MS)
    time.advance(HOUR_MS)
    setFails(true)
    await t.rejects(replica().sync(), /down/)
    time.advance(MINUTE_MS)
    setFails(false)
    people([{ ...CLOSING, actor: 'machine' }])
    await replica().sync()
    t.same(lookedAt, [])
    time.advance(MINUTE_MS)
    people([CLOSING])
    await replica().sync()
    t.same(lookedAt, [7])
    t.same(asked.slice(1, 3), [from, from], 'from where the last good look began')
  }
)
