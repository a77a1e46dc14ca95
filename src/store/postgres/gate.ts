/** Back-off over all connections of a process: after a failed one, callers are refused at once until the next try is due. */
import { StoreUnavailable } from '../../domain/store.ts'

const FIRST_WAIT_MS = 100
const MAX_WAIT_MS = 2_000

export class Gate {
  #waitMs = 0
  #openAt = 0
  #because = ''

  /** Throws `StoreUnavailable` while the next try is not due. */
  check(): void {
    if (performance.now() < this.#openAt) throw new StoreUnavailable(this.#because)
  }

  worked(): void {
    this.#waitMs = 0
    this.#openAt = 0
  }

  /** Doubles the wait; connections that were tried side by side and failed together count once. */
  failed(because: string): void {
    this.#because = because
    const now = performance.now()
    if (now < this.#openAt) return
    this.#waitMs = Math.min(MAX_WAIT_MS, this.#waitMs === 0 ? FIRST_WAIT_MS : this.#waitMs * 2)
    this.#openAt = now + this.#waitMs
  }
}
