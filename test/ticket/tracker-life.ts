/**
 * Sixty simulated days of one tracker, for each seed from the first argument on, in steps of the second, below the third.
 * Writes a line of JSON for each.
 */
import { writeSync } from 'node:fs'
import type { Case } from '../../src/domain/case.ts'
import { isTicketHidden, type OutboxEntry } from '../../src/domain/outbox.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, msBetween, plus } from '../../src/domain/time.ts'
import { startCloseSync } from '../../src/ticket/outbox/close-sync.ts'
import { createGitHubTarget } from '../../src/ticket/targets/github.ts'
import { textAt } from '../../src/ticket/targets/http.ts'
import { createJiraTarget } from '../../src/ticket/targets/jira.ts'
import { createPagerDutyTarget } from '../../src/ticket/targets/pagerduty.ts'
import { createServiceNowTarget } from '../../src/ticket/targets/servicenow.ts'
import { createSlackTarget } from '../../src/ticket/targets/slack.ts'
import { TargetError } from '../../src/ticket/targets/target.ts'
import { createTeamsTarget } from '../../src/ticket/targets/teams.ts'
import { seededRandom } from '../chaos/replica.ts'
import { type Behaviour, FAULTS, type Fake, type openFake } from '../fakes/fake.ts'
import { dropsLabels, GITHUB_TOKEN, locked, movedTo, openGitHub } from '../fakes/github.ts'
import { expiredToken, fieldBecameRequired, JIRA_TOKEN, type JiraFake, openJira } from '../fakes/jira.ts'
import { openPagerDuty, type PagerDutyFake, ROUTING_KEY } from '../fakes/pagerduty.ts'
import { hidden, MANDATORY_FIELD, mandatoryField, openServiceNow, SN_PASSWORD } from '../fakes/servicenow.ts'
import { openSlack, SLACK_CHANNEL, SLACK_TOKEN } from '../fakes/slack.ts'
import { openTeams, workflowUrl } from '../fakes/teams.ts'
import { NOW } from '../remediate/situations.ts'
import { type ManualClock, manualClock } from '../support/clock.ts'
import { type MakeTarget, openOutboxWorld, waitingCase } from './outbox/outbox-world.ts'
import { jiraSettings, serviceNowSettings } from './target-settings.ts'
import { openDeliveries } from './tracker-webhooks.ts'

interface Troubled {
  readonly caseId: string
  readonly key: string
}

/** What may go wrong for hours or days. `tickets`: it concerns so many of them, and all others must pass. */
interface Trouble {
  readonly behaviour: (fake: Fake, of: readonly Troubled[]) => Behaviour
  readonly tickets?: number
}

const eachOf =
  (behaviour: (of: Troubled) => Behaviour): Trouble['behaviour'] =>
  (_fake, of) => {
    const behaviours = of.map(behaviour)
    return (request) => behaviours.map((one) => one(request)).find((answer) => answer !== null) ?? null
  }
/** One ticket, or three at once, refuses everything that is new. */
const refused = (behaviour: (of: Troubled) => Behaviour): Readonly<Record<string, Trouble>> => ({
  'one ticket refused': { behaviour: eachOf(behaviour), tickets: 1 },
  'three tickets refused': { behaviour: eachOf(behaviour), tickets: 3 }
})
/** The account may not see one ticket, while it sees all others. */
const HIDDEN_ALONE: Readonly<Record<string, Trouble>> = {
  'one hidden alone': {
    behaviour: (fake, of) => {
      fake.person?.hide(of[0]?.key ?? null)
      return () => null
    },
    tickets: 1
  }
}
/** Changes of the ticket in an address that names its key. */
const refusesChanges =
  (status: number, body: unknown) =>
  ({ key }: Troubled): Behaviour =>
  ({ method, url }) =>
    method !== 'GET' && url.includes(`/${key}`) ? { status, body } : null
