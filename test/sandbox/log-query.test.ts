import t from 'tap'
import { createOrg } from '../../src/sandbox/org/org.ts'
import { asLogEntry, type LogParams, queryLog } from '../../src/sandbox/routes/logs.ts'
import { handClock, refusalOf } from './api-client.ts'

const HOUR_MS = 3_600_000

/** An org whose log holds a, b, c and d, stored in this order; c happened before the others. */
function filled() {
  const hand = handClock('2026-06-15T14:00:00.000Z')
  const org = createOrg({ clock: hand.clock })
  const record = (name: string, published?: string) => {
    hand.move(1000)
    org.record({ eventType: `test.${name}`, ...(published ? { published } : {}) })
  }
  record('a')
  record('b')
  record('c', '2026-06-15T13:00:00.000Z')
  record('d')
  const ask = (params: LogParams) => {
    const stored = org.log.map((event) => ({ event, persistedAt: org.persistedAt(event) }))
    const { events, next } = queryLog(stored, params, org.clock())
    return { names: events.map(({ eventType }) => eventType.slice(5)).join(''), next }
  }
  return { hand, org, record, ask }
}

const ALL = { since: '2026-06-15T00:00:00Z', until: '2026-06-16T00:00:00Z' }

t.test('a bounded query is sorted by published, in finite pages', async (t) => {
  const { ask } = filled()
  t.strictSame(ask(ALL), { names: 'cabd', next: null })
  t.strictSame(ask({ ...ALL, sortOrder: 'DESCENDING' }), { names: 'dbac', next: null })
  const first = ask({ ...ALL, limit: '3' })
  t.equal(first.names, 'cab')
  t.strictSame(ask({ until: ALL.until, limit: '3', after: first.next ?? '' }), { names: 'd', next: null })
  const down = ask({ ...ALL, limit: '2', sortOrder: 'DESCENDING' })
  t.equal(down.names, 'db')
  t.strictSame(ask({ until: ALL.until, limit: '2', sortOrder: 'DESCENDING', after: down.next ?? '' }), {
    names: 'ac',
    next: null
  })
})

t.test('the pages of a bounded query do not shift when an event arrives in between', async (t) => {
  const { ask, record } = filled()
  const first = ask({ ...ALL, limit: '2' })
  t.equal(first.names, 'ca')
  record('e', '2026-06-15T12:00:00.000Z')
  t.equal(ask({ until: ALL.until, limit: '2', after: first.next ?? '' }).names, 'bd')
})

t.test('a bounded query takes only its window; without since it goes back seven days', async (t) => {
  const { ask } = filled()
  t.equal(ask({ since: '2026-06-15T12:30:00Z', until: '2026-06-15T13:30:00Z' }).names, 'c')
  t.equal(ask({ until: '2026-06-22T13:30:00Z' }).names, 'abd')
  t.equal(ask({ sortOrder: 'DESCENDING' }).names, 'dbac', 'descending is bounded by now')
})

t.test('polling gives every event in the order of storing, and a next link even when empty', async (t) => {
  const { ask, record } = filled()
  const first = ask({ since: '2026-06-15T14:00:00Z', limit: '3' })
  t.equal(first.names, 'abc', 'the late event is not missed')
  const second = ask({ after: first.next ?? '', limit: '3' })
  t.equal(second.names, 'd')
  const empty = ask({ after: second.next ?? '' })
  t.equal(empty.names, '')
  t.ok(empty.next)
  record('e', '2026-06-01T00:00:00.000Z')
  t.equal(ask({ after: empty.next ?? '' }).names, 'e')
  t.equal(ask({ since: '2026-06-15T14:00:03Z' }).names, 'cde', 'since is the time of storing')
})

t.test('a polling cursor passes over what the filter leaves out', async (t) => {
  const { ask } = filled()
  const filter = 'eventType eq "test.b"'
  const first = ask({ since: '2026-06-15T14:00:00Z', filter, limit: '1' })
  t.equal(first.names, 'b')
  t.equal(ask({ after: first.next ?? '', filter }).names, '')
  t.equal(ask({ since: '2026-06-15T14:00:00Z', limit: '0' }).names, '')
})

