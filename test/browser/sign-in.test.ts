/** The whole service beside the simulated org, which is the sign-in provider too. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { openWorld } from '../../src/cli/demo-world.ts'
import { systemClock } from '../../src/domain/time.ts'
import { SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { NEEDS_CHROMIUM } from './chromium.ts'
import { openBrowser } from './find-chromium.ts'

t.setTimeout(120_000)

t.test('a viewer looks, signs out at the org too, and an approver takes the seat', NEEDS_CHROMIUM, async (t) => {
  const scenarios = SCENARIOS.filter(({ id }) => id === 'account_suspended')
  const world = await openWorld({ scenarios, clock: systemClock, storeUrl: 'memory:', signIn: 'okta' })
  t.teardown(() => world.close())
  for (const role of world.stage.roles) await role.cue()
  await world.okta.flush()
  await world.service.worker.idle()
  const { cases } = await world.service.store.listCases({ limit: 2 })
  const browser = await openBrowser()
  t.teardown(() => browser.close())
  const tab = await browser.newPage({ baseURL: world.service.opsUrl })

  const path = `/cases/${cases[0]?.id}`
  await enterAs(tab, path, 'Vera Viewer')
  await tab.waitForURL(`**${path}`)
  t.match(await tab.textContent('.who'), /vera\.viewer@example\.com \(viewer\)/)
  t.equal(await tab.locator('a:text("Approve")').count(), 0)

  await tab.click('button:text("Sign out")')
  await tab.waitForURL(`${world.service.opsUrl}/sign-in`)
  await enterAs(tab, path, 'Ana Approver')
  await tab.waitForURL(`**${path}`)
  t.match(await tab.textContent('.who'), /ana\.approver@example\.com/)
  t.ok(await tab.locator('a:text("Approve")').isVisible())

  await tab.click('button:text("Sign out")')
  await tab.waitForURL(`${world.service.opsUrl}/sign-in`)
})

/** Through our sign-in page to the org's, which asks again after a sign-out. */
async function enterAs(tab: Page, path: string, name: string): Promise<void> {
  await tab.goto(path)
  await tab.click('a:text("Sign in")')
  await tab.click(`button:text("${name}")`)
}
