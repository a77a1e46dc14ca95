/** Logins whose tokens expire: a GitHub App and an OAuth client of ServiceNow, for hours and through a revocation. */
import t from 'tap'
import { HOUR_MS } from '../../../src/domain/time.ts'
import { createGitHubTarget } from '../../../src/ticket/targets/github.ts'
import { createServiceNowTarget } from '../../../src/ticket/targets/servicenow.ts'
import type { Fake } from '../../fakes/fake.ts'
import { GITHUB_APP_ID, githubAppKey, openGitHub } from '../../fakes/github.ts'
import { openServiceNow, SN_CLIENT_ID, SN_PASSWORD } from '../../fakes/servicenow.ts'
import { NOW } from '../../remediate/situations.ts'
import { type ManualClock, manualClock } from '../../support/clock.ts'
import { type MakeTarget, openOutboxWorld, waitingCase } from '../outbox/outbox-world.ts'
import { serviceNowSettings } from '../target-settings.ts'

/** A ticket that is updated for five hours; the token is refused once before it ends. Returns how many were fetched. */
async function tokensOfFiveHours(fake: Fake, clock: ManualClock, make: MakeTarget, path: RegExp): Promise<number> {
  const world = openOutboxWorld(make, { clock })
  let c = await world.save(waitingCase('Anna'))
  await world.settle()
  for (let hour = 0; hour < 5; hour++) {
    clock.advance(HOUR_MS)
    c = await world.save(c, {}, { what: `Hour ${hour}.` })
    await world.settle()
  }
  const fetched = fake.requests.filter(({ url }) => path.test(url)).length
  let refused = 0
  fake.behave(({ url }) => (path.test(url) || refused++ > 0 ? null : { status: 401, body: {} }))
  await world.save(c, {}, { what: 'After a revocation.' })
  await world.settle()
  const again = fake.requests.filter(({ url }) => path.test(url)).length - fetched
  return fetched === 6 && again === 1 ? fake.tickets('RE-Anna').length : Number.NaN
}

t.test('a GitHub App signs in as its installation, once an hour, and again after a refusal', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openGitHub(t, { clock })
  const settings = { system: 'github', url: fake.url, repository: 'acme/ops', appId: GITHUB_APP_ID } as const
  const key = githubAppKey()
  const make: MakeTarget = (deps) => createGitHubTarget('tracker', settings, key, deps)
  t.equal(await tokensOfFiveHours(fake, clock, make, /access_tokens$/), 1)
  t.match(fake.requests.find(({ url }) => url.endsWith('access_tokens'))?.body, {
    ...{ repositories: ['ops'], permissions: { issues: 'write' } }
  })
  t.throws(
    () => openOutboxWorld((deps) => createGitHubTarget('tracker', settings, 'ghp_token', deps)),
    /not a private key/
  )
})

t.test('ServiceNow: the client credentials grant', async (t) => {
  const clock = manualClock(NOW)
  const fake = await openServiceNow(t, { clock })
  const settings = { ...serviceNowSettings(fake.url), user: '', clientId: SN_CLIENT_ID }
  const make: MakeTarget = (deps) => createServiceNowTarget('tracker', settings, SN_PASSWORD, deps)
  t.equal(await tokensOfFiveHours(fake, clock, make, /oauth_token\.do$/), 1)
  const wrong = openOutboxWorld((deps) => createServiceNowTarget('tracker', settings, 'wrong', deps), { clock })
  await t.rejects(wrong.target.check(), { message: /gives no access token: invalid_client/ })
})
