/** Reading values of unknown shape: every answer is a value or null, nothing throws. Pure. */

export type Json = Readonly<Record<string, unknown>>

/** The object, or an empty one: every field of Okta's answers is optional (style §2.4). */
export function recordOf(value: unknown): Json {
  return isRecord(value) ? value : {}
}

/** A JSON object, not a list. */
export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
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
 * Each element read, or null when this is no list or holds an element that cannot be read. Leaving such an element out
 * could hide the very role or device that a guard looks for.
 */
export function listOf<T>(value: unknown, read: (element: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value)) return null
  const elements = value.map(read).filter((element) => element !== null)
  return elements.length === value.length ? elements : null
}
