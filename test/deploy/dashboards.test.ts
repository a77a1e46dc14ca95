/** The dashboards that ship: well formed, and every query asks for something that exists. */
import t from 'tap'
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

function overlaps(panels: readonly Panel[]): string[] {
  return panels.flatMap((one, index) =>
    panels.slice(index + 1).flatMap((other) => {
      const [a, b] = [one.gridPos, other.gridPos]
      const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y
      return apart ? [] : [`${one.title} and ${other.title}`]
    })
  )
}
