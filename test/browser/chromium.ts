/** A real Chromium over real pages. `CHROMIUM_PATH`, or Debian's; without one the tests say that they were skipped. */
import type { Browser, BrowserContextOptions } from 'playwright-core'
import t, { type Test } from 'tap'
import { type PagesOptions, pagesWith, TOKEN } from '../review/pages-with.ts'
import { CHROMIUM, openBrowser } from './find-chromium.ts'

/** For `t.test`: runs with a Chromium, or says why it does not. */
export const NEEDS_CHROMIUM = CHROMIUM ? {} : { skip: 'no Chromium here: install one, or set CHROMIUM_PATH' }

let shared: Promise<Browser> | null = null

/** One for all tests of a file; contexts keep them apart. */
function browserOfFile(): Promise<Browser> {
  if (shared) return shared
  shared = openBrowser()
  t.teardown(async () => (await shared)?.close())
  return shared
}

/** The pages on a port of their own, and a browser to look at them. */
export async function pagesInBrowser(t: Test, options: PagesOptions = {}) {
  const pages = await pagesWith(t, options)
  const url = await pages.app.listen({ host: '127.0.0.1', port: 0 })
  const browser = await browserOfFile()

  /** A tab of a browser of its own, on the queue, signed in. */
  async function open(context: BrowserContextOptions = {}) {
    const room = await browser.newContext({ baseURL: url, ...context })
    t.teardown(() => room.close())
    const tab = await room.newPage()
    const faults: string[] = []
    tab.on('pageerror', (error) => faults.push(error.message))
    tab.on('console', (message) => {
      if (message.type() === 'error' && !/status of (401|409|422)/.test(message.text())) faults.push(message.text())
    })
    await tab.goto('/')
    await tab.fill('input[name=token]', TOKEN)
    await tab.click('button:text("Sign in")')
    await tab.waitForURL('**/')
    return { tab, faults }
  }
  return { ...pages, url, open }
}
