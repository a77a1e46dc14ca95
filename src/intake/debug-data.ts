/**
 * `debugContext.debugData`: strings by name, lists and maps rendered into text, no contract (facts §1.2). Should Okta send
 * a real list or map one day, it is rendered here the same way. Pure.
 */
import { type Fields, fields, isObject, text } from './narrow.ts'

/** Longest value kept; `tunnels` and `risk` are the long ones. */
const VALUE_LIMIT = 4_000
/** Most keys, and most entries of a list or map, looked at; Okta lists about thirty keys (facts §2.2). */
const ENTRY_LIMIT = 200
/** A list of maps is as deep as anything rendered. */
const DEPTH = 2
const EMPTY = /^(null|none|unknown|\[\s*\]|\{\s*\})$/i

/** What `debugData` says: values that say nothing (`null`, `none`, `unknown`, `[]`, `{}`) are left out. */
export function debugDataOf(event: Fields): ReadonlyMap<string, string> {
  const data = fields(fields(event.debugContext).debugData)
  const said = new Map<string, string>()
  for (const [key, value] of Object.entries(data).slice(0, ENTRY_LIMIT)) {
    const words = text(render(value, DEPTH), VALUE_LIMIT)
    if (words !== null && !EMPTY.test(words)) said.set(key, words)
  }
  return said
}

function render(value: unknown, depth: number): string | null {
  if (typeof value === 'boolean') return String(value)
  if (Array.isArray(value))
    return depth > 0
      ? `[${value
          .slice(0, ENTRY_LIMIT)
          .map((v) => render(v, depth - 1))
          .join(', ')}]`
      : '…'
  if (!isObject(value)) return text(value, VALUE_LIMIT)
  if (depth === 0) return '…'
  const entries = Object.entries(value).slice(0, ENTRY_LIMIT)
  return `{${entries.map(([key, entry]) => `${text(key)}=${render(entry, depth - 1)}`).join(', ')}}`
}
