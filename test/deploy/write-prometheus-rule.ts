/** Writes the Prometheus operator's copy of the rules: `node test/deploy/write-prometheus-rule.ts`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { parse, stringify } from 'yaml'
import { DEPLOY, RULE_FILES } from './rules-files.ts'

export const OPERATOR_RULE = new URL('kubernetes/components/monitoring/prometheus-rule.yaml', DEPLOY)

/** The PrometheusRule that holds every group of `deploy/prometheus`. */
export function operatorRule(): string {
  const groups = RULE_FILES.flatMap((path) => parse(readFileSync(path, 'utf8')).groups as unknown[])
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'reenroll' },
    spec: { groups }
  }
  return `# Written by test/deploy/write-prometheus-rule.ts from deploy/prometheus. Change it there.\n${stringify(rule)}`
}

if (import.meta.main) writeFileSync(OPERATOR_RULE, operatorRule())
