/**
 * Connections for one kind of work. Nothing waits for ever: what is not done within the lane's time is given up together
 * with its connection, and callers get `StoreUnavailable`. While the server cannot be reached, callers are refused at
 * once, and the next try comes after a back-off.
 */
import { Pool, type PoolClient } from 'pg'
import { StoreUnavailable } from '../store.ts'
import type { Gate } from './gate.ts'
import type { Target } from './target.ts'
import { asStoreError, breaksConnection, isRetryable, sqlState } from './trouble.ts'
import { Turns } from './turns.ts'
import type { Value } from './values.ts'

/** Statements on one connection. The caller names the type of the rows; the schema makes it true. */
export interface Session {
  all<Row extends object>(sql: string, ...values: Value[]): Promise<Row[]>
  one<Row extends object>(sql: string, ...values: Value[]): Promise<Row | undefined>
}

export interface Transaction extends Session {
  /** A statement without an answer that goes to the server together with the commit, which it must let pass. */
  last(sql: string, ...values: Value[]): void
}

/** `reads`: the first statements change nothing, so they need not wait until the transaction has begun. */
export type Opening = 'reads' | 'writes'

export interface LaneOptions {
  readonly connections: number
  /** For one call on its connection, in milliseconds; as long again for a connection to become free. */
  readonly withinMs: number
  /** For making a connection, TLS and password included. */
  readonly connectMs: number
}

/** Another transaction won; so many tries before the caller hears of it. */
const TRIES = 4
/** Said of every statement after one that failed. */
const GIVEN_UP = '25P02'

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
    return this.#within((client) => work(sessionOf((sql, values) => run(client, sql, values))))
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

async function transaction<Result>(
  client: PoolClient,
  work: (db: Transaction) => Promise<Result>,
  opening: Opening
): Promise<Result> {
  let isOver = false
  let firstFailure: unknown
  const send: Send = async (sql, values) => {
    // Of work that has failed in one of its parts, the others go on: what they send now would be saved by itself.
    if (isOver) throw new Error('the transaction is over')
    return run(client, sql, values).catch((error) => {
      firstFailure ??= error
      throw error
    })
  }
  const lasts: Promise<unknown>[] = []
  try {
    const begun = send('BEGIN', [])
    begun.catch(() => {})
    if (opening === 'writes') await begun
    const result = await work({
      ...sessionOf(async (sql, values) => (await Promise.all([send(sql, values), begun]))[0]),
      last: (sql, ...values) => {
        const sent = send(sql, values)
        sent.catch(() => {})
        lasts.push(sent)
      }
    })
    isOver = true
    // When the last statement fails, the server makes a rollback of the commit.
    await Promise.all([...lasts, run(client, 'COMMIT', [])])
    return result
  } catch (error) {
    isOver = true
    // A connection that cannot even do this is thrown away by the caller, and the server rolls back by itself.
    await client.query('ROLLBACK').catch(() => {})
    throw sqlState(error) === GIVEN_UP ? firstFailure : error
  }
}

type Send = (sql: string, values: readonly Value[]) => Promise<object[]>

function sessionOf(send: Send): Session {
  const all = async <Row extends object>(sql: string, ...values: Value[]) => (await send(sql, values)) as Row[]
  return {
    all,
    one: async <Row extends object>(sql: string, ...values: Value[]) => (await all<Row>(sql, ...values))[0]
  }
}

/** Each text is parsed and planned once per connection. */
async function run(client: PoolClient, sql: string, values: readonly Value[]): Promise<object[]> {
  try {
    const result = await client.query<object>({ text: sql, values: [...values], name: nameOf(sql) })
    return result.rows
  } catch (error) {
    throw asStoreError(error)
  }
}

const names = new Map<string, string>()

function nameOf(sql: string): string {
  const known = names.get(sql)
  if (known) return known
  const name = `reenroll_${names.size + 1}`
  names.set(sql, name)
  return name
}
