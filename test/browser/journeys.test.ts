import t from 'tap'
import { failure } from '../remediate/situations.ts'
import { caseOf, proposed } from '../review/cases.ts'
import { readReports } from '../review/read-reports.ts'
import { approver } from '../support/operators.ts'
import { NEEDS_CHROMIUM, pagesInBrowser } from './chromium.ts'

t.setTimeout(120_000)

const CASES = [
  caseOf('first', { openedAt: '2026-06-15T11:00:00.000Z' }),
  proposed({ openedAt: '2026-06-15T11:30:00.000Z' }),
  caseOf('third', { state: 'watching', openedAt: '2026-06-15T10:00:00.000Z' })
]
const ID = proposed().id

t.test('the queue is worked by keyboard: move, open, approve with a reason', NEEDS_CHROMIUM, async (t) => {
  const { open, store } = await pagesInBrowser(t, { cases: CASES })
  const { tab, faults } = await open()
  const focused = () => tab.evaluate('document.activeElement.textContent')
  await tab.keyboard.press('j')
  t.equal(await focused(), 'Anna Example', 'approvals come first')
  await tab.keyboard.press('j')
  t.equal(await focused(), 'first')
  await tab.keyboard.press('j')
  await tab.keyboard.press('j')
  t.equal(await focused(), 'third', 'the end is the end')
  await tab.keyboard.press('k')
  await tab.keyboard.press('k')
  await tab.keyboard.press('Enter')
  await tab.waitForURL(`**/cases/${ID}?in=*`)
  await tab.keyboard.press('a')
  await tab.waitForURL('**/approve?in=*')
  await tab.getByLabel('Why this is safe for this user').fill('HR confirmed by phone, a and j and k')
  await tab.click('button:text("Unsuspend the user")')
  await tab.waitForURL(`**/cases/${ID}?in=*`)
  t.match(await tab.textContent('[role=status]'), /Approved/)
  t.match(await store.getCase(ID), { state: 'acting', approval: { by: 'ops-token' } })
  t.same(faults, [])
})

t.test('a and r in the queue lead to the forms of the focused case', NEEDS_CHROMIUM, async (t) => {
  const { open, store } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open()
  await tab.keyboard.press('j')
  await tab.keyboard.press('j')
  await tab.keyboard.press('a')
  t.equal(new URL(tab.url()).pathname, '/', 'nothing is proposed for the second')
  await tab.keyboard.press('k')
  await tab.keyboard.press('r')
  await tab.waitForURL('**/reject?in=*')
  await tab.getByLabel('Why').fill('the user did not ask for it')
  await tab.click('button:text("Reject")')
  await tab.waitForURL(`**/cases/${ID}?in=*`)
  t.match(await store.getCase(ID), { state: 'with_person', proposal: null })
})

t.test('a stale tab shows what changed', NEEDS_CHROMIUM, async (t) => {
  const { open, store } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open()
  await tab.goto(`/cases/${ID}/approve`)
  const moved = proposed({ version: 2, state: 'with_person', proposal: null })
  await store.save({ next: moved, ledger: [] })
  await tab.getByLabel('Why this is safe for this user').fill('HR confirmed it')
  await tab.click('button:text("Unsuspend the user")')
  t.equal(await tab.textContent('h1'), 'The proposal has changed')
  t.match(await tab.textContent('main'), /The case is with a person\..*HR confirmed it/s)
  t.equal((await store.getCase(ID))?.state, 'with_person')
})

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? '' : ', without JavaScript'
  t.test(`the kill switch is turned on and off${how}`, NEEDS_CHROMIUM, async (t) => {
    const { open, store } = await pagesInBrowser(t, { cases: CASES })
    const { tab } = await open({ javaScriptEnabled })
    await tab.click('nav a:text("Safety")')
    await tab.getByLabel('Reason').fill('an incident')
    await tab.click('button:text("Stop all writes")')
    await tab.waitForSelector('h2:text("Kill switch on")')
    t.match(await store.controls(), { kill: { on: true } })
    await tab.click('nav a:text("Queue")')
    t.match(await tab.textContent('.banner'), /The kill switch is on.*an incident/)
    await tab.goto('/brake')
    await tab.getByLabel('Why it is safe to resume').fill('all clear')
    await tab.click('button:text("Resume writes")')
    await tab.waitForSelector('h2:text("Writes to Okta are allowed")')
  })
}

