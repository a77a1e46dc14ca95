/** The faults of a chaos run, and how each is caused. */
import { asAdmin, type PostgresServer } from '../support/postgres-server.ts'
import { type Disk, forbidWrites } from './disk.ts'
import type { Network } from './network.ts'
import type { Replica } from './replica.ts'

export interface Stage {
  readonly replicas: Replica[]
  readonly start: (extra?: Readonly<Record<string, string>>) => Promise<Replica>
  readonly server: PostgresServer | null
  readonly network: Network | null
  readonly disk: Disk | null
  readonly roll: () => number
}

export interface Fault {
  readonly name: string
  /** The service itself works meanwhile, so it must respond in time. */
  readonly onlyStore: boolean
  readonly run: (stage: Stage, which: number) => Promise<void>
}

const HOUR = 3_600_000
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Kills it and starts it again. */
export async function restarted(
  stage: Stage,
  which: number,
  extra: Readonly<Record<string, string>> = {}
): Promise<void> {
  await stage.replicas[which]?.end('SIGKILL')
  stage.replicas[which] = await stage.start(extra)
}

function withClock(offsetMs: number): Readonly<Record<string, string>> {
  const script = new URL('./shifted-clock.ts', import.meta.url).href
  return { CHAOS_CLOCK_MS: String(offsetMs), NODE_OPTIONS: `--import=${script} ${STALLS}` }
}

/** Settings of every service. */
export const STALLS = `--import=${new URL('./stalled-loop.ts', import.meta.url).href}`

const ANY_ENGINE: Readonly<Record<string, Fault['run']>> = {
  'kill -9 of a service': (stage, which) => restarted(stage, which),
  'a stalled service': async ({ replicas, roll }, which) => {
    replicas[which]?.child.kill('SIGSTOP')
    await pause(500 + roll() * 1_500)
    replicas[which]?.child.kill('SIGCONT')
  },
  'a stalled event loop': async ({ replicas }, which) => {
    replicas[which]?.child.kill('SIGWINCH')
    await pause(2_000)
  },
  'a clock an hour ahead': (stage, which) => restarted(stage, which, withClock(HOUR)),
  'a clock an hour behind': (stage, which) => restarted(stage, which, withClock(-HOUR))
}

const WITH_DISK: Readonly<Record<string, Fault['run']>> = {
  'a full disk': async ({ disk, server, roll }) => {
    disk?.fill()
    await pause(2_000 + roll() * 2_000)
    disk?.free()
    // PostgreSQL stops when it cannot write its log; the run starts it again once there is space.
    if (server && !server.isRunning()) await server.start()
  }
}

const WITH_FILE: Readonly<Record<string, Fault['run']>> = {
  'a disk that takes no writes': async ({ replicas, roll }, which) => {
    const pid = replicas[which]?.child.pid ?? 0
    forbidWrites(pid, true)
    await pause(2_000 + roll() * 1_000)
    forbidWrites(pid, false)
  }
}

const WITH_FILE_ON_DISK: Readonly<Record<string, Fault['run']>> = {
  'a start on a read-only disk': async (stage, which) => {
    await stage.replicas[which]?.end('SIGKILL')
    stage.disk?.setReadOnly(true)
    const said = await stage.start().then(
      () => 'it started',
      (error: Error) => error.message
    )
    stage.disk?.setReadOnly(false)
    if (!/cannot be (made or written|taken|used)/.test(said)) throw new Error(`on a read-only disk: ${said}`)
    stage.replicas[which] = await stage.start()
  }
}

const WITH_SERVER: Readonly<Record<string, Fault['run']>> = {
  'kill -9 of PostgreSQL': async ({ server, roll }) => {
    await server?.kill()
    await pause(roll() * 3_000)
    await server?.start()
  },
  'a read-only server': async ({ server, roll }) => {
    const set = (on: string) =>
      asAdmin(server?.url('postgres') ?? '', async (client) => {
        await client.query(`ALTER SYSTEM SET default_transaction_read_only = ${on}`)
        await client.query('SELECT pg_reload_conf()')
      })
    await set('on')
    await pause(2_000 + roll() * 1_000)
    await set('off')
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

/** The faults that are possible on this machine; the others are logged. */
export function faultsOf({ server, disk }: Stage, say: (line: string) => void): Fault[] {
  const named = (faults: Readonly<Record<string, Fault['run']>>, onlyStore: boolean) =>
    Object.entries(faults).map(([name, run]): Fault => ({ name, run, onlyStore }))
  if (!disk) say('left out: a full disk (only root may mount one to fill)')
  const hasLimits = forbidWrites(process.pid, false)
  if (!server && !hasLimits) say('left out: a disk that takes no writes (this machine has no prlimit)')
  return [
    ...named(ANY_ENGINE, false),
    ...named(disk ? WITH_DISK : {}, true),
    ...named(!server && hasLimits ? WITH_FILE : {}, true),
    ...named(!server && disk ? WITH_FILE_ON_DISK : {}, false),
    ...named(server ? WITH_SERVER : {}, true)
  ]
}
