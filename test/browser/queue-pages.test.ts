import t from 'tap'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import { caseOf } from '../review/cases.ts'
import { NEEDS_CHROMIUM, pagesInBrowser } from './chromium.ts'

t.setTimeout(120_000)

const START = '2026-06-01T00:00:00.000Z'
const CAUSES = ['account_suspended', 'device_replaced', 'app_state_stale', 'unknown'] as const

/** Two thousand small cases, one a minute. */
const CASES = Array.from({ length: 2_000 }, (_, n) =>
  caseOf(`u${String(n).padStart(5, '0')}`, {
    state: n % 4 === 0 ? 'with_person' : 'resolved',
    openedAt: plus(START, n * MINUTE_MS),
    evidence: null,
    cause: { id: CAUSES[n % 4] ?? 'unknown', confidence: 'high', because: [], kbOption: null }
  })
)

t.test('two thousand cases are filtered and paged through, each seen once', NEEDS_CHROMIUM, async (t) => {
  const { open } = await pagesInBrowser(t, { cases: CASES })
  const { tab, faults } = await open()
  t.match(await tab.textContent('#group-person'), /500/)
  const names = new Set<string>()
  let pages = 0
  for (;;) {
    pages += 1
    for (const name of await tab.locator('[data-row]').allTextContents()) names.add(name)
    const next = tab.locator('a[rel=next]')
    if ((await next.count()) === 0) break
    const here = tab.url()
    await Promise.all([tab.waitForURL((url) => url.href !== here), next.click()])
  }
  t.equal(pages, 10)
  t.equal(names.size, 500)
  // Without evidence a name is only what the event claims.
  t.ok(names.has('u00000 (not confirmed)') && names.has('u01996 (not confirmed)'))

  await tab.click('.tabs a:text("All")')
  t.match(await tab.textContent('.tabs [aria-current]'), /All 2,000/)
  await tab.selectOption('select[name=cause]', 'device_replaced')
  await tab.fill('input[type=search]', 'u0199')
  await tab.click('button:text("Filter")')
  const found = ['u01997 (not confirmed)', 'u01993 (not confirmed)']
  t.same(await tab.locator('[data-row]').allTextContents(), found, 'newest of the ended first')
  t.match(await tab.textContent('.tabs [aria-current]'), /All 2/)
  await tab.fill('input[type=search]', caseOf('u00321').id)
  await tab.keyboard.press('Enter')
  await tab.waitForURL(`**/cases/${caseOf('u00321').id}`)
  t.same(faults, [])
})