t.test('the queue shows a new case at once, by an event, and keeps the focused case', NEEDS_CHROMIUM, async (t) => {
  const { open, store } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open()
  await tab.clock.install()
  await Promise.all([tab.waitForResponse('**/changes'), tab.reload()])
  await tab.keyboard.press('j')
  await tab.keyboard.press('j')
  const newcomer = caseOf('newcomer', { openedAt: '2026-06-15T10:30:00.000Z', version: 1 })
  await store.save({ next: newcomer, ledger: [] })
  await tab.getByRole('link', { name: 'newcomer' }).waitFor()
  t.equal(await tab.evaluate('document.activeElement.textContent'), 'first')
})

t.test('without events, the page of a case refreshes itself every 10 seconds', NEEDS_CHROMIUM, async (t) => {
  const { open, store } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open()
  await tab.addInitScript('delete globalThis.EventSource')
  await tab.goto(`/cases/${ID}`)
  await tab.clock.install()
  await tab.reload()
  const c = await store.getCase(ID)
  if (c) await store.save({ next: { ...c, state: 'acting', version: c.version + 1 }, ledger: [] })
  await tab.clock.runFor(11_000)
  await tab.getByRole('heading', { name: 'Repair in progress' }).waitFor()
  t.equal(await tab.getByRole('link', { name: 'Approve' }).count(), 0)
})

t.test('steps are copied as text, and times are shown in the zone of the reader', NEEDS_CHROMIUM, async (t) => {
  const { open } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open({
    permissions: ['clipboard-read', 'clipboard-write'],
    timezoneId: 'Asia/Tokyo',
    locale: 'en-GB'
  })
  await tab.goto(`/cases/${ID}`)
  await tab.click('button:text("Copy")')
  await tab.waitForSelector('button:text("Copied")')
  t.match(
    await tab.evaluate<string>('navigator.clipboard.readText()'),
    /^Your Okta account is suspended.*\n1\. Wait for word/
  )
  const time = tab.locator('.timeline time').first()
  const [shown, title, at] = await Promise.all([
    time.textContent(),
    time.getAttribute('title'),
    time.getAttribute('datetime')
  ])
  t.equal(title, `${at?.slice(0, 19).replace('T', ' ')} UTC`)
  const hourInTokyo = String((Number(at?.slice(11, 13)) + 9) % 24).padStart(2, '0')
  t.match(shown, new RegExp(`${hourInTokyo}:`))
})

t.test('everything that matters works without JavaScript', NEEDS_CHROMIUM, async (t) => {
  const { open, store } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open({ javaScriptEnabled: false })
  await tab.fill('input[type=search]', 'anna')
  await tab.click('button:text("Filter")')
  t.equal(await tab.locator('[data-row]').count(), 1)
  await tab.getByRole('link', { name: 'Anna Example' }).click()
  await tab.click('button:text("Assign to me")')
  t.match(await tab.textContent('[role=status]'), /Assigned to you/)
  await tab.click('a:text("Approve")')
  await tab.getByLabel('Why this is safe for this user').fill('HR confirmed it')
  await tab.click('button:text("Unsuspend the user")')
  t.match(await store.getCase(ID), { state: 'acting', assignee: 'ops-token' })
  await tab.click('button:text("Sign out")')
  t.match(tab.url(), /\/sign-in$/)
})

t.test('a proposal is rejected without JavaScript, and the case shows the reason', NEEDS_CHROMIUM, async (t) => {
  const { open, store } = await pagesInBrowser(t, { cases: CASES })
  const { tab } = await open({ javaScriptEnabled: false })
  await tab.goto(`/cases/${ID}`)
  await tab.click('a:text("Reject")')
  await tab.getByLabel('Why').fill('the manager did not know')
  await tab.click('button:text("Reject")')
  t.match(await tab.textContent('main'), /the manager did not know/)
  t.match(await store.getCase(ID), { state: 'with_person', proposal: null })
})

