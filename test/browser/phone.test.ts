/** The pages on a phone, 390 px wide: nothing scrolls sideways, tables included. */
import type { Page } from 'playwright-core'
import t from 'tap'
import { backtestPage } from '../../src/review/backtest-page.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { feedOutbox, outboxDraft } from '../../src/ticket/outbox/routing.ts'
import { caseOf, stormOf } from '../review/cases.ts'
import { NOW } from '../review/pages-with.ts'
import { pseudoTexts } from '../review/pseudo-texts.ts'
import { aRepair } from '../store/build.ts'
import { waitingCase } from '../ticket/outbox/outbox-world.ts'
import { NEEDS_CHROMIUM, pagesInBrowser } from './chromium.ts'
import { CASES, PAGES } from './gallery.ts'

t.setTimeout(120_000)

const PHONE = { viewport: { width: 390, height: 844 } }
const LONG = 'W'.repeat(80)
const [FAILURE] = caseOf('any').failures
const CONTEXT = { ...FAILURE?.context, appVersion: LONG, ip: '2001:0db8:85a3:0000:0000:8a2e:0370:7334' }
const MORE = [
  caseOf('enrolled', {
    ...{ state: 'resolved', outcome: 'recovered_by_itself', guide: { at: NOW, until: NOW }, openedAt: NOW },
    recovery: FAILURE ? { ...FAILURE, kind: 'recovery' } : null
  }),
  caseOf('held', {
    openedAt: NOW,
    repair: aRepair({ guard: 'G6', signals: ['factors_once'], mode: 'propose', final: false })
  }),
  caseOf('shares', {
    parentId: stormOf().id,
    failures: FAILURE ? [{ ...FAILURE, context: { ...FAILURE.context, ...CONTEXT } }] : []
  })
]
const ALL = [
  ...PAGES,
  '/guards?days=90',
  '/activity?range=90d',
  `/cases/${stormOf().id}/release`,
  '/?view=all&q=example'
]

/** What can be pushed sideways: the document, and everything in it that scrolls. */
async function sideways(tab: Page): Promise<readonly string[]> {
  await tab.evaluate("for (const node of document.querySelectorAll('details')) node.open = true")
  return tab.evaluate<string[]>(`[...document.querySelectorAll('*')]
    .filter((node) => node === document.documentElement || /auto|scroll/.test(getComputedStyle(node).overflowX))
    .filter((node) => node.scrollWidth > node.clientWidth)
    .map((node) => node.outerHTML.slice(0, 120) + ' is ' + node.scrollWidth + ' wide')`)
}

for (const texts of [null, pseudoTexts('ar')])
  t.test(`no table scrolls sideways, ${texts ? 'right to left' : 'in English'}`, NEEDS_CHROMIUM, async (t) => {
    const store = openInMemory()
    const fed = feedOutbox(store, (c) => outboxDraft(c, { routes: [{ to: ['ops'] }] }))
    await fed.save({ next: waitingCase('Anna', { version: 1, updatedAt: NOW }), ledger: [] })
    const { open } = await pagesInBrowser(t, { store, cases: [...CASES, ...MORE], ...(texts ? { texts } : {}) })
    const { tab } = await open(PHONE)
    const tables = new Set<string>()
    for (const path of ALL) {
      await tab.goto(path)
      t.same(await sideways(tab), [], path)
      for (const table of await tab.locator('table:has(tbody tr)').all())
        tables.add((await table.locator('xpath=..').getAttribute('aria-label')) ?? 'a table without a name')
    }
    const all = ['Cases by cause', 'Cases by outcome', 'Cases by the time they were opened']
    all.push(
      'Did the repairs help?',
      'Guards',
      'Limits',
      'Sessions',
      'Steps sent to users first',
      'Time to enroll again'
    )
    all.push('What each guard stopped', 'What they share', 'ops')
    if (texts) t.equal(tables.size, all.length)
    else t.same([...tables].toSorted(), all.map((name) => `${name}, table`).toSorted())
  })

t.test('a number on a phone carries the name of its column', NEEDS_CHROMIUM, async (t) => {
  const { open } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open(PHONE)
  await tab.goto('/brake')
  t.match(await tab.evaluate("getComputedStyle(document.querySelector('tbody td'), '::before').content"), /Now/)
  t.notOk(await tab.locator('thead').first().isVisible())
  await tab.setViewportSize({ width: 1024, height: 800 })
  t.ok(await tab.locator('thead').first().isVisible())
})

t.test('nor does the page of a backtest', NEEDS_CHROMIUM, async (t) => {
  const { open } = await pagesInBrowser(t)
  const { tab } = await open(PHONE)
  const row = { cause: 'enrollment_orphaned', rule: 'enrollment_orphaned', outcome: 'ticket', count: 12_000 }
  const examples = Array.from({ length: 5 }, (_, n) => `RE-${n}00000000000`)
  const change = { rule: LONG, before: 'ticket', after: 'remove_orphaned_enrollment, auto', count: 7, examples }
  const against = { automaticWrites: 7, changes: [change] }
  const subject = { at: NOW, policy: LONG, against: 'other.yaml', ceiling: 'auto', from: 'the store' } as const
  const result = { cases: 12_000, leftOut: {}, automaticWrites: 0, rows: [row], against }
  // A page keeps the content security policy of the one before it.
  await tab.goto('about:blank')
  await tab.setContent(backtestPage(result, subject))
  t.equal(await tab.locator('table').count(), 2)
  t.same(await sideways(tab), [])
})
