/** Every page against all rules of axe, at three widths, light and dark: `npx node test/browser/axe.trial.ts`. */
import t from 'tap'
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

for (const width of [390, 1024, 1440]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    t.test(`axe finds nothing at ${width} pixels, ${colorScheme}`, { ...NEEDS_CHROMIUM }, async (t) => {
      const { open } = await pagesInBrowser(t, { cases: CASES })
      const { tab } = await open({ colorScheme, viewport: { width, height: 900 } })
      for (const path of ALL) {
        await tab.goto(path)
        await tab.evaluate("for (const node of document.querySelectorAll('details')) node.open = true")
        t.same(await violations(tab, null), [], path)
        const overflow = await tab.evaluate<number>('document.documentElement.scrollWidth')
        t.ok(overflow <= width, `${path} is ${overflow} wide`)
      }
    })
  }
}
