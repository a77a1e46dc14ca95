/** A TCP proxy that can stall, slow down and cut connections. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Network {
  readonly port: number
  /** Drops all traffic in both directions from now on. */
  hold(held: boolean): void
  /** Delays everything by this many milliseconds. */
  slow(ms: number): void
  /** Ends every connection. */
  cut(): void
  close(): Promise<void>
}

/** Listens on a free port and forwards to `port`. */
export async function openNetwork(port: number): Promise<Network> {
  let held = false
  let delayMs = 0
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near]
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.on('data', (chunk) => {
        if (held) return
        if (delayMs === 0) to.write(chunk)
        else setTimeout(() => to.destroyed || to.write(chunk), delayMs)
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address && typeof address === 'object' ? address.port : 0,
    hold: (now) => {
      held = now
    },
    slow: (ms) => {
      delayMs = ms
    },
    cut,
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    }
  }
}
