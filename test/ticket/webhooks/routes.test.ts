/** What trackers tell us: only with their signature, at once, and an old request sent again changes nothing. */
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import fastify from 'fastify'
import { Webhook } from 'standardwebhooks'
import t, { type Test } from 'tap'
import { StoreUnavailable } from '../../../src/domain/store.ts'
import { HOUR_MS, plus } from '../../../src/domain/time.ts'
import { createGitHubTarget } from '../../../src/ticket/targets/github.ts'
import { at, textAt } from '../../../src/ticket/targets/http.ts'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { createPagerDutyTarget } from '../../../src/ticket/targets/pagerduty.ts'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import { createWebhookTarget } from '../../../src/ticket/targets/webhook.ts'
import { addTicketHooks, type InboundDeps } from '../../../src/ticket/webhooks/routes.ts'
import type { Fake } from '../../fakes/fake.ts'
import { GITHUB_TOKEN, openGitHub } from '../../fakes/github.ts'
import { JIRA_TOKEN, openJira } from '../../fakes/jira.ts'
import { openPagerDuty, ROUTING_KEY } from '../../fakes/pagerduty.ts'
import { openServiceNow, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { openWebhook, WEBHOOK_SECRET } from '../../fakes/webhook.ts'
import { manualClock } from '../../support/clock.ts'
import { type MakeTarget, openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { jiraSettings, serviceNowSettings } from '../target-settings.ts'

const SECRET = 'whsec_c2VjcmV0IG9mIGFuIGluYm91bmQgdGVzdA=='
type Headers = Readonly<Record<string, string>>
const hmac = (body: string, secret = SECRET) => createHmac('sha256', secret).update(body).digest('hex')

async function open(
  t: Test,
  openFake: (t: Test, o: { clock: ReturnType<typeof manualClock> }) => Promise<Fake>,
  make: (url: string) => MakeTarget
) {
  const clock = manualClock(new Date().toISOString())
  const fake = await openFake(t, { clock })
  const world = openOutboxWorld(make(fake.url), { clock })
  await world.save(waitingCase('Anna'))
  await world.settle()
  const [ticket] = fake.tickets('RE-Anna')
  const closed: string[] = []
  const taken: string[] = []
  let busy = false
  const heeded = Promise.withResolvers<void>()
  const app = fastify()
  addTicketHooks(app, {
    sources: [{ target: world.target, secret: SECRET }],
    store: {
      ...world.store,
      retryOutboxEntry: async (...ask) => {
        const entry = await world.store.retryOutboxEntry(...ask)
        heeded.resolve()
        return entry
      }
    },
    clock: clock.clock,
    closeCase: async (caseId, _target, { how, by }) => {
      if (!busy) closed.push(`${caseId}: ${how}${by === null ? '' : ` by ${by}`}`)
      return !busy
    },
    commands: {
      assign: async (id, { to }, by) => {
        taken.push(`${id} ${to} ${by.name}`)
        return { ok: true, case: waitingCase('Anna') }
      }
    },
    onError: (error) => t.fail(String(error))
  })
  t.teardown(() => app.close())
  const post = async (payload: unknown, headers: (body: string) => Headers, target = 'tracker') => {
    const body = JSON.stringify(payload)
    const given = { 'content-type': 'application/json', ...headers(body) }
    return (await app.inject({ method: 'POST', url: `/tickets/${target}`, headers: given, payload: body })).statusCode
  }
  const setBusy = (is: boolean) => {
    busy = is
  }
  return { clock, fake, world, closed, taken, heeded: heeded.promise, post, busy: setBusy, key: ticket?.key ?? '' }
}

const READABLE: Readonly<
  Record<
    string,
    readonly [
      Parameters<typeof open>[1],
      Parameters<typeof open>[2],
      (key: string) => unknown,
      (body: string) => Headers
    ]
  >
> = {
  github: [
    openGitHub,
    (url) => (deps) =>
      createGitHubTarget('tracker', { system: 'github', url, repository: 'acme/ops', appId: '' }, GITHUB_TOKEN, deps),
    (key) => ({ action: 'closed', issue: { number: Number(key) } }),
    (body) => ({ 'x-github-event': 'issues', 'x-hub-signature-256': `sha256=${hmac(body)}` })
  ],
  jira: [
    openJira,
    (url) => (deps) => createJiraTarget('tracker', jiraSettings(url), JIRA_TOKEN, deps),
    (key) => ({ webhookEvent: 'jira:issue_updated', issue: { id: key, key: 'OPS-1' } }),
    (body) => ({ 'x-hub-signature': `sha256=${hmac(body)}` })
  ],
  servicenow: [
    openServiceNow,
    (url) => (deps) => createServiceNowTarget('tracker', serviceNowSettings(url), SN_PASSWORD, deps),
    (key) => ({ sys_id: key }),
    () => ({ 'x-reenroll-secret': SECRET })
  ]
}

for (const [system, [openFake, make, payload, signed]] of Object.entries(READABLE)) {
  t.test(`${system}: a signed word makes us look, and only what the tracker shows counts`, async (t) => {
    const { fake, world, heeded, post, key } = await open(t, openFake, make)
    const forged = (body: string) =>
      Object.fromEntries(
        Object.entries(signed(body)).map(([name, value]) => [
          name,
          value.replace(/.$/, (it) => (it === '0' ? '1' : '0'))
        ])
      )
    t.equal(await post(payload(key), forged), 401)
    t.equal(await post(payload(key), () => ({})), 401)
    t.equal(await post(payload(key), signed, 'another'), 404)
    // Said to be closed, and not: a request of an earlier day sent again, for example.
    t.equal(await post(payload(key), signed), 202)
    t.equal(await world.target.readOne(key), null)
    t.equal(await post({ zen: 'hello' }, signed), 202, 'a ping')
    fake.person?.close(key, 'wont_fix')
    t.equal(await post(payload(key), signed), 202)
    await heeded
    await world.dispatcher().drain()
    t.same(world.closedCases, [], 'not before a second look')
    await world.settle()
    t.same(world.closedCases, ['RE-Anna'])
  })
}

const pagerDuty =
  (url: string): MakeTarget =>
  (deps) =>
    createPagerDutyTarget('tracker', { system: 'pagerduty', url, source: 'Okta' }, ROUTING_KEY, deps)

t.test(
  'PagerDuty: resolved closes the case, acknowledged says who has it, and our own echo says nothing',
  async (t) => {
    const { clock, closed, taken, post, busy } = await open(t, openPagerDuty, pagerDuty)
    const signed = (body: string) => ({ 'x-pagerduty-signature': `v1=${hmac(body, 'older')},v1=${hmac(body)}` })
    const event = (
      event_type: string,
      type = 'user_reference',
      occurred_at = clock.clock(),
      incident_key = 'RE-Anna'
    ) => ({
      event: {
        id: '01',
        event_type,
        occurred_at,
        agent: { type, summary: 'Earline Greenholt' },
        data: { incident_key }
      }
    })
    t.equal(
      await post(event('incident.resolved'), (body) => ({ 'x-pagerduty-signature': `v1=${hmac(body, 'x')}` })),
      401
    )
    t.equal(await post(event('incident.acknowledged', 'inbound_integration_reference'), signed), 202)
    t.equal(await post(event('incident.resolved', 'user_reference', plus(clock.clock(), -HOUR_MS)), signed), 202)
    t.equal(await post(event('incident.resolved', 'user_reference', clock.clock(), 'RE-Other'), signed), 202)
    t.equal(await post(event('pagey.ping'), signed), 202)
    // An auto-resolve has no agent; a merge names its reason.
    const { event: resolved } = event('incident.resolved')
    t.equal(await post({ event: { ...resolved, agent: null } }, signed), 202, 'auto-resolved')
    t.same([closed, taken], [[], []])
    t.equal(await post(event('incident.acknowledged'), signed), 202)
    t.same(taken, ['RE-Anna Earline Greenholt ticket:tracker'])
    busy(true)
    t.equal(await post(event('incident.resolved'), signed), 503, 'a write is under way: come again')
    busy(false)
    const data = { title: 'Okta Verify enrollment fails for Anna [RE-Anna]' }
    t.equal(await post({ event: { ...resolved, data } }, signed), 202, 'without an incident_key')
    t.same(closed, ['RE-Anna: it was closed in tracker by Earline Greenholt'])
  }
)

t.test('PagerDuty: a merged incident closes nothing, and the case follows the incident that survives', async (t) => {
  const { clock, closed, taken, post } = await open(t, openPagerDuty, pagerDuty)
  const signed = (body: string) => ({ 'x-pagerduty-signature': `v1=${hmac(body)}` })
  const resolved = (id: string, incident_key: string | null, into?: string) => {
    const agent = { type: 'user_reference', summary: 'Earline Greenholt' }
    const resolve_reason = into
      ? { type: 'merge_resolve_reason', incident: { id: into, type: 'incident_reference' } }
      : null
    const data = { id, type: 'incident', status: 'resolved', incident_key, resolve_reason }
    return { event: { id: '01', event_type: 'incident.resolved', occurred_at: clock.clock(), agent, data } }
  }
  t.equal(await post(resolved('Q1', 'RE-Anna', 'Q2'), signed), 202)
  t.equal(await post(resolved('Q2', null, 'Q3'), signed), 202, 'merged again, without an incident_key')
  t.equal(await post(resolved('Q2', 'disk full'), signed), 202, 'not the one that survives')
  t.same([closed, taken], [[], []])
  const { event } = resolved('Q3', 'another service')
  t.equal(await post({ event: { ...event, agent: null } }, signed), 202, 'resolved by itself')
  t.same(closed, [])
  t.equal(await post({ event: { ...event, event_type: 'incident.acknowledged' } }, signed), 202)
  t.same(taken, ['RE-Anna Earline Greenholt ticket:tracker'])
  t.equal(await post({ event }, signed), 202)
  t.same(closed, ['RE-Anna: it was closed in tracker by Earline Greenholt'])
})

t.test('any other tracker: Standard Webhooks, five minutes old at most', async (t) => {
  const make =
    (url: string): MakeTarget =>
    (deps) =>
      createWebhookTarget('tracker', { system: 'webhook', url: `${url}/hook` }, WEBHOOK_SECRET, deps)
  const { closed, taken, post } = await open(t, openWebhook, make)
  const signed =
    (at: Date, secret = SECRET) =>
    (body: string) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, body)
    })
  const now = new Date()
  const said = (type: string) => ({ type, data: { case_id: 'RE-Anna', by: 'Olga' } })
  t.equal(await post(said('ticket.closed'), signed(now, WEBHOOK_SECRET)), 401, 'another secret')
  t.equal(await post(said('ticket.closed'), signed(new Date(now.getTime() - 10 * 60_000))), 401, 'too old')
  t.equal(await post(said('ticket.taken'), signed(now)), 202)
  t.equal(await post(said('ticket.closed'), signed(now)), 202)
  t.same([closed, taken], [['RE-Anna: it was closed in tracker by Olga'], ['RE-Anna Olga ticket:tracker']])
})

