/** Events grouped by what a classifier could tell apart: type, result, reason without names, authenticator. Pure. */
import { isRecord, type Json, recordOf, textOf } from '../domain/json.ts'
import { readInstant } from '../domain/time.ts'
import type { Instant, Reading } from '../domain/vocabulary.ts'

/*
 * An event without anything that could identify a person: it keeps only what is known to be harmless and useful to a
 * classifier; every other value is replaced by its kind. Pure.
 */

/** Keys whose values are Okta's own words at any depth. */
const HARMLESS = new Set(
  'eventType version severity displayMessage legacyEventType result type zone os browser device published transaction os_platform os_version managed registered jailbreak secure_hardware_present disk_encryption_type screen_lock_type osPlatform osVersion deviceStatus tpmPresent methodTypeUsed methodUsedVerifiedProperties authenticationProvider credentialProvider credentialType interface isProxy level previousLevel country'.split(
    ' '
  )
)
/** Of `debugData`, which is free text in general. */
const HARMLESS_DEBUG = new Set(
  'requestUri factor factorIntent authenticatorKey threatSuspected behaviors risk'.split(' ')
)
/** Target types that Okta names the same in every org, unlike people and devices. */
const NAMELESS_THINGS = /^Authenticator/
const DEEPEST = 8

/** The event as an example that identifies no person. */
function redacted(event: unknown): unknown {
  return redact(event, '', DEEPEST)
}

function redact(value: unknown, key: string, depth: number): unknown {
  if (value === null || typeof value === 'boolean') return value
  if (depth === 0) return '…'
  if (Array.isArray(value)) return value.slice(0, 20).map((element) => redact(element, key, depth - 1))
  if (isRecord(value)) return key === 'debugData' ? redactDebug(value) : redactRecord(value, depth)
  if (key === 'reason') return placeholders(String(value))
  return HARMLESS.has(key) ? placeholders(String(value)) : kindOf(String(value))
}

function redactRecord(record: Json, depth: number): Json {
  const isThing = typeof record.type === 'string' && NAMELESS_THINGS.test(record.type)
  const entries = Object.entries(record).map(([key, value]) => [
    key,
    isThing && key === 'displayName' && typeof value === 'string' ? value : redact(value, key, depth - 1)
  ])
  return Object.fromEntries(entries)
}

function redactDebug(data: Json): Json {
  const entries = Object.entries(data).map(([key, value]) => {
    const words = typeof value === 'string' ? value : JSON.stringify(value)
    return [key, HARMLESS_DEBUG.has(key) ? placeholders(words) : kindOf(words)]
  })
  return Object.fromEntries(entries)
}

/** Okta's ids begin with three characters for their type: 00u a user, guo a device. */
const OKTA_ID = /\b([0-9a-z]{3})[A-Za-z0-9]{17}\b/g
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/[^\s@"'<>,;:=(]+@[^\s@"'<>,;:)]+/g, '<email>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  [/\b\d{1,3}(\.\d{1,3}){3}\b/g, '<ip>'],
  [/\b[0-9a-f]*:[0-9a-f:]*:[0-9a-f:]+\b/gi, '<ip>'],
  [/\+?\d[\d\s().-]{7,}\d/g, '<number>'],
  [/\b[A-Za-z0-9_-]{24,}\b/g, '<text>']
]

/** The text without anything that looks personal, so that events of one shape read the same. */
function placeholders(words: string): string {
  const isInstant = /^\d{4}-\d\d-\d\dT[\d:.]+Z?$/.test(words)
  if (isInstant) return '<time>'
  const marked = words.replace(OKTA_ID, (id, prefix: string) => (/\d/.test(id) ? `<${prefix} id>` : id))
  return PATTERNS.reduce((text, [pattern, word]) => text.replace(pattern, word), marked).slice(0, 300)
}

function kindOf(words: string): string {
  const shown = placeholders(words)
  return /^<[a-z0-9 ]+>$/.test(shown) ? shown : words === '' ? '' : '<text>'
}

export interface Shape {
  readonly eventType: string
  readonly result: string
  readonly reason: string
  /** Names of the authenticators among the targets. */
  readonly authenticators: readonly string[]
  /** How the policy in force reads it: `failure`, `skipped: not_listed`, … */
  readonly readsAs: string
  /** Resembles a failed Okta Verify enrollment under a type or name that the policy does not list. */
  readonly nearMiss: boolean
  readonly count: number
  readonly users: number
  readonly first: Instant
  readonly last: Instant
  /** The first such event, without anything that could identify a person. */
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

/** Beyond this many shapes the reasons are free text; further events are grouped without theirs. */
const MOST_SHAPES = 400

/** A collection that resumes from these shapes. */
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
