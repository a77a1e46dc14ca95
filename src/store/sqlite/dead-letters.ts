/** What could not be handled, with the reason, newest first. */
import type { DeadLetter } from '../../domain/store.ts'
import type { Connection } from './connection.ts'

export function addDeadLetter(db: Connection, letter: DeadLetter): void {
  db.insert('INSERT INTO dead_letters (at, why, subject) VALUES (?, ?, ?)', letter.at, letter.why, letter.subject)
}

export function deadLetters(db: Connection, limit: number): DeadLetter[] {
  return db.all<DeadLetter>('SELECT at, why, subject FROM dead_letters ORDER BY seq DESC LIMIT ?', limit)
}