t.test(
  'a request without a signature is refused before its body is read, and an address that repeats it must wait',
  async (t) => {
    const app = fastify()
    t.teardown(() => app.close())
    const target = { name: 'tracker', system: 'jira' } as unknown as InboundDeps['sources'][number]['target']
    const unused = {} as InboundDeps
    addTicketHooks(app, { ...unused, sources: [{ target, secret: SECRET }] })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    const answer = async (path: string) => {
      const sent = httpRequest(`${url}/tickets/${path}`, { method: 'POST', headers: { 'content-length': 1_000_000 } })
      // The body never comes.
      sent.flushHeaders()
      const [response] = await once(sent, 'response')
      sent.destroy()
      return response.statusCode
    }
    t.equal(await answer('tracker'), 401)
    t.equal(await answer('another'), 404)
    for (let count = 0; count < 28; count++) await answer('tracker')
    t.equal(await answer('tracker'), 429)
  }
)

/** The routes before a tracker that `readOne` stands for, with requests that it has signed. */
function routesBefore(
  t: Test,
  system: 'jira' | 'servicenow' | 'webhook',
  deps: Partial<InboundDeps>,
  readOne = async () => null
) {
  const app = fastify()
  t.teardown(() => app.close())
  const target = { name: 'tracker', system, readOne } as unknown as InboundDeps['sources'][number]['target']
  const unused = {} as InboundDeps
  addTicketHooks(app, { ...unused, sources: [{ target, secret: SECRET }], ...deps })
  return async (payload: unknown) => {
    const body = JSON.stringify(payload)
    const now = new Date()
    const headers = {
      'content-type': 'application/json',
      'x-hub-signature': `sha256=${hmac(body)}`,
      'x-reenroll-secret': SECRET,
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('msg_1', now, body)
    }
    return (await app.inject({ method: 'POST', url: '/tickets/tracker', headers, payload: body })).statusCode
  }
}

