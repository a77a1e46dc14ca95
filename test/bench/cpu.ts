/** CPU time that a measured process uses, all its threads included. */

export interface Busy {
  readonly cpuMs: number
  readonly wallMs: number
}

/** Each call returns what was used since the one before. */
export function cpuMeter(): () => Busy {
  let since = { cpu: process.cpuUsage(), atMs: performance.now() }
  return () => {
    const { user, system } = process.cpuUsage(since.cpu)
    const busy = { cpuMs: (user + system) / 1_000, wallMs: performance.now() - since.atMs }
    since = { cpu: process.cpuUsage(), atMs: performance.now() }
    return busy
  }
}
