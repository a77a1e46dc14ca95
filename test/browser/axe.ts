import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string }[]
}

/**
 * What axe finds, by all rules or by these. Without frames it needs no second page to gather its results. The builder puts axe
 * into a page for its first run, a third of the time of one; later runs on the page use that.
 */
export async function violations(tab: Page, rules: readonly string[] | null): Promise<string[]> {
  const options = {
    resultTypes: ['violations' as const],
    ...(rules ? { runOnly: { type: 'rule' as const, values: [...rules] } } : {})
  }
  const found: readonly Violation[] = (await tab.evaluate<boolean>("'axe' in globalThis"))
    ? await tab.evaluate<Violation[]>(`axe.run(document, ${JSON.stringify(options)}).then((found) => found.violations)`)
    : (await new AxeBuilder({ page: tab }).setLegacyMode().options(options).analyze()).violations
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
}
