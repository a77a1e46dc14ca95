/**
 * Deliveries composed after captures of real orgs that once led to a wrong outcome (`test/intake/fixtures/found`), played
 * through the service: what becomes of each person.
 */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { World } from '../../src/cli/demo-world.ts'
import type { Case } from '../../src/domain/case.ts'
import { MINUTE_MS, SECOND_MS } from '../../src/domain/time.ts'
import { CROWD_LIMITS } from '../../src/sandbox/scenarios/catalogue.ts'
import { manualClock } from '../support/clock.ts'
import { matchAll } from '../support/match-all.ts'
import { allCases, openTestWorld, settle } from './settle.ts'

t.setTimeout(120_000)
const FOLDER = new URL('../intake/fixtures/found/', import.meta.url)
const NAMES = readdirSync(FOLDER).map((file) => file.replace('.json', ''))
const PAT = '00uPatPerson00000000'

interface Expected {
  /** A failure of the same person on an iPhone 13 that came before. */
  readonly failedBefore?: true
  /** What Okta knows of the person. */
  readonly okta?: (world: World, userId: string) => void
  /** The case; null when none may be opened. */
  readonly want: object | null
}

function suspendedPhone({ org }: World, userId: string): void {
  const phone = org.addDevice({ status: 'SUSPENDED', profile: { platform: 'IOS', model: 'iPhone14,5' } })
  org.linkDevice(userId, phone.id)
}

const EXPECTED: Readonly<Record<string, Expected>> = {
  'ios-ua-with-app-instance-id': { want: { cause: { id: 'iphone15_ios17' } } },
  'ios-ua-suspended-device': { okta: suspendedPhone, want: { cause: { id: 'device_suspended' } } },
  'windows-ua-dot-in-maker': { want: { failures: [{ device: { platform: 'WINDOWS', model: 'MS-7B51' } }] } },
  'device-camel-case': { want: { cause: { id: 'iphone15_ios17' }, failures: [{ device: { platform: 'IOS' } }] } },
  'reset-read-as-recovery': { failedBefore: true, want: { state: 'with_person', signals: { length: 1 } } },
  'laptop-closes-phone-case': { want: { state: 'with_person', recovery: null, ticket: { state: 'open' } } },
  'custom-authenticator-at-enrollment-path': { want: null },
  'fastpass-phishing': { failedBefore: true, want: { signals: { length: 1 } } },
  'device-registered-only': { failedBefore: true, want: { state: 'with_person', ticket: { state: 'open' } } }
}

/** The delivery as that of another person, so that all are played in one org. */
function deliveryOf(name: string, person: number, part = 0): string {
  return readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')
    .replaceAll(PAT, userId(person))
    .replaceAll('pat.person@', `pat.person${person}@`)
    .replaceAll(/0000000000(\d\d)"/g, `00000${person}${part}000$1"`)
}

function userId(person: number): string {
  return `${PAT.slice(0, -1)}${person}`
}

t.test('each capture that was once misread ends as it should', async (t) => {
  t.strictSame(Object.keys(EXPECTED).sort(), NAMES.sort(), 'every fixture has an expectation')
  const time = manualClock('2026-11-28T20:00:06.000Z')
  // Nobody's failure is part of a storm.
  const world = await openTestWorld(t, time, { guards: CROWD_LIMITS })
  // A slash too many in the hook's address: Okta does not retry a 404.
  const post = async (body: string) => {
    const headers = { authorization: world.hookSecret, 'content-type': 'application/json' }
    return (await world.okta.deliverRaw(`${world.service.hookUrl}/`, body, headers)).status
  }
  for (const [person, { okta, failedBefore }] of Object.values(EXPECTED).entries()) {
    const login = `pat.person${person}@example.com`
    world.org.addUser({ id: userId(person), profile: { login, email: login } })
    okta?.(world, userId(person))
    if (failedBefore) t.equal(await post(deliveryOf('ios-ua-suspended-device', person, 1)), 204)
  }
  await settle(world, time)
  for (const [person, name] of Object.keys(EXPECTED).entries()) t.equal(await post(deliveryOf(name, person)), 204)
  // Decided again with the signals; within the time after which a begun enrollment is looked up.
  for (let second = 0; second < 20; second++) {
    await settle(world, time)
    time.advance(SECOND_MS)
  }
  const caseOf = (cases: readonly Case[], person: number) =>
    cases.find(({ user }) => user.id === userId(person)) ?? null
  const cases = await allCases(world)
  for (const [person, [name, { want }]] of Object.entries(EXPECTED).entries()) {
    const found = caseOf(cases, person)
    if (want === null) t.equal(found, null, name)
    else t.match(found, want, name)
  }
  t.equal(world.org.writes.length, 0)

  const registered = Object.keys(EXPECTED).indexOf('device-registered-only')
  const { id } = world.org.addDevice({ id: 'guoPatPhone000000000', profile: { platform: 'IOS', model: 'iPhone14,5' } })
  world.org.linkDevice(userId(registered), id)
  for (const factorType of ['push', 'signed_nonce']) {
    world.org.addFactor(userId(registered), { factorType, deviceId: id, created: time.clock() })
  }
  time.advance(5 * MINUTE_MS)
  world.service.worker.wake()
  await settle(world, time)
  const after = caseOf(await allCases(world), registered)
  t.match(after, { state: 'resolved', outcome: 'recovered_by_itself' }, 'Okta says that it is enrolled')
})

t.test('a report by login is looked up although each call is signed', async (t) => {
  const time = manualClock('2026-11-28T20:00:06.000Z')
  const world = await openTestWorld(t, time)
  const login = 'dana.suspended@example.com'
  const { id } = world.org.addUser({ status: 'SUSPENDED', profile: { login, email: login } })
  const headers = { authorization: `Bearer ${world.opsToken}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ user: login, platform: 'IOS' })
  const { status } = await fetch(`${world.service.opsUrl}/api/reports`, { method: 'POST', headers, body })
  t.equal(status, 202)
  matchAll(t, await settle(world, time), [{ user: { id }, cause: { id: 'account_suspended' } }])
})
