import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { freePort, listen } from '../support/loopback.ts'
import { OPS_TOKEN, say } from './recorder.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ENV = {
  PATH: process.env.PATH,
  // Nobody is asked: the service calls Okta only about cases.
  OKTA_CLIENT_ORGURL: 'http://127.0.0.1:9',
  OKTA_CLIENT_CLIENTID: '0oaTest',
  OKTA_CLIENT_KEYID: 'key-1',
  OKTA_CLIENT_PRIVATEKEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  REENROLL_HOOK_SECRETS: 'first-secret-of-thirty-two-chars',
  REENROLL_OPS_TOKEN: OPS_TOKEN,
  REENROLL_HOOK_HOST: '127.0.0.1',
  REENROLL_HOOK_PORT: '0',
  REENROLL_OPS_PORT: '0'
}

type Child = ChildProcessByStdio<null, null, Readable>

/** Starts `serve` in `cwd`; the test ends it if it has not ended by itself. */
function serve(t: Test, cwd: string, env: Readonly<Record<string, string>> = {}): Child {
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    cwd,
    env: { ...ENV, ...env },
    stdio: ['ignore', 'ignore', 'pipe']
  })
  t.teardown(() => child.kill('SIGKILL'))
  return child
}

/** What it says on standard error until `enough` comes, or until it ends. */
async function lineFrom(child: Child, enough: RegExp): Promise<string> {
  let said = ''
  for await (const line of createInterface(child.stderr)) {
    said += `${line}\n`
    if (enough.test(line)) break
  }
  return said
}

async function ended(child: Child): Promise<{ code: number | null; err: string }> {
  const [err, [code]] = await Promise.all([lineFrom(child, /^never$/), once(child, 'exit')])
  return { code, err }
}

function isLive(port: string): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/livez`).then(
    ({ ok }) => ok,
    () => false
  )
}

t.test(
  'serve starts, loads a changed policy on SIGHUP, refuses a second process on its store, and stops on SIGTERM',
  async (t) => {
    const folder = t.testdir({ 'policy.yaml': '# nothing yet\n' })
    const path = join(folder, 'policy.yaml')
    const child = serve(t, folder, { REENROLL_POLICY_FILE: path })
    const up = await lineFrom(child, /Reenroll is up/)
    t.match(up, /^Warning: OKTA_CLIENT_SCOPES: okta\.userRisk\.read is missing/, 'warnings come first')
    const [, hookUrl = '', opsUrl = ''] = /Event hook: (\S+) {2}API and metrics: (\S+)/.exec(up) ?? []
    t.equal((await fetch(new URL('/livez', hookUrl))).status, 200)
    t.equal((await fetch(`${opsUrl}/api/cases`, { headers: { authorization: `Bearer ${OPS_TOKEN}` } })).status, 200)
    const beside = { ...ENV, REENROLL_OPS_PORT: '9', REENROLL_STORE_URL: `sqlite:${join(folder, 'data/reenroll.db')}` }
    t.equal(readFileSync(join(folder, 'data/reenroll.db.address'), 'utf8'), opsUrl)
    t.match(await say(['explain'], beside), { exitCode: 0, out: 'There is no case yet.' }, 'found at whatever port')
    t.match(await say(['token', 'list'], beside), { exitCode: 0 })
    writeFileSync(path, 'guards: { stormUsers: 9 }\n')
    child.kill('SIGHUP')
    t.match(
      await lineFrom(child, /In force/),
      /SIGHUP: {3}guards\.stormUsers: 5 → 9\n[\s\S]*the figures are those of mode auto\.[\s\S]*In force on all replicas/
    )
    writeFileSync(path, 'guards: { stormUsers: many }\n')
    child.kill('SIGHUP')
    t.match(await lineFrom(child, /not in force/), /policy\.yaml is not in force\. line 1: guards\.stormUsers/)

    const { code, err } = await ended(serve(t, folder))
    t.equal(code, 1)
    t.match(err, 'reenroll.db', 'in one sentence')
    t.notMatch(err, /^\s+at /m, 'no stack')

    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    t.strictSame(await exit, [0, null])
    t.notOk(existsSync(join(folder, 'data/reenroll.db.address')), 'nobody is sent there any more')
  }
)

t.test('a port in use ends it with one sentence', async (t) => {
  const port = String(await listen(t))
  const { code, err } = await ended(serve(t, t.testdir(), { REENROLL_HOOK_PORT: port }))
  t.equal(code, 1)
  t.match(err, new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use;`, 'm'))
  t.notMatch(err, /^\s+at /m, 'no stack')
})

t.test('SIGTERM before everything runs stops it in peace too', async (t) => {
  const port = String(await freePort())
  const child = serve(t, t.testdir(), { REENROLL_HOOK_PORT: port })
  const said = ended(child)
  while (child.exitCode === null && !(await isLive(port))) await delay(20)
  child.kill('SIGTERM')
  const { code, err } = await said
  t.equal(code, 0)
  t.match(err, /^Stopping on SIGTERM\.$/m)
  t.notMatch(err, /^\s+at /m, 'no stack')
})

t.test('a port of the second listener in use ends it with one sentence', async (t) => {
  const port = String(await listen(t))
  const { code, err } = await ended(serve(t, t.testdir(), { REENROLL_OPS_PORT: port }))
  t.equal(code, 1)
  t.match(err, new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use;`, 'm'))
  t.notMatch(err, /^\s+at |Reenroll is up/m, 'no stack, and nothing that promises')
})
