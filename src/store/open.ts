/** Opens the store that `REENROLL_STORE_URL` names. One line per engine. */
import { openMemory } from './memory.ts'
import { openSqlite } from './sqlite.ts'
import { type Store, StoreRefused } from './store.ts'

const ENGINES = new Map<string, (rest: string) => Promise<Store>>([
  ['sqlite', (path) => openSqlite(path)],
  ['memory', async () => openMemory()]
])

/** The store behind `sqlite:<path>` or `memory:`. Rejects with `StoreRefused`, whose message says what to do. */
export async function openStore(url: string): Promise<Store> {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/s.exec(url.trim()) ?? []
  const open = ENGINES.get(scheme)
  if (!open) {
    throw new StoreRefused(
      `REENROLL_STORE_URL names no store this version knows (its scheme is ${scheme ? `"${scheme}:"` : 'missing'}). ` +
        'Use "sqlite:<path of the file>", such as "sqlite:data/reenroll.db", or "memory:" to keep nothing.'
    )
  }
  return open(rest)
}
