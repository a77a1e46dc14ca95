/** The rules of `deploy/prometheus`, read as data. */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export const DEPLOY = new URL('../../deploy/', import.meta.url)
export const RULE_FILES = ['recording.rules.yml', 'alerts.rules.yml'].map(
  (name) => new URL(`prometheus/${name}`, DEPLOY).pathname
)

export interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly for?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export type Alert = Rule & Required<Pick<Rule, 'alert' | 'labels' | 'annotations'>>

export function readRules(): readonly Rule[] {
  return RULE_FILES.flatMap((path) => {
    const file = parse(readFileSync(path, 'utf8')) as { groups: readonly { rules: readonly Rule[] }[] }
    return file.groups.flatMap((group) => group.rules)
  })
}

/** Names of the groups, those that record first: alerts look at what was recorded at the same moment. */
export function readGroupNames(): readonly string[] {
  return RULE_FILES.flatMap((path) => {
    const file = parse(readFileSync(path, 'utf8')) as { groups: readonly { name: string }[] }
    return file.groups.map((group) => group.name)
  })
}

export function readAlerts(): readonly Alert[] {
  return readRules().filter((rule): rule is Alert => rule.alert !== undefined)
}
