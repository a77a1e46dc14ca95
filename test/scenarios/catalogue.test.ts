/** Everybody of the catalogue, through the real hook, the real SDK and the simulated org: each gets the expected outcome. */
import t from 'tap'
import { CROWD_LIMITS, SCENARIOS } from '../../src/sandbox/scenarios/catalogue.ts'
import { permissionFor, reenrollRoles } from '../../src/sandbox/server/permissions.ts'
import { manualClock } from '../support/clock.ts'
import { playAll } from './play-all.ts'
import { openTestWorld } from './settle.ts'

t.setTimeout(200_000)
const crowd = SCENARIOS.filter((scenario) => !scenario.isolated)

t.test('the crowd', { timeout: 180_000 }, async (t) => {
  const time = manualClock(new Date().toISOString())
  const calls: { readonly permission: string; readonly url: string; readonly status: number }[] = []
  const onExchange = ({ method, url, status }: { method: string; url: string; status: number }) => {
    const [path = ''] = url.replace(/^https?:\/\/[^/]+/, '').split('?')
    if (path.startsWith('/api/v1/')) calls.push({ permission: permissionFor(method, path), url, status })
  }
  const world = await openTestWorld(t, time, { scenarios: crowd, guards: CROWD_LIMITS, sandbox: { onExchange } })
  await playAll(t, world, time)

  await t.test('needs each permission that Terraform and the guide give to its apps, and no other', async (t) => {
    const used = new Set(calls.map(({ permission }) => permission))
    const given = reenrollRoles('00g1').flatMap(({ role }) => (typeof role === 'string' ? [] : role))
    const byReadOnlyAdministrator = ['okta.logs.read', 'okta.userRisk.read', 'okta.groups.read', 'okta.eventhooks.read']
    t.strictSame([...used].filter((each) => !byReadOnlyAdministrator.includes(each)).sort(), [...new Set(given)].sort())
    const rory = crowd.findIndex(({ id }) => id === 'evidence_missing')
    const refused = calls.filter(
      ({ url, status }) => status === 403 && !url.includes(`${world.stage.roles[rory]?.person.id}`)
    )
    t.strictSame(refused, [])
  })
})

for (const scenario of SCENARIOS.filter((one) => one.isolated)) {
  t.test(`alone: ${scenario.title}`, { timeout: 60_000 }, async (t) => {
    const time = manualClock(new Date().toISOString())
    const world = await openTestWorld(t, time, { scenarios: [scenario] })
    await playAll(t, world, time)
  })
}
