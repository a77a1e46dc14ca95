/** A stable name for a user that tells nobody who it is: what logs and traces say when `REENROLL_LOG_USER_KEY` is set. */
import { createHmac } from 'node:crypto'
import type { TelemetryEvent } from '../domain/telemetry-event.ts'

/** Of a user's Okta id; null leaves users out altogether. */
export type Pseudonym = (userId: string) => string

/** 64 bits: no two users of one org share a name by chance. */
const LENGTH = 16

/** The same key gives the same names, in every replica and for as long as it is kept; another key, other names. */
export function createPseudonym(key: string): Pseudonym {
  return (userId) => `user-${createHmac('sha256', key).update(userId).digest('hex').slice(0, LENGTH)}`
}

/** Okta's ids of users, wherever they stand in a text. */
const USER_ID = /\b00u[A-Za-z0-9]{17}\b/g

/** Puts the names in place of the ids. */
export function hideUsers(text: string, pseudonym: Pseudonym): string {
  return text.replace(USER_ID, pseudonym)
}

/** Whom an event is about, under the name that may be shown; null when it is nobody or users are left out. */
export function userOf(event: TelemetryEvent, pseudonym: Pseudonym | null): string | null {
  const userId = 'userId' in event ? event.userId : null
  return pseudonym && userId ? pseudonym(userId) : null
}
