/** The generated sections of the README, each made from the data that the code runs on. */

import { SETTINGS } from '../../src/config/settings/settings.ts'
import {
  bindingRows,
  causeRows,
  guardRows,
  type Row,
  renderMarkdownTable,
  ruleRows
} from '../../src/decide/decision-table.ts'
import { METRICS } from '../../src/telemetry/metric-catalogue.ts'
import { renderReport } from '../bench/report.ts'

/** `bench`: the figures of the last `npm run bench -- --json test/bench/results.json`, as text. */
export function readmeSections(bench: string): Readonly<Record<string, string>> {
  return {
    rules: renderMarkdownTable(ruleRows().map(withoutSource)),
    causes: renderMarkdownTable(causeRows().map(withoutSource)),
    guards: renderMarkdownTable(guardRows()),
    bindings: renderMarkdownTable(bindingRows()),
    settings: renderMarkdownTable(settingRows()),
    metrics: renderMarkdownTable(metricRows()),
    bench: bench === '' ? 'Nothing has been measured yet.' : renderReport(JSON.parse(bench))
  }
}

/** Rows name where they come from in our collection of Okta facts, which is not part of the repository. */
function withoutSource({ facts: _, ...row }: Row): Row {
  return row
}

function settingRows(): readonly Row[] {
  return SETTINGS.map(({ name, default: value, needed, meaning, secret }) => ({
    setting: secret ? `\`${name}\`, or \`${name}_FILE\`` : `\`${name}\``,
    default: value === null ? needed : `\`${value}\``,
    meaning
  }))
}

function metricRows(): readonly Row[] {
  return METRICS.map(({ name, type, labels, help }) => ({
    metric: `\`${name}\``,
    type,
    labels: labels.map((label) => `\`${label}\``).join(' '),
    meaning: help
  }))
}
