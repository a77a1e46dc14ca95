/** The rules that ship: they ask for metrics that exist, and each alert has its runbook section. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { METRICS } from '../../src/telemetry/metric-catalogue.ts'
import { ALERT_CASES } from './alert-cases.ts'
import { deadReason, liveSamples, seriesOf } from './live-metrics.ts'
import { groupingsOf, selectorsOf } from './queries.ts'
import { DEPLOY, RULE_FILES, readAlerts, readRules } from './rules-files.ts'
import { findTool, runTool } from './tools.ts'

const RULES = readRules()
const ALERTS = readAlerts()
const RECORDED = RULES.flatMap((rule) => rule.record ?? [])
const promtool = findTool('promtool')

t.test('every rule asks for series that a running service has', async (t) => {
  const series = seriesOf(await liveSamples())
  for (const rule of RULES) {
    const selectors = selectorsOf(rule.expr)
    t.ok(selectors.length > 0, `${rule.record ?? rule.alert} asks for something`)
    for (const selector of selectors) {
      if (RECORDED.includes(selector.metric)) continue
      t.equal(deadReason(selector, series), null, `${rule.record ?? rule.alert}: ${selector.metric}`)
    }
    const labels = new Set(['le', ...METRICS.flatMap((metric) => metric.labels)])
    for (const label of groupingsOf(rule.expr)) t.ok(labels.has(label), `${rule.record ?? rule.alert} by ${label}`)
  }
})

t.test('a renamed metric, label or label value is noticed', async (t) => {
  const series = seriesOf(await liveSamples())
  const reasonOf = (expr: string) => selectorsOf(expr).map((selector) => deadReason(selector, series))
  t.same(reasonOf('sum(rate(reenroll_hooks_total[5m]))'), ['no metric is called reenroll_hooks_total'])
  t.match(reasonOf('reenroll_cases{status="acting"} > 0')[0], /has no label status/)
  t.match(reasonOf('reenroll_cases{state=~"acting|lost"}')[0], /no state of reenroll_cases is lost/)
  t.same(reasonOf('max by (state) (reenroll_cases{state="acting"}) offset 1d > 1.5e3'), [null])
})

t.test('every recorded series is used by an alert or a dashboard', async (t) => {
  const asked = [
    ...RULES.map((rule) => rule.expr),
    ...['overview', 'admin'].map((name) => readFileSync(new URL(`grafana/${name}.json`, DEPLOY), 'utf8'))
  ].join('\n')
  for (const name of RECORDED) t.ok(asked.includes(name), name)
})

t.test('every alert says how bad it is, what is wrong, and where to read on', async (t) => {
  const runbook = readFileSync(new URL('runbook.md', DEPLOY), 'utf8')
  const sections = [...runbook.matchAll(/^## (Reenroll\w+)$/gm)].map(([, name = '']) => name)
  for (const { alert, labels, annotations } of ALERTS) {
    t.match(alert, /^Reenroll[A-Z]\w+$/)
    t.match(labels.severity, /^(critical|warning|info)$/, alert)
    t.match(annotations.summary, /^[A-Z{O].{10,90}\.$/, alert)
    t.match(annotations.description, /\.$/, alert)
    t.equal(annotations.runbook, `deploy/runbook.md#${alert.toLowerCase()}`)
  }
  t.strictSame(
    sections,
    ALERTS.map((rule) => rule.alert),
    'the runbook has a section for each alert, in their order, and for nothing else'
  )
})

t.test('every alert has a firing and a silent case', async (t) => {
  t.strictSame(
    ALERT_CASES.map((one) => one.alert),
    ALERTS.map((rule) => rule.alert)
  )
})

t.test('promtool finds the rules well formed', { skip: promtool.skip }, async (t) => {
  const { ok, said } = await runTool(promtool, ['check', 'rules', '--lint-fatal', ...RULE_FILES])
  t.ok(ok, said)
})
