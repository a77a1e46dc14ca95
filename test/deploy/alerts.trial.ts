/** The alerts that ship, in `promtool`: each fires when it must and keeps silent when it must not. */
import { join } from 'node:path'
import t from 'tap'
import { stringify } from 'yaml'
import { ALERT_CASES, type AlertCase } from './alert-cases.ts'
import { type Alert, RULE_FILES, readAlerts, readGroupNames } from './rules-files.ts'
import { findTool, runTool } from './tools.ts'

const ALERTS = readAlerts()
const promtool = findTool('promtool')

t.test(
  'promtool sees each alert fire when it must and keep silent when it must not',
  { skip: promtool.skip, timeout: 100_000 },
  async (t) => {
    // Cases that take days are looked at every half hour: each look evaluates every rule.
    const paces = [
      { evaluation_interval: '1m', cases: ALERT_CASES.filter(({ interval = '1m' }) => interval === '1m') },
      { evaluation_interval: '30m', cases: ALERT_CASES.filter(({ interval = '1m' }) => interval !== '1m') }
    ]
    const files = paces.map(({ evaluation_interval, cases }, index) => {
      const order = readGroupNames()
      const tests = cases.map(promtoolTest)
      const file = { rule_files: RULE_FILES, evaluation_interval, group_eval_order: order, tests }
      return [`alerts-${index}.yaml`, stringify(file)] as const
    })
    const folder = t.testdir(Object.fromEntries(files))
    const { ok, said } = await runTool(promtool, ['test', 'rules', ...files.map(([name]) => join(folder, name))])
    t.ok(ok, said)
  }
)

function promtoolTest({ alert, series, silentAt, firesAt, labels = {}, interval = '1m' }: AlertCase) {
  const rule = ALERTS.find((one) => one.alert === alert)
  if (!rule) throw new Error(`there is no alert ${alert}`)
  return {
    name: alert,
    interval,
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      { eval_time: silentAt, alertname: alert, exp_alerts: [] },
      {
        eval_time: firesAt,
        alertname: alert,
        exp_alerts: [{ exp_labels: { ...rule.labels, ...labels }, exp_annotations: filled(rule, labels) }]
      }
    ]
  }
}

/** The annotations with the alert's own labels in them, as Prometheus fills them. */
function filled(rule: Alert, labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rule.annotations).map(([name, text]) => [
      name,
      text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? '')
    ])
  )
}
