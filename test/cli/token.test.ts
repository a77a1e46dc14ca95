import t from 'tap'
import { listenerWith, TOKEN } from '../api/listener-with.ts'
import { say } from './recorder.ts'

t.test('an API token is made, listed and ended through the running service', async (t) => {
  const { app } = await listenerWith(t)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const env = { REENROLL_OPS_TOKEN: TOKEN, REENROLL_OPS_PORT: new URL(url).port }
  const made = await say(['token', 'create', 'ci', '--role', 'approver', '--days', '7'], env)
  t.match(made, { exitCode: 0, out: /^reenroll_[\w-]{43}$/ })
  const { credentials } = JSON.parse((await say(['token', 'list'], env)).out)
  t.match(credentials, [{ name: 'token:ci', role: 'approver', kind: 'token' }])
  const headers = { authorization: `Bearer ${made.out}` }
  t.equal((await app.inject({ url: '/api/cases', headers })).statusCode, 200)
  t.match(await say(['token', 'end', credentials[0].id, '--dry-run'], env), { exitCode: 0, out: /^Would end token:ci/ })
  t.match(await say(['token', 'end', credentials[0].id], env), { exitCode: 0, out: /^Ended/ })
  t.equal((await app.inject({ url: '/api/cases', headers })).statusCode, 401)
  t.match(await say(['token', 'end', credentials[0].id], env), { exitCode: 1, err: /no such token/ })
  t.match(await say(['token', 'create', 'c i'], env), { exitCode: 1, err: /name/ })
  t.match(await say(['token', 'create', 'ci', '--days', 'ten'], env), { exitCode: 1, err: /days/ })
})

t.test('without a service, `token` says so', async (t) => {
  const env = { REENROLL_OPS_TOKEN: TOKEN, REENROLL_OPS_PORT: '0' }
  t.match(await say(['token', 'list'], env), { exitCode: 1, err: /No service runs/ })
})
