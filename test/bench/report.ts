/** The bench's figures as a Markdown table and as the recorded JSON. Pure. */
import type { Row } from '../../src/decide/decision-table.ts'
import { renderMarkdownTable } from '../docs/markdown-table.ts'
import type { Curve } from './chart.ts'
import { type Figure, show } from './figures.ts'
import type { Machine } from './machine.ts'

export interface Report {
  readonly machine: Machine
  readonly figures: readonly Figure[]
  readonly curves: readonly Curve[]
}

/** Replaces the older figures of the suites that ran. */
export function merged(old: Report, fresh: Report): Report {
  const suites = new Set(fresh.figures.map(({ suite }) => suite))
  const isOther = ({ suite }: { readonly suite: string }) => !suites.has(suite)
  return {
    machine: fresh.machine,
    figures: [...old.figures.filter(isOther), ...fresh.figures],
    curves: [...old.curves.filter(isOther), ...fresh.curves]
  }
}

/** As it stands in a document of `deploy/`, where the charts are in `pictures/`. */
export function renderReport({ machine, figures, curves }: Report): string {
  const { date, cpu, cores, memoryGib, system, node, pinned } = machine
  const where = `Measured ${date} on ${cores} cores (${cpu}), ${memoryGib} GiB, ${system}, Node ${node}`
  const how = pinned ? 'service and load generator on a core each' : 'service and load generator on the same cores'
  const pictures = curves.map(({ name, title }) => `\n\n![${title}](pictures/${name}.svg)`).join('')
  return `${where}; ${how}. Medians, with the lowest and highest run.\n\n${renderMarkdownTable(figures.map(rowOf))}${pictures}`
}

function rowOf({ suite, what, unit, value, low, high, baseline, ratio, target }: Figure): Row {
  return {
    suite,
    what,
    measured: `${show(value)} ${unit} (${show(low)}–${show(high)})`,
    baseline: baseline === null ? '' : `${show(baseline)} ${unit}`,
    'of baseline': ratio === null ? '' : `${show(ratio)} ×`,
    target: target === null ? '' : target.says,
    reached: target === null ? '' : target.met ? 'yes' : '**no**'
  }
}
