import t from 'tap'
import { startSandbox } from '../../src/sandbox/server/server.ts'
import { asList, handClock, nextOf, tokenCaller } from './api-client.ts'

async function started(test: Pick<typeof t, 'teardown'>) {
  const hand = handClock()
  const sandbox = await startSandbox({ clock: hand.clock, apiTokens: ['test-token'], limits: 'none' })
  test.teardown(() => sandbox.close())
  const api = tokenCaller(sandbox.url)
  const get = (url: string) => api('GET', url.replace(sandbox.url, ''))
  return { hand, org: sandbox.org, get }
}

t.test('a bounded query ends with a page without next', async (t) => {
  const { org, get } = await started(t)
  for (let i = 0; i < 5; i++) org.record({ eventType: `test.${i}` })
  let url: string | null = '/api/v1/logs?since=2026-06-15T00:00:00Z&until=2026-06-16T00:00:00Z&limit=2'
  const seen: unknown[] = []
  const sizes: number[] = []
  while (url !== null) {
    const response: Response = await get(url)
    const events = await asList(response)
    seen.push(...events.map(({ eventType }) => eventType))
    sizes.push(events.length)
    url = nextOf(response)
  }
  t.strictSame(sizes, [2, 2, 1])
  t.strictSame(seen, ['test.0', 'test.1', 'test.2', 'test.3', 'test.4'])
})

t.test('a poll follows next for ever and sees each event once, late ones included', async (t) => {
  const { hand, org, get } = await started(t)
  org.record({ eventType: 'test.first', outcome: { result: 'FAILURE', reason: null } })
  const filter = encodeURIComponent('eventType sw "test." and outcome.result ne "SUCCESS"')
  let response = await get(`/api/v1/logs?since=2026-06-15T13:00:00Z&filter=${filter}`)
  t.match(await asList(response), [{ eventType: 'test.first' }])
  response = await get(nextOf(response) ?? '')
  t.strictSame(await asList(response), [])
  hand.move(60_000)
  org.record({ eventType: 'test.fine' })
  org.record({ eventType: 'test.late', published: '2026-06-15T09:00:00.000Z', outcome: { result: 'FAILURE' } })
  response = await get(nextOf(response) ?? '')
  t.match(await asList(response), [{ eventType: 'test.late' }])
  response = await get(nextOf(response) ?? '')
  t.strictSame(await asList(response), [])
  t.ok(nextOf(response))
})

t.test('an entry keeps its device and shows ipChain under request', async (t) => {
  const { org, get } = await started(t)
  org.record({
    eventType: 'test.app',
    device: { id: 'guo1', os_platform: 'IOS' },
    client: { ipChain: [{ ip: '192.0.2.1' }] }
  })
  const [entry] = await asList(await get('/api/v1/logs'))
  t.match(entry, { device: { os_platform: 'IOS' }, request: { ipChain: [{ ip: '192.0.2.1' }] } })
  t.strictSame(entry?.client, {})
})
