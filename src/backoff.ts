/** How long to wait before trying a step again. Pure. */

export interface Retries {
  readonly firstWaitMs: number
  readonly maxWaitMs: number
}

/**
 * Doubles from `firstWaitMs` up to `maxWaitMs`, spread by up to a quarter so that a thousand cases that failed together
 * do not come back together. The spread is taken from `key` (the case id): the same case waits the same, tests need no dice.
 */
export function waitMs(tries: number, retries: Retries, key: string): number {
  const doubled = retries.firstWaitMs * 2 ** Math.min(Math.max(tries - 1, 0), 30)
  return Math.round(Math.min(doubled, retries.maxWaitMs) * (0.875 + 0.25 * spread(key, tries)))
}

/** A number in [0, 1) from the key and the count (FNV-1a). */
function spread(key: string, tries: number): number {
  let hash = 0x811c9dc5
  for (const char of `${key}:${tries}`) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return hash / 2 ** 32
}
