import { AxeBuilder } from '@axe-core/playwright'
import t from 'tap'
import { evidenceWith } from '../remediate/situations.ts'
import { caseOf, HOSTILE, proposed } from '../review/cases.ts'
import { action } from '../ticket/cases.ts'
import { NEEDS_CHROMIUM, pagesInBrowser } from './chromium.ts'

const ID = proposed().id
const CASES = [
  proposed({ evidence: evidenceWith(), actions: [action({ effect: 'ineffective' })] }),
  caseOf('gone', { cause: { id: 'account_deactivated', confidence: 'high', because: ['gone'], kbOption: 1 } }),
  caseOf('hostile', { user: { id: '00uH', login: HOSTILE, name: HOSTILE }, alarm: HOSTILE }),
  caseOf('watched', { state: 'watching', actions: [action()] }),
  caseOf('done', { state: 'resolved', outcome: 'recovered_after_repair' })
]
const PAGES = [
  '/',
  '/?view=all&cause=unknown',
  `/cases/${ID}`,
  `/cases/${ID}/approve`,
  `/cases/${ID}/reject`,
  `/cases/${ID}/close`,
  `/cases/${ID}/snooze`,
  `/cases/${caseOf('hostile').id}`,
  `/cases/${caseOf('gone').id}`,
  '/cases/RE-NONE',
  '/policy',
  '/brake',
  '/activity'
]

for (const colorScheme of ['light', 'dark'] as const) {
  t.test(`axe finds nothing on any page, ${colorScheme}`, NEEDS_CHROMIUM, async (t) => {
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
  })
}

t.test('on a phone nothing is cut off, and the button is on the first screen', NEEDS_CHROMIUM, async (t) => {
  const { open } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open({ viewport: { width: 360, height: 740 } })
  for (const path of PAGES) {
    await tab.goto(path)
    t.ok((await tab.evaluate<number>('document.documentElement.scrollWidth')) <= 360, path)
  }
  await tab.goto(`/cases/${ID}`)
  const button = await tab.locator('a:text("Approve")').boundingBox()
  t.ok(button && button.y + button.height <= 740, `the button ends at ${button && button.y + button.height}`)
})

t.test('the colours follow the reader', NEEDS_CHROMIUM, async (t) => {
  const { open } = await pagesInBrowser(t)
  const background = async (colorScheme: 'light' | 'dark') => {
    const { tab } = await open({ colorScheme })
    return tab.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
  }
  const brightness = (rgb: string) => Math.max(...(rgb.match(/\d+/g) ?? []).map(Number))
  t.ok(brightness(await background('light')) > 230)
  t.ok(brightness(await background('dark')) < 40)
})
