import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import t from 'tap'

const ROOT = join(import.meta.dirname, '../..')
const MAIN = join(import.meta.dirname, '../../src/main.ts')
const run = promisify(execFile)

/** Runs the entry point and gives what it said, whether or not it failed. */
async function start(args: readonly string[], cwd: string, before: readonly string[] = []) {
  const env = { PATH: process.env.PATH }
  return run(process.execPath, [...before, MAIN, ...args], { cwd, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr })
  )
}

t.test('an older Node gets a sentence, not a stack trace', async (t) => {
  const older = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '20.20.2' })`
  const { code, stdout, stderr } = await start(['serve'], t.testdir(), ['--import', older])
  t.equal(code, 1)
  t.equal(stdout, '')
  t.match(stderr, /^Reenroll needs Node\.js 24 or newer; this is 20\.20\.2\. .*npx node src\/main\.ts <command>"\.\n$/)
})

t.test('the entry point is a link to a file that every Node can read', async (t) => {
  t.ok(lstatSync(MAIN).isSymbolicLink())
  t.equal(readlinkSync(MAIN), 'main.mjs')
})

t.test('a reader that goes away, as `| head` does, leaves no stack and no failure', async (t) => {
  const child = spawn(process.execPath, [MAIN, 'help'], { cwd: t.testdir(), stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  t.equal(said, '')
  t.equal(code, 0)
})

t.test('.env is read from the working directory', async (t) => {
  const dir = t.testdir({ '.env': 'REENROLL_MODE=sometimes\n' })
  const { code, stderr } = await start(['serve'], dir)
  t.equal(code, 1)
  t.match(stderr, 'REENROLL_MODE: sometimes is not one of observe, propose, auto.')
})

t.test('an `.env` is read as editors write it; one that is no file is a sentence', async (t) => {
  const marked = t.testdir({ '.env': '\u{feff}REENROLL_MODE=sometimes\r\nREENROLL_OPS_PORT=x\r\n' })
  const { stderr } = await start(['serve'], marked)
  t.match(stderr, 'REENROLL_MODE: sometimes is not one of')
  t.match(stderr, 'REENROLL_OPS_PORT: x is not a valid port')
  t.strictSame(await start(['serve'], t.testdir({ '.env': {} })), {
    ...{ code: 1, stdout: '' },
    stderr: '.env cannot be read (EISDIR); make it a file that this user may read.\n'
  })
})

t.test('output that cannot be written is a sentence and a failure', async (t) => {
  const line = '"$0" "$1" --help > /dev/full'
  await t.rejects(run('sh', ['-c', line, process.execPath, MAIN], { cwd: t.testdir() }), {
    ...{ code: 1, stderr: 'The output cannot be written (ENOSPC).\n' }
  })
})

t.test('a SIGTERM to `npm start` stops the service and leaves no process behind', async (t) => {
  const env = {
    ...{ PATH: process.env.PATH, HOME: t.testdir() },
    ...{ OKTA_CLIENT_ORGURL: 'http://127.0.0.1:9', OKTA_CLIENT_TOKEN: 'test-token' },
    ...{ REENROLL_HOOK_SECRETS: 'first-secret-of-thirty-two-chars', REENROLL_HOOK_HOST: '127.0.0.1' },
    ...{ REENROLL_OPS_TOKEN: 'ops-token-of-thirty-two-characters', REENROLL_HOOK_PORT: '0', REENROLL_OPS_PORT: '0' },
    REENROLL_STORE_URL: `sqlite:${join(t.testdir(), 'reenroll.db')}`
  }
  const npm = spawn('npm', ['start', '--silent'], { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] })
  t.teardown(() => npm.kill('SIGKILL'))
  const lines: string[] = []
  for await (const line of createInterface({ input: npm.stderr })) {
    lines.push(line)
    if (line.startsWith('Reenroll is up in mode observe.')) npm.kill('SIGTERM')
  }
  if (npm.exitCode === null && npm.signalCode === null) await once(npm, 'exit')
  const [, hookUrl = ''] = /Event hook: (\S+)/.exec(lines.join('\n')) ?? []
  t.match(lines.join('\n'), 'Stopping on SIGTERM.')
  await t.rejects(fetch(hookUrl), 'the port is free')
})