t.test('nothing older than 90 days is there', async (t) => {
  const { ask, hand } = filled()
  hand.move(90 * 24 * HOUR_MS - 2000)
  t.equal(ask({ since: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z' }).names, 'bd')
})

t.test('the history query finds what a user did and what was done to the user', async (t) => {
  const org = createOrg({ clock: handClock().clock })
  const uid = '00u7zXRk9fcsiaiEvJd7'
  const user = { id: uid, type: 'User' }
  const other = { id: '00u1zXRk9fcsiaiEvJd7', type: 'User' }
  org.record({ eventType: 'user.lifecycle.suspend', actor: other, target: [user] })
  org.record({ eventType: 'user.mfa.factor.activate', actor: user, target: null })
  org.record({ eventType: 'user.account.reset_password', actor: other, target: [other, user] })
  org.record({ eventType: 'device.user.add', actor: user, target: null })
  org.record({ eventType: 'user.identity_verification', actor: user, target: null })
  org.record({ eventType: 'user.session.start', actor: user, target: [user] })
  org.record({ eventType: 'user.lifecycle.suspend', actor: other, target: [other] })
  const filter = `(target.id eq "${uid}" or actor.id eq "${uid}") and (eventType sw "user.lifecycle." or eventType sw "user.mfa.factor." or eventType sw "user.account." or eventType sw "user.risk." or eventType sw "device." or eventType eq "user.identity_verification" or eventType eq "security.breached_credential.detected")`
  const stored = org.log.map((event) => ({ event, persistedAt: org.persistedAt(event) }))
  const params = { since: '2026-03-20T00:00:00Z', until: org.clock(), sortOrder: 'DESCENDING', limit: '200', filter }
  t.strictSame(
    queryLog(stored, params, org.clock()).events.map(({ eventType }) => eventType),
    [
      'user.identity_verification',
      'device.user.add',
      'user.account.reset_password',
      'user.mfa.factor.activate',
      'user.lifecycle.suspend'
    ]
  )
})

t.test('bad parameters are refused with Okta’s codes', async (t) => {
  const { ask } = filled()
  const code = (params: LogParams) => refusalOf(() => ask(params))
  t.equal(code({ filter: 'eventType eq' }), '400 E0000053')
  t.equal(code({ filter: 'eventType is "x"' }), '400 E0000031')
  t.equal(code({ filter: 'published gt "2026-06-15T00:00:00Z"' }), '400 E0000031')
  t.equal(code({ filter: 'eventtype eq "x"' }), '400 E0000031')
  t.equal(code({ filter: 'target.changeDetails.to pr' }), '400 E0000031')
  t.equal(code({ filter: 'debugContext.debugData.requestUri co "idp"' }), '400 E0000031')
  t.equal(code({ filter: 'debugContext.debugData.requestUri sw "/idp"' }), 'allowed')
  t.equal(code({ since: 'yesterday' }), '400 E0000001')
  t.equal(code({ since: ALL.since, after: '1_1' }), '400 E0000001')
  t.equal(code({ after: 'nonsense' }), '400 E0000001')
  t.equal(code({ until: ALL.until, after: 'nonsense' }), '400 E0000001')
  t.equal(code({ limit: '1001' }), '400 E0000001')
  t.equal(code({ limit: '-1' }), '400 E0000001')
  t.equal(code({ sortOrder: 'UP' }), '400 E0000001')
})

t.test('the API shows ipChain under request, where hooks carry it under client', async (t) => {
  const org = createOrg({ clock: handClock().clock })
  const event = org.record({ eventType: 'x', client: { ipAddress: '198.51.100.1', ipChain: [{ ip: '198.51.100.1' }] } })
  const entry = asLogEntry(event)
  t.strictSame(entry.client, { ipAddress: '198.51.100.1' })
  t.strictSame(entry.request, { ipChain: [{ ip: '198.51.100.1' }] })
  t.match(event.client, { ipChain: [{}] }, 'the stored event is as hooks deliver it')
})
