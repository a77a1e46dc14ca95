/** Which fields of a JSON value a function reads: `profile.login`, `target[].detailEntry.osPlatform`. */
export function readPaths(body: unknown, read: (seen: unknown) => unknown): ReadonlySet<string> {
  const paths = new Set<string>()
  const note = (path: string, value: unknown) => {
    paths.add(path)
    return watch(value, path)
  }
  function watch(value: unknown, path: string): unknown {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((element) => watch(element, `${path}[]`))
    const under = path === '' ? '' : `${path}.`
    return new Proxy(value, {
      get: (target, key) => {
        const found: unknown = Reflect.get(target, key)
        return typeof key === 'string' ? note(under + key, found) : found
      }
    })
  }
  read(watch(body, ''))
  // What was read on the way to something deeper is no field of its own.
  return new Set(
    [...paths].filter(
      (path) => ![...paths].some((other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`))
    )
  )
}