/** Everything that says the case's id or the ticket's key. */
const refusesText =
  (status: number, body: unknown) =>
  ({ caseId, key }: Troubled): Behaviour =>
  ({ body: sent }) => {
    const text = typeof sent === 'string' ? sent : JSON.stringify(sent ?? null)
    return new RegExp(`${caseId}\\b|"${key}"`).test(text) ? { status, body } : null
  }

const always =
  (status: number, body: unknown = {}): Trouble['behaviour'] =>
  () =>
  () => ({ status, body })

const EVERYWHERE: Readonly<Record<string, Trouble>> = {
  down: { behaviour: always(503) },
  broken: { behaviour: always(500) },
  'not JSON': { behaviour: always(200, '<html>Maintenance</html>') },
  'credential refused': { behaviour: always(401) }
}

export interface LivedSeed {
  readonly seed: number
  /** The system. */
  readonly name: string
  /** What does not hold at the end, and what happened before. */
  readonly wrong: readonly string[]
}

interface System {
  readonly open: (t: Parameters<typeof openFake>[0], options: { clock: ManualClock }) => Promise<Fake>
  readonly make: (fake: Fake) => MakeTarget
  readonly troubles: Readonly<Record<string, Trouble>>
}

const SYSTEMS: Readonly<Record<string, System>> = {
  jira: {
    open: openJira,
    make: (fake) => (deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps),
    troubles: {
      ...EVERYWHERE,
      'token expired': { behaviour: () => expiredToken },
      'field became required': { behaviour: () => fieldBecameRequired },
      ...HIDDEN_ALONE,
      ...refused(refusesChanges(400, { errors: { summary: 'The summary is not valid.' } }))
    }
  },
  github: {
    open: openGitHub,
    make: (fake) => (deps) => {
      const settings = { system: 'github', url: fake.url, repository: 'acme/ops', appId: '' } as const
      return createGitHubTarget('tracker', settings, GITHUB_TOKEN, deps)
    },
    troubles: {
      ...EVERYWHERE,
      renamed: { behaviour: ({ url }) => movedTo(url) },
      'moved elsewhere': { behaviour: () => movedTo('http://elsewhere.example') },
      'labels dropped': { behaviour: () => dropsLabels },
      ...HIDDEN_ALONE,
      ...refused(({ key }) => locked(key))
    }
  },
  servicenow: {
    open: openServiceNow,
    make: (fake) => (deps) => createServiceNowTarget('tracker', serviceNowSettings(fake.url), SN_PASSWORD, deps),
    troubles: {
      ...EVERYWHERE,
      'role lost': { behaviour: () => hidden },
      'field mandatory': { behaviour: eachOf(({ caseId }) => mandatoryField(caseId)), tickets: 1 },
      ...HIDDEN_ALONE,
      ...refused(refusesChanges(403, MANDATORY_FIELD))
    }
  },
  slack: {
    open: openSlack,
    make: (fake) => (deps) => {
      const settings = { system: 'slack', url: `${fake.url}/api/`, channel: SLACK_CHANNEL, approvers: [] } as const
      return createSlackTarget('tracker', settings, SLACK_TOKEN, deps)
    },
    troubles: {
      ...EVERYWHERE,
      'not in the channel': { behaviour: always(200, { ok: false, error: 'not_in_channel' }) },
      'scope missing': { behaviour: always(200, { ok: false, error: 'missing_scope' }) },
      ...refused(refusesText(200, { ok: false, error: 'invalid_blocks' }))
    }
  },
  pagerduty: {
    open: openPagerDuty,
    make: (fake) => (deps) =>
      createPagerDutyTarget('tracker', { system: 'pagerduty', url: fake.url, source: 'Okta' }, ROUTING_KEY, deps),
    troubles: {
      ...EVERYWHERE,
      'another shape': { behaviour: always(202) },
      ...refused(refusesText(400, { status: 'invalid event', errors: ['payload is not valid'] }))
    }
  },
  teams: {
    open: openTeams,
    make: (fake) => (deps) => createTeamsTarget('tracker', { system: 'teams' }, workflowUrl(fake.url), deps),
    troubles: {
      ...EVERYWHERE,
      ...refused(refusesText(400, { error: { code: 'TriggerInputSchemaMismatch' } }))
    }
  }
}

