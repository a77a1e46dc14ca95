/** `tickets check` against each system with each right removed in turn: it names that right, and nothing else is wrong. */
import t from 'tap'
import { NEEDED_RIGHTS } from '../../../src/ticket/targets/rights.ts'
import type { Fake } from '../../fakes/fake.ts'
import { withoutPermission } from '../../fakes/github.ts'
import { type JiraFake, withoutScope } from '../../fakes/jira.ts'
import { withoutRole } from '../../fakes/servicenow.ts'
import { withoutSlackScope } from '../../fakes/slack.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { openOutboxWorld } from '../outbox/outbox-world.ts'
import { TARGETS } from './open-targets.ts'

const WITHOUT: Readonly<Record<string, (fake: Fake, right: string) => void>> = {
  jira(fake, right) {
    if (right.includes(':')) fake.behave(withoutScope(right))
    else if (right === 'BROWSE_PROJECTS')
      fake.behave(({ url }) => (url.startsWith('/rest/api/3/project/') ? { status: 404, body: {} } : null))
    else (fake as JiraFake).lack(right)
  },
  github: (fake, right) => fake.behave(withoutPermission(right)),
  servicenow: (fake) => fake.behave(withoutRole),
  slack: (fake, right) => fake.behave(withoutSlackScope(right)),
  pagerduty: (fake) => fake.behave(() => ({ status: 400, body: { errors: ['Invalid routing key'] } }))
}

for (const [system, lose] of Object.entries(WITHOUT)) {
  t.test(system, async (t) => {
    const clock = manualClock(NOW)
    const { fake, make } = await TARGETS[system as keyof typeof TARGETS](t, { clock })
    const { target } = openOutboxWorld(make, { clock })
    t.same(await target.check(), [], 'with all rights')
    const rights = NEEDED_RIGHTS[target.system].rights.filter(({ provedBy }) => provedBy === 'check')
    for (const { right } of rights) {
      fake.behave(null)
      lose(fake, right)
      const found = await target.check().catch((error: Error) => [error.message])
      const named = rights.filter((one) => found.some((text) => text.includes(`${one.right} is missing`)))
      t.same(
        named.map((one) => one.right),
        [right],
        found.join(' ')
      )
    }
  })
}

t.test('a GitHub token that ends within two weeks is named with its end', async (t) => {
  const clock = manualClock(NOW)
  const { fake, make } = await TARGETS.github(t, { clock })
  const { target } = openOutboxWorld(make, { clock })
  const withEnd = (at: string) =>
    fake.behave(({ url }) => {
      const headers = { 'github-authentication-token-expiration': at, date: new Date(NOW).toUTCString() }
      return url === '/repos/acme/ops' ? { status: 200, headers, body: { has_issues: true, archived: false } } : null
    })
  withEnd('2026-07-15 12:00:00 UTC')
  t.same(await target.check(), [])
  withEnd('2026-06-25 12:00:00 UTC')
  matchAll(t, await target.check(), [/expires at 2026-06-25T12:00:00.000Z/])
  withEnd(`${NOW.slice(0, 10)} 13:00:00 UTC`)
  matchAll(t, await target.check(), [/expires at 2026-06-25T12/], 'a token of an App is renewed by itself')
})
