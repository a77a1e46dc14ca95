/** Time from process start to the first 204, compared with an empty Node process. */

import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { freePort } from '../support/loopback.ts'
import { ENVIRONMENT, FLAGS } from './child.ts'
import { delivery, OPS_TOKEN, SECRET } from './deliveries.ts'
import { figureOf } from './figures.ts'
import { nodeOn } from './machine.ts'
import type { Suite } from './suite.ts'

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname
/** An org that does not respond: the start must not wait for it. */
const NOWHERE = 'http://127.0.0.1:9'
const PATIENCE_MS = 30_000

export const start: Suite = async ({ engines, runs, say }) => {
  const service: number[] = []
  const bare: number[] = []
  await compileOnce((await engines.open('sqlite')).storeUrl)
  for (let run = 0; run < Math.max(runs, 5); run++) {
    const { storeUrl } = await engines.open('sqlite')
    bare.push(nothing())
    service.push(await first204(storeUrl))
    say(`${Math.round(service.at(-1) ?? 0)} ms, Node alone ${Math.round(bare.at(-1) ?? 0)} ms`)
  }
  return [
    figureOf({
      suite: 'start',
      what: 'start to first 204, beyond what Node alone takes',
      unit: 'ms',
      values: service.map((ms, n) => ms - (bare[n] ?? 0)),
      bound: { of: 'value', most: 800 }
    })
  ]
}

function nothing(): number {
  const from = performance.now()
  const [command, args] = nodeOn('service', ['-e', '0'])
  spawnSync(command, args)
  return performance.now() - from
}

/** The first start after an installation has no compile cache; a successful start creates it. */
async function compileOnce(storeUrl: string): Promise<void> {
  const child = serve(storeUrl, 0, ['ignore', 'ignore', 'pipe'])
  const exited = once(child, 'exit')
  if (!child.stderr) throw new Error('the output of the service is not read')
  for await (const line of createInterface({ input: child.stderr })) {
    if (line.startsWith('Reenroll is up')) child.kill('SIGTERM')
  }
  const [code] = await exited
  if (code !== 0) throw new Error(`the service ended with ${code}`)
}

function serve(storeUrl: string, port: number, stdio: StdioOptions): ChildProcess {
  const [command, args] = nodeOn('service', [...FLAGS, MAIN, 'serve'])
  const env = {
    ...ENVIRONMENT,
    PATH: process.env.PATH ?? '',
    OKTA_CLIENT_ORGURL: NOWHERE,
    OKTA_CLIENT_TOKEN: 'bench-token',
    REENROLL_HOOK_SECRETS: SECRET,
    REENROLL_OPS_TOKEN: OPS_TOKEN,
    REENROLL_HOOK_HOST: '127.0.0.1',
    REENROLL_HOOK_PORT: String(port),
    REENROLL_OPS_PORT: '0',
    REENROLL_STORE_URL: storeUrl
  }
  return spawn(command, args, { env, stdio })
}

async function first204(storeUrl: string): Promise<number> {
  const port = await freePort()
  const from = performance.now()
  const child = serve(storeUrl, port, 'ignore')
  try {
    while (performance.now() - from < PATIENCE_MS) {
      if ((await post(port)) === 204) return performance.now() - from
    }
    throw new Error('the service did not answer')
  } finally {
    child.kill('SIGKILL')
  }
}

/** The status, or null while the port is closed. */
async function post(port: number): Promise<number | null> {
  const headers = { authorization: SECRET, 'content-type': 'application/json' }
  const url = `http://127.0.0.1:${port}/okta/event-hooks`
  return fetch(url, { method: 'POST', headers, body: delivery(1).body }).then(
    ({ status }) => status,
    () => null
  )
}
