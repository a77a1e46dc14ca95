/**
 * Connections for one kind of work. Every wait is bounded: what is not done within the pool's time is given up together with
 * its connection, and callers get `StoreUnavailable`. While the server cannot be reached, the circuit breaker refuses callers
 * at once, and the next attempt comes after a back-off.
 */
import { Pool, type PoolClient, type QueryResult } from 'pg'
import { StoreUnavailable } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { Db, Dialect, LockName, Value } from '../db.ts'
import type { LedgerKey } from '../ledger.ts'
import type { ConnectionConfig } from './connection-config.ts'
import { asStoreError, breaksConnection, isRetryable, sqlState } from './errors.ts'

/** `RENR`: keeps Reenroll's advisory locks apart from those of other programs in the same database. */
const LOCK_CLASS = 0x52454e52

/** Advisory locks; they end with the transaction, or the session, that took them. */
export const LOCKS = {
  /** One process changes the schema. */
  migrate: [LOCK_CLASS, 1],
  /** One transaction checks caps and kill switch and records an intent, or changes the controls. */
  brakes: [LOCK_CLASS, 2],
  /** One transaction appends to the ledger. Always taken last. */
  ledger: [LOCK_CLASS, 3],
  /** One replica applies retention. */
  retention: [LOCK_CLASS, 4],
  /** One process builds indexes. Held by a session, since no index is built concurrently inside a transaction. */
  indexes: [LOCK_CLASS, 5]
} as const satisfies Record<LockName | 'migrate' | 'indexes', readonly [number, number]>

/** Whose clock leases and caps run by: the database's, or the caller's for tests that move time by hand. */
export type LeaseClock = 'database' | 'caller'

export interface PoolOptions {
  readonly connections: number
  /** For one call on its connection, in milliseconds; as long again for a connection to become free. */
  readonly withinMs: number
  /** For making a connection, TLS and password included. */
  readonly connectMs: number
  readonly leaseClock?: LeaseClock
  readonly ledgerKey?: LedgerKey | null
}

export interface TransactionLimits {
  /** The commit does not wait for the disk: it is there with the next commit that waits, of any connection. */
  readonly mayBeLost?: boolean
  /** Longest wait for one lock; without it, as long as a call may take. */
  readonly lockMs?: number | undefined
}

/** Another transaction won; so many tries before the caller gets the error. */
const TRIES = 4

export class PostgresPool {
  readonly #pool: Pool
  readonly #breaker: ConnectBreaker
  readonly #config: ConnectionConfig
  readonly #options: PoolOptions
  readonly #slots: Semaphore

  constructor(config: ConnectionConfig, breaker: ConnectBreaker, options: PoolOptions) {
    this.#config = config
    this.#breaker = breaker
    this.#options = options
    this.#slots = new Semaphore(options.connections)
    this.#pool = new Pool({
      ...config.config({ statementMs: options.withinMs, connectMs: options.connectMs }),
      Client: config.Client,
      max: options.connections,
      idleTimeoutMillis: 60_000
    })
    // Without listeners a connection that breaks while idle would end the process.
    this.#pool.on('error', () => {})
    this.#pool.on('connect', (client) => void client.on('error', () => {}))
  }

  /** One or more statements, each a transaction of its own. They may run again. */
  use<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
    return this.#retrying((client) => work(dbOver((sql, values) => query(client, sql, values), this.#options)))
  }

  /** All of `work` or nothing. It may run again, so it must not change anything outside. */
  transact<Result>(work: (db: Db) => Promise<Result>, limits: TransactionLimits = {}): Promise<Result> {
    return this.#retrying((client) => transaction(client, this.#options, work, limits))
  }

  async #retrying<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#within(work)
      } catch (error) {
        if (tries === TRIES || !isRetryable(error)) throw error
      }
    }
  }

  /** Waits for calls in flight, then closes the connections. */
  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end()
  }

  /** Callers wait here and not in the driver's pool, which queues without bound for a server that cannot be reached. */
  async #within<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    if (this.#pool.ending) throw new StoreUnavailable('The store is closed.')
    this.#breaker.check()
    await this.#slots.take(this.#options.withinMs)
    try {
      return await this.#perform(work)
    } finally {
      this.#slots.release()
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
    this.#breaker.check()
    try {
      const client = await this.#pool.connect()
      this.#breaker.succeeded()
      return client
    } catch (error) {
      // The password may have expired.
      if (sqlState(error)?.startsWith('28')) this.#config.forgetPassword()
      const failure = asStoreError(error)
      this.#breaker.failed(failure.message)
      throw failure
    }
  }
}

const FIRST_WAIT_MS = 100
const MAX_WAIT_MS = 2_000

/**
 * Back-off over all connections of a process: after a failed one, callers are refused at once until the next attempt is due.
 * Not cockatiel's: connections that were tried side by side and failed together must count as one failure.
 */
export class ConnectBreaker {
  #waitMs = 0
  #closesAt = 0
  #because = ''

