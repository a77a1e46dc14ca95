/** What a tracker's answers mean: for one ticket, for the credential, for the whole target, or for nothing that lasts. */
import t, { type Test } from 'tap'
import { HOUR_MS, MINUTE_MS } from '../../../src/domain/time.ts'
import { startCloseSync } from '../../../src/ticket/outbox/close-sync.ts'
import { createGitHubTarget } from '../../../src/ticket/targets/github.ts'
import { createJiraTarget } from '../../../src/ticket/targets/jira.ts'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import type { Fake } from '../../fakes/fake.ts'
import { dropsLabels, GITHUB_TOKEN, type GitHubFake, movedTo, openGitHub } from '../../fakes/github.ts'
import { expiredToken, fieldBecameRequired, JIRA_TOKEN, openJira } from '../../fakes/jira.ts'
import { hidden, openServiceNow, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { jiraSettings, serviceNowSettings } from '../target-settings.ts'
import { type OutboxWorld, openOutboxWorld, waitingCase } from './outbox-world.ts'

interface Opened {
  readonly fake: Fake
  readonly world: OutboxWorld
}

async function openGitHubWorld(t: Test): Promise<Opened> {
  const clock = manualClock(NOW)
  const fake = await openGitHub(t, { clock })
  const settings = { system: 'github', url: fake.url, repository: 'acme/ops', appId: '' } as const
  return {
    fake,
    world: openOutboxWorld((deps) => createGitHubTarget('tracker', settings, GITHUB_TOKEN, deps), { clock })
  }
}

async function openJiraWorld(t: Test): Promise<Opened> {
  const clock = manualClock(NOW)
  const fake = await openJira(t, { clock })
  return {
    fake,
    world: openOutboxWorld((deps) => createJiraTarget('tracker', jiraSettings(fake.url), JIRA_TOKEN, deps), { clock })
  }
}

async function openServiceNowWorld(t: Test): Promise<Opened> {
  const clock = manualClock(NOW)
  const fake = await openServiceNow(t, { clock })
  const make = (deps: Parameters<typeof createServiceNowTarget>[3]) =>
    createServiceNowTarget('tracker', serviceNowSettings(fake.url), SN_PASSWORD, deps)
  return { fake, world: openOutboxWorld(make, { clock }) }
}

/** Runs the dispatcher for a while, as the worker would. */
async function pass({ world }: Opened, ms: number): Promise<void> {
  for (let passed = 0; passed <= ms; passed += MINUTE_MS) {
    await world.dispatcher().drain()
    world.clock.advance(MINUTE_MS)
  }
}

t.test(
  'a renamed GitHub repository: its redirects are followed, nothing is closed and nothing made twice',
  async (t) => {
    const opened = await openGitHubWorld(t)
    const { fake, world } = opened
    const c = await world.save(waitingCase('Anna'))
    await world.settle()
    fake.behave(movedTo(fake.url))
    await world.save(c, {}, { what: 'Something else happened.' })
    await world.save(waitingCase('Bert'))
    await world.settle()
    t.same(world.closedCases, [])
    matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open', notes: [/Something else/] }])
    matchAll(t, fake.tickets('RE-Bert'), [{ state: 'open' }])
    t.same((await world.target.check()).faults, [])
  }
)

t.test('an issue that was transferred to another repository and closed there closes its case', async (t) => {
  const opened = await openGitHubWorld(t)
  const { fake, world } = opened
  await world.save(waitingCase('Anna'))
  await world.settle()
  const { key = '' } = fake.tickets('RE-Anna')[0] ?? {}
  ;(fake as GitHubFake).move(key)
  fake.person?.close(key, 'done')
  for (let hours = 0; hours < 10; hours++) {
    world.clock.advance(HOUR_MS)
    const deps = { store: world.store, clock: world.clock.clock, everyMs: MINUTE_MS }
    await startCloseSync(world.target, world.dispatcher().breaker, deps).sync()
    await world.settle()
  }
  t.same(world.closedCases, ['RE-Anna'])
  t.equal(fake.tickets('RE-Anna').length, 1)
})

t.test('an issue that GitHub says was deleted is made again at once', async (t) => {
  const opened = await openGitHubWorld(t)
  const { fake, world } = opened
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  fake.person?.remove(fake.tickets('RE-Anna')[0]?.key ?? '')
  await world.save(c, {}, { what: 'Something else happened.' })
  await world.dispatcher().drain()
  matchAll(t, fake.tickets('RE-Anna'), [{ key: '2', state: 'open' }])
})

t.test('a redirect to another host is not followed: the token stays here, and the address is named', async (t) => {
  const opened = await openGitHubWorld(t)
  const { fake, world } = opened
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  fake.behave(movedTo('http://elsewhere.example'))
  await world.save(waitingCase('Bert'))
  await world.save(c, {}, { what: 'Something else happened.' })
  await pass(opened, HOUR_MS)
  t.same(world.closedCases, [])
  const [bert] = await world.entries()
  t.match(bert, {
    state: 'pending',
    tries: 0,
    lastError: /redirects to http:\/\/elsewhere.example \(307\).*Set the address/
  })
  fake.behave(null)
  await world.settle()
  matchAll(t, fake.tickets('RE-Bert'), [{ state: 'open' }])
})

t.test('GitHub drops the labels: a possibly made issue is found, and so is its closing', async (t) => {
  const opened = await openGitHubWorld(t)
  const { fake, world } = opened
  fake.behave(dropsLabels)
  fake.failAt(0, 'drop_after')
  await world.save(waitingCase('Anna'))
  await world.settle()
  t.match(fake.tickets('RE-Anna'), { length: 1 })
  fake.person?.close(fake.tickets('RE-Anna')[0]?.key ?? '', 'done')
  matchAll(t, await world.target.readSince(NOW), [{ state: 'closed' }])
})

t.test(
  'the same refusal for several tickets concerns the target: none is dead, few calls, all made later',
  async (t) => {
    const opened = await openJiraWorld(t)
    const { fake, world } = opened
    fake.behave(fieldBecameRequired)
    const names = ['Anna', 'Bert', 'Cleo', 'Dora', 'Emil', 'Fritz']
    for (const name of names) await world.save(waitingCase(name))
    await pass(opened, 2 * HOUR_MS)
    t.same(
      (await world.entries()).filter(({ state }) => state !== 'pending'),
      []
    )
    t.ok(fake.requests.length < 50, `${fake.requests.length} requests in two hours`)
    t.same(world.meanings.slice(0, 3), ['ticket', 'ticket', 'target'])
    fake.behave(null)
    await world.settle()
    t.same(
      names.map((name) => fake.tickets(`RE-${name}`).length),
      [1, 1, 1, 1, 1, 1]
    )
  }
)

t.test(
  'a field became required while one case waits: it is not given up, and made when the field is gone',
  async (t) => {
    const opened = await openJiraWorld(t)
    const { fake, world } = opened
    fake.behave(fieldBecameRequired)
    await world.save(waitingCase('Anna'))
    await pass(opened, 12 * HOUR_MS)
    matchAll(t, await world.entries(), [{ state: 'pending', lastError: /Site is required/ }])
    t.ok(fake.requests.length < 200, `${fake.requests.length} requests in twelve hours`)
    fake.behave(null)
    await world.settle()
    matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open' }])
  }
)

t.test('an expired Jira token closes nothing and doubles nothing', async (t) => {
  const opened = await openJiraWorld(t)
  const { fake, world } = opened
  const c = await world.save(waitingCase('Anna'))
  const b = await world.save(waitingCase('Bert'))
  await world.settle()
  fake.behave(expiredToken)
  await world.save(c, {}, { what: 'Something else happened.' })
  await world.save(b, { state: 'resolved' })
  await pass(opened, 24 * HOUR_MS)
  matchAll(t, await world.entries(), [{}, { state: 'pending', tries: 0, lastError: /API token may have expired/ }])
  await t.rejects(world.target.readSince(NOW), /API token may have expired/)
  t.same(new Set(world.meanings), new Set(['credential']))
  fake.behave(null)
  await world.settle()
  t.same(world.closedCases, [])
  matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open', notes: [/Something else/] }])
  matchAll(t, fake.tickets('RE-Bert'), [{ state: 'closed' }])
})

t.test('a ServiceNow account that lost its role: nothing is made again', async (t) => {
  const opened = await openServiceNowWorld(t)
  const { fake, world } = opened
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  fake.behave(hidden)
  await world.save(c, {}, { what: 'Something else happened.' })
  await pass(opened, 24 * HOUR_MS)
  matchAll(t, await world.entries(), [{ state: 'pending', lastError: /may not read any record of incident/ }])
  fake.behave(null)
  await world.settle()
  matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open', notes: [/Something else/] }])
})

t.test('a ticket that is not visible for a moment keeps its mapping', async (t) => {
  const opened = await openJiraWorld(t)
  const { fake, world } = opened
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  fake.behave(({ method, url }) =>
    method === 'GET' && url.startsWith('/rest/api/3/issue/10000') ? { status: 404, body: { errorMessages: [] } } : null
  )
  await world.save(c, {}, { what: 'Something else happened.' })
  await world.dispatcher().drain()
  fake.behave(null)
  await world.settle()
  matchAll(t, fake.tickets('RE-Anna'), [{ state: 'open', notes: [/Something else/] }])
})

t.test('an answer without the expected shape is a failure, not a closed ticket', async (t) => {
  const opened = await openGitHubWorld(t)
  const { fake, world } = opened
  const c = await world.save(waitingCase('Anna'))
  await world.settle()
  fake.behave(({ method }) => (method === 'GET' ? { status: 200, body: { message: 'Welcome' } } : null))
  await world.save(c, {}, { what: 'Something else happened.' })
  await world.dispatcher().drain()
  matchAll(t, await world.entries(), [{ state: 'pending', lastError: /without the number/, ticket: { state: 'open' } }])
  t.same(world.closedCases, [])
})

t.test(
  'what a bot, an integration or nobody known closes closes no case and is opened again with the next news',
  async (t) => {
    for (const open of [openGitHubWorld, openJiraWorld, openServiceNowWorld]) {
      const { fake, world } = await open(t)
      for (const [by, how, state] of [
        ['bot', 'done', 'machine'],
        ['bot', 'wont_fix', 'machine'],
        ['unknown', 'done', 'unknown']
      ] as const) {
        const id = `RE-${by}-${how}`
        const c = await world.save(waitingCase(`${by}-${how}`))
        await world.settle()
        const { key = '' } = fake.tickets(id)[0] ?? {}
        fake.person?.close(key, how, by)
        t.match(await world.target.readOne(key), { actor: state }, `${world.target.system}: ${id}`)
        await world.save(c, {}, { what: 'Something else happened.' })
        await world.settle()
        t.same(world.closedCases, [], `${world.target.system}: ${id}`)
        t.equal(fake.tickets(id).filter((ticket) => ticket.state === 'open').length, 1, `${world.target.system}: ${id}`)
      }
    }
  }
)
