/** What is checked in the transaction that records an intent to write. Pure. */
import type { Controls } from '../domain/decision.ts'
import { allowedOfUsers, type WriteLimits } from '../domain/store.ts'
import { DAY_MS, HOUR_MS } from '../domain/time.ts'
import type { Action } from '../domain/vocabulary.ts'

/** The controls before the first change. */
export const FIRST_CONTROLS: Controls = { version: 0, kill: null, rules: {}, ceiling: null }

/** Actions in these states happened or may have happened, and count against the caps. */
export const COUNTED_STATES: readonly Action['state'][] = ['intended', 'done', 'unknown']

/** How far back writes count against the caps per user and for all. */
export const CAP_WINDOWS_MS = { user: DAY_MS, all: HOUR_MS } as const

/** Writes so far, without the one about to begin, and the users there were to help. */
export interface CapCounts {
  /** Of this user in a day. */
  readonly userWrites: number
  /** Of all users in an hour, and among these the ones of the remediation that is about to begin. */
  readonly writesLastHour: number
  readonly sameLastHour: number
  /** Of all users in a day, and how many distinct users failed in that day. */
  readonly writesLastDay: number
  readonly usersLastDay: number
}

/** Why no write may begin now, or null. */
export function reachedCap(controls: Controls, counts: CapCounts, limits: WriteLimits): string | null {
  if (controls.kill?.on) return `the kill switch is on: ${controls.kill.because}`
  if (controls.version !== limits.controlsVersion) return 'modes or brakes were changed since this was decided'
  if (counts.userWrites >= limits.userWritesPerDay) {
    return `the cap for one user is reached: ${counts.userWrites} of ${limits.userWritesPerDay} writes in the last 24 hours`
  }
  if (counts.writesLastHour >= limits.writesPerHour) {
    return `the cap for all users is reached: ${counts.writesLastHour} of ${limits.writesPerHour} writes in the last hour`
  }
  if (counts.sameLastHour >= limits.remediationWritesPerHour) {
    return `the cap for one remediation is reached: ${counts.sameLastHour} of ${limits.remediationWritesPerHour} in the last hour`
  }
  if (counts.writesLastDay >= allowedOfUsers(limits, counts.usersLastDay)) {
    return `the share of users is reached: ${counts.writesLastDay} writes for ${counts.usersLastDay} failing users in the last day`
  }
  return null
}
