/**
 * Notifies the worker that there may be work, and the pages of changes: at once in this process, and through `NOTIFY` in all
 * others. Only a hint, since both poll too. It is sent after the commit and at most once in a while: a `NOTIFY` inside a
 * transaction makes all such commits of the server wait for each other.
 */
import type { Client } from 'pg'
import type { ConnectionConfig } from './connection-config.ts'
import type { PostgresPool } from './pool.ts'

/** Each with how much later other replicas are notified at most. */
const CHANNELS = { reenroll_work: 100, reenroll_changes: 1_000 } as const
type Channel = keyof typeof CHANNELS
const CHANNEL_NAMES = Object.keys(CHANNELS) as Channel[]
const FIRST_WAIT_MS = 100
const MAX_WAIT_MS = 5_000
const STATEMENT_MS = 5_000

export class Notifier {
  readonly #config: ConnectionConfig
  readonly #pool: PostgresPool
  readonly #own: string
  readonly #calls: Readonly<Record<Channel, (() => void)[]>> = { reenroll_work: [], reenroll_changes: [] }
  readonly #sending = new Map<Channel, NodeJS.Timeout>()
  #client: Client | null = null
  #timer: NodeJS.Timeout | undefined
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
    client.on('notification', ({ channel, payload }) => {
      if (payload !== this.#own) this.#call(channel as Channel)
    })
    try {
      await client.connect()
      await client.query(CHANNEL_NAMES.map((name) => `LISTEN ${name}`).join('; '))
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
    for (const name of CHANNEL_NAMES) this.#call(name)
  }

  on(channel: Channel, call: () => void): void {
    this.#calls[channel].push(call)
  }

  /** There may be work, or something to show. */
  notify(channel: Channel): void {
    this.#call(channel)
    if (this.#sending.has(channel) || this.#closed) return
    const timer = setTimeout(() => {
      this.#sending.delete(channel)
      this.#send(channel).catch(() => {})
    }, CHANNELS[channel])
    this.#sending.set(channel, timer.unref())
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    for (const [channel, timer] of this.#sending) {
      clearTimeout(timer)
      // The last thing a process does is to give its leases back; others should not have to poll to see it.
      await this.#send(channel).catch(() => {})
    }
    await this.#client?.end().catch(() => {})
  }

  async #send(channel: Channel): Promise<void> {
    await this.#pool.use((db) => db.all('SELECT pg_notify($1, $2)', channel, this.#own))
  }

  #call(channel: Channel): void {
    for (const call of this.#calls[channel]) call()
  }

  #listenLater(): void {
    this.#client = null
    if (this.#closed) return
    this.#timer = setTimeout(() => void this.listen(), this.#waitMs)
    this.#timer.unref()
    this.#waitMs = Math.min(MAX_WAIT_MS, this.#waitMs * 2)
  }
}
