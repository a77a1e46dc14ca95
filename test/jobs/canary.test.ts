/** Canaries sown in an org, its deliveries and our secrets: none is in the log, the metrics or the traces. */
import t from 'tap'
import type { World } from '../../src/cli/demo-world.ts'
import { MINUTE_MS } from '../../src/domain/time.ts'
import { addPhone, failEnrollment, type Person } from '../../src/sandbox/people.ts'
import { orphaned, suspended } from '../../src/sandbox/scenarios/cast.ts'
import { createPseudonym, createScrub, hideUsers, userOf } from '../../src/telemetry/redact.ts'
import { openTestWorld, settle } from '../scenarios/settle.ts'
import { manualClock } from '../support/clock.ts'
import { openCollector, tracingTo } from '../telemetry/collector.ts'

t.setTimeout(120_000)

const KEY = 'a-key-of-more-than-thirty-two-characters'
const CANARIES = {
  mail: 'canary.mail@example.com',
  secondMail: 'canary.second@example.org',
  name: 'Canaria',
  phone: '+1 202-555-0177',
  serial: 'SNCANARY4711',
  device: 'iPhone of Canaria',
  text: 'canary-in-a-report'
}

/** A world that logs everything, and what it said. */
async function loudWorld(t: { teardown(fn: () => unknown): void }, logUserKey?: string) {
  const collector = await openCollector(t)
  const time = manualClock('2026-06-15T08:00:00.000Z')
  const lines: string[] = []
  const world = await openTestWorld({ teardown: (fn) => t.teardown(fn) }, time, {
    settings: { tracing: tracingTo(collector), logUserKey: logUserKey ?? null },
    service: { logTo: { write: (line) => void lines.push(line) }, logLevel: 'debug' }
  })
  return { world, time, collector, log: () => lines.join('') }
}

/** Two people whose data is all canaries fail; one is repaired, one waits for a person; callers of every kind knock. */
async function liveThrough(
  world: World,
  advance: (ms: number) => void,
  rest: () => Promise<unknown>
): Promise<Person[]> {
  const { org } = world
  const profile = { email: CANARIES.mail, secondEmail: CANARIES.secondMail, mobilePhone: CANARIES.phone }
  const people = [orphaned(org, `${CANARIES.name} Orphan`, { profile }), suspended(org, `${CANARIES.name} Suspended`)]
  for (const person of people) {
    const phone = addPhone(org, person)
    Object.assign(phone.profile, { serialNumber: CANARIES.serial, displayName: CANARIES.device })
    org.linkDevice(person.id, phone.id)
    person.deviceId = phone.id
    failEnrollment(org, person, { reason: `Invalid token provided for ${CANARIES.mail}, call ${CANARIES.phone}` })
  }
  await rest()
  advance(MINUTE_MS)
  await rest()
  const { hookUrl, opsUrl } = world.service
  const headers = { authorization: `Bearer ${world.opsToken}`, 'content-type': 'application/json' }
  const report = JSON.stringify({ user: CANARIES.mail, text: `${CANARIES.text} ${CANARIES.phone}` })
  await fetch(`${opsUrl}/api/reports`, { method: 'POST', headers, body: report })
  await fetch(`${opsUrl}/api/cases?user=${encodeURIComponent(CANARIES.mail)}`, { headers })
  await fetch(`${opsUrl}/api/cases/${people[0]?.id}/close`, { method: 'POST', headers, body: '{' })
  await fetch(hookUrl, { method: 'POST', headers, body: report })
  const ours = { ...headers, authorization: world.hookSecret }
  await fetch(hookUrl, { method: 'POST', headers: ours, body: `{"data":{"events":["${CANARIES.mail}"` })
  await rest()
  return people
}

t.test('no canary comes out in logs, metrics or traces, however loud they are', async (t) => {
  const { world, time, collector, log } = await loudWorld(t, KEY)
  const people = await liveThrough(world, time.advance, () => settle(world, time))
  const metrics = await Promise.all(
    ['text/plain', 'application/openmetrics-text'].map(async (accept) =>
      (await fetch(`${world.service.opsUrl}/metrics`, { headers: { accept } })).text()
    )
  )
  await world.service.close()
  const places = { log: log(), metrics: metrics.join('\n'), traces: collector.bodies.join('\n') }
  const logins = people.map(({ login }) => login)
  const sown = [
    ...Object.values(CANARIES),
    ...logins,
    world.hookSecret,
    world.opsToken,
    KEY,
    '202-555',
    'BEGIN PRIVATE'
  ]
  for (const [place, text] of Object.entries(places)) {
    t.ok(text.length > 5_000, `the ${place} say something`)
    for (const canary of sown) t.notOk(text.includes(canary), `${canary.slice(0, 12)}… is not in the ${place}`)
    for (const { id } of people) t.notOk(text.includes(id), `no user id in the ${place}`)
  }
  const names = people.map(({ id }) => createPseudonym(KEY)(id))
  for (const name of names) {
    t.ok(places.log.includes(`"user":"${name}"`), 'the log names the user by the keyed hash')
    t.ok(places.traces.includes(name), 'and so do the traces')
    t.notOk(places.metrics.includes(name), 'no metric does')
  }
})

t.test('without a key, lines and spans name no user at all', async (t) => {
  const { world, time, collector, log } = await loudWorld(t)
  const people = await liveThrough(world, time.advance, () => settle(world, time))
  await world.service.close()
  const steps = log()
    .split('\n')
    .filter((line) => line.includes('"msg":"step"') || line.includes('"msg":"event read"'))
  t.ok(steps.length > 5)
  t.notMatch(steps.join('\n'), /"user":|00u[A-Za-z0-9]{17}/)
  t.notMatch(collector.bodies.join(), /reenroll\.user|00u/)
  t.ok(people.every(({ id }) => !collector.bodies.join().includes(id)))
})

t.test('the name of a user is stable for a key, another for another key, and no way back', async (t) => {
  const [one, same, other] = [createPseudonym(KEY), createPseudonym(KEY), createPseudonym(`${KEY}2`)]
  const id = '00u7zXRk9fcsiaiEvJd7'
  t.match(one(id), /^user-[0-9a-f]{16}$/)
  t.equal(one(id), same(id))
  t.not(one(id), other(id))
  t.not(one(id), one('00u7zXRk9fcsiaiEvJd8'))
  t.equal(hideUsers(`GET /people/${id} and 00uShort`, one), `GET /people/${one(id)} and 00uShort`)
  t.equal(createScrub([], one)(`no such user: ${id}`), `no such user: ${one(id)}`)
  t.equal(createScrub([])(`no such user: ${id}`), `no such user: ${id}`)
  t.equal(userOf({ type: 'case_opened', caseId: 'RE-1' }, one), null)
})

t.test('a telephone number in a text and fields that hold one are hidden; times and amounts are not', async (t) => {
  const scrub = createScrub([])
  t.equal(scrub('call +1 202-555-0177 or +4930123456'), 'call [phone] or [phone]')
  const harmless = '2026-06-15T08:00:00.000+02:00 took +15 ms, 1+1=2, +1234'
  t.equal(scrub(harmless), harmless)
})
