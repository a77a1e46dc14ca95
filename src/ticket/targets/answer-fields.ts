/** Reading answers of ticket systems: unknown JSON in, the few fields we need out. Anything else counts as missing. Pure. */

export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value
  )
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | null {
  const found = field(value, ...path)
  if (typeof found === 'number') return String(found)
  return typeof found === 'string' && found !== '' ? found : null
}

export function listAt(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = field(value, ...path)
  return Array.isArray(found) ? found : []
}

/** An address with its parts encoded; `base` may end with a slash. */
export function at(base: string, ...parts: readonly string[]): string {
  return [base.replace(/\/+$/, ''), ...parts.map(encodeURIComponent)].join('/')
}
