/**
 * Safe reading of JSON whose shape nobody guarantees: every field of a log event is optional, and some come as the wrong
 * kind (facts §1.2). Nothing here throws, calls itself, or looks further than its bounds. Pure.
 */

/** A JSON object, or nothing: reading any field of it gives `unknown`. */
export type Json = Readonly<Record<string, unknown>>

const NOTHING: Json = Object.freeze({})
/** Longest text kept of one field, in UTF-16 units. */
export const TEXT_LIMIT = 500
/** Most entries looked at in one list; Okta's events have about ten. */
const ITEM_LIMIT = 1_000
/** Characters that change how a line reads without showing: controls, line separators, direction overrides. */
const INVISIBLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** The object, or an empty one when it is anything else. */
export function recordOf(value: unknown): Json {
  return isRecord(value) ? value : NOTHING
}

/** True for JSON objects; lists and null are none. */
export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The list, or an empty one when it is anything else. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, ITEM_LIMIT) : []
}

/** The list; a lone value where a list belongs counts as a list of one, so that what it says is not missed. */
export function listed(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return items(value)
  return isRecord(value) || said(value) !== null ? [value] : []
}

/** Text that is safe to store and show, numbers as text; null when empty or anything else. */
export function text(value: unknown, limit = TEXT_LIMIT): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : null
  if (typeof value !== 'string') return null
  return value.slice(0, limit).toWellFormed().replace(INVISIBLE, ' ').trim() || null
}

/** Text that says something: Okta writes `"null"` and `"unknown"` for what it does not know (facts §1.2). */
export function said(value: unknown, limit = TEXT_LIMIT): string | null {
  const words = text(value, limit)
  return words === null || /^(null|unknown)$/i.test(words) ? null : words
}

/** Yes or no, also as text, as everything in `debugData` is (facts §1.2). */
export function flag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value
  const words = text(value)
  return words !== null && /^(true|false)$/i.test(words) ? words.toLowerCase() === 'true' : null
}

/** A whole number that is not negative, also as text. */
export function count(value: unknown): number | null {
  const words = text(value)
  return words !== null && /^\d{1,15}$/.test(words) ? Number(words) : null
}

/** The text, or null when it is none or empty. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** The yes or no, or null when nothing was said. */
export function flagOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null
}

/** The word when it is one of these, otherwise `'unknown'`: Okta's vocabularies grow. */
export function wordOf<W extends string>(value: unknown, words: readonly W[]): W | 'unknown' {
  return words.find((word) => word === value) ?? 'unknown'
}

/**
 * Each element read, or null when this is not a list or holds an element that cannot be read. Leaving such an element out
 * could hide the very role or device that a guard looks for.
 */
export function listOf<T>(value: unknown, read: (element: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value)) return null
  const elements = value.map(read).filter((element) => element !== null)
  return elements.length === value.length ? elements : null
}

/** Deeper than any JSON that Okta sends or Reenroll writes. */
const DEPTH_LIMIT = 32
/** Keys and list entries of one event; Okta's have about 150. */
const VALUES_LIMIT = 20_000

/** What is wrong with the shape of JSON from outside, or null. What passes may be walked with recursion. */
export function shapeError(value: unknown, valuesLimit = VALUES_LIMIT): string | null {
  let count = 0
  // Every event passes here: loops, because a list of its values would cost more than the look.
  const isTooDeep = (item: unknown, depth: number): boolean => {
    if (typeof item !== 'object' || item === null) return false
    if (depth > DEPTH_LIMIT) return true
    if (Array.isArray(item)) {
      for (const child of item) if (++count <= valuesLimit && isTooDeep(child, depth + 1)) return true
      return false
    }
    for (const key in item) if (++count <= valuesLimit && isTooDeep((item as Json)[key], depth + 1)) return true
    return false
  }
  if (isTooDeep(value, 1)) return `it is nested deeper than ${DEPTH_LIMIT} levels`
  return count > valuesLimit ? `it has more than ${valuesLimit} values` : null
}

/** The text as JSON; undefined when it is not JSON, or of a shape that nobody sends. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return shapeError(value) === null ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * A copy in which each value for which `replace` returns something else than undefined is replaced. `path` has the keys that
 * lead to the value. What is nested too deep becomes null.
 */
export function mapJson(
  data: unknown,
  replace: (value: unknown, path: readonly string[]) => unknown,
  path: readonly string[] = []
): unknown {
  const replaced = replace(data, path)
  if (replaced !== undefined) return replaced
  if (typeof data !== 'object' || data === null) return data
  if (path.length >= DEPTH_LIMIT) return null
  if (Array.isArray(data)) return data.map((item, n) => mapJson(item, replace, [...path, String(n)]))
  const fields = Object.entries(data).map(([key, value]) => [key, mapJson(value, replace, [...path, key])])
  return Object.fromEntries(fields)
}

/** What stands at the end of the path; undefined where the path ends early. */
export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value
  )
}
