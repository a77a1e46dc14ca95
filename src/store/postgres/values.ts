/** What may be bound to a statement, and how texts and times from outside are made fit to be stored. */
import type { Instant } from '../../domain/vocabulary.ts'

/** Bytes travel as they are; texts in a list are escaped one by one. */
export type Value = string | number | boolean | null | Uint8Array | readonly (string | number | boolean | null)[]

/** PostgreSQL holds no NUL in a text, and UTF-8 no half of a surrogate pair. Both are replaced, so that equal stays equal. */
export function fit(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}

export function fitOrNull(text: string | null): string | null {
  return text === null ? null : fit(text)
}

/** PostgreSQL knows no year 0, which ISO 8601 and therefore an event may name. */
export function fitInstant(at: Instant): Instant {
  return at.startsWith('0000') ? '0001-01-01T00:00:00.000Z' : at
}
