/** Every page held against axe: all rules in the light, and again in the dark those about colour, which is all that differs. */
import t from 'tap'
import { violations } from './axe.ts'
import { NEEDS_CHROMIUM, pagesInBrowser } from './chromium.ts'
import { CASES, ID, PAGES } from './gallery.ts'

t.setTimeout(180_000)

t.test('axe finds nothing on any page, light and dark', NEEDS_CHROMIUM, async (t) => {
  const { open, url } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open({ colorScheme: 'light' })
  const check = async (name: string) => {
    t.same(await violations(tab, null), [], name)
    await tab.emulateMedia({ colorScheme: 'dark' })
    t.same(await violations(tab, ['color-contrast']), [], `${name}, dark`)
    await tab.emulateMedia({ colorScheme: 'light' })
  }
  for (const path of PAGES) {
    await tab.goto(path)
    await tab.evaluate("for (const node of document.querySelectorAll('details')) node.open = true")
    await check(path)
  }
  await tab.goto('/brake')
  await tab.getByLabel('Reason').fill('an incident')
  await tab.click('button:text("Stop all writes")')
  await tab.waitForSelector('.switch.on')
  await check('the safety page while the kill switch is on')
  await tab.goto(`${url}/cases/${ID}/approve`)
  await tab.evaluate(`document.querySelector('form[action$=approve] input[name=hash]').value = 'old'`)
  await tab.getByLabel('Why this is safe for this user').fill('HR confirmed it')
  await tab.click('button:text("Unsuspend the user")')
  await check('the page that says what changed')
  await tab.click('button:text("Sign out")')
  await check('the sign-in')
})
