/**
 * The SCIM-like filter language of Okta's list calls (facts §3.4): `eq ne gt ge lt le sw ew co pr`, `and`, `or`,
 * `not`, parentheses, dotted attribute paths. Parser and evaluator; pure.
 */

export const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'sw', 'ew', 'co'] as const
export type Comparison = (typeof COMPARISONS)[number]
export type FilterValue = string | number | boolean | null

export type Filter =
  | { readonly kind: 'compare'; readonly path: string; readonly op: Comparison; readonly value: FilterValue }
  | { readonly kind: 'present'; readonly path: string }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }

/** `syntax`: it does not parse (E0000053). `operator`: an operator nobody knows (E0000031). */
export type FilterReading =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly fault: 'syntax' | 'operator'; readonly because: string }

const TOKEN = /\s*(?:(\(|\))|("(?:[^"\\]|\\.)*")|([^\s()"]+))/y

/** Signals a fault from deep inside the parser; never leaves this file. */
class FilterFault extends Error {
  readonly fault: 'syntax' | 'operator'
  constructor(fault: 'syntax' | 'operator', because: string) {
    super(because)
    this.fault = fault
  }
}

/** Reads a filter. Operators and joining words are not case-sensitive, attribute names are. */
export function parseFilter(text: string): FilterReading {
  try {
    const tokens = tokenize(text)
    const filter = readOr(tokens)
    if (tokens.length > 0) throw new FilterFault('syntax', `"${tokens[0]}" is left over`)
    return { ok: true, filter }
  } catch (error) {
    if (error instanceof FilterFault) return { ok: false, fault: error.fault, because: error.message }
    throw error
  }
}

function tokenize(text: string): string[] {
  const tokens: string[] = []
  const end = text.trimEnd().length
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (!match) throw new FilterFault('syntax', `cannot read "${text.slice(at, at + 20)}"`)
    tokens.push(match[1] ?? match[2] ?? match[3] ?? '')
  }
  return tokens
}

function readOr(tokens: string[]): Filter {
  return readJoined(tokens, 'or', () => readJoined(tokens, 'and', () => readNot(tokens)))
}

function readJoined(tokens: string[], word: 'and' | 'or', readPart: () => Filter): Filter {
  const parts = [readPart()]
  while (tokens[0]?.toLowerCase() === word) {
    tokens.shift()
    parts.push(readPart())
  }
  return parts.length === 1 && parts[0] ? parts[0] : { kind: word, parts }
}

function readNot(tokens: string[]): Filter {
  if (tokens[0]?.toLowerCase() === 'not') {
    tokens.shift()
    return { kind: 'not', part: readNot(tokens) }
  }
  if (tokens[0] === '(') {
    tokens.shift()
    const inner = readOr(tokens)
    if (tokens.shift() !== ')') throw new FilterFault('syntax', 'a parenthesis is not closed')
    return inner
  }
  return readComparison(tokens)
}

function readComparison(tokens: string[]): Filter {
  const path = tokens.shift()
  if (path === undefined || !/^[A-Za-z_][\w.$-]*$/.test(path)) {
    throw new FilterFault('syntax', path === undefined ? 'an attribute is missing' : `"${path}" is no attribute`)
  }
  const op = tokens.shift()?.toLowerCase()
  if (op === undefined) throw new FilterFault('syntax', `an operator is missing after "${path}"`)
  if (op === 'pr') return { kind: 'present', path }
  const comparison = COMPARISONS.find((known) => known === op)
  if (!comparison) throw new FilterFault('operator', `"${op}" is no operator`)
  return { kind: 'compare', path, op: comparison, value: readValue(tokens.shift(), path) }
}

function readValue(token: string | undefined, path: string): FilterValue {
  if (token === undefined) throw new FilterFault('syntax', `a value is missing after "${path}"`)
  if (token.startsWith('"')) return token.slice(1, -1).replace(/\\(.)/g, '$1')
  if (token === 'true' || token === 'false') return token === 'true'
  if (token === 'null') return null
  if (/^-?\d+(\.\d+)?$/.test(token)) return Number(token)
  throw new FilterFault('syntax', `"${token}" is no value; strings need double quotes`)
}

/** Every comparison of the filter, for checks on attributes. */
export function* comparisonsOf(filter: Filter): Generator<Extract<Filter, { path: string }>> {
  if ('parts' in filter) for (const part of filter.parts) yield* comparisonsOf(part)
  else if ('part' in filter) yield* comparisonsOf(filter.part)
  else yield filter
}

/**
 * Does the object satisfy the filter? A path through a list matches when any element does; `ne` is the opposite of
 * `eq`, so it holds for an attribute that is not there.
 */
export function matchesFilter(filter: Filter, subject: unknown, compareText = sameText): boolean {
  // A query about many asks for one attribute once per id.
  const known = new Map<string, unknown[]>()
  const valuesOf = (path: string) => {
    const values = known.get(path) ?? valuesAt(subject, path)
    known.set(path, values)
    return values
  }
  const matches = (part: Filter): boolean => {
    switch (part.kind) {
      case 'and':
        return part.parts.every(matches)
      case 'or':
        return part.parts.some(matches)
      case 'not':
        return !matches(part.part)
      case 'present':
        return valuesOf(part.path).some((value) => value !== null && value !== undefined && value !== '')
      case 'compare': {
        const values = valuesOf(part.path)
        if (part.op === 'ne') return !values.some((value) => compare(value, 'eq', part.value, compareText))
        return values.some((value) => compare(value, part.op, part.value, compareText))
      }
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

function compare(actual: unknown, op: Comparison, wanted: FilterValue, fold: (text: string) => string): boolean {
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

function inOrder(difference: number, op: Comparison): boolean {
  if (op === 'eq') return difference === 0
  if (op === 'gt') return difference > 0
  if (op === 'ge') return difference >= 0
  if (op === 'lt') return difference < 0
  return op === 'le' && difference <= 0
}
