/**
 * Services are killed, without warning, while thousands of events come in: one on SQLite, then three on PostgreSQL. A delivery
 * that got no answer is sent once more, as Okta does, and then it has to come from the System Log. Afterwards every event is
 * stored, and nobody was written to, opened or ticketed twice: the simulated org counts. Who was repaired while their failures still
 * came in fails again after the repair, and gets a ticket: few on SQLite, where ingest comes before work, more with three replicas.
 * The size is set by CRASH_EVENTS and CRASH_KILLS; the full one, 20,000 and 15, is `npm run crash` (PostgreSQL gets half the events).
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Store } from '../../src/domain/store.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { type Crowd, crowdPolicy, openCrowd, type Sent } from '../chaos/crowd.ts'
import { endAllReplicas, type Replica, seededRandom, startReplica } from '../chaos/replica.ts'
import { aDelivery } from '../store/build.ts'
import { startPostgres } from '../support/postgres-server.ts'

const EVENTS = Number(process.env.CRASH_EVENTS ?? 2_000)
const KILLS = Number(process.env.CRASH_KILLS ?? 4)
t.setTimeout(3_600_000)
t.teardown(endAllReplicas)

interface Trial {
  readonly storeUrl: string
  readonly open: () => Promise<Store>
  readonly replicas: number
  readonly events: number
}

const EVENTS_PER_DELIVERY = 20
/** Below the 50 failures that a case keeps, so that each acknowledged one can be looked for in its case. */
const EVENTS_PER_PERSON = 40
const SENDERS = 4
/** How long a sender waits before its one retry; Okta says only that there is one (facts §1.4). */
const RETRY_AFTER_MS = 500
/** What the hook did not bring is read from the log seconds later. */
const LOG_POLICY = 'log:\n  poll: 5s\n  hookGracePeriod: 1s\n'

t.test('SQLite: one service', async (t) => {
  const path = join(t.testdir(), 'kill.db')
  const open = () => openSqlite(path)
  await play(t, { storeUrl: `sqlite:${path}`, open, replicas: 1, events: EVENTS })
})

t.test('PostgreSQL: three replicas', async (t) => {
  const server = await startPostgres(t, { durable: true })
  const url = await server.createDatabase()
  await play(t, { storeUrl: url, open: () => openPostgres(url), replicas: 3, events: EVENTS / 2 })
})

async function play(t: Test, trial: Trial): Promise<void> {
  const crowd = await openCrowd()
  t.teardown(() => crowd.close())
  const people = trial.events / EVENTS_PER_PERSON
  const folder = t.testdir({ 'policy.yaml': `${crowdPolicy(100_000)}${LOG_POLICY}` })
  const env = crowd.env(trial.storeUrl, join(folder, 'policy.yaml'))
  const replicas = await Promise.all(Array.from({ length: trial.replicas }, () => startReplica(env)))
  const began = performance.now()
  const uuids = await sendAndKill(crowd, replicas, () => startReplica(env), trial.events, people)
  const missed = uuids.length - crowd.acknowledged.size
  t.ok(missed > 0, `${missed} of ${uuids.length} events were not acknowledged, so the log has to bring them`)

  const sentMs = performance.now() - began
  await untilLogIsRead(replicas)
  await crowd.settled(replicas[0]?.opsUrl ?? '')
  for (const replica of replicas) t.equal(await replica.end('SIGTERM'), 0)
  const store = await trial.open()
  t.teardown(() => store.close())
  const { cases, writes, tickets, acknowledged, lost, ...outcome } = await crowd.count(store)
  t.comment(
    JSON.stringify({
      events: uuids.length,
      acknowledged,
      cases,
      writes,
      tickets,
      sentMs,
      ms: performance.now() - began
    })
  )
  const known = await store.receive(aDelivery(uuids))
  t.match(known, { fresh: [], duplicates: uuids.length }, 'every event is stored once')
  t.equal(known.fresh.length, 0)
  t.match(await store.snapshot(), { deadLetters: 0, pendingEvents: 0 })
  t.same(outcome, {
    writtenTwice: [],
    openedTwice: [],
    ticketsTwice: [],
    ticketsOdd: [],
    unsettled: [],
    putOff: 0,
    brokenAt: null
  })
  t.equal(lost.length, 0)
  t.equal(cases, people, 'one case for each person')
  t.ok(writes > people / 2, `${writes} writes were made`)
}

/** Sends all events to the replicas in turn; meanwhile one after the other is killed and started again. */
async function sendAndKill(
  crowd: Crowd,
  replicas: Replica[],
  start: () => Promise<Replica>,
  events: number,
  people: number
): Promise<readonly string[]> {
  const roll = seededRandom(7)
  const uuids: string[] = []
  let turn = 0
  let started: Promise<unknown> = Promise.resolve()
  const post = async (sent: Sent) => (await crowd.post(replicas[turn++ % replicas.length]?.hookUrl ?? '', sent)).status
  async function sender(): Promise<void> {
    while (uuids.length < events) {
      const sent = crowd.failures(EVENTS_PER_DELIVERY, people)
      uuids.push(...sent.uuids)
      if ((await post(sent)) === 204) continue
      await pause(RETRY_AFTER_MS)
      await post(sent)
      // However slow the machine is to start the service again, a kill costs a few deliveries and not all that remain.
      await started
    }
  }
  async function killer(): Promise<void> {
    for (let kill = 0; kill < KILLS; kill++) {
      const at = (events / KILLS) * (kill + 0.8 * roll())
      while (uuids.length < at) await pause(5)
      const which = Math.floor(roll() * replicas.length)
      const restart = Promise.withResolvers<void>()
      started = restart.promise
      await replicas[which]?.end('SIGKILL')
      replicas[which] = await start()
      restart.resolve()
    }
  }
  await Promise.all([killer(), ...Array.from({ length: SENDERS }, sender)])
  return uuids
}

/** Until the replica that follows the log has read beyond this moment. */
async function untilLogIsRead(replicas: readonly Replica[]): Promise<void> {
  const since = performance.now()
  for (;;) {
    const texts = await Promise.all(replicas.map(async ({ opsUrl }) => (await fetch(`${opsUrl}/metrics`)).text()))
    const reader = texts.find((text) => /^reenroll_leader\{task="system_log"\} 1$/m.test(text)) ?? ''
    const age = /^reenroll_poll_cursor_age_seconds (\S+)$/m.exec(reader)?.[1]
    if (age !== undefined && Number(age) * 1_000 < performance.now() - since) return
    await pause(250)
  }
}
