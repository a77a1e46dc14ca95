/** A storm as the trackers see it: one ticket for all who fail, none for each, and everything closed when it is over. */
import t from 'tap'
import { readPolicy } from '../../src/config/policy/file.ts'
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts'
import { enroll, failEnrollment } from '../../src/sandbox/people.ts'
import { orphaned } from '../../src/sandbox/scenarios/cast.ts'
import { JIRA_TOKEN, JIRA_USER, openJira } from '../fakes/jira.ts'
import { openSlack, SLACK_CHANNEL, SLACK_TOKEN } from '../fakes/slack.ts'
import { manualClock } from '../support/clock.ts'
import { matchAll } from '../support/match-all.ts'
import { allCases, openTestWorld } from './settle.ts'

const PEOPLE = 30

t.setTimeout(120_000)
t.test('an outage in Jira and Slack', { timeout: 110_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const trackers = { jira: await openJira(t, { clock: time }), slack: await openSlack(t, { clock: time }) }
  const read = readPolicy(`
tickets:
  targets:
    - { name: ops, system: jira, url: '${trackers.jira.url}', user: ${JIRA_USER}, project: OPS, fields: { customfield_7: x } }
    - { name: chat, system: slack, url: '${trackers.slack.url}/api/', channel: ${SLACK_CHANNEL} }
  routes:
    - { to: [ops, chat] }
`)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  const world = await openTestWorld(t, time, {
    policy: {
      tickets: { ...read.policy.tickets },
      watchMs: 10 * MINUTE_MS,
      storm: { cooldownMs: 10 * MINUTE_MS, checkEveryMs: 30 * SECOND_MS, fullReadLimit: 25 }
    },
    settings: { ticketSecrets: { ops: JIRA_TOKEN, chat: SLACK_TOKEN } }
  })
  const { worker, tickets } = world.service
  async function pass(ms: number): Promise<void> {
    time.advance(ms)
    worker.wake()
    await world.okta.flush()
    await worker.idle()
    await tickets?.settle()
  }
  const openIn = (id: string) =>
    Object.values(trackers).map((fake) => fake.tickets(id).filter(({ state }) => state === 'open').length)

  const people = Array.from({ length: PEOPLE }, (_, n) => orphaned(world.org, `Olu Outage${n}`))
  for (let n = 0; n < PEOPLE; n += 5) {
    for (const person of people.slice(n, n + 5)) failEnrollment(world.org, person)
    await pass(10 * SECOND_MS)
  }
  for (let rounds = 0; rounds < 6; rounds++) await pass(31 * SECOND_MS)

  const during = await allCases(world)
  const storm = during.find((c) => c.storm !== null)
  t.same(openIn(storm?.id ?? ''), [1, 1], 'one ticket for the storm in each')
  matchAll(t, trackers.jira.tickets(storm?.id ?? ''), [{ title: /many users at once/ }])
  const loud = during.filter((c) => c.parentId !== null && openIn(c.id).some((count) => count > 0))
  t.same(
    loud.map((c) => c.id),
    [],
    'its children have none open'
  )

  for (const person of people) enroll(world.org, person)
  for (let rounds = 0; rounds < 60; rounds++) await pass(30 * SECOND_MS)
  const after = await allCases(world)
  t.same(
    after.filter((c) => c.state !== 'resolved' && c.state !== 'closed').map((c) => c.state),
    [],
    'all are over'
  )
  t.same(
    after.flatMap((c) => openIn(c.id)).filter((count) => count > 0),
    [],
    'and so is every ticket'
  )
  for (const fake of Object.values(trackers)) {
    t.ok(fake.tickets(storm?.id ?? '').length === 1, 'one ticket, made once')
    const twice = after.filter((c) => fake.tickets(c.id).length > 1)
    t.same(
      twice.map((c) => c.id),
      []
    )
  }
})
