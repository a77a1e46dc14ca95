/** Opens the store of `REENROLL_STORE_URL`. An engine is loaded only when it is used. */
import { type Store, StoreConfigError } from '../domain/store.ts'
import type { PostgresOptions } from './postgres.ts'

const ENGINES = new Map<string, (url: string, rest: string, access: PostgresOptions) => Promise<Store>>([
  ['sqlite', async (_url, path, { ledgerKeys = [] }) => (await import('./sqlite.ts')).openSqlite(path, { ledgerKeys })],
  ['postgres', async (url, _rest, access) => (await import('./postgres.ts')).openPostgres(url, access)],
  ['postgresql', async (url, _rest, access) => (await import('./postgres.ts')).openPostgres(url, access)],
  ['memory', async (_url, _rest, { ledgerKeys }) => (await import('./sqlite/same-thread.ts')).openInMemory(ledgerKeys)]
])

/** The schema versions between which opening this store would migrate; changes nothing. */
export async function pendingMigrationOf(
  url: string,
  access: PostgresOptions = {}
): Promise<{ from: number; to: number }> {
  const path = /^sqlite:(.*)$/s.exec(url.trim())?.[1]
  if (path !== undefined) return (await import('./sqlite/open-file.ts')).pendingMigrationOfFile(path)
  const { readConnectionConfig } = await import('./postgres/connection-config.ts')
  const { pendingMigration } = await import('./postgres/migrate.ts')
  return pendingMigration(readConnectionConfig(url, access.passwordCommand ?? null, access))
}

/** The store behind `sqlite:<path>`, `postgres://…` or `memory:`. Rejects with `StoreConfigError`, whose message says what to do. */
export async function openStore(url: string, access: PostgresOptions = {}): Promise<Store> {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(url.trim()) ?? []
  const open = ENGINES.get(scheme)
  if (!open) {
    throw new StoreConfigError(
      `REENROLL_STORE_URL: not a known kind of store (the scheme is ${scheme ? `"${scheme}:"` : 'missing'}). ` +
        'Use "sqlite:<path of the file>", such as "sqlite:data/reenroll.db", "postgres://user:password@host/database", ' +
        'or "memory:" to keep nothing.'
    )
  }
  return open(url.trim(), rest, access)
}