t.test('a word from a tracker while the store is away is asked for again, with 503', async (t) => {
  const outboxEntries = () => Promise.reject(new StoreUnavailable('away'))
  const store = { outboxEntries } as unknown as InboundDeps['store']
  const post = routesBefore(t, 'webhook', { store })
  t.equal(await post({ type: 'ticket.closed', data: { case_id: 'RE-1', by: 'Olga' } }), 503)
})

t.test(
  'a flood of signed webhooks starts ten reads of the tracker at most, so that tickets need not wait',
  async (t) => {
    const tracker = Promise.withResolvers<null>()
    let reads = 0
    const post = routesBefore(t, 'jira', {}, () => {
      reads += 1
      return tracker.promise
    })
    const statuses = []
    for (let n = 0; n < 12; n++) statuses.push(await post({ issue: { id: String(n) } }))
    t.same(statuses, [...Array(10).fill(202), 503, 503])
    t.equal(reads, 10)
    tracker.resolve(null)
    await tracker.promise
    await new Promise(setImmediate)
    t.equal(await post({ issue: { id: '13' } }), 202, 'and again when they have ended')
  }
)

t.test('half a pair of surrogates as the key of a ticket makes a valid address', (t) => {
  const key = textAt({ sys_id: 'a\ud800b' }, 'sys_id') ?? ''
  t.equal(at('https://example.com', key), 'https://example.com/a%EF%BF%BDb')
  t.end()
})