const DAYS = 60
const POLL_MS = 6 * HOUR_MS
/** One ticket's trouble may hold up others for less than this. */
const PATIENCE_MS = 12 * HOUR_MS
/** Clocks may differ by this much. */
const SKEW_MS = 2 * MINUTE_MS

async function live(
  fake: Fake,
  clock: ManualClock,
  make: MakeTarget,
  troubles: System['troubles'],
  seed: number
): Promise<string[]> {
  fake.reset()
  const world = openOutboxWorld(make, { clock })
  const roll = seededRandom(seed)
  for (let n = 0; n < 10; n++) roll()
  const below = (count: number) => Math.floor(roll() * count)
  const one = <T>(all: readonly T[]): T | undefined => all[below(all.length)]

  const deliveries = await openDeliveries(world, roll)
  fake.beforeAnswer(deliveries && !('onEvent' in fake) ? deliveries.beforeAnswer : null)
  const pager = 'onEvent' in fake ? (fake as PagerDutyFake) : null

  const wrong: string[] = []
  const history: string[] = []
  const ids: string[] = []
  /** Cases whose ticket a person closed. */
  const closedThere = new Set<string>()
  /** When a person resolved the alert of a case. */
  const resolvedAt = new Map<string, string>()
  pager?.onEvent((payload) => {
    deliveries?.report(payload)
    // Triggered again, so that what a person did before is out of date.
    const key = textAt(payload, 'event', 'data', 'title')?.match(/\[(.*)\]$/)?.[1] ?? ''
    const isAgain = textAt(payload, 'event', 'event_type') === 'incident.triggered'
    if (isAgain && msBetween(resolvedAt.get(key) ?? clock.clock(), clock.clock()) > SKEW_MS) closedThere.delete(key)
  })
  let trouble = null as { name: string; since: string; ends: string; caseIds: readonly string[] } | null
  let polledAt = NOW

  const cases = async () => (await Promise.all(ids.map((id) => world.store.getCase(id)))).filter((c) => c !== null)
  let openIds: readonly string[] = []
  async function open(): Promise<readonly Case[]> {
    const all = await Promise.all([...new Set([...openIds, ...ids.slice(-1)])].map((id) => world.store.getCase(id)))
    const found = all.filter((c) => c !== null && c.state !== 'resolved' && c.state !== 'closed') as readonly Case[]
    openIds = found.map(({ id }) => id)
    return found
  }
  const entryOf = async (c: Case) => (await world.store.outboxEntries({ caseId: c.id, limit: 1 }))[0]
  /** The open ticket that the case has now, as the tracker shows it. */
  const ticketOf = async (c: Case) => {
    const key = (await entryOf(c))?.ticket?.key
    return fake.tickets(c.id).find((ticket) => ticket.key === key && ticket.state === 'open')
  }
  const did = (what: string) => history.push(`${clock.clock()} ${what}`)

  /** A person sends again what was given up; a ticket that cannot be seen is looked for in the tracker first. */
  async function lookAt(entry: OutboxEntry): Promise<void> {
    if (entry.state !== 'dead') return
    const isThere = fake.tickets(entry.caseId).some(({ key }) => key === entry.ticket?.key)
    await world.store.retryOutboxEntry(entry.id, clock.clock(), isTicketHidden(entry) && !isThere ? 'gone' : 'dead')
  }

  const ACTS: Readonly<Record<string, () => Promise<void>>> = {
    async fails() {
      const name = `P${below(12)}`
      if ((await open()).some(({ subjectKey }) => subjectKey === `user:${name}`)) return
      const id = `RE-${name}x${ids.length}`
      ids.push(id)
      did(`${id} opened`)
      await world.save(waitingCase(name, { id }))
    },
    async news() {
      const c = one(await open())
      if (c) await world.save(c, {}, { what: `News ${history.length}.`, by: one(['okta', 'Olga']) ?? 'okta' })
    },
    async resolved() {
      const c = one(await open())
      if (!c) return
      did(`${c.id} resolved`)
      await world.save(c, { state: 'resolved' }, { what: 'Enrolled.' })
    },
    async 'person closes'() {
      const c = one(await open())
      const ticket = c && (await ticketOf(c))
      if (!c || !ticket || !(fake.person || pager)) return
      did(`person closes ${ticket.key} of ${c.id}`)
      closedThere.add(c.id)
      fake.person?.close(ticket.key, one(['done', 'wont_fix'] as const) ?? 'done')
      if (!pager) return deliveries?.report(ticket.key)
      for (const id of pager.act(ticket.key, 'resolve')) {
        closedThere.add(id)
        resolvedAt.set(id, clock.clock())
      }
    },
    async 'bot closes'() {
      const c = one(await open())
      const ticket = c && (await ticketOf(c))
      if (!c || !ticket || !(fake.person || pager)) return
      did(`bot closes ${ticket.key} of ${c.id}`)
      pager?.act(ticket.key, 'auto-resolve')
      fake.person?.close(ticket.key, 'done', one(['bot', 'unknown'] as const) ?? 'bot')
      if (!pager) deliveries?.report(ticket.key)
    },
    async edits() {
      const c = one(await open())
      const ticket = c && (await ticketOf(c))
      if (!ticket) return
      fake.person?.edit(ticket.key, { title: 'Edited by Olga' })
      if (pager) pager.act(ticket.key, 'acknowledge')
      else deliveries?.report(ticket.key)
    },
    async merges() {
      const [from, to] = [one(await open()), one(await open())]
      if (!pager || !from || !to) return
      did(`merges ${from.id} into ${to.id}`)
      pager.merge(from.id, to.id)
    },
    async deletes() {
      const c = one(await open())
      const ticket = c && (await ticketOf(c))
      if (!c || !ticket || !fake.person) return
      did(`person deletes ${ticket.key} of ${c.id}`)
      fake.person.remove(ticket.key)
      deliveries?.report(ticket.key)
    },
    async moves() {
      const c = one(await open())
      const ticket = c && (await ticketOf(c))
      if (!ticket || !('move' in fake)) return
      did(`moves ${ticket.key}`)
      ;(fake as JiraFake).move(ticket.key, `NET-${history.length}`)
    },
    async 'person looks at what was given up'() {
      for (const entry of await world.entries()) await lookAt(entry)
    },
    async trouble() {
      if (trouble) return
      const [name, { behaviour, tickets = 0 }] = one(Object.entries(troubles)) ?? ['', { behaviour: always(503) }]
      const of: Troubled[] = []
      for (const c of (await open()).toSorted(() => roll() - 0.5)) {
        const ticket = of.length < tickets ? await ticketOf(c) : undefined
        if (ticket) of.push({ caseId: c.id, key: ticket.key })
      }
      if (of.length < tickets) return
      const ends = plus(clock.clock(), one([HOUR_MS, 5 * HOUR_MS, 3 * DAY_MS]) ?? HOUR_MS)
      const caseIds = of.map(({ caseId }) => caseId)
      trouble = { name, since: clock.clock(), ends, caseIds }
      did(`${name} until ${ends} ${caseIds.join(' ')}`)
      fake.behave(behaviour(fake, of))
    },
    async fault() {
      fake.failAt(fake.requests.length + below(3), one(FAULTS) ?? 'drop_after')
    },
    async restart() {
      world.restart()
    }
  }
  const names = Object.keys(ACTS)

  async function pass(): Promise<void> {
    await deliveries?.deliver()
    await world.dispatcher().drain()
    if (msBetween(polledAt, clock.clock()) < POLL_MS) return
    polledAt = clock.clock()
    const deps = { store: world.store, clock: clock.clock, everyMs: POLL_MS }
    if (world.target.can.closings)
      await startCloseSync(world.target, world.dispatcher().breaker, deps)
        .sync()
        .catch((error) => {
          if (!(error instanceof TargetError)) throw error
        })
  }

  while (msBetween(NOW, clock.clock()) < DAYS * DAY_MS) {
    clock.advance(MINUTE_MS + below(3 * HOUR_MS))
    if (trouble && clock.clock() > trouble.ends) {
      did(`${trouble.name} is over`)
      trouble = null
      fake.behave(null)
      fake.person?.hide(null)
    }
    if (roll() < 0.6) await ACTS[one(names) ?? 'news']?.()
    await pass()
    if (!trouble || trouble.caseIds.length === 0 || msBetween(trouble.since, clock.clock()) < PATIENCE_MS) continue
    for (const { caseId, state, enqueuedAt, tries } of await world.entries()) {
      const waits = state === 'pending' && tries === 0 && msBetween(enqueuedAt, clock.clock()) > PATIENCE_MS
      const since = msBetween(trouble.since, enqueuedAt) > 0
      if (waits && since && !trouble.caseIds.includes(caseId))
        wrong.push(`${caseId} waits for ${trouble.caseIds.join(' ')} (${trouble.name})`)
    }
  }

  // The tracker is well again, a person retries what is dead, and every open case has news.
  fake.behave(null)
  fake.person?.hide(null)
  for (let n = 0; n < 3; n++) {
    for (const entry of await world.entries()) await lookAt(entry)
    for (const c of await open()) await world.save(c, {}, { what: `Last news ${n}.` })
    await world.settle()
    clock.advance(POLL_MS + MINUTE_MS)
    await pass()
    await world.settle()
  }

  await deliveries?.close()
  fake.beforeAnswer(null)
  pager?.onEvent(null)
  const live = new Map<string, string[]>()
  for (const c of await open()) {
    const mine = fake.tickets(c.id).filter(({ state }) => state === 'open')
    if (mine.length !== 1) wrong.push(`${c.id} is open and has ${mine.length} open tickets`)
    for (const { key } of mine) live.set(key, [...(live.get(key) ?? []), c.id])
  }
  for (const [key, of] of live) if (of.length > 1) wrong.push(`${key} belongs to ${of.join(' and ')}`)
  for (const c of await cases()) {
    const left = fake.tickets(c.id).filter(({ key, state }) => state === 'open' && !live.has(key))
    if (left.length > 0) wrong.push(`${left[0]?.key} of ${c.id} (${c.state}) is still open`)
  }
  for (const id of world.closedCases)
    if (!closedThere.has(id)) wrong.push(`${id} was closed and nobody closed its ticket`)
  for (const { caseId, state, lastError } of await world.entries())
    if (state !== 'done') wrong.push(`${caseId} is ${state} at the end: ${lastError}`)
  const of = /RE-\w+/.exec(wrong[0] ?? '')?.[0]
  return wrong.length > 0
    ? [...wrong, ...history.filter((line) => !line.includes('RE-') || (of && line.includes(of)))]
    : []
}

/* A process of its own, without the test runner, whose hooks on every promise take a third of the time. */

const [from = 0, step = 1, below = 1] = process.argv.slice(2).map(Number)
const clock = manualClock(NOW)
const names = Object.keys(SYSTEMS)
const fakes = new Map<string, Fake>()
const closers: (() => Promise<void>)[] = []
const after = (close: () => Promise<void>) => void closers.push(close)
for (const [name, { open }] of Object.entries(SYSTEMS)) fakes.set(name, await open({ after }, { clock }))
for (let seed = from; seed < below; seed += step) {
  const name = names[seed % names.length] ?? ''
  const [system, fake] = [SYSTEMS[name], fakes.get(name)]
  if (!system || !fake) continue
  clock.set(NOW)
  const wrong = await live(fake, clock, system.make(fake), system.troubles, seed)
  writeSync(1, `${JSON.stringify({ seed, name, wrong } satisfies LivedSeed)}\n`)
}
for (const close of closers) await close()
