/**
 * The SCIM-like filter language of Okta's list calls (facts §3.4): `eq ne gt ge lt le sw ew co pr`, `and`, `or`,
 * `not`, parentheses, dotted attribute paths. The library parses; what Okta's filters lack, and how they compare, is here.
 */
import { type AttrExp, type Compare, type Filter, parse } from 'scim2-parse-filter'

/** A filter without value paths such as `target[type eq "User"]`, which Okta does not have. */
export type OktaFilter =
  | AttrExp
  | { readonly op: 'and' | 'or'; readonly filters: readonly OktaFilter[] }
  | { readonly op: 'not'; readonly filter: OktaFilter }

/** `syntax`: it does not parse (E0000053). `operator`: an operator nobody knows (E0000031). */
export type FilterReading =
  | { readonly ok: true; readonly filter: OktaFilter }
  | { readonly ok: false; readonly fault: 'syntax' | 'operator'; readonly because: string }

/** Reads a filter. Operators and joining words are not case-sensitive, attribute names are. */
export function parseFilter(text: string): FilterReading {
  try {
    const filter = parse(text)
    return isOktas(filter)
      ? { ok: true, filter }
      : { ok: false, fault: 'syntax', because: 'brackets are not supported' }
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    return { ok: false, fault: /\S as valFilter operator$/.test(because) ? 'operator' : 'syntax', because }
  }
}

function isOktas(filter: Filter): filter is OktaFilter & Filter {
  if ('filters' in filter) return filter.filters.every(isOktas)
  return 'filter' in filter ? isOktas(filter.filter) : !('valFilter' in filter)
}

/** Every comparison of the filter, for checks on attributes. */
export function* comparisonsOf(filter: OktaFilter): Generator<AttrExp> {
  if ('filters' in filter) for (const part of filter.filters) yield* comparisonsOf(part)
  else if ('filter' in filter) yield* comparisonsOf(filter.filter)
  else yield filter
}

/**
 * Does the object satisfy the filter? A path through a list matches when any element does; `ne` is the opposite of
 * `eq`, so it holds for an attribute that is not there.
 */
export function matchesFilter(filter: OktaFilter, subject: unknown, compareText = sameText): boolean {
  // A query about many asks for one attribute once per id.
  const known = new Map<string, unknown[]>()
  const valuesOf = (path: string) => {
    const values = known.get(path) ?? valuesAt(subject, path)
    known.set(path, values)
    return values
  }
  const matches = (part: OktaFilter): boolean => {
    switch (part.op) {
      case 'and':
        return part.filters.every(matches)
      case 'or':
        return part.filters.some(matches)
      case 'not':
        return !matches(part.filter)
      case 'pr':
        return valuesOf(part.attrPath).some((value) => value !== null && value !== undefined && value !== '')
      case 'ne':
        return !valuesOf(part.attrPath).some((value) => compare(value, 'eq', part.compValue, compareText))
      default:
        return valuesOf(part.attrPath).some((value) => compare(value, part.op, part.compValue, compareText))
    }
  }
  return matches(filter)
}

function sameText(text: string): string {
  return text
}

/** Text compared without regard to case, as `search` on users does. */
export function foldedText(text: string): string {
  return text.toLowerCase()
}

/** Asked of every object there is, for each of many comparisons: so without a list for each step of the path. */
function valuesAt(subject: unknown, path: string): unknown[] {
  const found: unknown[] = []
  const keys = path.split('.')
  const collect = (value: unknown, depth: number): void => {
    if (Array.isArray(value)) {
      for (const element of value) collect(element, depth)
      return
    }
    const key = keys[depth]
    if (key === undefined) found.push(value)
    else collect(isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined, depth + 1)
  }
  collect(subject, 0)
  return found
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function compare(
  actual: unknown,
  op: Compare['op'],
  wanted: Compare['compValue'],
  fold: (text: string) => string
): boolean {
  if (actual === null || actual === undefined) return op === 'eq' && wanted === null
  if (typeof actual === 'number' && typeof wanted === 'number') return inOrder(actual - wanted, op)
  // Debug data holds everything as text, so a bare true or 7 is compared as text too.
  const left = fold(String(actual))
  const right = fold(String(wanted))
  if (op === 'eq') return left === right
  if (op === 'sw') return left.startsWith(right)
  if (op === 'ew') return left.endsWith(right)
  if (op === 'co') return left.includes(right)
  return inOrder(left < right ? -1 : left > right ? 1 : 0, op)
}

function inOrder(difference: number, op: Compare['op']): boolean {
  if (op === 'eq') return difference === 0
  if (op === 'gt') return difference > 0
  if (op === 'ge') return difference >= 0
  if (op === 'lt') return difference < 0
  return op === 'le' && difference <= 0
}
