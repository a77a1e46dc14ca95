/** Places in streams that are read bit by bit, such as the System Log, each kept as text under its name. */
import type { Connection } from './connection.ts'

export function cursor(db: Connection, name: string): string | null {
  return db.one<{ value: string }>('SELECT value FROM cursors WHERE name = ?', name)?.value ?? null
}

export function setCursor(db: Connection, ask: { readonly name: string; readonly value: string }): null {
  db.run(
    'INSERT INTO cursors (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ...[ask.name, ask.value]
  )
  return null
}
