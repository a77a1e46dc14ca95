/** What several replicas on one database promise together, with the database's time and clocks that are wrong. */
import t, { type Test } from 'tap'
import { NOTHING_PRUNED } from '../../src/domain/retention.ts'
import type { Store } from '../../src/domain/store.ts'
import { DAY_MS, HOUR_MS, plus, systemClock } from '../../src/domain/time.ts'
import { verifyChain } from '../../src/store/ledger.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { sharedPostgres } from '../support/postgres-server.ts'
import { aCase, aDelivery, aLine, anAction, changed } from './build.ts'

t.setTimeout(240_000)

const server = await sharedPostgres(t)
const caps = {
  controlsVersion: 0,
  userWritesPerDay: 1,
  writesPerHour: 10,
  remediationWritesPerHour: 10,
  sharePercent: 100,
  shareFloor: 100
}
const limits = (now = systemClock()) => ({ ...caps, now })

async function replicas(t: Test, count = 3): Promise<Store[]> {
  const url = await server.createDatabase()
  const stores = await Promise.all(Array.from({ length: count }, () => openPostgres(url, { connections: 6 })))
  t.teardown(() => Promise.all(stores.map((store) => store.close())))
  return stores
}

function about(user: string) {
  const at = systemClock()
  const next = aCase(user, { state: 'acting', dueAt: at, actions: [anAction({ intendedAt: at })] })
  return { next, ledger: [aLine({ kind: 'intent', caseId: next.id })] }
}

/** One after the other of them, again and again. */
function nth<T>(all: readonly T[], n: number): T {
  const found = all[n % all.length]
  if (found === undefined) throw new Error('none')
  return found
}

t.test('a cap of ten is ten for all of them together, even when the clock of one is an hour off', async (t) => {
  const stores = await replicas(t)
  const clocks = [systemClock(), plus(systemClock(), HOUR_MS), plus(systemClock(), -HOUR_MS)]
  const begun = await Promise.all(
    Array.from({ length: 60 }, (_, n) => nth(stores, n).beginWrite(about(`user-${n}`), limits(nth(clocks, n))))
  )
  t.equal(begun.filter((outcome) => outcome === 'begun').length, 10)
  t.equal(verifyChain(await nth(stores, 0).ledger({ after: 0, limit: 1_000 })), null)
})

t.test('once the kill switch is thrown on one, none begins a write', async (t) => {
  const stores = await replicas(t)
  const before = Array.from({ length: 20 }, (_, n) => nth(stores, n).beginWrite(about(`early-${n}`), limits()))
  const kill = { on: true, because: 'stop', by: 'kim', at: systemClock() }
  await nth(stores, 1).setControls(
    { ...(await nth(stores, 1).controls()), version: 1, kill },
    aLine({ kind: 'control' })
  )
  const after = await Promise.all(
    Array.from({ length: 9 }, (_, n) => nth(stores, n).beginWrite(about(`late-${n}`), limits()))
  )
  t.ok(after.every((outcome) => typeof outcome === 'object' && /kill switch/.test(outcome.refused)))
  await Promise.all(before)
})

t.test('a lease runs by the database’s time: a clock an hour ahead takes nobody’s work away', async (t) => {
  const [one, two] = await replicas(t, 2)
  if (!one || !two) throw new Error('two are needed')
  await one.receive(aDelivery(['a']))
  await one.save({ next: aCase('anna', { dueAt: systemClock() }), ledger: [] })
  const claim = { limit: 5, now: systemClock(), leaseMs: 60_000, holder: 'one' }
  t.equal((await one.claimEvents(claim)).length, 1)
  t.equal((await one.claimDue(claim)).length, 1)
  const ahead = { ...claim, now: plus(claim.now, HOUR_MS), holder: 'two' }
  t.same(await two.claimEvents(ahead), [])
  t.same(await two.claimDue(ahead), [])
  await one.release('one')
  t.equal((await two.claimEvents(ahead)).length, 1)
  t.equal((await two.claimDue(ahead)).length, 1)
})

t.test('work is shared out: each event and each case to exactly one', async (t) => {
  const stores = await replicas(t)
  const uuids = Array.from({ length: 120 }, (_, n) => `event-${n}`)
  await Promise.all(uuids.map((uuid, n) => nth(stores, n).receive(aDelivery([uuid]))))
  const now = plus(systemClock(), HOUR_MS)
  const claims = await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      nth(stores, n).claimEvents({ limit: 7, now, leaseMs: 60_000, holder: `w${n}` })
    )
  )
  const taken = claims.flat().map((event) => event.uuid)
  t.equal(taken.length, 120)
  t.equal(new Set(taken).size, 120)
})

t.test('work that comes to one wakes the others', async (t) => {
  const [one, two] = await replicas(t, 2)
  const woken = new Promise<void>((resolve) => two?.onWork(resolve))
  await one?.receive(aDelivery(['a']))
  await woken
  t.pass('woken')
})

t.test('what changes at one is shown by the others', async (t) => {
  const [one, two] = await replicas(t, 2)
  const notified = new Promise<void>((resolve) => two?.onChange(resolve))
  await one?.save({ next: aCase('anna', { dueAt: null }), ledger: [] })
  await notified
  t.pass('notified')
})

t.test('one chain, whoever writes', async (t) => {
  const stores = await replicas(t)
  const users = Array.from({ length: 40 }, (_, n) => `user-${n}`)
  await Promise.all(
    users.map(async (user, n) => {
      const first = aCase(user)
      await nth(stores, n).save({ next: first, ledger: [aLine(), aLine()] })
      await nth(stores, n + 1).save({ next: changed(first), ledger: [aLine()] })
    })
  )
  const rows = await nth(stores, 0).ledger({ after: 0, limit: 1_000 })
  t.equal(rows.length, 120)
  t.equal(verifyChain(rows), null)
})

t.test('retention is one replica’s business at a time, and the figures stay exact', async (t) => {
  const stores = await replicas(t)
  const old = plus(systemClock(), -500 * DAY_MS)
  for (let n = 0; n < 30; n++) {
    await nth(stores, n).save({ next: aCase(`u${n}`, { state: 'closed', dueAt: null, updatedAt: old }), ledger: [] })
  }
  const ages = { deliveriesMs: DAY_MS, dedupeKeysMs: DAY_MS, closedCasesMs: 400 * DAY_MS }
  const pruned = await Promise.all(
    stores.map((store) => store.applyRetention({ now: systemClock(), ages, limit: 100 }))
  )
  t.equal(
    pruned.reduce((sum, { cases }) => sum + cases, 0),
    30
  )
  t.same(await nth(stores, 0).applyRetention({ now: systemClock(), ages, limit: 100 }), NOTHING_PRUNED)
  t.equal((await nth(stores, 1).snapshot()).cases.closed.count, 0)
})
