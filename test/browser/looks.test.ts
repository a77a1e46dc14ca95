import t from 'tap'
import { NEEDS_CHROMIUM, pagesInBrowser } from './chromium.ts'
import { CASES, ID, PAGES } from './gallery.ts'

t.setTimeout(120_000)

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
