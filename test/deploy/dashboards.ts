/** The dashboards that ship, read as data. */
import { readFileSync } from 'node:fs'
import { DEPLOY } from './rules-files.ts'

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly datasource?: { readonly type: string; readonly uid: string }
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly expr: string; readonly refId: string; readonly legendFormat?: string }[]
  readonly transformations?: readonly { readonly options: { readonly regex: string; readonly renamePattern: string } }[]
  readonly fieldConfig?: {
    readonly defaults: {
      readonly links?: readonly { readonly title: string; readonly url: string }[]
      readonly thresholds?: { readonly steps: readonly { readonly color: string; readonly value: number | null }[] }
      readonly mappings?: readonly { readonly options: Readonly<Record<string, { readonly text: string }>> }[]
    }
  }
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly schemaVersion: number
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] }
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr: string }[] }
  readonly panels: readonly Panel[]
}

export const DASHBOARDS: readonly Dashboard[] = ['overview', 'admin'].map(
  (name) => JSON.parse(readFileSync(new URL(`grafana/${name}.json`, DEPLOY), 'utf8')) as Dashboard
)

/** Every query of a dashboard with Grafana's variables replaced by what they stand for. */
export function queriesIn(dashboard: Dashboard): readonly string[] {
  const queries = [...dashboard.panels.flatMap(({ targets = [] }) => targets), ...dashboard.annotations.list]
  return queries.map(({ expr }) => filledIn(expr))
}

function filledIn(expr: string): string {
  return expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1h').replaceAll('$minutes', '20')
}
