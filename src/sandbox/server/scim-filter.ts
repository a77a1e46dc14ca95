/**
 * The SCIM-like filter language of Okta's list calls (facts §3.4): `eq ne gt ge lt le sw ew co pr`, `and`, `or`,
 * `not`, parentheses, dotted attribute paths. `scim2-parse-filter` parses; the evaluator is here. Pure.
 */
import { type Compare, type Filter as ParsedFilter, parse, type ValuePath } from 'scim2-parse-filter'
import { isRecord } from '../../domain/json.ts'
import { SimError } from './errors.ts'

/** Filters without value paths (`target[type eq "User"].id`), which Okta does not take. */
export type Filter = Exclude<ParsedFilter, ValuePath>
type Comparison = Compare['op']

/** Reads a filter, or throws Okta's 400. Operators and joining words are not case-sensitive, attribute names are. */
export function readFilter(text: string, maxLength: number, unreadable = 'E0000031'): Filter {
  // Okta publishes no limit; that a longer one is refused with this code is a guess.
  if (text.length > maxLength) throw invalidCriteria(`the filter is longer than ${maxLength} characters`)
  try {
    const filter = parse(text)
    for (const part of comparisonsOf(filter)) if (part.op === '[]') throw new Error('a value path is not supported')
    return filter as Filter
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    if (/ \S+ as valFilter operator$/.test(because)) throw invalidCriteria(because)
    throw new SimError(400, unreadable, `Invalid filter '${text}': ${because}`)
  }
}

/** Okta's refusal of a filter that it can read. */
export function invalidCriteria(because: string): SimError {
  return new SimError(400, 'E0000031', 'Invalid search criteria.', [because])
}

type PathFilter = Extract<ParsedFilter, { attrPath: string }>

/** Every comparison of the filter, for checks on attributes. */
export function* comparisonsOf(filter: ParsedFilter): Generator<PathFilter> {
  if ('filters' in filter) for (const part of filter.filters) yield* comparisonsOf(part)
  else if ('filter' in filter) yield* comparisonsOf(filter.filter)
  else yield filter
}

/**
 * Does the object satisfy the filter? A path through a list matches when any element does; `ne` is the opposite of
 * `eq`, so it holds for an attribute that is not there. A query about many asks for one attribute once per id: `known` keeps
 * what was found at each path, between queries too for an object that never changes.
 */
export function matchesFilter(filter: Filter, subject: unknown, known = new Map<string, unknown[]>()): boolean {
  const valuesOf = (path: string) => {
    const values = known.get(path) ?? valuesAt(subject, path)
    known.set(path, values)
    return values
  }
  const matches = (part: ParsedFilter): boolean => {
    if ('filters' in part) return part.op === 'and' ? part.filters.every(matches) : part.filters.some(matches)
    if ('filter' in part) return !matches(part.filter)
    const values = valuesOf(part.attrPath)
    if (!('compValue' in part)) return values.some((value) => value !== null && value !== undefined && value !== '')
    const { op, compValue } = part
    if (op === 'ne') return !values.some((value) => compare(value, 'eq', compValue))
    return values.some((value) => compare(value, op, compValue))
  }
  return matches(filter)
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

function compare(actual: unknown, op: Comparison, wanted: Compare['compValue']): boolean {
  if (actual === null || actual === undefined) return op === 'eq' && wanted === null
  if (typeof actual === 'number' && typeof wanted === 'number') return inOrder(actual - wanted, op)
  // Debug data holds everything as text, so a bare true or 7 is compared as text too.
  const left = String(actual)
  const right = String(wanted)
  if (op === 'eq') return left === right
  if (op === 'sw') return left.startsWith(right)
  if (op === 'ew') return left.endsWith(right)
  if (op === 'co') return left.includes(right)
  return inOrder(left < right ? -1 : left > right ? 1 : 0, op)
}

function inOrder(difference: number, op: Comparison): boolean {
  if (op === 'eq') return difference === 0
  if (op === 'gt') return difference > 0
  if (op === 'ge') return difference >= 0
  if (op === 'lt') return difference < 0
  return op === 'le' && difference <= 0
}
