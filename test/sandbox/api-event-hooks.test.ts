import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import t from 'tap'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { listen } from '../support/loopback.ts'
import { asList, asObject, handClock, tokenCaller } from './api-client.ts'
import { hookBody } from './org-sample.ts'

async function started(test: Pick<typeof t, 'teardown'>, verifyTimeoutMs = 3000) {
  const sandbox = await startSandbox({ clock: handClock().clock, apiTokens: ['test-token'], verifyTimeoutMs })
  test.teardown(() => sandbox.close())
  return { sandbox, org: sandbox.org, call: tokenCaller(sandbox.url) }
}

/** An endpoint for the org to verify; gives its URL. */
async function endpoint(
  test: Pick<typeof t, 'teardown'>,
  answer: (request: IncomingMessage, response: ServerResponse) => void
): Promise<string> {
  return `http://127.0.0.1:${await listen(test, createServer(answer))}/okta/event-hooks`
}

function echo(request: IncomingMessage, response: ServerResponse): void {
  response.end(JSON.stringify({ verification: request.headers['x-okta-verification-challenge'] }))
}

t.test('a hook is created unverified, and its secret never comes back', async (t) => {
  const { org, call } = await started(t)
  const created = await call('POST', '/api/v1/eventHooks', hookBody('https://reenroll.example.com/okta/event-hooks'))
  t.equal(created.status, 200)
  const hook = await asObject(created)
  t.match(hook, { id: /^who/, status: 'ACTIVE', verificationStatus: 'UNVERIFIED', events: { filter: Object } })
  const shown = [
    hook,
    await asObject(await call('GET', `/api/v1/eventHooks/${hook.id}`)),
    await asList(await call('GET', '/api/v1/eventHooks'))
  ]
  t.notMatch(JSON.stringify(shown), 'a long secret')
  t.equal(org.hooks.get(String(hook.id))?.channel.config.authScheme.value, 'a long secret', 'the org knows it')
  t.match(org.log, [{ eventType: 'event_hook.created', target: [{ id: hook.id }] }])
})

t.test('verification really asks the endpoint, without the secret', async (t) => {
  const { org, call } = await started(t)
  const asked: IncomingMessage['headers'][] = []
  const uri = await endpoint(t, (request, response) => {
    asked.push(request.headers)
    echo(request, response)
  })
  const { id } = await asObject(await call('POST', '/api/v1/eventHooks', hookBody(uri)))
  const verified = await call('POST', `/api/v1/eventHooks/${id}/lifecycle/verify`)
  t.equal(verified.status, 200)
  t.equal((await asObject(verified)).verificationStatus, 'VERIFIED')
  t.equal(asked.length, 1)
  t.notOk(asked[0]?.authorization)
  t.match(org.log.at(-1), { eventType: 'event_hook.verified', outcome: { result: 'SUCCESS' } })

  const same = await asObject(await call('PUT', `/api/v1/eventHooks/${id}`, { ...hookBody(uri), name: 'renamed' }))
  t.match(same, { name: 'renamed', verificationStatus: 'VERIFIED' })
  const moved = await asObject(await call('PUT', `/api/v1/eventHooks/${id}`, hookBody(`${uri}/new`)))
  t.equal(moved.verificationStatus, 'UNVERIFIED', 'a changed channel is to be verified again')
})

t.test('verification tries once more, and then says what went wrong', async (t) => {
  const { org, call } = await started(t, 100)
  const tries: Record<string, number> = {}
  const uri = await endpoint(t, (request, response) => {
    const path = request.url?.split('/').at(-1) ?? ''
    tries[path] = (tries[path] ?? 0) + 1
    if (path === 'second' && tries[path] === 2) echo(request, response)
    else if (path === 'wrong') response.end(JSON.stringify({ verification: 'something else' }))
    else if (path === 'text') response.end('verified')
    else if (path !== 'silent') response.writeHead(path === 'moved' ? 302 : 500, { location: '/second' }).end()
  })
  const verify = async (url: string) => {
    const { id } = await asObject(await call('POST', '/api/v1/eventHooks', hookBody(url)))
    const response = await call('POST', `/api/v1/eventHooks/${id}/lifecycle/verify`)
    return { status: response.status, ...(await asObject(response)) }
  }
  t.match(await verify(`${uri}/second`), { status: 'ACTIVE', verificationStatus: 'VERIFIED' })
  const reasons = {
    wrong: /did not echo/,
    text: /does not answer with JSON/,
    moved: /answered 302/,
    broken: /answered 500/,
    silent: /did not answer within 100 ms/
  }
  for (const [path, reason] of Object.entries(reasons)) {
    t.match(await verify(`${uri}/${path}`), { errorCode: 'E0000001', errorCauses: [{ errorSummary: reason }] }, path)
    t.equal(tries[path], 2, `${path}: two tries`)
  }
  t.match(await verify('http://127.0.0.1:9/nobody'), { errorCauses: [{ errorSummary: /cannot be reached/ }] })
  t.match(org.log.at(-1), { eventType: 'event_hook.verified', outcome: { result: 'FAILURE' } })
})

t.test('only an inactive hook can be deleted', async (t) => {
  const { org, call } = await started(t)
  const { id } = await asObject(await call('POST', '/api/v1/eventHooks', hookBody('https://reenroll.example.com/h')))
  const path = `/api/v1/eventHooks/${id}`
  t.equal((await call('DELETE', path)).status, 403)
  t.match(await asObject(await call('POST', `${path}/lifecycle/deactivate`)), { status: 'INACTIVE' })
  t.equal((await call('DELETE', path)).status, 204)
  t.equal((await call('GET', path)).status, 404)
  t.strictSame(
    org.writes.map(({ action }) => action),
    ['event_hook.create', 'event_hook.deactivate', 'event_hook.delete']
  )
})

t.test('a hook Okta would not take is refused with the part that is wrong', async (t) => {
  const { call } = await started(t)
  const good = hookBody('https://reenroll.example.com/h')
  const config = good.channel.config
  const refuse = async (body: unknown) => {
    const response = await call('POST', '/api/v1/eventHooks', body)
    t.equal(response.status, 400)
    return String((await asObject(response)).errorSummary)
  }
  t.match(await refuse({ ...good, name: '' }), /name/)
  t.match(await refuse({ ...good, events: { type: 'EVENT_TYPE', items: [] } }), /events\.items/)
  t.match(await refuse({ ...good, events: { ...good.events, items: Array(301).fill('a') } }), /events\.items/)
  t.match(await refuse({ ...good, channel: { ...good.channel, version: '2' } }), /channel/)
  t.match(await refuse(hookBody('http://reenroll.example.com/h')), /uri/)
  t.match(await refuse(hookBody('no url')), /uri/)
  t.match(await refuse({ ...good, channel: { ...good.channel, config: { uri: config.uri } } }), /authScheme/)
  t.match(await refuse({ ...good, channel: { ...good.channel, config: { ...config, headers: {} } } }), /headers/)
  t.match(await refuse([]), /body/)
})
