/** Reads PromQL just far enough to say which series it asks for. */

export interface Selector {
  readonly metric: string
  readonly matchers: readonly Matcher[]
}

export interface Matcher {
  readonly label: string
  readonly op: string
  readonly value: string
}

const KEYWORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'inf', 'nan'])
const SELECTOR = /([a-zA-Z_:][\w:]*)(\{[^}]*\})?/g
const MATCHER = /([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g

/** Every series selector of an expression, in order. Ranges, offsets and groupings are no selectors. */
export function selectorsOf(expr: string): readonly Selector[] {
  const bare = expr
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\boffset\s+\w+/g, ' ')
    .replaceAll(/("(?:[^"\\]|\\.)*")|\b\d[\d.]*(?:e[+-]?\d+)?[a-z]*\b/gi, (_, quoted) => quoted ?? ' ')
  return [...bare.matchAll(SELECTOR)].flatMap((match) => {
    const [whole, metric = '', braces = ''] = match
    const isFunction = /^\s*\(/.test(bare.slice(match.index + whole.length))
    if (isFunction || KEYWORDS.has(metric.toLowerCase())) return []
    const matchers = [...braces.matchAll(MATCHER)].map(([, label = '', op = '', value = '']) => ({ label, op, value }))
    return [{ metric, matchers }]
  })
}

/** Labels that an expression groups by or joins on. */
export function groupingsOf(expr: string): readonly string[] {
  return [...expr.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)]
    .flatMap(([, list = '']) => list.split(','))
    .map((label) => label.trim())
    .filter((label) => label !== '')
}

/** Whether a value of a label passes; a label that a series lacks is the empty string. */
export function passes({ op, value }: Matcher, actual: string): boolean {
  if (op === '=') return actual === value
  if (op === '!=') return actual !== value
  const whole = new RegExp(`^(?:${value})$`)
  return op === '=~' ? whole.test(actual) : !whole.test(actual)
}
