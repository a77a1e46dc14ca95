/** Describes the machine, and pins the bench's processes to different cores. */
import { spawnSync } from 'node:child_process'
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os'

export interface Machine {
  readonly date: string
  readonly node: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGib: number
  readonly system: string
  /** Whether service and load generator had a core each. */
  readonly pinned: boolean
}

const CORES_HERE = availableParallelism()
const canPin = CORES_HERE > 1 && spawnSync('taskset', ['--version']).status === 0

export function describeMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: CORES_HERE,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    pinned: canPin
  }
}

/** The service's core and everything else's. */
export type Core = 'service' | 'others'
const CORES: Readonly<Record<Core, number>> = { service: 0, others: 1 }

/** The command line that runs Node on that core; plain Node where pinning is not possible. */
export function nodeOn(core: Core, args: readonly string[]): readonly [string, readonly string[]] {
  return canPin ? ['taskset', ['-c', String(CORES[core]), process.execPath, ...args]] : [process.execPath, args]
}

/** Moves this process, the load generator, off the service's core. */
export function moveAside(): void {
  moveTo(String(CORES.others))
}

/** Starts a process that may use every core, such as a database server; child processes inherit the affinity. */
export async function onAnyCore<Started>(start: () => Promise<Started>): Promise<Started> {
  moveTo(`0-${CORES_HERE - 1}`)
  try {
    return await start()
  } finally {
    moveAside()
  }
}

function moveTo(cores: string): void {
  if (canPin) spawnSync('taskset', ['-apc', cores, String(process.pid)])
}
