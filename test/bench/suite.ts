/** Input and output of a bench suite. Types only. */
import type { Curve } from './chart.ts'
import type { Engines } from './engines.ts'
import type { Figure } from './figures.ts'

export interface Bench {
  readonly engines: Engines
  /** Number of runs per figure. */
  readonly runs: number
  /** Duration of one load. */
  readonly seconds: number
  /** Smaller amounts, to test the bench itself; its figures are not meaningful. */
  readonly quick: boolean
  /** Events in the large store of `growth`. */
  readonly growTo: number
  readonly say: (line: string) => void
  /** Adds a chart to the report. */
  readonly draw: (curve: Curve) => void
}

export type Suite = (bench: Bench) => Promise<readonly Figure[]>
