/** The dashboards that ship: well formed, and every query asks for something that exists. */
import t from 'tap'
import { CAUSE_ADVICE } from '../../src/decide/advice.ts'
import { CAUSE_IDS } from '../../src/domain/vocabulary.ts'
import { REMEDIATIONS } from '../../src/remediate/index.ts'
import { paramsOf, readQueueQuery } from '../../src/review/queue.ts'
import { capital } from '../../src/review/text.ts'
import { STATE_WORDS } from '../../src/review/words.ts'
import { METRICS } from '../../src/telemetry/metric-catalogue.ts'
import { DASHBOARDS, type Panel, queriesIn } from './dashboards.ts'
import { deadReason, liveSamples, seriesOf } from './live-metrics.ts'
import { groupingsOf, selectorsOf } from './queries.ts'
import { readRules } from './rules-files.ts'

const RULES = readRules()
const RECORDED = RULES.flatMap((rule) => rule.record ?? [])

t.test('every query asks for series that a running service has', async (t) => {
  const series = seriesOf(await liveSamples())
  const labels = new Set(['le', 'instance', ...METRICS.flatMap((metric) => metric.labels)])
  for (const dashboard of DASHBOARDS) {
    for (const query of queriesIn(dashboard)) {
      t.notMatch(query, /\$/, `${query} has no variable left`)
      const selectors = selectorsOf(query)
      t.ok(selectors.length > 0, query)
      for (const selector of selectors) {
        if (!RECORDED.includes(selector.metric)) t.equal(deadReason(selector, series), null, query)
      }
      for (const label of groupingsOf(query)) t.ok(labels.has(label), `${query} groups by ${label}`)
    }
  }
})

t.test('every metric is on a dashboard or in a rule, except what says which version runs', async (t) => {
  const queries = [...DASHBOARDS.flatMap(queriesIn), ...RULES.map((rule) => rule.expr)]
  const asked = new Set(queries.flatMap(selectorsOf).map(({ metric }) => metric.replace(/_(bucket|sum|count)$/, '')))
  t.strictSame(
    METRICS.map((metric) => metric.name).filter((name) => !asked.has(name)),
    ['reenroll_build_info']
  )
})

t.test('Grafana 11 can load them, with whatever Prometheus one has', async (t) => {
  t.equal(new Set(DASHBOARDS.map((one) => one.uid)).size, DASHBOARDS.length)
  for (const { title, schemaVersion, templating, panels } of DASHBOARDS) {
    // Grafana 11.0 writes schema version 39 and migrates older ones itself.
    t.equal(schemaVersion, 39, title)
    t.match(templating.list, [{ name: 'datasource', type: 'datasource' }])
    t.equal(new Set(panels.map((panel) => panel.id)).size, panels.length, `${title}: ids are unique`)
    for (const panel of panels.filter(({ type }) => type !== 'row')) {
      t.match(panel, { description: /\.$/, datasource: { type: 'prometheus', uid: /^\$\{datasource\}$/ } }, panel.title)
      t.equal(new Set(panel.targets?.map(({ refId }) => refId)).size, panel.targets?.length, panel.title)
    }
    t.strictSame(overlaps(panels), [], `${title}: no panel lies on another`)
  }
})

const PANELS = DASHBOARDS.flatMap(({ panels }) => panels)
const panel = (title: string) => PANELS.find((one) => one.title === title)

t.test('panels show the limits that matter and words in place of ids', async (t) => {
  t.match(panel('Answer times of the hook')?.fieldConfig?.defaults.thresholds, { steps: [{}, { value: 3 }] })
  t.match(panel('Oldest case')?.fieldConfig?.defaults.thresholds, {
    steps: [{}, { value: 14_400 }, { value: 259_200 }]
  })
  for (const title of ['Storm', 'Brakes', 'In order'])
    t.match(panel(title)?.fieldConfig?.defaults.mappings, [{ options: { 0: { text: /./ }, 1: { text: /./ } } }], title)
  const names: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    Causes: Object.fromEntries(CAUSE_IDS.map((id) => [id, CAUSE_ADVICE[id].label])),
    'Cases that are not over': STATE_WORDS,
    'Writes in Okta': Object.fromEntries(Object.entries(REMEDIATIONS).map(([id, { title }]) => [id, title]))
  }
  for (const [title, words] of Object.entries(names)) {
    const renamed = panel(title)?.transformations?.map(({ options: { regex, renamePattern } }) => [
      regex,
      renamePattern
    ])
    t.strictSame(
      renamed,
      [...Object.entries(words).map(([id, name]) => [`${id}(.*)`, `${capital(name)}$1`]), SPACED],
      title
    )
  }
})

/** Between slashes a regex has flags (Grafana's `stringToJsRegex`); without them it is anchored at both ends. */
const SPACED = ['/_/g', ' ']
/** Labels whose values are names already: people chose them, or they are addresses, versions and HTTP codes. */
const NAMES = ['instance', 'target', 'system', 'bucket', 'hash', 'code', 'mode']

t.test('no legend shows an id with underscores', async (t) => {
  const shown = PANELS.flatMap(({ title, targets = [], transformations = [] }) => {
    const labels = targets.flatMap(({ legendFormat = '' }) =>
      [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, one]) => one)
    )
    return labels.every((label) => NAMES.includes(label ?? ''))
      ? []
      : [{ title, last: transformations.at(-1)?.options }]
  })
  t.ok(shown.length >= 20)
  for (const { title, last } of shown) t.strictSame([last?.regex, last?.renamePattern], SPACED, title)
})

t.test('the address of the pages comes from the service, so links work without filling it in', async (t) => {
  const query = 'label_values(reenroll_config_info, pages)'
  t.ok(METRICS.find(({ name }) => name === 'reenroll_config_info')?.labels.includes('pages'))
  for (const { templating } of DASHBOARDS)
    t.match(
      templating.list.find(({ name }) => name === 'pages'),
      { type: 'query', refresh: 1, query: { query } }
    )
})

t.test('storms and brakes are annotations, and links lead to the queue with filters that it has', async (t) => {
  for (const { annotations } of DASHBOARDS)
    t.strictSame(
      annotations.list.map(({ name }) => name),
      ['Storms', 'Brakes']
    )
  const links = PANELS.flatMap(({ fieldConfig }) => fieldConfig?.defaults.links ?? [])
  t.ok(links.length >= 10)
  for (const { url } of links) {
    const [page, query = ''] = url.split('?')
    t.match(page, /^\$\{pages\}\/(brake|tickets)?$/)
    // Grafana fills in the label of the series under the pointer.
    const filled = query.replaceAll(/\$\{__(?:field\.labels\.)?([^}]*)\}/g, (_, name: string) => SAMPLES[name] ?? '')
    const asked = [...new URLSearchParams(filled.replace('view=open', ''))]
    const read = [...new URLSearchParams(paramsOf(readQueueQuery(Object.fromEntries(asked))))]
    t.strictSame(read.toSorted(), asked.toSorted(), `${url}: the queue takes every filter`)
  }
})

const SAMPLES: Readonly<Record<string, string>> = {
  ...{ state: 'with_person', cause: 'unknown', rule: 'suspended', outcome: 'recovered_by_itself' },
  'from:date:YYYY-MM-DD': '2026-06-15'
}

function overlaps(panels: readonly Panel[]): string[] {
  return panels.flatMap((one, index) =>
    panels.slice(index + 1).flatMap((other) => {
      const [a, b] = [one.gridPos, other.gridPos]
      const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
      return apart ? [] : [`${one.title} and ${other.title}`]
    })
  )
}
