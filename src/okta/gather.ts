/**
 * Reads for many at once what several ask for in the same moment. Nobody is kept waiting for company: a first ask goes at
 * once, and only who asks while it is under way goes together, with the next.
 */
import { setImmediate as thisMoment } from 'node:timers/promises'

export interface GatherParts<A, V> {
  /** Answers each ask, in the order given. */
  readonly read: (asks: readonly A[]) => Promise<readonly V[]>
  /** What an ask adds to a call, and how much a call can carry. */
  readonly weigh: (ask: A) => number
  readonly most: number
}

interface Waiting<A, V> {
  readonly ask: A
  readonly resolve: (value: V) => void
  readonly reject: (error: unknown) => void
}

/** A function to ask with; it resolves to the answer for its own ask. */
export function gather<A, V>({ read, weigh, most }: GatherParts<A, V>): (ask: A) => Promise<V> {
  const line: Waiting<A, V>[] = []
  let isReading = false

  /** As many from the front as one call carries, and never none. */
  function next(): readonly Waiting<A, V>[] {
    let weight = 0
    const count = line.findIndex(({ ask }) => {
      weight += weigh(ask)
      return weight > most
    })
    return line.splice(0, count === -1 ? line.length : Math.max(1, count))
  }

  async function readAll(): Promise<void> {
    isReading = true
    // Who asks in the same turn of the event loop belongs to the same moment.
    await thisMoment()
    while (line.length > 0) {
      const batch = next()
      try {
        const values = await read(batch.map(({ ask }) => ask))
        for (const [n, { resolve }] of batch.entries()) resolve(values[n] as V)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    isReading = false
  }

  return (ask) =>
    new Promise((resolve, reject) => {
      line.push({ ask, resolve, reject })
      if (!isReading) void readAll()
    })
}
