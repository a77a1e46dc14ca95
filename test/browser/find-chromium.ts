/** A real Chromium: `CHROMIUM_PATH`, or Debian's. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'
import { sharedServer } from '../support/shared-server.ts'

const PLACES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const CHROMIUM = PLACES.find((path) => path !== undefined && existsSync(path))

// Containers run tests as root, where Chromium has no sandbox.
export const LAUNCH = { executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] }

/** The one that all test files of a tap run share, or another one. */
export async function openBrowser(): Promise<Browser> {
  const url = await sharedServer('chromium', new URL('./shared-chromium.ts', import.meta.url))
  return url ? chromium.connect(url) : chromium.launch(LAUNCH)
}
