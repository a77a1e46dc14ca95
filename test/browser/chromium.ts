/** A real Chromium over real pages. `CHROMIUM_PATH`, or Debian's; without one the tests say that they were skipped. */
import { existsSync } from 'node:fs'
import { type BrowserContextOptions, chromium } from 'playwright-core'
import type { Test } from 'tap'
import { type PagesOptions, pagesWith, TOKEN } from '../review/pages-with.ts'

const PLACES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const CHROMIUM = PLACES.find((path) => path !== undefined && existsSync(path))

/** For `t.test`: runs with a Chromium, or says why it does not. */
export const NEEDS_CHROMIUM = CHROMIUM ? {} : { skip: 'no Chromium here: install one, or set CHROMIUM_PATH' }

export async function launch() {
  // Containers run tests as root, where Chromium has no sandbox.
  return chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] })
}

/** The pages on a port of their own, and a browser to look at them. */
export async function pagesInBrowser(t: Test, options: PagesOptions = {}) {
  const pages = await pagesWith(t, options)
  const url = await pages.app.listen({ host: '127.0.0.1', port: 0 })
  const browser = await launch()
  t.teardown(() => browser.close())

  /** A tab of a browser of its own, on the queue, signed in. */
  async function open(context: BrowserContextOptions = {}) {
    const tab = await (await browser.newContext({ baseURL: url, ...context })).newPage()
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
