/**
 * Whose clock counts for leases, caps and storm windows. The database's, so that replicas agree even when the clock of one
 * of them is wrong; the caller's for tests that move time by hand.
 */
import type { Instant } from '../../domain/vocabulary.ts'

/** The time to use in a statement: null stands for the database's own. */
export type Moment = (now: Instant) => Instant | null

export const databaseTime: Moment = () => null
export const callersTime: Moment = (now) => now
