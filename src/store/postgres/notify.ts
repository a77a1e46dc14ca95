/**
 * Notifies the worker that there may be work: at once in this process, and through `NOTIFY` in all others. Only a hint, since
 * workers poll too. It is sent after the commit and at most once in a while: a `NOTIFY` inside a transaction makes all such
 * commits of the server wait for each other.
 */
import type { Client } from 'pg'
import type { ConnectionConfig } from './connection-config.ts'
import type { PostgresPool } from './pool.ts'

const CHANNEL = 'reenroll_work'
/** Other replicas are notified this much later at most. */
const GATHER_MS = 100
const FIRST_WAIT_MS = 100
const MAX_WAIT_MS = 5_000
const STATEMENT_MS = 5_000

export class Notifier {
  readonly #config: ConnectionConfig
  readonly #pool: PostgresPool
  readonly #own: string
  readonly #calls: (() => void)[] = []
  #client: Client | null = null
  #timer: NodeJS.Timeout | undefined
  #sending: NodeJS.Timeout | undefined
  #waitMs = FIRST_WAIT_MS
  #closed = false

  /** `own` names this process, which needs no notification. */
  constructor(config: ConnectionConfig, pool: PostgresPool, own: string) {
    this.#config = config
    this.#pool = pool
    this.#own = own
  }

  /** Starts to listen, and reconnects whenever the connection is lost. */
  async listen(): Promise<void> {
    const client = new this.#config.Client(this.#config.config({ statementMs: STATEMENT_MS, connectMs: STATEMENT_MS }))
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
    // Notifications may have been missed meanwhile.
    this.#call()
  }

  onWork(call: () => void): void {
    this.#calls.push(call)
  }

  /** There may be work. */
  notify(): void {
    this.#call()
    if (this.#sending || this.#closed) return
    this.#sending = setTimeout(() => {
      this.#sending = undefined
      this.#send().catch(() => {})
    }, GATHER_MS)
    this.#sending.unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    if (this.#sending) {
      clearTimeout(this.#sending)
      // The last thing a process does is to give its leases back; others should not have to poll to see it.
      await this.#send().catch(() => {})
    }
    await this.#client?.end().catch(() => {})
  }

  async #send(): Promise<void> {
    await this.#pool.use((db) => db.all('SELECT pg_notify($1, $2)', CHANNEL, this.#own))
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
