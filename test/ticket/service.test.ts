/** The whole way: Okta's event to a real service, on to trackers at their fakes, and back from the tracker to the case. */
import t from 'tap'
import { openTickets } from '../../src/app/tickets.ts'
import { readPolicy } from '../../src/config/policy/file.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { MINUTE_MS, systemClock } from '../../src/domain/time.ts'
import { failEnrollment } from '../../src/sandbox/people.ts'
import { suspended } from '../../src/sandbox/scenarios/cast.ts'
import { JIRA_TOKEN, JIRA_USER, openJira } from '../fakes/jira.ts'
import { openPagerDuty, ROUTING_KEY } from '../fakes/pagerduty.ts'
import { openWebhook, WEBHOOK_SECRET } from '../fakes/webhook.ts'
import { openTestWorld, settle } from '../scenarios/settle.ts'
import { manualClock } from '../support/clock.ts'
import { matchAll } from '../support/match-all.ts'

t.test('one case, three targets, and the tracker’s close comes back', async (t) => {
  const time = manualClock(new Date().toISOString())
  const [jira, hook, pager] = [
    await openJira(t, { clock: time }),
    await openWebhook(t, { clock: time }),
    await openPagerDuty(t, { clock: time })
  ]
  const read = readPolicy(`
tickets:
  targets:
    - name: ops-jira
      system: jira
      url: ${jira.url}
      user: ${JIRA_USER}
      project: OPS
      fields: { customfield_7: identity }
    - { name: siem, system: webhook, url: '${hook.url}/hook', personalData: [user_id] }
    - { name: pager, system: pagerduty, url: '${pager.url}' }
  routes:
    - to: [ops-jira, siem]
    - { to: [pager], causes: [account_suspended] }
`)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  const { tickets } = read.policy
  const secrets = { 'ops-jira': JIRA_TOKEN, siem: WEBHOOK_SECRET, pager: ROUTING_KEY }
  const world = await openTestWorld(t, time, { policy: { tickets }, settings: { ticketSecrets: secrets } })
  const person = suspended(world.org, 'Sue')
  await failEnrollment(world.org, person)
  const [c] = await settle(world, time)
  await world.service.tickets?.settle()
  const id = c?.id ?? ''
  t.match(c, { state: 'awaiting_approval', ticket: { system: 'local' } })
  matchAll(t, jira.tickets(id), [{ state: 'open', title: /Sue|sue/ }])
  matchAll(t, hook.tickets(id), [{ state: 'open', title: /\[login\]/ }])

  const api = async (path: string, method = 'GET') => {
    const headers = { authorization: `Bearer ${world.opsToken}` }
    const answer = await fetch(`${world.service.opsUrl}/api${path}`, { method, headers })
    return { status: answer.status, body: (await answer.json()) as { entries?: { id: number }[] } }
  }
  t.equal((await api('/outbox/999/retry', 'POST')).status, 404)
  t.equal((await api('/outbox?state=lost')).status, 400)
  t.match((await api(`/outbox?caseId=${id}&target=ops-jira`)).body, {
    entries: [{ state: 'done', ticket: { key: '10000', url: /OPS-1$/ } }]
  })
  const metrics = await (await fetch(`${world.service.opsUrl}/metrics`)).text()
  t.match(metrics, /reenroll_tickets_total\{system="ops-jira",op="ensure",result="ok"\} [1-9]/)

  pager.behave(() => ({ status: 400, body: { status: 'invalid event', errors: ['payload is not valid'] } }))
  jira.person?.close('OPS-1', 'wont_fix')
  for (let n = 0; n < 5; n++) {
    time.advance(MINUTE_MS)
    await world.service.tickets?.settle()
  }
  const closed = await world.service.store.getCase(id)
  t.match(closed, { state: 'closed', outcome: 'closed_by_person' })
  t.match(closed?.timeline.at(-1), {
    what: /OPS-1 was closed in ops-jira \(Won't Do\) at \d{4}-/,
    by: 'ticket:ops-jira (Olga)'
  })
  await settle(world, time)
  await world.service.tickets?.settle()
  matchAll(t, jira.tickets(id), [{ state: 'closed' }])
  matchAll(t, hook.tickets(id), [{ state: 'closed' }], 'the other targets follow')
  t.match((await world.service.store.outboxEntries({ target: 'ops-jira', limit: 1 }))[0]?.ticket, { wontFix: true })
  for (let n = 0; n < 8; n++) {
    time.advance(30 * MINUTE_MS)
    await world.service.tickets?.settle()
  }
  const dead = await api('/outbox?state=dead')
  t.match(dead.body, { entries: [{ target: 'pager', tries: 5, lastError: /payload is not valid/ }], next: null })
  const again = await api(`/outbox/${dead.body.entries?.[0]?.id}/retry`, 'POST')
  t.match(again, { status: 200, body: { state: 'pending', tries: 0 } })
})

t.test('a target without a secret stops the start, and says what to add', async (t) => {
  const read = readPolicy(
    'tickets: {targets: [{name: siem, system: webhook, url: "https://x.example"}], routes: [{to: [siem]}]}'
  )
  if (!read.ok) throw new Error(read.errors.join('\n'))
  const { tickets } = read.policy
  await t.rejects(openTickets({ ...DEFAULT_POLICY, tickets }, {}, systemClock), /siem.*REENROLL_TICKET_SECRETS/)
  t.same(DEFAULT_POLICY.tickets.targets, [])
})

t.test('a call that waits for its turn is given up when the service stops', async (t) => {
  const jira = await openJira(t, { clock: manualClock('2026-06-15T14:00:00.000Z') })
  const target = `{name: ops, system: jira, url: "${jira.url}", user: ${JIRA_USER}, project: OPS, callsPerMinute: 2}`
  const read = readPolicy(`tickets: {targets: [${target}], routes: [{to: [ops]}]}`)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  const stopping = new AbortController()
  const secrets = { ticketSecrets: { ops: JIRA_TOKEN } }
  const [ops] = (await openTickets(read.policy, secrets, systemClock, stopping.signal)).targets
  if (!ops) throw new Error('no target')
  await ops.target.prove()
  const waiting = ops.target.prove()
  stopping.abort()
  await t.rejects(waiting, { reason: 'unreachable', message: 'ops was not called, since the service stops.' })
})
