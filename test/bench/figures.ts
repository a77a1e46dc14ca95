/** Measurements as plain data, and their formatting. Pure. */

export interface Figure {
  /** The suite it belongs to, such as `ingest`. */
  readonly suite: string
  readonly what: string
  readonly unit: string
  /** Median over the runs. */
  readonly value: number
  /** Lowest and highest run. */
  readonly low: number
  readonly high: number
  readonly runs: number
  /** Median of what it is compared with, measured in the same run; null without a baseline. */
  readonly baseline: number | null
  /** Median of the ratios, run by run. */
  readonly ratio: number | null
  /** The target in words, and whether it is met; null without a target. */
  readonly target: Target | null
  /** Notes for interpreting the figure. */
  readonly note: string | null
}

export interface Target {
  readonly says: string
  readonly met: boolean
}

/** A bound on the value, or on the ratio to the baseline. */
export interface Bound {
  readonly of: 'value' | 'ratio'
  readonly least?: number
  readonly most?: number
}

export interface Measured {
  readonly suite: string
  readonly what: string
  readonly unit: string
  readonly values: readonly number[]
  /** What each value is compared with. */
  readonly baselines?: readonly number[]
  readonly bound?: Bound
  readonly note?: string
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** The quantile: `share` of all values are below it. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export function figureOf({ suite, what, unit, values, baselines, bound, note }: Measured): Figure {
  const value = median(values)
  const ratio = baselines ? median(values.map((measured, n) => measured / (baselines[n] ?? Number.NaN))) : null
  return {
    suite,
    what,
    unit,
    value,
    low: Math.min(...values),
    high: Math.max(...values),
    runs: values.length,
    baseline: baselines ? median(baselines) : null,
    ratio,
    target: bound ? targetOf(bound, bound.of === 'ratio' ? ratio : value, unit) : null,
    note: note ?? null
  }
}

function targetOf({ of, least, most }: Bound, reached: number | null, unit: string): Target {
  const times = of === 'ratio' ? ' × baseline' : ` ${unit}`
  const says = [
    ...(least === undefined ? [] : [`at least ${show(least)}${times}`]),
    ...(most === undefined ? [] : [`at most ${show(most)}${times}`])
  ].join(', ')
  const met = reached !== null && reached >= (least ?? -Infinity) && reached <= (most ?? Infinity)
  return { says, met }
}

/** Three significant digits, no exponent. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return '?'
  if (value !== 0 && Math.abs(value) < 100) return String(Number(value.toPrecision(3)))
  return Math.round(value).toLocaleString('en')
}
