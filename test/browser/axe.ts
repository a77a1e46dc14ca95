import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** What axe finds, by all rules or by these. Without frames it needs no second page to gather its results. */
export async function violations(tab: Page, rules: readonly string[] | null): Promise<string[]> {
  const axe = new AxeBuilder({ page: tab }).setLegacyMode().options({ resultTypes: ['violations'] })
  const found = await (rules ? axe.withRules([...rules]) : axe).analyze()
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
}
