/** Looking into JSON that promises nothing: every look answers something usable, none throws. Pure. */

export type Fields = Readonly<Record<string, unknown>>

const NO_FIELDS: Fields = {}

/** An object's fields; no fields for anything else. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NO_FIELDS
}

/** A text that says something. Okta writes `"null"`, `"unknown"` and `""` for nothing (facts §1.2). */
export function text(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const trimmed = value.trim()
  return trimmed === '' || trimmed === 'null' || trimmed.toLowerCase() === 'unknown' ? null : trimmed
}

/** The objects of a list; none when it is no list (`target` may be null, facts §1.2). */
export function objects(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null).map(fields) : []
}

/** A yes or no, also where Okta writes it as a text. */
export function flag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value
  return value === 'true' ? true : value === 'false' ? false : null
}

/** A whole number, also where it comes as a text. */
export function whole(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}

/** A text shortened to what is worth keeping. */
export function short(value: string | null, length = 500): string | null {
  return value !== null && value.length > length ? `${value.slice(0, length - 1)}…` : value
}
