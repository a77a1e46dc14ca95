import t from 'tap'
import { createLogFeed } from '../../src/okta/log-feed.ts'
import { orgClient } from './client/org-client.ts'

const SINCE = '2026-06-15T13:00:00.000Z'
const FAILURES = 'eventType eq "user.mfa.factor.activate"'

t.test('a polling query is ascending, has no end and always a link; the link is followed as it is', async (t) => {
  const { client, org } = await orgClient(t)
  const feed = createLogFeed(client)
  const { uuid } = org.record({ eventType: 'user.mfa.factor.activate' })
  org.record({ eventType: 'user.session.start' })
  const first = await feed.read({ kind: 'since', since: SINCE, filter: FAILURES, limit: 1000 })
  if (!first.ok || first.page.next === null) throw new Error('no link')
  t.match(first.page.entries, [{ uuid, request: { ipChain: Array } }], 'the shape of the log, not of a hook')
  const link = new URL(first.page.next).searchParams
  t.equal(link.get('since'), null, 'since and after exclude each other')
  t.equal(link.get('until'), null)
  t.equal(link.get('sortOrder'), 'ASCENDING')
  const empty = await feed.read({ kind: 'next', next: first.page.next })
  if (!empty.ok || empty.page.next === null) throw new Error('no link')
  t.strictSame(empty.page.entries, [])
  const late = org.record({ eventType: 'user.mfa.factor.activate', published: '2026-06-15T12:00:00.000Z' })
  t.match(await feed.read({ kind: 'next', next: empty.page.next }), { page: { entries: [{ uuid: late.uuid }] } })
})

t.test('a window ends', async (t) => {
  const { client, org, clock, move } = await orgClient(t)
  org.record({ eventType: 'user.session.start' })
  move(1000)
  const ask = { kind: 'window', since: SINCE, until: clock(), filter: null, limit: 1000 } as const
  t.match(await createLogFeed(client).read(ask), { ok: true, page: { entries: [{}], next: null } })
})

t.test('a link that Okta no longer takes, and one out of the org, are refusals', async (t) => {
  const { client, sandbox } = await orgClient(t)
  const feed = createLogFeed(client)
  const expired = `${sandbox.url}/api/v1/logs?after=gone`
  t.match(await feed.read({ kind: 'next', next: expired }), { ok: false, error: { kind: 'rejected', status: 400 } })
  const away = 'https://elsewhere.example.com/api/v1/logs?after=1_2'
  t.match(await feed.read({ kind: 'next', next: away }), { ok: false, error: { kind: 'rejected', status: null } })
})

t.test('an answer that is no list is trouble, not an empty page', async (t) => {
  const { client, org } = await orgClient(t)
  org.faults.add({ path: '/api/v1/logs', answer: { status: 200 } })
  const ask = { kind: 'since', since: SINCE, filter: FAILURES, limit: 10 } as const
  t.match(await createLogFeed(client).read(ask), { ok: false, error: { kind: 'unavailable' } })
})
