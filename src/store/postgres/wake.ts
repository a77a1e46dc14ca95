/**
 * Tells the worker that there may be work: at once in this process, and through `NOTIFY` in all others. Only a hint, since
 * workers poll too. It is sent after the commit and at most once in a while: a `NOTIFY` inside a transaction makes all such
 * commits of the server wait for each other.
 */
import type { Client } from 'pg'
import type { Lane } from './lane.ts'
import type { Target } from './target.ts'

const CHANNEL = 'reenroll_work'
/** Other replicas hear of work this much later at most. */
const GATHER_MS = 100
const FIRST_WAIT_MS = 100
const MAX_WAIT_MS = 5_000
const STATEMENT_MS = 5_000

export class Wake {
  readonly #target: Target
  readonly #lane: Lane
  readonly #own: string
  readonly #calls: (() => void)[] = []
  #client: Client | null = null
  #timer: NodeJS.Timeout | undefined
  #telling: NodeJS.Timeout | undefined
  #waitMs = FIRST_WAIT_MS
  #closed = false

  /** `own` names this process, which needs no telling. */
  constructor(target: Target, lane: Lane, own: string) {
    this.#target = target
    this.#lane = lane
    this.#own = own
  }

  /** Starts to listen; from then on it connects again by itself whenever the connection is lost. */
  async listen(): Promise<void> {
    const client = new this.#target.Client(this.#target.config({ statementMs: STATEMENT_MS, connectMs: STATEMENT_MS }))
    client.on('error', () => {})
    client.on('notification', ({ payload }) => {
      if (payload !== this.#own) this.#call()
    })
    try {
      await client.connect()
      await client.query(`LISTEN ${CHANNEL}`)
    } catch {
      await client.end().catch(() => {})
      this.#listenLater()
      return
    }
    if (this.#closed) return client.end()
    this.#client = client
    this.#waitMs = FIRST_WAIT_MS
    client.once('end', () => this.#listenLater())
    // What was told while nobody listened.
    this.#call()
  }

  onWork(call: () => void): void {
    this.#calls.push(call)
  }

  /** There may be work, for whoever takes it first. */
  tell(): void {
    this.#call()
    if (this.#telling || this.#closed) return
    this.#telling = setTimeout(() => {
      this.#telling = undefined
      this.#notify().catch(() => {})
    }, GATHER_MS)
    this.#telling.unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    if (this.#telling) {
      clearTimeout(this.#telling)
      // The last thing a process does is to give its leases back; the others should not have to poll to see it.
      await this.#notify().catch(() => {})
    }
    await this.#client?.end().catch(() => {})
  }

  async #notify(): Promise<void> {
    await this.#lane.use((db) => db.all('SELECT pg_notify($1, $2)', CHANNEL, this.#own))
  }

  #call(): void {
    for (const call of this.#calls) call()
  }

  #listenLater(): void {
    this.#client = null
    if (this.#closed) return
    this.#timer = setTimeout(() => void this.listen(), this.#waitMs)
    this.#timer.unref()
    this.#waitMs = Math.min(MAX_WAIT_MS, this.#waitMs * 2)
  }
}
