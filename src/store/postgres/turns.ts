/** Lets so many callers in at a time; the others wait in line, each no longer than it is told to. */
import { StoreUnavailable } from '../../domain/store.ts'

export class Turns {
  #free: number
  #line: (() => void)[] = []

  constructor(places: number) {
    this.#free = places
  }

  /** Resolves when it is the caller's turn; `done` gives the place to the next one. */
  async take(withinMs: number): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      this.#line = this.#line.filter((waiting) => waiting !== resolve)
      reject(new StoreUnavailable(`All connections of the store were busy for ${withinMs} ms.`))
    }, withinMs)
    this.#line.push(resolve)
    await promise.finally(() => clearTimeout(timer))
  }

  done(): void {
    const next = this.#line.shift()
    if (next) next()
    else this.#free += 1
  }
}
