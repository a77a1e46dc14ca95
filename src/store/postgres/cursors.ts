/** Places in streams that are read bit by bit, such as the System Log, each kept as text under its name. */
import type { Session } from './session.ts'
import { fit } from './values.ts'

export async function cursor(db: Session, name: string): Promise<string | null> {
  const row = await db.one<{ value: string }>('SELECT value FROM cursors WHERE name = $1', fit(name))
  return row?.value ?? null
}

export async function setCursor(db: Session, name: string, value: string): Promise<void> {
  await db.all(
    'INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    ...[fit(name), fit(value)]
  )
}
