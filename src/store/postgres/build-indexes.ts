/** Builds indexes while everybody goes on writing. What a crash has left half built is built again. */
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Client } from 'pg'
import { type LaterIndex, POSTGRES_INDEXES } from '../migrations/postgres-indexes.ts'
import { LOCKS } from './locks.ts'
import { SCHEMA } from './target.ts'

const LOOK_AGAIN_MS = 200

/** Makes the indexes up to schema version `to` that are missing or half built; their names. One process at a time. */
export async function buildIndexes(client: Client, to: number): Promise<readonly string[]> {
  const wanted = POSTGRES_INDEXES.filter(({ since }) => since <= to)
  if ((await unbuilt(client, wanted)).length === 0) return []
  await takeTurn(client)
  try {
    // Another process may have built them while we waited.
    const missing = await unbuilt(client, wanted)
    for (const { name, on } of missing) {
      await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`)
      await client.query(`CREATE INDEX CONCURRENTLY ${name} ON ${on}`)
    }
    return missing.map(({ name }) => name)
  } finally {
    await client.query('SELECT pg_advisory_unlock($1, $2)', [...LOCKS.indexes])
  }
}

/**
 * Asks again and again: a statement that waited for the lock would be one of those whose end the builder waits for, and
 * both would wait for ever.
 */
async function takeTurn(client: Client): Promise<void> {
  for (;;) {
    const [row] = (await client.query('SELECT pg_try_advisory_lock($1, $2) AS taken', [...LOCKS.indexes])).rows
    if (row.taken) return
    await sleepFor(LOOK_AGAIN_MS)
  }
}

async function unbuilt(client: Client, wanted: readonly LaterIndex[]): Promise<LaterIndex[]> {
  const sql = `SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND i.indisvalid`
  const built = new Set((await client.query<{ name: string }>(sql, [SCHEMA])).rows.map(({ name }) => name))
  return wanted.filter(({ name }) => !built.has(name))
}
