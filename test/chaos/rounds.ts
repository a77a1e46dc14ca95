/** The rounds of the chaos run: what breaks, when, and what is counted at the end. */
import { join } from 'node:path'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { type PostgresServer, startPostgres } from '../postgres-server.ts'
import { type Crowd, crowdPolicy, type Outcome, openCrowd } from './crowd.ts'
import { type Network, openNetwork } from './network.ts'
import { dice, endAllReplicas, type Replica, startReplica } from './replica.ts'

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
  /** Answers by status; `none` while nobody was there. */
  readonly answers: Readonly<Record<string, number>>
  /** The slowest 503, in milliseconds. */
  readonly slowestRefusalMs: number
  /** Requests that a running service kept without an answer for ten seconds. */
  readonly unanswered: number
  readonly outcome: Outcome
}

export interface Teardown {
  teardown(step: () => Promise<void>): unknown
}

/** Everything that can break, with what breaking it takes. */
interface Stage {
  readonly crowd: Crowd
  readonly replicas: Replica[]
  readonly start: (extra?: Readonly<Record<string, string>>) => Promise<Replica>
  readonly server: PostgresServer | null
  readonly network: Network | null
  readonly roll: () => number
}

type Fault = (stage: Stage, which: number) => Promise<void>

const HOUR = 3_600_000
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

async function restarted(stage: Stage, which: number, extra: Readonly<Record<string, string>> = {}): Promise<void> {
  await stage.replicas[which]?.end('SIGKILL')
  stage.replicas[which] = await stage.start(extra)
}

function withClock(offsetMs: number): Readonly<Record<string, string>> {
  const script = new URL('./shifted-clock.ts', import.meta.url).href
  return { CHAOS_CLOCK_MS: String(offsetMs), NODE_OPTIONS: `--import=${script}` }
}

const ANY_ENGINE: Readonly<Record<string, Fault>> = {
  'kill -9 of a service': (stage, which) => restarted(stage, which),
  'a stalled service': async ({ replicas, roll }, which) => {
    replicas[which]?.child.kill('SIGSTOP')
    await pause(500 + roll() * 1_500)
    replicas[which]?.child.kill('SIGCONT')
  },
  'a clock an hour ahead': (stage, which) => restarted(stage, which, withClock(HOUR)),
  'a clock an hour behind': (stage, which) => restarted(stage, which, withClock(-HOUR))
}

const WITH_SERVER: Readonly<Record<string, Fault>> = {
  'kill -9 of PostgreSQL': async ({ server, roll }) => {
    await server?.kill()
    await pause(roll() * 3_000)
    await server?.start()
  },
  'dropped connections': async ({ network }) => network?.cut(),
  'slow connections': async ({ network, roll }) => {
    network?.slow(100 + roll() * 300)
    await pause(2_000)
    network?.slow(0)
  },
  'a network that swallows everything': async ({ network, roll }) => {
    network?.hold(true)
    await pause(1_000 + roll() * 2_000)
    network?.hold(false)
    network?.cut()
  }
}

export async function chaosOnSqlite(scene: Scene, t: Teardown, write: (policy: string) => void): Promise<Report> {
  const path = join(scene.folder, 'chaos.db')
  const report = await play(scene, t, write, { storeUrl: `sqlite:${path}`, count: 1, server: null, network: null })
  return finish(report, () => openSqlite(path))
}

export async function chaosOnPostgres(scene: Scene, t: Teardown, write: (policy: string) => void): Promise<Report> {
  const server = await startPostgres(t, { durable: true })
  const url = await server.createDatabase()
  const network = await openNetwork(server.port)
  t.teardown(() => network.close())
  const storeUrl = url.replace(`:${server.port}/`, `:${network.port}/`)
  const report = await play(scene, t, write, { storeUrl, count: 2, server, network })
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

interface Setting extends Pick<Stage, 'server' | 'network'> {
  readonly storeUrl: string
  readonly count: number
}

async function play(scene: Scene, t: Teardown, write: (policy: string) => void, setting: Setting): Promise<Played> {
  const crowd = await openCrowd()
  t.teardown(() => crowd.close())
  t.teardown(async () => endAllReplicas())
  write(crowdPolicy(100_000))
  const env = crowd.env(setting.storeUrl, scene.policyFile)
  const start = (extra = {}) => startReplica({ ...env, ...extra })
  const replicas = await Promise.all(Array.from({ length: setting.count }, () => start()))
  const stage: Stage = { ...setting, crowd, replicas, start, roll: dice(scene.seed) }
  const answers: Record<string, number> = {}
  const slowest = { refusalMs: 0, unanswered: 0 }
  let going = true
  const sender = async (n: number) => {
    while (going) {
      const sent = crowd.delivery(1)
      const replica = replicas[n % replicas.length]
      // Every third comes twice.
      for (let copies = n++ % 3 === 0 ? 2 : 1; replica && copies > 0; copies--) {
        const { status, ms } = await crowd.post(replica.hookUrl, sent)
        answers[status ?? 'none'] = (answers[status ?? 'none'] ?? 0) + 1
        if (status === 503) slowest.refusalMs = Math.max(slowest.refusalMs, Math.round(ms))
        if (status === null && ms > 9_500) slowest.unanswered += 1
      }
      await pause(100)
    }
  }
  const senders = [sender(0), sender(1)]
  const faults = await breakThings(scene, stage)
  going = false
  await Promise.all(senders)
  // With right clocks again, everything comes to rest.
  for (const which of replicas.keys()) await restarted(stage, which)
  await crowd.settled(replicas[0]?.opsUrl ?? '')
  for (const replica of replicas) await replica.end('SIGTERM')
  const { refusalMs, unanswered } = slowest
  return { crowd, report: { seed: scene.seed, faults, answers, slowestRefusalMs: refusalMs, unanswered } }
}

/** One fault a round, chosen and timed by the dice; every kind comes before any comes again. */
async function breakThings(scene: Scene, stage: Stage): Promise<readonly string[]> {
  const all = Object.entries({ ...ANY_ENGINE, ...(stage.server ? WITH_SERVER : {}) })
  const done: string[] = []
  let left: typeof all = []
  for (let round = 0; round < scene.rounds; round++) {
    if (left.length === 0) left = [...all]
    await pause(300 + stage.roll() * 1_200)
    const [chosen] = left.splice(Math.floor(stage.roll() * left.length), 1)
    if (!chosen) break
    const [name, fault] = chosen
    scene.say(`round ${round + 1}: ${name}`)
    await fault(stage, Math.floor(stage.roll() * stage.replicas.length))
    done.push(name)
  }
  return done
}
