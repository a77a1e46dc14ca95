/** Events grouped by what a classifier could tell apart: type, result, reason without names, authenticator. Pure. */
import { isRecord, recordOf, textOf } from '../okta/loose.ts'
import { readInstant } from '../time.ts'
import type { Instant, Reading } from '../vocabulary.ts'
import { placeholders, redacted } from './redact.ts'

export interface Shape {
  readonly eventType: string
  readonly result: string
  readonly reason: string
  /** Names of the authenticators among the targets. */
  readonly authenticators: readonly string[]
  /** How the policy in force reads it: `failure`, `skipped: not_listed`, … */
  readonly readsAs: string
  /** Smells of a failed Okta Verify enrollment under a type or name that the policy does not know. */
  readonly nearMiss: boolean
  readonly count: number
  readonly users: number
  readonly first: Instant
  readonly last: Instant
  /** The first such event, with everything taken out that could name somebody. */
  readonly example: unknown
}

interface Growing extends Omit<Shape, 'users'> {
  readonly userKeys: Set<string>
}

/** The shapes found so far; `users` counts only within one run. */
export interface ShapeBook {
  add(event: unknown, reading: Reading): void
  shapes(): readonly Shape[]
}

/** More shapes than this and the reasons are free text; what is beyond goes without its reason. */
const MOST_SHAPES = 400

/** A book that goes on from these shapes. */
export function createShapeBook(before: readonly Shape[] = []): ShapeBook {
  const book = new Map<string, Growing>()
  const usersBefore = new Map<string, number>()
  for (const shape of before) {
    book.set(keyOf(shape), { ...shape, userKeys: new Set() })
    usersBefore.set(keyOf(shape), shape.users)
  }
  return {
    add(event, reading) {
      if (!isRecord(event)) return
      const full = describe(event, reading)
      const shape = book.size >= MOST_SHAPES && !book.has(keyOf(full)) ? { ...full, reason: '…' } : full
      const key = keyOf(shape)
      const at = readInstant(event.published) ?? ''
      const known = book.get(key)
      const userKeys = known?.userKeys ?? new Set<string>()
      userKeys.add(userOf(event))
      book.set(key, {
        ...(known ?? { ...shape, first: at, last: at, example: redacted(event) }),
        count: (known?.count ?? 0) + 1,
        first: known && known.first < at ? known.first : at,
        last: known && known.last > at ? known.last : at,
        userKeys
      })
    },
    shapes: () =>
      [...book.entries()]
        .map(([key, { userKeys, ...shape }]) => ({ ...shape, users: (usersBefore.get(key) ?? 0) + userKeys.size }))
        .toSorted((a, b) => b.count - a.count || keyOf(a).localeCompare(keyOf(b)))
  }
}

type Described = Pick<Shape, 'eventType' | 'result' | 'reason' | 'authenticators' | 'readsAs' | 'nearMiss'>

function describe(event: Readonly<Record<string, unknown>>, reading: Reading): Described {
  const outcome = recordOf(event.outcome)
  const targets = (Array.isArray(event.target) ? event.target : []).map(recordOf)
  const named = targets.filter(({ type }) => /^Authenticator/.test(textOf(type) ?? ''))
  return {
    eventType: textOf(event.eventType) ?? '(none)',
    result: textOf(outcome.result) ?? '(none)',
    reason: placeholders(textOf(outcome.reason) ?? ''),
    authenticators: [...new Set(named.flatMap(({ displayName }) => textOf(displayName) ?? []))].sort(),
    readsAs: readsAs(reading),
    nearMiss: (reading.kind === 'skipped' || reading.kind === 'signal') && reading.nearMiss === true
  }
}

function readsAs(reading: Reading): string {
  if (reading.kind === 'skipped') return `skipped: ${reading.why}`
  return reading.kind === 'failure' ? `failure (${reading.confidence})` : reading.kind
}

function keyOf({ eventType, result, reason, authenticators, readsAs: how }: Described): string {
  return [eventType, result, reason, authenticators.join('+'), how].join(' | ')
}

function userOf(event: Readonly<Record<string, unknown>>): string {
  const targets = (Array.isArray(event.target) ? event.target : []).map(recordOf)
  const user = targets.find(({ type }) => type === 'User') ?? recordOf(event.actor)
  return textOf(user.id) ?? ''
}