t.test(
  'the help desk reports a user from a phone, without JavaScript, and lands on the case',
  NEEDS_CHROMIUM,
  async (t) => {
    const { open, store } = await pagesInBrowser(t, { cases: CASES, meanwhile: readReports })
    const { tab } = await open({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })
    await tab.click('nav a:text("Report")')
    await tab.getByLabel('Who calls?').fill('pat@example.com')
    await tab.click('button:text("Look up")')
    await tab.getByLabel('Android').check()
    await tab.getByLabel('invalidToken').check()
    await tab.click('button:text("Report")')
    await tab.waitForURL('**/cases/RE-*')
    t.match(await tab.textContent('[role=status]'), /The report opened this case/)
    t.match(await tab.textContent('h1'), /pat@example\.com/)
    t.match((await store.listCases({ user: 'pat@example.com', limit: 2 })).cases, [
      { failures: [{ source: 'report' }] }
    ])
  }
)

t.test('the usual ways take few clicks', NEEDS_CHROMIUM, async (t) => {
  const seen = [failure({ context: { ...failure().context, appVersion: '9.40.1' } })]
  const callers = [
    caseOf('caller', { state: 'resolved', outcome: 'recovered_by_itself', failures: seen }),
    caseOf('other', { failures: seen }),
    caseOf('withheld', {
      assignee: 'ops-token',
      decision: null,
      guards: [{ id: 'G9', state: 'tripped', because: 'An admin suspended the account.' }]
    })
  ]
  const { open, store, as } = await pagesInBrowser(t, { cases: [...CASES, ...callers] })
  const { tab } = await open()
  await as(approver('ben'))
  let clicks = 0
  /** Clicks, and waits for the page that follows. */
  const click = async (selector: string) => {
    clicks += 1
    await tab.locator(selector).first().click()
    await tab.waitForLoadState()
  }
  const within = (most: number, what: string) => {
    t.ok(clicks <= most, `${what}: ${clicks} of ${most} clicks`)
    clicks = 0
  }

  await tab.fill('input[type=search]', 'caller')
  await click('button:text("Filter")')
  await click('[data-row]')
  t.match(await tab.textContent('h1'), /caller/)
  within(2, 'find a caller in any state')

  await click('a:text("1 other case") >> visible=true')
  t.equal(await tab.locator('[data-row]').count(), 2)
  within(2, 'all cases of one app version, from a case')
  const file = tab.waitForEvent('download')
  await click('a:text("Download as CSV")')
  t.match((await file).suggestedFilename(), /^cases-.*\.csv$/)
  within(2, 'CSV of what is shown')

  const queue = () => tab.goto('/')
  await queue()
  await click('a[data-row]:has-text("withheld")')
  t.match(await tab.textContent('main'), /Check first: Blocked by an untrusted actor/)
  within(1, 'why a case was not repaired, from the queue')

  await queue()
  await click('a[data-row]:has-text("Anna Example")')
  t.ok(await tab.locator('#evidence').isVisible())
  await click('a:text("Approve")')
  await tab.getByLabel('Why this is safe for this user').fill('HR confirmed it')
  await click('button:text("Unsuspend the user")')
  t.match(await store.getCase(ID), { state: 'acting' })
  within(3, 'approve with evidence')

  await queue()
  await click('nav a:text("Activity")')
  t.match(await tab.textContent('main'), /Cases opened from/)
  within(1, 'the last week')

  await queue()
  await click('.tabs a:text("Mine")')
  t.same(await tab.locator('[data-row]').allTextContents(), ['withheld'])
  within(1, 'what is mine')
  await click('a:text("Hand over my cases")')
  await click('button:has-text("ben")')
  t.match(await store.getCase(caseOf('withheld').id), { assignee: 'ben' })
  t.equal(new URL(tab.url()).search, '?owner=mine')
  within(2, 'hand over all that is mine to a colleague')

  await tab.goto(`/cases/${caseOf('other').id}`)
  await click('a:text("Hand over")')
  await click('button:has-text("ben")')
  t.match(await store.getCase(caseOf('other').id), { assignee: 'ben' })
  within(2, 'hand over one case to a colleague')

  await tab.goto('/report?user=caller')
  await click('button:text("Stop writes")')
  t.match(await store.controls(), { kill: { on: true } })
  within(2, 'stop all writes, from any page')
})
