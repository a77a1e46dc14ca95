/** The bench's figures as a Markdown table and as the recorded JSON. Pure. */
import { type Row, renderMarkdownTable } from '../../src/decide/decision-table.ts'
import { type Figure, show } from './figures.ts'
import type { Machine } from './machine.ts'

export interface Report {
  readonly machine: Machine
  readonly figures: readonly Figure[]
}

/** Replaces the older figures of the suites that ran. */
export function merged(old: Report | null, fresh: Report): Report {
  const suites = new Set(fresh.figures.map(({ suite }) => suite))
  const kept = (old?.figures ?? []).filter(({ suite }) => !suites.has(suite))
  return { machine: fresh.machine, figures: [...kept, ...fresh.figures] }
}

export function renderReport({ machine, figures }: Report): string {
  const { date, cpu, cores, memoryGib, system, node, pinned } = machine
  const where = `Measured ${date} on ${cores} cores (${cpu}), ${memoryGib} GiB, ${system}, Node ${node}`
  const how = pinned ? 'service and load generator on a core each' : 'service and load generator on the same cores'
  return `${where}; ${how}. Medians, with the lowest and highest run.\n\n${renderMarkdownTable(figures.map(rowOf))}`
}

function rowOf({ suite, what, unit, value, low, high, ratio, target }: Figure): Row {
  return {
    suite,
    what,
    measured: `${show(value)} ${unit} (${show(low)}–${show(high)})`,
    'of baseline': ratio === null ? '' : `${show(ratio)} ×`,
    target: target === null ? '' : target.says,
    reached: target === null ? '' : target.met ? 'yes' : '**no**'
  }
}