  /** Throws `StoreUnavailable` while the next attempt is not due. */
  check(): void {
    if (performance.now() < this.#closesAt) throw new StoreUnavailable(this.#because)
  }

  succeeded(): void {
    this.#waitMs = 0
    this.#closesAt = 0
  }

  /** Doubles the wait; connections that were tried side by side and failed together count once. */
  failed(because: string): void {
    this.#because = because
    const now = performance.now()
    if (now < this.#closesAt) return
    this.#waitMs = Math.min(MAX_WAIT_MS, this.#waitMs === 0 ? FIRST_WAIT_MS : this.#waitMs * 2)
    this.#closesAt = now + this.#waitMs
  }
}

/** Lets so many callers in at a time; the others wait in order, each with a bound. */
class Semaphore {
  #free: number
  #waiting: (() => void)[] = []

  constructor(slots: number) {
    this.#free = slots
  }

  async take(withinMs: number): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1
      return
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      this.#waiting = this.#waiting.filter((waiting) => waiting !== resolve)
      reject(new StoreUnavailable(`All connections of the store were busy for ${withinMs} ms.`))
    }, withinMs)
    this.#waiting.push(resolve)
    await promise.finally(() => clearTimeout(timer))
  }

  release(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free += 1
  }
}

/** Begins, and returns the server's time; in one message, which takes no values. */
async function begin(client: PoolClient, { mayBeLost = false, lockMs = 0 }: TransactionLimits): Promise<Instant> {
  const limits = `set_config('synchronous_commit', '${mayBeLost ? 'off' : 'on'}', true), set_config('lock_timeout', '${lockMs}', true)`
  try {
    const answers: unknown = await client.query(`BEGIN; SELECT clock_timestamp() AS at, ${limits}`)
    return (answers as readonly QueryResult<{ at: Instant }>[])[1]?.rows[0]?.at ?? ''
  } catch (error) {
    throw asStoreError(error)
  }
}

async function transaction<Result>(
  client: PoolClient,
  options: PoolOptions,
  work: (db: Db) => Promise<Result>,
  limits: TransactionLimits
): Promise<Result> {
  let isOver = false
  // Of work that failed in one part, another part may still run: its statements would be saved outside the transaction.
  const send: Send = (sql, values) =>
    isOver ? Promise.reject(new Error('the transaction is over')) : query(client, sql, values)
  try {
    const begunAt = await begin(client, limits)
    const result = await work(dbOver(send, options, begunAt))
    isOver = true
    await query(client, 'COMMIT', [])
    return result
  } catch (error) {
    isOver = true
    // A connection that cannot roll back is thrown away by the caller, and the server rolls back.
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

const BUCKETS = { day: 'YYYY-MM-DD', hour: 'YYYY-MM-DD"T"HH24', minute: 'YYYY-MM-DD"T"HH24:MI' } as const

const POSTGRES: Dialect = {
  engine: 'postgres',
  jsonList: 'json_agg',
  forUpdate: 'FOR UPDATE',
  skipLocked: 'FOR UPDATE SKIP LOCKED',
  anyOf: (column, placeholder, type) => `${column} = ANY (${placeholder}::${type}[])`,
  unindexed: (column) => column,
  contains: (column, placeholder) => `strpos(${column}, ${placeholder}) > 0`,
  bucket: (column, by) => `to_char(${column}, '${BUCKETS[by]}')`,
  mayBeLost: `, set_config('synchronous_commit', 'off', true)`
}

type Send = (sql: string, values: readonly Value[]) => Promise<QueryResult<object>>

/** `begunAt`: the server's time when the transaction began. */
function dbOver(send: Send, { leaseClock, ledgerKey = null }: PoolOptions, begunAt?: Instant): Db {
  const all = async <Row>(sql: string, ...values: Value[]) => (await send(sql, values)).rows as Row[]
  return {
    ...POSTGRES,
    ledgerKey,
    all,
    one: async <Row extends object>(sql: string, ...values: Value[]) => (await all<Row>(sql, ...values))[0],
    run: async (sql, ...values) => (await send(sql, values)).rowCount ?? 0,
    leaseClock: async (caller) => {
      if (leaseClock === 'caller') return caller
      return begunAt ?? (await all<{ at: Instant }>('SELECT clock_timestamp() AS at'))[0]?.at ?? caller
    },
    moment: (caller, ms, bind) =>
      leaseClock === 'caller' ? bind(plus(caller, ms)) : `(statement_timestamp() + interval '${ms} ms')`,
    lock: async (name) => void (await all('SELECT pg_advisory_xact_lock($1, $2)', ...LOCKS[name])),
    tryLock: async (name) => {
      const [row] = await all<{ taken: boolean }>('SELECT pg_try_advisory_xact_lock($1, $2) AS taken', ...LOCKS[name])
      return row?.taken ?? false
    }
  }
}

/** Each text is parsed once per connection. */
async function query(client: PoolClient, sql: string, values: readonly Value[]) {
  try {
    return await client.query<object>({ text: sql, values: values.map(bound), name: nameOf(sql) })
  } catch (error) {
    throw asStoreError(error)
  }
}

const names = new Map<string, string>()
/** A longer text has the values of many rows: every number of rows would stay in the memory of every connection. */
const LONGEST_NAMED = 3_000

function nameOf(sql: string): string | undefined {
  if (sql.length > LONGEST_NAMED) return undefined
  const known = names.get(sql)
  if (known) return known
  const name = `reenroll_${names.size + 1}`
  names.set(sql, name)
  return name
}

function bound(value: Value): Value {
  if (typeof value === 'string') return storable(value)
  return Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? storable(item) : item)) : value
}

/** PostgreSQL has no year 0, which ISO 8601 and therefore an event may name. */
const YEAR_ZERO = /^0000-\d\d-\d\dT[\d:.]+Z$/

/**
 * PostgreSQL holds no NUL in a text, and UTF-8 no half of a surrogate pair. Both are replaced, so that equal texts stay equal.
 */
export function storable(text: string): string {
  if (text.startsWith('0000-') && YEAR_ZERO.test(text)) return '0001-01-01T00:00:00.000Z'
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}
