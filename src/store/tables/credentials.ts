/** Sessions of the pages and API tokens. */
import type { Credential, Credentials } from '../../domain/credentials.ts'
import type { Db } from '../db.ts'
import { appendLedger } from './ledger.ts'

interface Body {
  readonly body: string
}

export async function addCredential(
  db: Db,
  { digest, credential, ledger }: Parameters<Credentials['addCredential']>[0]
): Promise<void> {
  await db.run('DELETE FROM credentials WHERE ends_at <= $1', credential.createdAt)
  await db.run(
    'INSERT INTO credentials (digest, id, ends_at, body) VALUES ($1, $2, $3, $4)',
    ...[digest, credential.id, credential.endsAt, JSON.stringify(credential)]
  )
  await appendLedger(db, ledger)
}

export async function credential(db: Db, digest: string): Promise<Credential | null> {
  const row = await db.one<Body>('SELECT body FROM credentials WHERE digest = $1', digest)
  return row ? JSON.parse(row.body) : null
}

export async function credentials(db: Db): Promise<Credential[]> {
  const rows = await db.all<Body>('SELECT body FROM credentials')
  const found = rows.map(({ body }): Credential => JSON.parse(body))
  return found.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
}

export async function updateCredential(db: Db, next: Credential): Promise<void> {
  await db.run('UPDATE credentials SET body = $1 WHERE id = $2', JSON.stringify(next), next.id)
}

export async function endCredentials(
  db: Db,
  { ids, ledger }: Parameters<Credentials['endCredentials']>[0]
): Promise<number> {
  const ended = await db.run(`DELETE FROM credentials WHERE ${db.anyOf('id', '$1', 'text')}`, ids)
  if (ended > 0) await appendLedger(db, ledger)
  return ended
}
