/**
 * `npm run screenshots`: every page as a picture in `screenshots/`, at three widths, light and dark, and two as printed. The pages
 * are those of a service that has worked through every scenario of the simulated org. Words of the command line choose pages:
 * `npm run screenshots queue case`.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { playActs } from '../../src/cli/demo.ts'
import { openWorld, READ_ALL, type World } from '../../src/cli/demo-world.ts'
import { systemClock } from '../../src/domain/time.ts'
import { CROWD_THEN_STORM_LIMITS, SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { CHROMIUM, openBrowser } from './find-chromium.ts'

const FOLDER = join(import.meta.dirname, 'screenshots')

const LOOKS = [390, 1024, 1440].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({
    name: `${width}-${colorScheme}`,
    viewport: { width, height: 900 },
    colorScheme
  }))
)
const wanted = process.argv.slice(2)

if (!CHROMIUM) throw new Error('There is no Chromium here: install one, or set CHROMIUM_PATH.')

const world = await openWorld({
  scenarios: SCENARIOS,
  clock: systemClock,
  guards: CROWD_THEN_STORM_LIMITS,
  policy: READ_ALL,
  storeUrl: 'memory:',
  settings: {
    self: {
      ...{ host: '127.0.0.1', port: 0, publicUrl: '', key: 'a key for the cookies of the pictures' },
      signIn: { clientId: '0oaSelfService00000d7', clientSecret: 'a secret of the self-service app' }
    }
  }
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
  let pages: Awaited<ReturnType<typeof findPages>> | null = null
  for (const [n, { name, ...look }] of LOOKS.entries()) {
    const tab = await (await browser.newContext({ baseURL: service.opsUrl, ...look })).newPage()
    await tab.goto('/')
    await take(tab, 'sign-in', name)
    await tab.fill('input[name=token]', opsToken)
    await tab.click('button:text("Sign in")')
    await tab.waitForSelector('h1:text("Queue")')
    pages ??= await findPages(tab)
    for (const [page, path] of Object.entries(pages)) {
      if (wanted.length > 0 && !wanted.includes(page)) continue
      await tab.goto(path)
      await take(tab, page, name)
    }
    await takeSelf(await browser.newContext({ baseURL: service.selfUrl ?? '', ...look }), name, n)
    if (name !== '1440-light') continue
    await tab.emulateMedia({ media: 'print' })
    for (const [page, path] of [
      ['activity-printed', '/activity'],
      ['steps-printed', pages.steps]
    ] as const) {
      await tab.goto(path)
      await take(tab, page, name)
    }
  }
  await browser.close()
}

/** The addresses of all pages, from the queue; they are the same in every look. */
async function findPages(tab: Page) {
  const [proposal = '/', other = '/'] = await addresses(tab, '[data-proposal] [data-row]')
  const [steps = '/'] = await addresses(tab, '[aria-labelledby="group-steps"] [data-row]')
  const [storm = '/'] = await addresses(tab, 'a[data-row]:has-text("Storm of")')
  await tab.goto('/?view=all&cause=device_suspended')
  const [device = '/'] = await addresses(tab, '[data-row]')
  const chosen = [proposal, other].map((path) => `case=${path.split('/').at(-1)}`).join('&')
  return {
    queue: '/',
    found: '/?q=lo&view=all',
    case: proposal,
    approve: `${proposal}/approve`,
    snooze: `${proposal}/snooze`,
    'hand-over': `${proposal}/hand-over`,
    device,
    steps: `${steps}/steps`,
    bulk: `/bulk?act=snooze&${chosen}`,
    storm,
    release: `${storm}/release`,
    report: '/report',
    policy: '/policy',
    guards: '/guards?days=90',
    safety: '/brake',
    activity: '/activity',
    tickets: '/tickets',
    access: '/access'
  }
}

/** The pages of the n-th person who can sign in, up to the answer; somebody who has reported sees it at once. */
async function takeSelf(room: BrowserContext, look: string, n: number): Promise<void> {
  if (wanted.length > 0 && !wanted.includes('self')) return
  const tab = await room.newPage()
  await tab.goto('/')
  await take(tab, 'self-start', look)
  await tab.getByRole('link', { name: 'Sign in', exact: true }).click()
  await tab.getByRole('button').nth(n).click()
  await tab.getByRole('link', { name: 'iPhone or iPad' }).waitFor()
  await take(tab, 'self-device', look)
  await tab.getByRole('link', { name: 'iPhone or iPad' }).click()
  await tab.getByRole('button', { name: 'invalidToken' }).click()
  await tab.getByRole('heading', { name: /What to do|Please call/ }).waitFor()
  await take(tab, 'self-answer', look)
  await room.close()
}

async function addresses(tab: Page, selector: string): Promise<string[]> {
  const links = await tab.locator(selector).all()
  const paths = await Promise.all(links.map((link) => link.getAttribute('href')))
  return paths.flatMap((path) => path?.split('?')[0] ?? [])
}

async function take(tab: Page, page: string, look: string): Promise<void> {
  if (wanted.length > 0 && !wanted.includes(page) && !page.startsWith('self')) return
  const name = `${page}-${look}.png`
  await tab.screenshot({ path: join(FOLDER, name), fullPage: true })
  console.log(`test/browser/screenshots/${name}`)
}
