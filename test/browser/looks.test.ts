import { readFileSync } from 'node:fs'
import t from 'tap'
import { caseOf } from '../review/cases.ts'
import { NOW } from '../review/pages-with.ts'
import { pseudoTexts } from '../review/pseudo-texts.ts'
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

t.test('nor in a language that runs from right to left, with longer texts', NEEDS_CHROMIUM, async (t) => {
  const { open } = await pagesInBrowser(t, { cases: CASES, texts: pseudoTexts('ar') })
  const { tab } = await open({ viewport: { width: 360, height: 740 } })
  for (const path of PAGES) {
    await tab.goto(path)
    // A page from right to left that is too wide scrolls to the left, so its width counts as well.
    t.ok((await tab.evaluate<number>('document.documentElement.scrollWidth')) <= 360, path)
    t.equal(await tab.evaluate('getComputedStyle(document.querySelector("h1")).direction'), 'rtl', path)
  }
})

t.test('the stylesheet has no left and right side, so a page may run from right to left', async (t) => {
  const css = readFileSync(new URL('../../src/review/assets/style.css', import.meta.url), 'utf8')
  // A chart runs from left to right in every language.
  const rules = css.replace(/\.chart svg \{[^}]*\}/, '').split('\n')
  const sided =
    /^\s*((margin|padding|border|inset)-(left|right).*|(left|right): .*|(float|clear|text-align): (left|right));$/
  const four = /^\s*(?:margin|padding|inset|border-width): (\S+) (\S+) (\S+) (\S+);$/
  const unlike = (line: string) => {
    const [, , right, , left] = four.exec(line) ?? []
    return right !== left
  }
  t.same(
    rules.filter((line) => sided.test(line) || unlike(line)),
    []
  )
})

t.test('the hours of a chart are those of the viewer', NEEDS_CHROMIUM, async (t) => {
  const { open } = await pagesInBrowser(t, { cases: [caseOf('new', { openedAt: NOW })] })
  const { tab, faults } = await open({ timezoneId: 'Asia/Kolkata' })
  await tab.goto('/activity?range=24h')
  const hours = await tab.locator('text[data-at]').allTextContents()
  t.ok(hours.length >= 4)
  for (const hour of hours) t.match(hour, /^\d\d:30/)
  t.match(await tab.locator('rect title').first().textContent(), /^\d\d:30.*: 1 /)
  t.equal(await tab.locator('.utc').count(), 0)
  await tab.goto('/activity?range=7d')
  t.match(await tab.locator('text[data-at]').first().textContent(), /^\d\d-\d\d$/)
  t.same(faults, [])
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
