/** The generated sections of the documents, each made from the data that the code runs on. */

import { SETTINGS } from '../../src/config/settings/settings.ts'
import {
  bindingRows,
  causeRows,
  guardRows,
  type Row,
  ruleRows,
  signalRows,
  verificationRows
} from '../../src/decide/decision-table.ts'
import { GUESSED_FIELDS } from '../../src/okta/guessed-fields.ts'
import { METRICS } from '../../src/telemetry/metric-catalogue.ts'
import { NEEDED_RIGHTS } from '../../src/ticket/targets/rights.ts'
import { renderReport } from '../bench/report.ts'
import { OKTA_FIELDS } from '../okta/recorded/fields.ts'
import { renderMarkdownTable } from './markdown-table.ts'

/** The sections of each document, by its path. `bench`: the figures of the last recorded run, as JSON text. */
export function sectionsByDocument(bench: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  return {
    'deploy/decisions.md': {
      rules: renderMarkdownTable(ruleRows()),
      causes: renderMarkdownTable(causeRows()),
      guards: renderMarkdownTable(guardRows()),
      signals: renderMarkdownTable(signalRows()),
      verification: renderMarkdownTable(verificationRows()),
      bindings: renderMarkdownTable(bindingRows())
    },
    'deploy/settings.md': { settings: renderMarkdownTable(settingRows()) },
    'deploy/metrics.md': { metrics: renderMarkdownTable(metricRows()) },
    'deploy/tickets.md': { rights: renderMarkdownTable(rightRows()) },
    'deploy/performance.md': {
      bench: renderReport(JSON.parse(bench))
    }
  }
}

/** Of `deploy/okta-setup.md`: what of Okta's JSON is relied on. */
export function fieldSections(): Readonly<Record<string, string>> {
  const rows = OKTA_FIELDS.flatMap(({ of, rows }) =>
    rows.map(([path, source, readFor]) => ({
      ...{ of, field: `\`${path}\``, 'read for': readFor },
      source: source === 'guess' ? '**guess**' : source
    }))
  )
  const guesses = GUESSED_FIELDS.map(({ field, readFor, findOut }) => ({
    ...{ guess: `\`${field}\``, 'read for': readFor, 'how to find out': findOut }
  }))
  return { 'okta-guesses': renderMarkdownTable(guesses), 'okta-fields': renderMarkdownTable(rows) }
}

function settingRows(): readonly Row[] {
  return SETTINGS.map(({ name, default: value, needed = 'optional', meaning, secret }) => ({
    setting: secret ? `\`${name}\`, or \`${name}_FILE\`` : `\`${name}\``,
    default: value === undefined ? needed : `\`${value}\``,
    meaning
  }))
}

function rightRows(): readonly Row[] {
  return Object.entries(NEEDED_RIGHTS).flatMap(([system, { where, rights }]) =>
    rights.map(({ right, to, provedBy }, index) => ({
      ...{ system: `\`${system}\``, right: `\`${right}\``, 'needed to': to },
      ...{ 'proved by': `\`tickets ${provedBy}\``, 'given in': index === 0 ? where : '' }
    }))
  )
}

function metricRows(): readonly Row[] {
  return METRICS.map(({ name, type, labels, help }) => ({
    metric: `\`${name}\``,
    type,
    labels: labels.map((label) => `\`${label}\``).join(' '),
    meaning: help
  }))
}
