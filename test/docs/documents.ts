/** Every document that is made from data, as it should read. */
import { envExample } from './env-example.ts'
import { hookSections, hookTypesTf } from './hook-types.ts'
import { fillSections } from './markers.ts'
import { policyExample } from './policy-example.ts'
import { readmeSections } from './sections.ts'

export interface Document {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** The documents; `read` gives the text of those that are only partly generated. */
export function documents(read: (path: string) => string): readonly Document[] {
  return [
    { path: 'README.md', text: fillSections(read('README.md'), readmeSections(read('test/bench/results.json'))) },
    { path: '.env.example', text: envExample() },
    { path: 'deploy/policy.example.yaml', text: policyExample() },
    { path: 'deploy/okta-setup.md', text: fillSections(read('deploy/okta-setup.md'), hookSections()) },
    { path: 'deploy/terraform/hook-types.tf', text: hookTypesTf() }
  ]
}
