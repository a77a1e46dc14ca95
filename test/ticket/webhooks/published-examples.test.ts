/** What the vendors publish is accepted, and leads to the ticket that it names. */
import { createHmac } from 'node:crypto'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import { plus } from '../../../src/domain/time.ts'
import { addTicketHooks, type InboundDeps } from '../../../src/ticket/webhooks/routes.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { TARGETS } from '../targets/open-targets.ts'
import { GITHUB_ISSUES, JIRA_ISSUE_UPDATED, PAGERDUTY_PRIORITY_UPDATED } from './published-examples.ts'

const SECRET = 'secret-of-a-test'

/** Posts to a route whose target records what it is asked for. */
function routeOf(t: Test, system: 'github' | 'jira' | 'servicenow') {
  const asked: string[] = []
  const app = fastify()
  t.teardown(() => app.close())
  const readOne = async (key: string) => {
    asked.push(key)
    return null
  }
  const target = { name: 'tracker', system, readOne } as unknown as InboundDeps['sources'][number]['target']
  const unused = {} as InboundDeps
  addTicketHooks(app, { ...unused, sources: [{ target, secret: SECRET }] })
  const post = async (body: string, more: Record<string, string> = { 'content-type': 'application/json' }) => {
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
    const signed = { 'x-hub-signature': signature, 'x-hub-signature-256': signature, 'x-reenroll-secret': SECRET }
    const headers = { ...signed, ...more }
    return (await app.inject({ method: 'POST', url: '/tickets/tracker', headers, payload: body })).statusCode
  }
  return { asked, post }
}

t.test('GitHub: each published event about an issue makes us read that issue', async (t) => {
  const { asked, post } = routeOf(t, 'github')
  const sent = { 'x-github-event': 'issues', 'content-type': 'application/json' }
  t.same(
    GITHUB_ISSUES.map(({ action }) => action),
    ['edited', 'deleted', 'reopened', 'transferred']
  )
  for (const example of GITHUB_ISSUES) {
    t.equal(await post(JSON.stringify(example), sent), 202, example.action)
    t.equal(asked.at(-1), String(example.issue.number))
  }
  t.equal(asked.length, GITHUB_ISSUES.length)
  const [example] = GITHUB_ISSUES
  t.equal(await post(JSON.stringify(example), { ...sent, 'x-github-event': 'issue_comment' }), 202)
  t.equal(asked.length, GITHUB_ISSUES.length, 'a comment changes no state')
})

t.test('Jira: by the id, which stays when the issue moves', async (t) => {
  const { asked, post } = routeOf(t, 'jira')
  t.equal(await post(JSON.stringify(JIRA_ISSUE_UPDATED)), 202)
  t.same(asked, ['99291'])
})

// The message is the admin's own: https://www.servicenow.com/docs/r/api-reference/server-api-reference/c_RESTMessageV2API.html
// sends the text of setRequestBody() with the headers that the script sets, or none.
t.test('ServiceNow: a message of a business rule, with or without a content type', async (t) => {
  const { asked, post } = routeOf(t, 'servicenow')
  const body = JSON.stringify({ sys_id: '9c573169c611228700193229fff72400' })
  t.equal(await post(body), 202)
  t.equal(await post(body, {}), 202)
  t.same(asked, ['9c573169c611228700193229fff72400', '9c573169c611228700193229fff72400'])
})

t.test('PagerDuty: the published event, as each type that counts', async (t) => {
  const clock = manualClock(NOW)
  const { make } = await TARGETS.pagerduty(t, { clock })
  const world = openOutboxWorld(make, { clock })
  await world.save(waitingCase('Anna'))
  await world.settle()
  const taken: (string | null)[] = []
  const app = fastify()
  t.teardown(() => app.close())
  addTicketHooks(app, {
    sources: [{ target: world.target, secret: SECRET }],
    store: world.store,
    clock: clock.clock,
    closeCase: world.closeCase,
    commands: {
      async assign(_, { to }) {
        taken.push(to)
        return { ok: true, case: waitingCase('Anna') }
      }
    },
    onError: (error) => t.fail(String(error))
  })
  const { event } = PAGERDUTY_PRIORITY_UPDATED
  const post = async (event_type: string, over: object = {}) => {
    const data = { ...event.data, incident_key: 'RE-Anna' }
    const body = JSON.stringify({ event: { ...event, event_type, data, occurred_at: clock.clock(), ...over } })
    const headers = { 'x-pagerduty-signature': `v1=${createHmac('sha256', SECRET).update(body).digest('hex')}` }
    return (await app.inject({ method: 'POST', url: '/tickets/tracker', headers, payload: body })).statusCode
  }
  t.equal(await post('incident.priority_updated'), 202)
  t.equal(await post('incident.acknowledged'), 202)
  t.same([taken, world.closedCases], [['Tenex Engineer'], []])

  clock.advance(600_000)
  const resolvedAt = clock.clock()
  clock.advance(600_000)
  const c = await world.store.getCase('RE-Anna')
  if (c) await world.save(c, {}, { what: 'Failed again.' })
  await world.settle()
  t.equal(await post('incident.resolved', { occurred_at: resolvedAt }), 202)
  t.same(world.closedCases, [], 'late: the news has opened another incident since')
  t.equal(await post('incident.resolved', { occurred_at: plus(clock.clock(), 1_000) }), 202)
  t.same(world.closedCases, ['RE-Anna'])
})
