/**
 * A second case behind every answer that a system may give to the first: its ticket gets through, or waits, as the table of
 * answers says (src/ticket/targets/answers.ts).
 */
import t, { type Test } from 'tap'
import { MINUTE_MS } from '../../../src/domain/time.ts'
import type { TargetUnderTest } from '../../contract/ticket-target.ts'
import type { Behaviour } from '../../fakes/fake.ts'
import { locked } from '../../fakes/github.ts'
import { expiredToken } from '../../fakes/jira.ts'
import { MANDATORY_FIELD } from '../../fakes/servicenow.ts'
import { NOW } from '../../remediate/situations.ts'
import { type ManualClock, manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { TARGETS } from '../targets/open-targets.ts'
import { openOutboxWorld, waitingCase } from './outbox-world.ts'

type System = keyof typeof TARGETS
type Answer = NonNullable<ReturnType<Behaviour>>
/** Made from the first case's ticket. */
type Troubled = (ticket: { readonly key: string; readonly url: string }) => Behaviour

/** Of every request. */
const every =
  (status: number, body?: unknown, headers: Answer['headers'] = {}): Troubled =>
  () =>
  () => ({ status, body, headers })
/** Of requests that name the first ticket's key; `caseToo`: or its case, as when it is made. */
const ofFirst =
  (status: number, body?: unknown, caseToo = true): Troubled =>
  ({ key }) =>
  ({ url, body: sent }) => {
    const text = typeof sent === 'string' ? sent : JSON.stringify(sent ?? null)
    const isAbout = text.includes(`"${key}"`) || new RegExp(`/${key}(/|\\?|$)`).test(url)
    return isAbout || (caseToo && text.includes('RE-Anna')) ? { status, body } : null
  }
const inSlack = (error: string) => ({ ok: false, error })
const redirected = every(301, '', { location: 'http://elsewhere.example/' })
const notFound = ofFirst(404, { message: 'Not Found' }, false)

interface Row {
  readonly answers: Partial<Record<System, Troubled>>
  /** The second ticket while it lasts, and an hour of it later the entry of the first. */
  readonly second: 'passes' | 'waits'
  readonly first: { readonly state: 'pending' | 'dead' | 'done'; readonly tries?: 0; readonly lastError?: RegExp }
  /** What is counted; nothing when the ticket is made again. */
  readonly meaning: string | null
}

const all = (troubled: Troubled): Row['answers'] =>
  Object.fromEntries(Object.keys(TARGETS).map((system) => [system, troubled]))

const ROWS: Readonly<Record<string, Row>> = {
  'a ticket that is refused': {
    answers: {
      github: ({ key }) => locked(key),
      jira: ofFirst(400, { errors: { summary: 'The summary is not valid.' } }),
      jiraDataCenter: ofFirst(400, { errors: { summary: 'The summary is not valid.' } }),
      servicenow: ofFirst(403, MANDATORY_FIELD),
      slack: ofFirst(200, inSlack('invalid_blocks')),
      pagerduty: ofFirst(400, { status: 'invalid event', errors: ["'payload.severity' is invalid"] }),
      teams: ofFirst(400, { error: { code: 'TriggerInputSchemaMismatch' } }),
      webhook: ofFirst(422, { message: 'severity is not known' })
    },
    second: 'passes',
    first: { state: 'dead', lastError: /issue is locked|not valid|Assignment group|invalid_blocks|severity|Mismatch/ },
    meaning: 'ticket'
  },
  'a credential that is refused': {
    answers: {
      github: every(401, { message: 'Bad credentials' }),
      jira: () => expiredToken,
      jiraDataCenter: every(401),
      servicenow: every(401, { error: { message: 'User Not Authenticated' } }),
      slack: every(200, inSlack('token_revoked')),
      pagerduty: every(400, { status: 'invalid event', errors: ['Invalid routing key'] }),
      teams: every(401, { error: { code: 'DirectApiAuthorizationRequired' } }),
      webhook: every(401)
    },
    second: 'waits',
    first: { state: 'pending', tries: 0 },
    meaning: 'credential'
  },
  'a target that has moved or is not there': {
    answers: {
      github: every(410, { message: 'Issues are disabled for this repo' }),
      jira: redirected,
      jiraDataCenter: redirected,
      servicenow: redirected,
      slack: every(200, inSlack('is_archived')),
      pagerduty: every(404),
      teams: every(404, { error: { code: 'WorkflowNotFound' } }),
      webhook: every(410)
    },
    second: 'waits',
    first: { state: 'pending', tries: 0 },
    meaning: 'target'
  },
  'a system that asks to wait': {
    answers: all(every(429, '{}', { 'retry-after': '30' })),
    second: 'waits',
    first: { state: 'pending', tries: 0 },
    meaning: 'later'
  },
  'a server error for one ticket alone': {
    answers: all(ofFirst(500)),
    second: 'passes',
    first: { state: 'pending' },
    meaning: 'later'
  },
  'an answer that cannot be read, for one ticket alone': {
    answers: all(ofFirst(200, '<html>Maintenance</html>')),
    second: 'passes',
    first: { state: 'pending' },
    meaning: 'later'
  },
  'a ticket that cannot be seen': {
    answers: {
      github: notFound,
      jira: notFound,
      jiraDataCenter: notFound,
      servicenow: notFound
    },
    second: 'passes',
    first: { state: 'dead', lastError: /was deleted, or the account may no longer see it/ },
    meaning: 'ticket'
  },
  'a ticket that is gone': {
    answers: {
      github: ofFirst(410, { message: 'This issue was deleted' }, false),
      slack: ofFirst(200, inSlack('message_not_found'), false)
    },
    second: 'passes',
    first: { state: 'done' },
    meaning: null
  }
}

/** Three tickets of one tracker refused alike, such as locked ones: the news of a fourth and new tickets pass. */
async function threeRefusedAlike(t: Test, { fake, make }: TargetUnderTest, clock: ManualClock, troubled: Troubled) {
  fake.reset()
  clock.set(NOW)
  const world = openOutboxWorld(make, { clock })
  const refused = []
  for (const name of ['Anna', 'Anna1', 'Anna2']) refused.push(await world.save(waitingCase(name)))
  const dora = await world.save(waitingCase('Dora'))
  await world.settle()
  const tickets = (await world.entries()).flatMap(({ caseId, ticket }) =>
    ticket && caseId.startsWith('RE-Anna') ? ticket : []
  )
  const behaviours = tickets.map(troubled)
  fake.behave((request) => behaviours.map((one) => one(request)).find((answer) => answer !== null) ?? null)
  const pass = async (minutes: number) => {
    for (let passed = 0; passed < minutes; passed += 5) {
      await world.dispatcher().drain()
      clock.advance(5 * MINUTE_MS)
    }
  }
  const stateOf = async (name: string) => (await world.entries()).find(({ caseId }) => caseId === `RE-${name}`)?.state
  for (const c of refused) await world.save(c, {}, { what: 'Something else happened.' })
  await world.save(waitingCase('Bert'))
  await pass(5)
  t.equal(await stateOf('Bert'), 'done', 'a new ticket is made at once')
  const before = fake.requests.length
  await pass(6 * 60)
  t.ok(fake.requests.length - before < 200, `${fake.requests.length - before} requests in six hours`)
  await world.save(dora, {}, { what: 'Something else happened.' })
  await world.save(waitingCase('Cleo'))
  await pass(10)
  t.equal(await stateOf('Dora'), 'done', 'news of another ticket pass')
  t.equal(await stateOf('Cleo'), 'done', 'a new ticket hours later')
  await pass(4 * 60)
  for (const { id } of refused)
    t.equal(await stateOf(id.slice('RE-'.length)), 'dead', `${id}: given up, since others passed`)
}

for (const [system, open] of Object.entries(TARGETS))
  t.test(`${system}: three tickets refused alike stop no other`, async (t) => {
    const clock = manualClock(NOW)
    const troubled = ROWS['a ticket that is refused']?.answers[system as System]
    if (troubled) await threeRefusedAlike(t, await open(t, { clock }), clock, troubled)
  })

for (const [system, open] of Object.entries(TARGETS))
  t.test(`${system}: a second case behind every answer`, async (t) => {
    const clock = manualClock(NOW)
    const { fake, make } = await open(t, { clock })
    for (const [name, { answers, second, first, meaning }] of Object.entries(ROWS)) {
      const troubled = answers[system as System]
      if (!troubled) continue
      fake.reset()
      clock.set(NOW)
      const world = openOutboxWorld(make, { clock })
      const c = await world.save(waitingCase('Anna'))
      await world.settle()
      const [ticket] = (await world.entries()).map((entry) => entry.ticket)
      fake.behave(troubled(ticket ?? { key: '', url: '' }))
      await world.save(c, {}, { what: 'Something else happened.' })
      await world.save(waitingCase('Bert'))
      for (let minutes = 0; minutes < 60; minutes += 5) {
        await world.dispatcher().drain()
        clock.advance(5 * MINUTE_MS)
      }
      const [bert, anna] = await world.entries()
      t.match(anna, first, `${name}: the first`)
      t.equal(bert?.state, second === 'passes' ? 'done' : 'pending', `${name}: the second`)
      if (second === 'waits') t.equal(bert?.tries, 0, `${name}: a try that waits does not count`)
      t.same([...new Set(world.meanings)], meaning === null ? [] : [meaning], `${name}: what is counted`)
      fake.behave(null)
      if (anna?.state === 'dead') await world.store.retryOutboxEntry(anna.id, clock.clock())
      await world.settle()
      matchAll(t, fake.tickets('RE-Bert'), [{ state: 'open' }], `${name}: the second at the end`)
      t.same(world.closedCases, [], `${name}: nothing is closed`)
      const now = fake.tickets('RE-Anna').at(-1)
      t.equal(now?.state, 'open', `${name}: the first at the end`)
      if (meaning === null) t.not(now?.key, ticket?.key, `${name}: it is made again`)
      else t.equal(fake.tickets('RE-Anna').length, 1, `${name}: it has one ticket`)
      if (meaning !== null)
        t.match(`${now?.body} ${now?.notes.join()}`, /Something else happened/, `${name}: its news arrive`)
    }
  })
