/** What a suite of the bench is given, and what it gives back. Types only. */
import type { Engines } from './engines.ts'
import type { Figure } from './figures.ts'

export interface Bench {
  readonly engines: Engines
  /** Repeated runs behind each figure. */
  readonly runs: number
  /** How long one load lasts. */
  readonly seconds: number
  /** Smaller amounts, to try the bench itself; figures from it are worth nothing. */
  readonly quick: boolean
  /** Events in the large store of `growth`. */
  readonly growTo: number
  readonly say: (line: string) => void
}

export type Suite = (bench: Bench) => Promise<readonly Figure[]>
