/** The whole service beside the simulated org, which is the sign-in provider too. */
import type { Browser, Page } from 'playwright-core'
import t from 'tap'
import { openWorld, type World } from '../../src/cli/demo-world.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { HOUR_MS, plus, systemClock } from '../../src/domain/time.ts'
import type { VerificationPolicy } from '../../src/domain/verification.ts'
import { answerPush } from '../../src/sandbox/org/challenges.ts'
import type { Phone } from '../../src/sandbox/org/log-event.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { lockedOut, withPhone } from '../../src/sandbox/scenarios/cast.ts'
import { SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { NEEDS_CHROMIUM } from './chromium.ts'
import { openBrowser } from './find-chromium.ts'

t.setTimeout(120_000)

const VERIFICATION: VerificationPolicy = {
  ...{
    kinds: ['push'],
    neededFor: ['unlock_user'],
    least: 'strong',
    countsForMs: HOUR_MS,
    perHour: 20,
    perOperator: 20,
    startedBy: 'approver'
  }
}
const TABLET: Phone = {
  ...{ platform: 'IOS', model: 'iPad13,1', osVersion: '18.5', manufacturer: 'APPLE', displayName: 'Blue iPad' }
}

/** One world and one browser for all tests. Its time can be moved on, so that nobody waits for the next look at a push. */
let aheadMs = 0
let shared: Promise<{ readonly world: World; readonly browser: Browser }> | undefined
function opened() {
  shared ??= open()
  return shared
}

async function open() {
  const world = await openWorld({
    scenarios: SCENARIOS.filter(({ id }) => id === 'account_suspended'),
    clock: () => plus(systemClock(), aheadMs),
    storeUrl: 'memory:',
    signIn: 'okta',
    policy: { ...DEFAULT_POLICY, decide: { ...DEFAULT_POLICY.decide, verification: VERIFICATION } }
  })
  t.teardown(() => world.close())
  const browser = await openBrowser()
  t.teardown(() => browser.close())
  return { world, browser }
}

t.test('a viewer looks, signs out at the org too, and an approver takes the seat', NEEDS_CHROMIUM, async (t) => {
  const { world, browser } = await opened()
  for (const role of world.stage.roles) await role.cue()
  await world.okta.flush()
  await world.service.worker.idle()
  const { cases } = await world.service.store.listCases({ limit: 2 })
  const tab = await browser.newPage({ baseURL: world.service.opsUrl })

  const path = `/cases/${cases[0]?.id}`
  await enterAs(tab, path, 'Vera Viewer')
  await tab.waitForURL(`**${path}`)
  t.match(await tab.textContent('.who'), /vera\.viewer@example\.com \(viewer\)/)
  t.equal(await tab.locator('a:text("Approve")').count(), 0)

  await tab.click('button:text("Sign out")')
  await tab.waitForURL(`${world.service.opsUrl}/sign-in`)
  await enterAs(tab, path, 'Ana Approver')
  await tab.waitForURL(`**${path}`)
  t.match(await tab.textContent('.who'), /ana\.approver@example\.com/)
  t.ok(await tab.locator('a:text("Approve")').isVisible())

  await tab.click('button:text("Sign out")')
  await tab.waitForURL(`${world.service.opsUrl}/sign-in`)
})

t.test('on a phone, the service desk verifies a caller by a number from the report page', NEEDS_CHROMIUM, async (t) => {
  const { world, browser } = await opened()
  const { org, okta, service } = world
  const person = lockedOut(org, 'Carla Caller')
  withPhone(org, { ...person, phone: TABLET }, {}, 'ACTIVE')
  await failEnrollment(org, person)
  await okta.flush()
  await service.worker.idle()
  const room = await browser.newContext({ baseURL: service.opsUrl, viewport: { width: 360, height: 740 } })
  t.teardown(() => room.close())
  const tab = await room.newPage()
  const fits = async (what: string) =>
    t.ok((await tab.evaluate<number>('document.documentElement.scrollWidth')) <= 360, `${what}: nothing is cut off`)

  await enterAs(tab, '/report', 'Ana Approver')
  await tab.getByLabel('Who calls?').fill(person.login)
  await tab.getByRole('button', { name: 'Look up' }).click()
  await tab.getByRole('link', { name: 'Verify the caller…' }).click()
  await fits('the choice of a factor')
  await tab.getByLabel(/push to Blue iPad/).check()
  await tab.getByRole('button', { name: 'Send' }).click()
  await tab.waitForURL('**/cases/*')
  await service.worker.idle()
  await tab.reload()
  const number = tab.locator('.number')
  await number.waitFor()
  await fits('the number')
  answerPush(org, person.id, Number(await number.textContent()))
  aheadMs += 5_000
  service.worker.wake()
  await service.worker.idle()
  await tab.reload()
  t.match(await tab.textContent('main'), /passed.*push to Blue iPad.*strong/s)
  t.equal(await tab.locator('.number').count(), 0)
  const { cases } = await service.store.listCases({ user: person.id, limit: 1 })
  t.match(cases[0]?.challenges, [{ state: 'passed', strength: 'strong' }])
  t.same(org.writes, [], 'a proof alone writes nothing')
})

/** Through our sign-in page to the org's, which asks again after a sign-out. */
async function enterAs(tab: Page, path: string, name: string): Promise<void> {
  await tab.goto(path)
  await tab.click('a:text("Sign in")')
  await tab.click(`button:text("${name}")`)
}
