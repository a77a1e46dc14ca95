/**
 * When a call may go: at most five at a time, the most urgent first, none beyond our share of a limit, none into a bucket
 * that Okta says is empty (facts §3.3). Nobody waits longer than the caller has time; who would is told how long instead.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { SECOND_MS } from '../time.ts'
import type { Clock } from '../vocabulary.ts'
import { LANES, type Lane } from './calls.ts'
import { type Allowance, isConcurrencyLimit } from './rate-limit.ts'
import { createShares } from './shares.ts'

/** Of the 75 (35 on free orgs) calls in flight that Okta grants the whole org (facts §3.3). */
export const CALLS_AT_ONCE = 5

export interface Turn {
  /** When the caller's patience ends. */
  readonly signal: AbortSignal
  /** What is left of it. */
  readonly leftMs: () => number
}

export type Entry =
  | { readonly ok: true /** Must be called once the answer is in. */; readonly leave: () => void }
  | { readonly ok: false; readonly waitMs: number }

export interface Budget {
  /** Resolves when the call may go, or when it would have to wait too long. Rejects when the signal aborts. */
  enter(bucket: string, turn: Turn, lane?: Lane): Promise<Entry>
  /** How long the bucket is still shut; 0 when it is open. */
  shutMs(bucket: string): number
  /** Learns from an answer; after a 429, how long to wait. */
  note(bucket: string, status: number, allowance: Allowance): number | null
  /** Part of our share of the bucket that is used, from 0 to 1; null while its limit is unknown. */
  shareUsed(bucket: string): number | null
}

export interface BudgetParts {
  readonly clock: Clock
  /** Waits; tests replace it. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>
  /** Our part of each limit, in percent; 50 unless said otherwise. */
  readonly sharePercent?: number
  /** From 0 to 1, so that several processes do not come back in step. */
  readonly random?: () => number
}

/** In percent. Okta gives each app half of every limit by default, and others need theirs (facts §3.3). */
const OUR_SHARE = 50
/** The longest extra wait by chance, beyond a bucket's reset. */
const JITTER_MS = 500
/** Of the pauses for the org-wide limit, each twice the one before, until an answer comes through. */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 4 * SECOND_MS
/** After a 429 without readable headers. */
const BLIND_PAUSE_MS = 2 * SECOND_MS

/** A budget with every bucket open. */
export function createBudget(parts: BudgetParts): Budget {
  const { clock, random = Math.random } = parts
  const pause = parts.pause ?? ((ms, signal) => sleep(ms, undefined, { signal }))
  const slots = createSlots(CALLS_AT_ONCE)
  const openAtMs = new Map<string, number>()
  let orgOpenAtMs = 0
  let refusals = 0
  const nowMs = () => Date.parse(clock())

  const shares = createShares(parts.sharePercent ?? OUR_SHARE, nowMs)

  const shutMs = (bucket: string) => Math.max(0, orgOpenAtMs - nowMs(), (openAtMs.get(bucket) ?? 0) - nowMs())

  function shut(bucket: string, ms: number): number {
    const waitMs = Math.round(ms + random() * JITTER_MS)
    // Answers overtake each other: a late one never opens what a newer one shut.
    openAtMs.set(bucket, Math.max(openAtMs.get(bucket) ?? 0, nowMs() + waitMs))
    return waitMs
  }

  function shutOrg(): number {
    // Several calls refused in the same moment are one refusal.
    if (nowMs() >= orgOpenAtMs) {
      const ms = Math.min(FIRST_PAUSE_MS * 2 ** refusals++, LONGEST_PAUSE_MS)
      orgOpenAtMs = nowMs() + Math.round(ms * (1 + random() / 2))
    }
    return orgOpenAtMs - nowMs()
  }

  return {
    shutMs,
    shareUsed: (bucket) => shares.used(bucket),
    async enter(bucket, { signal, leftMs }, lane = 'correlating') {
      const closedMs = () => Math.max(shutMs(bucket), shares.waitMs(bucket, lane))
      for (;;) {
        const waitMs = closedMs()
        if (waitMs > leftMs()) return { ok: false, waitMs }
        if (waitMs > 0) await pause(waitMs, signal)
        const give = await slots.take(signal, lane)
        // The bucket may have been shut while this call stood in line.
        if (closedMs() > 0) give()
        else {
          shares.spend(bucket)
          return {
            ok: true,
            leave() {
              shares.settle(bucket)
              give()
            }
          }
        }
      }
    },
    note(bucket, status, allowance) {
      shares.learn(bucket, allowance)
      if (status === 429) {
        return isConcurrencyLimit(allowance) ? shutOrg() : shut(bucket, allowance.resetInMs ?? BLIND_PAUSE_MS)
      }
      refusals = 0
      if (allowance.remaining === 0 && allowance.resetInMs !== null) shut(bucket, allowance.resetInMs)
      return null
    }
  }
}

interface Slots {
  /** Resolves, the most urgent lane first and then first come first served, to the function that gives the slot back. */
  take(signal: AbortSignal, lane: Lane): Promise<() => void>
}

function createSlots(count: number): Slots {
  let free = count
  const lines = new Map(LANES.map((lane): [Lane, (() => void)[]] => [lane, []]))
  const give = () => {
    const next = LANES.map((lane) => lines.get(lane))
      .find((line) => line?.length)
      ?.shift()
    if (next) next()
    else free++
  }
  return {
    take(signal, lane) {
      const line = lines.get(lane) ?? []
      signal.throwIfAborted()
      if (free > 0) {
        free--
        return Promise.resolve(give)
      }
      return new Promise((resolve, reject) => {
        const proceed = () => {
          signal.removeEventListener('abort', giveUp)
          resolve(give)
        }
        const giveUp = () => {
          line.splice(line.indexOf(proceed), 1)
          reject(signal.reason)
        }
        line.push(proceed)
        signal.addEventListener('abort', giveUp, { once: true })
      })
    }
  }
}
