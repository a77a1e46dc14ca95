/** What could not be handled, with the reason, newest first. */
import type { DeadLetter } from '../../domain/store.ts'
import type { Session } from './session.ts'
import { fit } from './values.ts'

export async function addDeadLetters(db: Session, letters: readonly DeadLetter[]): Promise<void> {
  if (letters.length === 0) return
  await db.all(
    `INSERT INTO dead_letters (at, why, subject)
     SELECT at, why, subject FROM unnest($1::timestamptz[], $2::text[], $3::text[]) AS l (at, why, subject)`,
    letters.map((letter) => letter.at),
    letters.map((letter) => fit(letter.why)),
    letters.map((letter) => fit(letter.subject))
  )
}

export function deadLetters(db: Session, limit: number): Promise<DeadLetter[]> {
  return db.all<DeadLetter>('SELECT at, why, subject FROM dead_letters ORDER BY seq DESC LIMIT $1', limit)
}
