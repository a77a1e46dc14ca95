/** A real Chromium: `CHROMIUM_PATH`, or Debian's. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const CHROMIUM = PLACES.find((path) => path !== undefined && existsSync(path))

export async function launch(): Promise<Browser> {
  // Containers run tests as root, where Chromium has no sandbox.
  return chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] })
}
