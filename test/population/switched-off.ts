/** One guard, or one signal of a guard, switched off: what it keeps from happening, and what it costs. */
import { clear } from '../../src/decide/guards/guard-result.ts'
import { GUARDS } from '../../src/decide/guards/guards.ts'
import { SIGNALS } from '../../src/decide/guards/signals.ts'

/** What can be switched off: `G1`, or `G6 contact_changed`. */
export const SWITCHES: readonly string[] = GUARDS.flatMap(({ id }) => {
  const signals = Object.entries(SIGNALS).flatMap(([signal, { guard }]) => (guard === id ? `${id} ${signal}` : []))
  return [id, ...signals]
})

/** Runs with the guard always clear, or with the signal ordinary for every kind of repair. */
export async function without<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
  const [guardId, signal] = name.split(' ')
  const [, row] = Object.entries(SIGNALS).find(([id]) => id === signal) ?? []
  const target: object | undefined = row ?? GUARDS.find(({ id }) => id === guardId)
  if (!target) throw new Error(`${name} is neither a guard nor a signal`)
  const change = row ? { stops: [] } : { check: () => clear('Switched off.') }
  const before = { ...target }
  Object.assign(target, change)
  try {
    return await run()
  } finally {
    Object.assign(target, before)
  }
}
