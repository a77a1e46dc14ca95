/** The text that every generated document should have. */
import { renderChart } from '../bench/chart.ts'
import type { Report } from '../bench/report.ts'
import { envExample } from './env-example.ts'
import { hookSections, hookTypesTf } from './hook-types.ts'
import { fillSections } from './markers.ts'
import { pageTexts } from './page-texts.ts'
import { policyExample } from './policy-example.ts'
import { scopeSections, scopesTf } from './scopes.ts'
import { fieldSections, sectionsByDocument } from './sections.ts'

export interface Document {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** The documents; `read` gives the text of those that are only partly generated. */
export function documents(read: (path: string) => string): readonly Document[] {
  const bench = read('test/bench/results.json')
  const { curves } = JSON.parse(bench) as Report
  return [
    ...Object.entries(sectionsByDocument(bench)).map(([path, sections]) => ({
      path,
      text: fillSections(read(path), sections)
    })),
    ...curves.map((curve) => ({ path: `deploy/pictures/${curve.name}.svg`, text: renderChart(curve) })),
    { path: '.env.example', text: envExample() },
    { path: 'deploy/page-texts.json', text: pageTexts() },
    { path: 'deploy/policy.example.yaml', text: policyExample() },
    {
      path: 'deploy/okta-setup.md',
      text: fillSections(read('deploy/okta-setup.md'), { ...hookSections(), ...scopeSections(), ...fieldSections() })
    },
    { path: 'deploy/terraform/hook-types.tf', text: hookTypesTf() },
    { path: 'deploy/terraform/scopes.tf', text: scopesTf() }
  ]
}
