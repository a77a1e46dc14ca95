/**
 * `npm run screenshots`: the pages as pictures in `screenshots/`, out of a service that has worked through every scenario
 * of the simulated org. Wide and phone, light and dark.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { playActs } from '../../src/cli/demo.ts'
import { openWorld, READ_ALL, type World } from '../../src/cli/demo-world.ts'
import { systemClock } from '../../src/domain/time.ts'
import { CROWD_THEN_STORM_LIMITS, SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { CHROMIUM, openBrowser } from './find-chromium.ts'

const FOLDER = join(import.meta.dirname, 'screenshots')

const LOOKS = [
  { name: 'wide', viewport: { width: 1280, height: 860 }, colorScheme: 'light' },
  { name: 'wide-dark', viewport: { width: 1280, height: 860 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 360, height: 740 }, colorScheme: 'dark' }
] as const

if (!CHROMIUM) throw new Error('There is no Chromium here: install one, or set CHROMIUM_PATH.')

const world = await openWorld({
  scenarios: SCENARIOS,
  clock: systemClock,
  guards: CROWD_THEN_STORM_LIMITS,
  policy: READ_ALL,
  storeUrl: 'memory:'
})
try {
  await playActs(world)
  await takeAll(world)
} finally {
  await world.close()
}

async function takeAll({ service, opsToken }: World): Promise<void> {
  mkdirSync(FOLDER, { recursive: true })
  const browser = await openBrowser()
  for (const { name, ...look } of LOOKS) {
    const tab = await (await browser.newContext({ baseURL: service.opsUrl, ...look })).newPage()
    await tab.goto('/')
    await take(tab, `sign-in-${name}`)
    await tab.fill('input[name=token]', opsToken)
    await tab.click('button:text("Sign in")')
    await tab.waitForSelector('h1:text("Queue")')
    await take(tab, `queue-${name}`)
    const [proposal = '/'] = await addresses(tab, '[data-proposal] [data-row]')
    const storm = await tab
      .getByRole('link', { name: /^Storm of/ })
      .first()
      .getAttribute('href')
    await tab.goto('/?view=all&cause=device_suspended')
    const [device = '/'] = await addresses(tab, '[data-row]')
    const pages = {
      case: proposal,
      approve: `${proposal}/approve`,
      device,
      storm: storm ?? '/',
      report: '/report',
      policy: '/policy',
      brake: '/brake',
      activity: '/activity'
    }
    for (const [page, path] of Object.entries(pages)) {
      await tab.goto(path)
      await take(tab, `${page}-${name}`)
    }
    await tab.goto(device)
    await tab.screenshot({ path: join(FOLDER, `device-whole-${name}.png`), fullPage: true })
  }
  await browser.close()
}

async function addresses(tab: Page, selector: string): Promise<string[]> {
  const links = await tab.locator(selector).all()
  return Promise.all(links.map(async (link) => (await link.getAttribute('href')) ?? '/'))
}

async function take(tab: Page, name: string): Promise<void> {
  await tab.screenshot({ path: join(FOLDER, `${name}.png`) })
  console.log(`test/browser/screenshots/${name}.png`)
}
