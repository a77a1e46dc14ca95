/**
 * Every page against all rules of axe, at three widths, light and dark: `npx node test/browser/axe.trial.ts`. A page is loaded
 * once in a tab; theme and width change without a reload, as they do for a reader who turns a phone.
 */
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { stormOf } from '../review/cases.ts'
import { violations } from './axe.ts'
import { NEEDS_CHROMIUM, pagesInBrowser } from './chromium.ts'
import { CASES, PAGES } from './gallery.ts'

t.setTimeout(1_800_000)

const ALL = [
  ...PAGES,
  '/guards?days=90',
  '/activity?range=week',
  `/cases/${stormOf().id}/release`,
  '/?view=all&q=example'
]
const WIDTHS = [390, 1024, 1440]
/** Tabs that work through the pages beside each other; each has a process of its own. */
const TABS = 2

t.test('axe finds nothing at any width, light and dark', { ...NEEDS_CHROMIUM }, async (t) => {
  const { open } = await pagesInBrowser(t, { cases: CASES })
  const waiting = [...ALL]
  const looked: string[] = []
  const work = async () => {
    const { tab } = await open()
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift())
      looked.push(...(await look(t, tab, path)))
  }
  await Promise.all(Array.from({ length: TABS }, work))
  t.equal(looked.length, ALL.length * WIDTHS.length * 2, 'every page in every look')
})

/** The looks of a page that were checked. */
async function look(t: Test, tab: Page, path: string): Promise<readonly string[]> {
  await tab.goto(path)
  await tab.evaluate("for (const node of document.querySelectorAll('details')) node.open = true")
  const looks: string[] = []
  for (const width of WIDTHS) {
    await tab.setViewportSize({ width, height: 900 })
    const overflow = await tab.evaluate<number>('document.documentElement.scrollWidth')
    t.ok(overflow <= width, `${path} at ${width} is ${overflow} wide`)
    for (const colorScheme of ['light', 'dark'] as const) {
      await tab.emulateMedia({ colorScheme })
      t.same(await violations(tab, null), [], `${path} at ${width}, ${colorScheme}`)
      looks.push(`${width} ${colorScheme}`)
    }
  }
  return looks
}
