/** Every page held against axe, in one colour scheme; a file for each, so that they run side by side. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Test } from 'tap'
import { pagesInBrowser } from './chromium.ts'
import { CASES, ID, PAGES } from './gallery.ts'

export async function findNothing(t: Test, colorScheme: 'light' | 'dark'): Promise<void> {
  const { open, url } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open({ colorScheme })
  const check = async (name: string) => {
    const { violations } = await new AxeBuilder({ page: tab }).analyze()
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`
    )
    t.same(found, [], name)
  }
  for (const path of PAGES) {
    await tab.goto(path)
    for (const details of await tab.locator('details').all())
      await details.evaluate((node) => node.setAttribute('open', ''))
    await check(path)
  }
  await tab.goto('/brake')
  await tab.getByLabel('Why').fill('an incident')
  await tab.click('button:text("Stop all writes")')
  await tab.waitForSelector('.switch.on')
  await check('the brake when it is on')
  await tab.goto(`${url}/cases/${ID}/approve`)
  await tab.evaluate(`document.querySelector('form[action$=approve] input[name=hash]').value = 'old'`)
  await tab.getByLabel('Why it does not count here').fill('HR confirmed it')
  await tab.click('button:text("Unsuspend the user")')
  await check('the page that says what changed')
  await tab.click('button:text("Sign out")')
  await check('the sign-in')
}
