/**
 * The process is killed with SIGKILL when the tracker has made the ticket and its answer is on the way: nothing here knows of
 * the ticket. The next process finds it, and there is still one. Real processes, a real database file, every adapter.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t, { type Test } from 'tap'
import type { TargetPolicy } from '../../src/config/policy/ticket-policy.ts'

import { MINUTE_MS } from '../../src/domain/time.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { feedOutbox, outboxDraft } from '../../src/ticket/outbox/routing.ts'

import type { Fake, FakeOptions } from '../fakes/fake.ts'
import { GITHUB_TOKEN, openGitHub } from '../fakes/github.ts'
import { JIRA_TOKEN, openJira } from '../fakes/jira.ts'
import { openPagerDuty, ROUTING_KEY } from '../fakes/pagerduty.ts'
import { openServiceNow, SN_PASSWORD } from '../fakes/servicenow.ts'
import { openSlack, SLACK_CHANNEL, SLACK_TOKEN } from '../fakes/slack.ts'
import { openWebhook, WEBHOOK_SECRET } from '../fakes/webhook.ts'
import { manualClock } from '../support/clock.ts'
import { matchAll } from '../support/match-all.ts'
import type { ChildOrder } from './kill-child.ts'
import { waitingCase } from './outbox/outbox-world.ts'
import { jiraSettings, serviceNowSettings } from './target-settings.ts'

const CHILD = new URL('./kill-child.ts', import.meta.url).pathname
/** Longer than a lease and than any search lags behind. */
const LATER_MS = 10 * MINUTE_MS

type Row = readonly [
  (t: Test, options: FakeOptions) => Promise<Fake>,
  (url: string) => TargetPolicy['settings'],
  string
]

const SYSTEMS: Readonly<Record<string, Row>> = {
  jira: [openJira, jiraSettings, JIRA_TOKEN],
  servicenow: [openServiceNow, serviceNowSettings, SN_PASSWORD],
  github: [openGitHub, (url) => ({ system: 'github', url, repository: 'acme/ops', appId: '' }), GITHUB_TOKEN],
  pagerduty: [openPagerDuty, (url) => ({ system: 'pagerduty', url, source: 'Okta' }), ROUTING_KEY],
  slack: [
    openSlack,
    (url) => ({ system: 'slack', url: `${url}/api/`, channel: SLACK_CHANNEL, approvers: [] }),
    SLACK_TOKEN
  ],
  webhook: [openWebhook, (url) => ({ system: 'webhook', url: `${url}/hook` }), WEBHOOK_SECRET]
}

t.setTimeout(240_000)

for (const [system, [openFake, settingsOf, secret]] of Object.entries(SYSTEMS)) {
  t.test(system, { timeout: 120_000 }, async (t) => {
    const time = manualClock(new Date().toISOString())
    const fake = await openFake(t, { clock: time })
    const file = `${t.testdir({})}/kill.db`
    const store = await openSqlite(file)
    const c = waitingCase('Anna', { openedAt: time.clock(), updatedAt: time.clock(), version: 1 })
    const fed = feedOutbox(store, (it) => outboxDraft(it, { routes: [{ to: ['tracker'] }] }))
    t.equal(await fed.save({ next: c, ledger: [] }), 'saved')
    await store.close()

    const order = { file, settings: settingsOf(fake.url), secret }
    const first = start({ ...order, aheadMs: 1_000 })
    await fake.holdAnswer()
    first.kill('SIGKILL')
    const [, signal] = await once(first, 'exit')
    t.equal(signal, 'SIGKILL')
    t.equal(fake.tickets('RE-Anna').length, 1, 'the ticket is made')
    const left = await openSqlite(file)
    matchAll(
      t,
      await left.outboxEntries({ limit: 1 }),
      [{ state: 'pending', ticket: null, possiblyCreatedAt: String }],
      'and not known'
    )
    await left.close()

    time.advance(LATER_MS)
    const second = start({ ...order, aheadMs: LATER_MS })
    const said = (await second.stdout?.toArray())?.join('') ?? ''
    const [ticket] = fake.tickets('RE-Anna')
    t.equal(fake.tickets('RE-Anna').length, 1, 'still one')
    t.match(JSON.parse(said), { state: 'done', ticket: { key: ticket?.key, state: 'open' } })
  })
}

function start(order: ChildOrder) {
  return spawn(process.execPath, [CHILD, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] })
}
