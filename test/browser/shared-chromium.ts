/** The process that keeps the Chromium of a tap run (`support/shared-server.ts`). */
import { chromium } from 'playwright-core'
import { serveUntilTapEnds } from '../support/shared-server.ts'
import { LAUNCH } from './find-chromium.ts'

await serveUntilTapEnds(async () => {
  const server = await chromium.launchServer(LAUNCH)
  return { url: server.wsEndpoint(), stop: () => server.close() }
})
