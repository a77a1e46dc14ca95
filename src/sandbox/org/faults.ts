/** Trouble on demand: which fault, if any, the next call meets. */
import type { Fault } from './model.ts'

/** A fault as asked for; the rest is filled in: every method, for ever. */
export type FaultAsk = Pick<Fault, 'path' | 'answer'> & Partial<Omit<Fault, 'path' | 'answer'>>

export interface Faults {
  add(ask: FaultAsk): Fault
  /** Removes one fault, or all of them. */
  clear(id?: string): void
  list(): readonly Fault[]
  /** The fault this call meets, counted down; the newest match wins. */
  take(method: string, path: string): Fault | null
}

/** An empty set of faults. */
export function createFaults(): Faults {
  let faults: Fault[] = []
  let made = 0
  return {
    add(ask) {
      const fault: Fault = { id: `fault-${++made}`, method: '*', times: null, ...ask }
      faults.push(fault)
      return fault
    },
    clear(id) {
      faults = id === undefined ? [] : faults.filter((fault) => fault.id !== id)
    },
    list: () => faults,
    take(method, path) {
      const fault = faults.findLast((candidate) => matches(candidate, method, path))
      if (!fault) return null
      if (fault.times !== null && --fault.times <= 0) faults = faults.filter((other) => other !== fault)
      return fault
    }
  }
}

function matches(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== '*' && fault.method.toUpperCase() !== method.toUpperCase()) return false
  const pattern = fault.path.split('/')
  const segments = path.split('/')
  return pattern.length === segments.length && pattern.every((part, i) => part === '*' || part === segments[i])
}
