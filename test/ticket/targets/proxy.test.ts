/** What deploy/tickets.md says of proxies: Node takes them from the environment for every call of a target. */
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import t from 'tap'
import { listen } from '../../support/loopback.ts'

const CALL = `
  const { createHttpClient } = await import(process.argv[1])
  const http = createHttpClient({ name: 'tracker', pace: async () => {}, timeoutMs: 5_000 })
  await http.call('POST', 'https://tracker.example/x', { body: {} }).catch((error) => console.log(error.reason))
`

t.test('HTTPS_PROXY is used, and NO_PROXY leaves a host out', async (t) => {
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket) => {
    asked.push(String(request.url))
    socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
  })
  const url = `http://127.0.0.1:${await listen(t, proxy)}`
  const module = new URL('../../../src/ticket/targets/http.ts', import.meta.url).href
  const call = (more: object) => {
    const env = { ...process.env, NODE_OPTIONS: '', NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: url, ...more }
    return promisify(execFile)(process.execPath, ['--input-type=module', '-e', CALL, module], { env })
  }
  await call({})
  t.same(asked, ['tracker.example:443'])
  const { stdout } = await call({ NO_PROXY: 'tracker.example' })
  t.same(asked.length, 1)
  t.match(stdout, /unreachable|timeout/)
})
