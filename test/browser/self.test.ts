/** People whom no event names, on a phone-sized screen without JavaScript: the simulated org signs them in. */
import t from 'tap'
import { openWorld } from '../../src/cli/demo-world.ts'
import { HOUR_MS, systemClock } from '../../src/domain/time.ts'
import { enroll, enrollmentObstacle } from '../../src/sandbox/people.ts'
import { ADMIN, orphaned, past } from '../../src/sandbox/scenarios/cast.ts'
import { severityOf } from '../../src/ticket/draft/severity.ts'
import { NEEDS_CHROMIUM } from './chromium.ts'
import { openBrowser } from './find-chromium.ts'

t.setTimeout(120_000)

const SELF = {
  ...{ host: '127.0.0.1', port: 0, publicUrl: '', key: 'a key for the cookies of this test' },
  signIn: { clientId: '0oaSelfService00000d7', clientSecret: 'a secret of the self-service app' }
}

t.test('a stuck person helps themselves; whom the guards stop is told to call', NEEDS_CHROMIUM, async (t) => {
  const world = await openWorld({ scenarios: [], clock: systemClock, storeUrl: 'memory:', settings: { self: SELF } })
  t.teardown(() => world.close())
  const { org, service } = world
  const browser = await openBrowser()
  t.teardown(() => browser.close())

  /** Signs in, and says in two taps that an iPhone shows invalidToken. */
  async function report(name: string) {
    const room = await browser.newContext({
      ...{ baseURL: service.selfUrl ?? '', javaScriptEnabled: false, viewport: { width: 360, height: 740 } }
    })
    t.teardown(() => room.close())
    const tab = await room.newPage()
    await tab.goto('/')
    await tab.getByRole('link', { name: 'Sign in', exact: true }).click()
    await tab.getByRole('button', { name }).click()
    await tab.getByRole('link', { name: 'iPhone or iPad' }).click()
    await tab.getByRole('button', { name: 'invalidToken' }).click()
    await tab.getByRole('heading', { name: /What to do|Please call/ }).waitFor()
    const size = await tab.evaluate<{ wide: number; lowest: number }>(
      '({ wide: document.documentElement.scrollWidth, lowest: Math.min(...[...document.querySelectorAll("button, .button")].map((one) => one.offsetHeight)) })'
    )
    t.ok(size.wide <= 360, `${name}: nothing is wider than the screen`)
    t.ok(size.lowest >= 44, `${name}: buttons are large enough for a finger`)
    return tab
  }
  const caseOf = async (id: string) => (await service.store.listCases({ user: id, limit: 2 })).cases

  const stuck = orphaned(org, 'Stina Stuck')
  const tab = await report('Stina Stuck')
  t.match(await tab.textContent('main'), /An earlier set-up.*scan the new QR code/s)
  t.equal(enrollmentObstacle(org, stuck), null, 'the way is free')
  enroll(org, stuck)
  await world.okta.flush()
  await service.worker.idle()
  // The page would load itself again.
  await tab.reload()
  await tab.getByRole('heading', { name: 'Okta Verify works' }).waitFor()
  const [own, ...others] = await caseOf(stuck.id)
  t.match(own, { state: 'resolved', outcome: 'recovered_after_repair', ticket: null })
  t.same(others, [])
  t.same(
    own?.failures.map(({ source }) => source),
    ['self']
  )
  t.equal(org.writes.length, 1)

  const stopped = {
    'Adam Admin': (id: string) =>
      org.users.get(id)?.roles.push({
        ...{ id: 'ra9', type: 'ORG_ADMIN', label: 'Organization Administrator' },
        ...{ assignmentType: 'USER', status: 'ACTIVE' }
      }),
    'Rita Risk': (id: string) => Object.assign(org.users.get(id) ?? {}, { risk: { riskLevel: 'HIGH' } }),
    'Rolf Reset': () => undefined
  }
  const pages: string[] = []
  for (const [name, spoil] of Object.entries(stopped)) {
    const person = orphaned(org, name)
    spoil(person.id)
    if (name === 'Rolf Reset') past(org, person, 'user.account.reset_password', HOUR_MS, { by: ADMIN })
    const page = await (await report(name)).textContent('main')
    pages.push((page ?? '').replace(/RE-\w+/, 'RE'))
    const [c] = await caseOf(person.id)
    t.match(c, { state: 'with_person', decision: { kind: 'ticket' } }, name)
    t.ok(c?.ticket, `${name}: a ticket`)
    if (c && name === 'Rita Risk') t.equal(severityOf(c), 'security')
  }
  t.equal(org.writes.length, 1, 'nothing was written for them')
  t.match(pages[0], /Please call your service desk/)
  t.equal(new Set(pages).size, 1, 'the page does not say which guard stopped it')
})
