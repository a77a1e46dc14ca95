import t from 'tap'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus, SECOND_MS } from '../../src/domain/time.ts'
import { followLog, START, trouble } from './follow-log.ts'

t.test('an idle minute costs one call: it sleeps on empty pages, though Okta always gives a next link', async (t) => {
  const world = followLog(t)
  world.start()
  for (let minute = 0; minute < 10; minute++) await world.rest()
  t.equal(world.asked.length, 11, 'ten minutes and the first call')
  t.ok(world.waits.every((ms) => ms === MINUTE_MS))
})

t.test('what happens is stored once, and the cursor moves on', async (t) => {
  const world = followLog(t)
  world.start()
  await world.resting()
  const first = world.fail()
  await world.rest()
  const second = world.fail()
  await world.rest()
  t.strictSame(await world.stored(), [first, second])
  t.strictSame(
    world.told.map(({ events, fresh }) => [events, fresh]),
    [
      [0, 0],
      [1, 1],
      [1, 1]
    ]
  )
  t.match(world.asked.map(({ kind: of }) => of).slice(0, 3), ['since', 'next', 'next'])
})

t.test('full pages follow each other at once; the last one is followed by a wait', async (t) => {
  const world = followLog(t)
  for (let n = 0; n < 2500; n++) world.fail()
  world.start()
  await world.resting()
  t.strictSame(world.waits, [MINUTE_MS])
  t.strictSame(
    world.told.map(({ fresh }) => fresh),
    [1000, 1000, 500]
  )
  await world.rest()
  t.strictSame(
    world.priorities,
    ['correlating', 'backfill', 'backfill', 'correlating'],
    'a backlog of cases cannot keep the first page of a turn from being read'
  )
})

t.test('a full page that leads nowhere is not asked for again at once', async (t) => {
  const world = followLog(t)
  const entries = Array.from({ length: 1000 }, (_, n) => ({ uuid: `same-${n}`, published: START }))
  for (let n = 0; n < 9; n++) world.answers.push({ ok: true, page: { entries, next: 'the-same' } })
  world.start()
  await world.resting()
  t.ok(world.asked.length <= 3, `${world.asked.length} calls`)
})

t.test('a restart goes on at the stored link, and reads what lies shortly before once more', async (t) => {
  const world = followLog(t)
  const first = world.start()
  const before = world.fail()
  await world.rest()
  await first.stop()
  const away = world.fail()
  world.time.advance(DAY_MS)
  const asked = world.asked.length
  world.start()
  await world.resting()
  t.match(world.asked.slice(asked), [
    { kind: 'window', since: plus(START, -10 * MINUTE_MS), until: START },
    { kind: 'next' }
  ])
  t.strictSame(await world.stored(), [before, away], 'a day away: nothing is lost, nothing is doubled')
})

t.test('a place that Okta no longer takes is left for a new start with an overlap', async (t) => {
  const world = followLog(t)
  const first = world.start()
  world.fail()
  await world.rest()
  await first.stop()
  const missed = world.fail()
  world.time.advance(HOUR_MS)
  const window = { ok: true, page: { entries: [], next: null } } as const
  world.answers.push(window, trouble('rejected'))
  world.start()
  await world.resting()
  t.match(world.asked.at(-1), { kind: 'since', since: plus(START, -10 * MINUTE_MS) })
  t.ok((await world.stored()).includes(missed))
  t.equal(world.told.filter(({ result }) => result === 'expired').length, 1)
})

t.test('never further back than Okta remembers: 90 days', async (t) => {
  const world = followLog(t)
  const first = world.start()
  world.fail()
  await world.rest()
  await first.stop()
  world.time.advance(200 * DAY_MS)
  world.answers.push(trouble('rejected'))
  const now = world.time.clock()
  world.start()
  await world.resting()
  t.match(world.asked.at(-1), { kind: 'since', since: plus(now, -90 * DAY_MS) })
})

t.test('another filter, as after a change of the policy, starts a new query', async (t) => {
  const world = followLog(t)
  const first = world.start()
  world.fail()
  await world.rest()
  await first.stop()
  world.start({ filter: 'eventType eq "device.user.add"' })
  await world.resting()
  t.match(world.asked.at(-1), { kind: 'since', filter: 'eventType eq "device.user.add"' })
})

t.test('while Okta is in trouble the waits double up to five minutes, and the start is not lost', async (t) => {
  const world = followLog(t)
  for (let n = 0; n < 5; n++) world.answers.push(trouble('unavailable'))
  world.start()
  for (let n = 0; n < 5; n++) await world.rest()
  t.strictSame(
    world.waits.slice(0, 6).map((ms) => ms / MINUTE_MS),
    [1, 2, 4, 5, 5, 1]
  )
  t.ok(world.asked.every((ask) => ask.kind === 'since' && ask.since === plus(START, -HOUR_MS - 10 * MINUTE_MS)))
})

t.test('Okta’s own word on when to come back is kept', async (t) => {
  const world = followLog(t)
  world.answers.push(trouble('throttled', 90 * SECOND_MS))
  world.start()
  await world.resting()
  t.strictSame(world.waits, [90 * SECOND_MS])
})

t.test('a page that cannot be stored is read again: the place moves only after the store has it', async (t) => {
  const world = followLog(t)
  const uuid = world.fail()
  const { receive } = world.store
  let away = true
  const store = {
    ...world.store,
    receive: (...args: Parameters<typeof receive>) => (away ? Promise.reject(new Error('away')) : receive(...args))
  }
  world.start({ store })
  await world.resting()
  t.equal(world.troubles.length, 1)
  away = false
  await world.rest()
  t.strictSame(await world.stored(), [uuid])
})

t.test('the hook gets its time first, and never more than that, however wrong the clocks are', async (t) => {
  const world = followLog(t)
  world.start({ hookGracePeriodMs: 30 * SECOND_MS })
  world.fail(plus(START, -10 * SECOND_MS))
  await world.rest()
  world.fail(plus(START, HOUR_MS))
  await world.rest()
  await world.rest()
  t.strictSame(
    world.waits.slice(0, 3).map((ms) => ms / SECOND_MS),
    [20, 60, 30],
    'ten of thirty seconds had passed; an hour ahead of our clock counts as now'
  )
})

t.test(
  'deliveries that Okta gave up are counted once, but not those of a hook that is known to be somebody else’s',
  async (t) => {
    const world = followLog(t)
    await world.store.setCursor('hook_status', JSON.stringify({ others: ['whoSIEM'] }))
    for (const id of ['whoSIEM', 'whoOURS']) {
      const target = [{ id, type: 'EventHook', displayName: 'a hook' }]
      const outcome = { result: 'FAILURE', reason: 'timeout' }
      world.org.record({ eventType: 'event_hook.delivery', outcome, target })
    }
    const first = world.start()
    await world.rest()
    await first.stop()
    world.start()
    await world.resting()
    t.equal(
      world.told.reduce((sum, { failedDeliveries }) => sum + failedDeliveries, 0),
      1
    )
  }
)

t.test('a stored place that cannot be read starts as if for the first time', async (t) => {
  const world = followLog(t)
  await world.store.setCursor('system_log', '{"next":7}')
  world.start()
  await world.resting()
  t.match(world.asked, [{ kind: 'since', since: plus(START, -HOUR_MS - 10 * MINUTE_MS) }])
})
