/** The text that every generated document should have. */
import { envExample } from './env-example.ts'
import { hookSections, hookTypesTf } from './hook-types.ts'
import { fillSections } from './markers.ts'
import { policyExample } from './policy-example.ts'
import { fieldSections, sectionsByDocument } from './sections.ts'

export interface Document {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** The documents; `read` gives the text of those that are only partly generated. */
export function documents(read: (path: string) => string): readonly Document[] {
  return [
    ...Object.entries(sectionsByDocument(read('test/bench/results.json'))).map(([path, sections]) => ({
      path,
      text: fillSections(read(path), sections)
    })),
    { path: '.env.example', text: envExample() },
    { path: 'deploy/policy.example.yaml', text: policyExample() },
    {
      path: 'deploy/okta-setup.md',
      text: fillSections(read('deploy/okta-setup.md'), { ...hookSections(), ...fieldSections() })
    },
    { path: 'deploy/terraform/hook-types.tf', text: hookTypesTf() }
  ]
}
