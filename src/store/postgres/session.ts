/**
 * Statements on one connection, and transactions of them. What is sent without waiting for the answers before travels in one
 * piece (`pipeline` of the driver); the server takes it in order.
 */
import type { PoolClient } from 'pg'
import { asStoreError, sqlState } from './trouble.ts'
import type { Value } from './values.ts'

/** The caller names the type of the rows; the schema makes it true. */
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

/** All of `work` or nothing. */
export async function transaction<Result>(
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
    // Statements behind one that failed fail for that reason alone.
    throw sqlState(error) === null ? error : (firstFailure ?? error)
  }
}

type Send = (sql: string, values: readonly Value[]) => Promise<object[]>

/** Each statement a transaction of its own. */
export function plainSession(client: PoolClient): Session {
  return sessionOf((sql, values) => run(client, sql, values))
}

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
