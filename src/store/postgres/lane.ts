/**
 * Connections for one kind of work. Nothing waits for ever: what is not done within the lane's time is given up together
 * with its connection, and callers get `StoreUnavailable`. While the server cannot be reached, callers are refused at
 * once, and the next try comes after a back-off.
 */
import { Pool, type PoolClient } from 'pg'
import { StoreUnavailable } from '../../domain/store.ts'
import type { Gate } from './gate.ts'
import { type Opening, plainSession, type Session, type Transaction, transaction } from './session.ts'
import type { Target } from './target.ts'
import { asStoreError, breaksConnection, isRetryable, sqlState } from './trouble.ts'
import { Turns } from './turns.ts'

export interface LaneOptions {
  readonly connections: number
  /** For one call on its connection, in milliseconds; as long again for a connection to become free. */
  readonly withinMs: number
  /** For making a connection, TLS and password included. */
  readonly connectMs: number
}

/** Another transaction won; so many tries before the caller hears of it. */
const TRIES = 4

export class Lane {
  readonly #pool: Pool
  readonly #gate: Gate
  readonly #target: Target
  readonly #options: LaneOptions
  readonly #turns: Turns

  constructor(target: Target, gate: Gate, options: LaneOptions) {
    this.#target = target
    this.#gate = gate
    this.#options = options
    this.#turns = new Turns(options.connections)
    this.#pool = new Pool({
      ...target.config({ statementMs: options.withinMs, connectMs: options.connectMs }),
      Client: target.Client,
      max: options.connections,
      // Statements that wait for nothing but each other's turn go to the server in one piece.
      pipeline: true,
      idleTimeoutMillis: 60_000
    })
    // Without listeners a connection that breaks while nobody uses it would end the process.
    this.#pool.on('error', () => {})
    this.#pool.on('connect', (client) => void client.on('error', () => {}))
  }

  /** One or more statements, each a transaction of its own. */
  use<Result>(work: (db: Session) => Promise<Result>): Promise<Result> {
    return this.#within((client) => work(plainSession(client)))
  }

  /** All of `work` or nothing. It may run again, so it must not change anything outside. */
  async transact<Result>(work: (db: Transaction) => Promise<Result>, opening: Opening = 'writes'): Promise<Result> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#within((client) => transaction(client, work, opening))
      } catch (error) {
        if (tries === TRIES || !isRetryable(error)) throw error
      }
    }
  }

  /** Waits for what is under way, then closes the connections. */
  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end()
  }

  /** Callers wait here and not in the pool, which takes a long line for a server that cannot be reached. */
  async #within<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    if (this.#pool.ending) throw new StoreUnavailable('The store is closed.')
    this.#gate.check()
    await this.#turns.take(this.#options.withinMs)
    try {
      return await this.#perform(work)
    } finally {
      this.#turns.done()
    }
  }

  async #perform<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const late = Promise.withResolvers<never>()
    late.promise.catch(() => {})
    const timer = setTimeout(() => {
      late.reject(new StoreUnavailable(`The store has not answered for ${this.#options.withinMs} ms.`))
    }, this.#options.withinMs)
    try {
      const client = await this.#connect()
      const working = work(client)
      working.catch(() => {})
      return await Promise.race([working, late.promise]).then(
        (result) => {
          client.release()
          return result
        },
        (error) => {
          client.release(breaksConnection(error))
          throw error
        }
      )
    } finally {
      clearTimeout(timer)
    }
  }

  async #connect(): Promise<PoolClient> {
    if (this.#pool.ending) throw new StoreUnavailable('The store is closed.')
    this.#gate.check()
    try {
      const client = await this.#pool.connect()
      this.#gate.worked()
      return client
    } catch (error) {
      // The password may have expired.
      if (sqlState(error)?.startsWith('28')) this.#target.forgetPassword()
      const told = asStoreError(error)
      this.#gate.failed(told.message)
      throw told
    }
  }
}
