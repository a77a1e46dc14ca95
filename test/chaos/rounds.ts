/** The rounds of the chaos run: deliveries keep coming, one fault follows another, and everything is counted at the end. */
import { join } from 'node:path'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { startPostgres } from '../support/postgres-server.ts'
import { type Crowd, crowdPolicy, type Outcome, openCrowd } from './crowd.ts'
import { openDisk } from './disk.ts'
import { type Fault, faultsOf, restarted, STALLS, type Stage } from './faults.ts'
import { openNetwork } from './network.ts'
import { endAllReplicas, seededRandom, startReplica } from './replica.ts'

export interface Scene {
  readonly folder: string
  readonly policyFile: string
  readonly seed: number
  readonly rounds: number
  readonly say: (line: string) => void
}

export interface Report {
  readonly seed: number
  readonly faults: readonly string[]
  /** Responses by status; `none` without a response. */
  readonly answers: Readonly<Record<string, number>>
  /** The slowest 503 while only the store was unavailable, in milliseconds. */
  readonly slowestRefusalMs: number
  /** Requests that a running service did not answer within ten seconds. */
  readonly unanswered: number
  /** Faults after which no delivery was accepted for a long time. */
  readonly notRecovered: readonly string[]
  /** Replicas that did not stop after SIGTERM. */
  readonly endedBadly: number
  readonly outcome: Outcome
}

export interface Teardown {
  teardown(step: () => Promise<void>): unknown
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const SQLITE_DISK_MB = 48
const POSTGRES_DISK_MB = 400
/** Number of checks, 100 ms apart, for the first delivery that is accepted again. */
const RECOVERY_LOOKS = 300

export async function chaosOnSqlite(scene: Scene, t: Teardown, write: (policy: string) => void): Promise<Report> {
  const disk = openDisk(SQLITE_DISK_MB)
  t.teardown(async () => disk?.close())
  const path = join(disk?.folder ?? scene.folder, 'chaos.db')
  const report = await play(scene, t, write, {
    storeUrl: `sqlite:${path}`,
    count: 1,
    server: null,
    network: null,
    disk
  })
  return finish(report, () => openSqlite(path))
}

export async function chaosOnPostgres(scene: Scene, t: Teardown, write: (policy: string) => void): Promise<Report> {
  const disk = openDisk(POSTGRES_DISK_MB)
  t.teardown(async () => disk?.close())
  const server = await startPostgres(t, {
    durable: true,
    settings: ['max_wal_size=64MB'],
    ...(disk ? { parent: disk.folder } : {})
  })
  const url = await server.createDatabase()
  const network = await openNetwork(server.port)
  t.teardown(() => network.close())
  const storeUrl = url.replace(`:${server.port}/`, `:${network.port}/`)
  const report = await play(scene, t, write, { storeUrl, count: 2, server, network, disk })
  return finish(report, () => openPostgres(url))
}

interface Played {
  readonly crowd: Crowd
  readonly report: Omit<Report, 'outcome'>
}
type Opened = Parameters<Crowd['count']>[0]

async function finish({ crowd, report }: Played, open: () => Promise<Opened>): Promise<Report> {
  const store = await open()
  try {
    return { ...report, outcome: await crowd.count(store) }
  } finally {
    await store.close()
  }
}

interface Setting extends Pick<Stage, 'server' | 'network' | 'disk'> {
  readonly storeUrl: string
  readonly count: number
}

/** Results as the senders see them. */
interface Watch {
  readonly answers: Record<string, number>
  during: Fault | null
  taken: number
  refusalMs: number
  unanswered: number
}

async function play(scene: Scene, t: Teardown, write: (policy: string) => void, setting: Setting): Promise<Played> {
  const crowd = await openCrowd()
  t.teardown(() => crowd.close())
  t.teardown(async () => endAllReplicas())
  write(crowdPolicy(100_000))
  const env = { ...crowd.env(setting.storeUrl, scene.policyFile), NODE_OPTIONS: STALLS }
  const start = (extra = {}) => startReplica({ ...env, ...extra })
  const replicas = await Promise.all(Array.from({ length: setting.count }, () => start()))
  const stage: Stage = { ...setting, replicas, start, roll: seededRandom(scene.seed) }
  const watch: Watch = { answers: {}, during: null, taken: 0, refusalMs: 0, unanswered: 0 }
  const going = { on: true }
  const senders = [0, 1].map((n) => send(n, stage, crowd, watch, going))
  const { done, notRecovered } = await breakThings(scene, stage, watch)
  going.on = false
  await Promise.all(senders)
  // With correct clocks, all work completes.
  for (const which of replicas.keys()) await restarted(stage, which)
  await crowd.settled(replicas[0]?.opsUrl ?? '')
  const codes = await Promise.all(replicas.map((replica) => replica.end('SIGTERM')))
  const endedBadly = codes.filter((code) => code !== 0).length
  const { answers, refusalMs: slowestRefusalMs, unanswered } = watch
  const report = { seed: scene.seed, faults: done, answers, slowestRefusalMs, unanswered, notRecovered, endedBadly }
  return { crowd, report }
}

async function send(first: number, stage: Stage, crowd: Crowd, watch: Watch, going: { on: boolean }): Promise<void> {
  for (let n = first; going.on; n++) {
    const sent = crowd.delivery(1)
    const replica = stage.replicas[n % stage.replicas.length]
    // Every third delivery is sent twice.
    for (let copies = n % 3 === 0 ? 2 : 1; replica && copies > 0; copies--) {
      const { during } = watch
      const { status, ms } = await crowd.post(replica.hookUrl, sent)
      watch.answers[status ?? 'none'] = (watch.answers[status ?? 'none'] ?? 0) + 1
      if (status === 204) watch.taken += 1
      if (status === 503 && during?.onlyStore) watch.refusalMs = Math.max(watch.refusalMs, Math.round(ms))
      if (status === null && ms > 9_500) watch.unanswered += 1
    }
    await pause(100)
  }
}

/** One random fault a round at a random time; every kind occurs before any repeats. */
async function breakThings(
  scene: Scene,
  stage: Stage,
  watch: Watch
): Promise<{ readonly done: readonly string[]; readonly notRecovered: readonly string[] }> {
  const all = faultsOf(stage, scene.say)
  const done: string[] = []
  const notRecovered: string[] = []
  let left: Fault[] = []
  for (let round = 0; round < scene.rounds; round++) {
    if (left.length === 0) left = [...all]
    await pause(300 + stage.roll() * 1_200)
    const [fault] = left.splice(Math.floor(stage.roll() * left.length), 1)
    if (!fault) break
    scene.say(`round ${round + 1}: ${fault.name}`)
    watch.during = fault
    await fault.run(stage, Math.floor(stage.roll() * stage.replicas.length))
    watch.during = null
    if (!(await recovers(watch))) notRecovered.push(fault.name)
    done.push(fault.name)
  }
  return { done, notRecovered }
}

/** True once a delivery is accepted again without intervention. */
async function recovers(watch: Watch): Promise<boolean> {
  const before = watch.taken
  for (let look = 0; look < RECOVERY_LOOKS; look++) {
    if (watch.taken > before) return true
    await pause(100)
  }
  return false
}
