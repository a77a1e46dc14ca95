import type { Test } from 'tap'

/** `t.match` of a list ignores how long the list is; this one sees a second ticket. */
export function matchAll(
  t: Pick<Test, 'match' | 'equal'>,
  list: readonly unknown[] | undefined,
  patterns: readonly unknown[],
  message = 'each in turn'
): void {
  t.match(list, patterns, message)
  t.equal(list?.length, patterns.length, `${message}: as many as expected`)
}
