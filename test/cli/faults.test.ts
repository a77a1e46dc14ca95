import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { CommandFailed } from '../../src/cli/io.ts'
import { sentencesOf } from '../../src/cli/run.ts'
import { StoreConfigError } from '../../src/domain/store.ts'
import { listen } from '../support/loopback.ts'

/** The error of listening at an address, as the system words it. */
async function listenError(t: Test, host: string, port: number): Promise<unknown> {
  const server = createServer()
  t.teardown(() => server.close())
  return new Promise((resolve) => server.once('error', resolve).listen(port, host))
}

t.test('a port in use is one sentence with the setting to change', async (t) => {
  const port = await listen(t)
  const [sentence, ...rest] = sentencesOf(await listenError(t, '127.0.0.1', port))
  t.equal(rest.length, 0)
  t.match(sentence, `Port ${port} on 127.0.0.1 is in use;`)
  t.match(sentence, /REENROLL_HOOK_PORT or REENROLL_OPS_PORT/)
})

t.test('an address of another machine is one sentence', async (t) => {
  t.match(sentencesOf(await listenError(t, '192.0.2.1', 0)), [/^192\.0\.2\.1 is not an address of this machine/])
})

t.test('a folder that is gone is one sentence', async (t) => {
  const gone = Object.assign(new Error('ENOENT: uv_cwd'), { code: 'ENOENT', syscall: 'uv_cwd' })
  t.strictSame(sentencesOf(gone), ['The current folder was removed; change to another one.'])
})

t.test('a store that refuses speaks for itself', async (t) => {
  t.strictSame(sentencesOf(new StoreConfigError('The file is in use.')), ['The file is in use.'])
  t.strictSame(sentencesOf(new CommandFailed(['one', 'two'])), ['one', 'two'])
})

t.test('a fault of our own shows where it happened', async (t) => {
  const [text] = sentencesOf(new TypeError('x is undefined'))
  t.match(text, /Internal error: TypeError: x is undefined\n +at /)
  t.match(sentencesOf('odd'), [/Internal error: odd/])
})
