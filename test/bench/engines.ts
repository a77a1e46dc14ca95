/** The measured engines, each on an empty database, and counts of the stored rows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import { onAnyCore } from './machine.ts'

/** Configured like a small production server; the packaged defaults are for a small laptop. */
const BIG_ENOUGH = ['shared_buffers=1GB', 'max_wal_size=4GB']

export const ENGINE_NAMES = ['sqlite', 'postgres'] as const
export type EngineName = (typeof ENGINE_NAMES)[number]

export interface Place {
  readonly storeUrl: string
  /** Events in the store, counted by SQL. */
  events(): Promise<number>
  /** Cases by state. */
  cases(): Promise<Readonly<Record<string, number>>>
  /** Size of the whole database, indexes included. */
  bytes(): Promise<number>
}

export interface Engines {
  /** Empty at the start, removed at the end. */
  readonly folder: string
  /** The engines to measure. */
  readonly names: readonly EngineName[]
  /** A new, empty database. */
  open(engine: EngineName): Promise<Place>
  close(): Promise<void>
}

export function openEngines(names: readonly EngineName[] = ENGINE_NAMES): Engines {
  const folder = mkdtempSync(join(tmpdir(), 'reenroll-bench-'))
  const endings: (() => Promise<void> | void)[] = [() => rmSync(folder, { recursive: true, force: true })]
  let server: Promise<PostgresServer> | null = null
  let made = 0
  return {
    folder,
    names,
    async open(engine) {
      made++
      if (engine === 'sqlite') return sqlitePlace(join(folder, `${made}.db`))
      server ??= onAnyCore(() =>
        startPostgres({ teardown: (step) => void endings.unshift(step) }, { durable: true, settings: BIG_ENOUGH })
      )
      return postgresPlace(await (await server).createDatabase())
    },
    async close() {
      for (const step of endings.splice(0)) await step()
    }
  }
}

function sqlitePlace(file: string): Place {
  const rows = (sql: string) => {
    const db = new DatabaseSync(file, { readOnly: true })
    try {
      return db.prepare(sql).all()
    } finally {
      db.close()
    }
  }
  const size = 'SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size'
  return placeOf(`sqlite:${file}`, size, async (sql) => rows(sql))
}

function postgresPlace(url: string): Place {
  const size =
    "SELECT sum(pg_total_relation_size(oid)) AS n FROM pg_class WHERE relkind = 'r' AND relnamespace = 'reenroll'::regnamespace"
  return placeOf(url, size, async (sql) => {
    const client = new pg.Client({ connectionString: url, options: '-c search_path=reenroll' })
    await client.connect()
    try {
      return (await client.query(sql)).rows
    } finally {
      await client.end()
    }
  })
}

function placeOf(
  storeUrl: string,
  size: string,
  rows: (sql: string) => Promise<readonly Record<string, unknown>[]>
): Place {
  return {
    storeUrl,
    events: async () => Number((await rows('SELECT count(*) AS n FROM events'))[0]?.n),
    cases: async () => {
      const counted = await rows('SELECT state, count(*) AS n FROM cases GROUP BY state')
      return Object.fromEntries(counted.map(({ state, n }) => [String(state), Number(n)]))
    },
    bytes: async () => Number((await rows(size))[0]?.n)
  }
}
