/**
 * Deliveries as Okta's admins would see them (`test/samples`, composed, not captured): each is answered 204 and ends where
 * it should. The clock stands at the time of the samples.
 */
import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { World } from '../../src/cli/demo-world.ts'
import { SECOND_MS } from '../../src/domain/time.ts'
import { manualClock } from '../support/clock.ts'
import { allCases, openTestWorld, settle } from './settle.ts'

t.setTimeout(200_000)
const FOLDER = new URL('../samples/', import.meta.url)
const sample = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')

interface LogEventJson {
  uuid: string
  eventType: string
  target: { id: string; type: string; displayName: string; alternateId: string }[]
}
function eventsOf(body: string): LogEventJson[] {
  return (JSON.parse(body) as { data: { events: LogEventJson[] } }).data.events
}

/** An org in which every user of the samples exists and is active. */
function populate(world: World): void {
  for (const name of readdirSync(FOLDER).filter((file) => file.endsWith('.json'))) {
    for (const event of eventsOf(sample(name))) {
      for (const { id, type, alternateId } of event.target) {
        if (type !== 'User' || world.org.users.has(id)) continue
        world.org.addUser({ id, profile: { login: alternateId, email: alternateId } })
      }
    }
  }
}

async function post(world: World, body: string): Promise<number | null> {
  const headers = { authorization: world.hookSecret, 'content-type': 'application/json' }
  return (await world.okta.deliverRaw(world.service.hookUrl, body, headers)).status
}

/** A world at the time when Okta sent this sample. */
async function worldAt(t: { teardown(fn: () => Promise<void>): void }, name: string) {
  const sentAt = (JSON.parse(sample(name)) as { eventTime: string }).eventTime
  const time = manualClock(new Date(sentAt.replace(/(\.\d{3})\d+/, '$1')).toISOString())
  const world = await openTestWorld(t, time)
  populate(world)
  return { world, time }
}

/** What each sample must come to; `prepare` makes Okta what the sample's README says. */
const EXPECTED: Readonly<Record<string, { prepare?: (world: World) => void; cases: readonly object[] }>> = {
  'suspended-user.json': {
    prepare: ({ org }) => void Object.assign(org.users.get('00u7zXRk9fcsiaiEvJd7') ?? {}, { status: 'SUSPENDED' }),
    cases: [
      { user: { login: 'dana.suspended@example.com' }, cause: { id: 'account_suspended' }, state: 'awaiting_approval' }
    ]
  },
  'ios-backup-restore.json': {
    prepare: ({ org }) => {
      const phone = org.addDevice({ created: '2025-01-01T00:00:00.000Z', lastUpdated: '2026-03-01T00:00:00.000Z' })
      org.linkDevice('00uVqYNeFcaBho2Mdld7', phone.id)
      org.addFactor('00uVqYNeFcaBho2Mdld7', {
        factorType: 'push',
        deviceId: phone.id,
        created: '2025-01-01T00:00:00.000Z',
        lastUpdated: '2025-01-01T00:00:00.000Z'
      })
    },
    cases: [{ cause: { id: 'device_replaced' }, decision: { kind: 'ticket' }, state: 'with_person' }]
  },
  'jailbroken.json': {
    cases: [{ cause: { id: 'device_jailbroken' }, decision: { kind: 'ticket' }, state: 'with_person' }]
  },
  'iphone15-ios17.json': { cases: [{ cause: { id: 'iphone15_ios17', kbOption: 4 }, state: 'with_person' }] },
  'batch-mixed.json': {
    prepare: ({ org }) => void Object.assign(org.users.get('00u7zXRk9fcsiaiEvJd7') ?? {}, { status: 'SUSPENDED' }),
    cases: [
      { user: { name: 'Dana Suspended' }, cause: { id: 'account_suspended' } },
      { user: { name: 'Noor Devicelink' }, state: 'with_person' }
    ]
  },
  'duplicate.json': { cases: [{ user: { name: 'Dana Suspended' } }] },
  'admin-user.json': {
    prepare: ({ org }) => {
      const user = org.users.get('00u3RfrFAq7EqWGHBHd7')
      user?.roles.push({
        id: 'ra1',
        type: 'SUPER_ADMIN',
        label: 'Super Administrator',
        assignmentType: 'USER',
        status: 'ACTIVE'
      })
      org.addFactor('00u3RfrFAq7EqWGHBHd7', {
        factorType: 'push',
        status: 'PENDING_ACTIVATION',
        created: '2026-06-15T13:00:00.000Z'
      })
    },
    cases: [
      { cause: { id: 'enrollment_orphaned' }, decision: { kind: 'ticket', stoppedBy: ['G1'] }, state: 'with_person' }
    ]
  },
  'burst-outage.json': { cases: Array.from({ length: 12 }, () => ({ state: 'with_person' })) },
  'irrelevant-event.json': { cases: [] },
  'preview.json': { cases: [{ user: { name: 'Pat Preview' }, state: 'with_person', failures: [{ preview: true }] }] },
  'sparse-legacy-shape.json': { cases: [{ user: { name: 'Lee Legacy' }, state: 'with_person' }] },
  'risky-context.json': {
    prepare: ({ org }) =>
      void org.addFactor('00u6YpYhmLkjTmz7MXd7', {
        factorType: 'push',
        status: 'PENDING_ACTIVATION',
        created: '2026-06-15T01:00:00.000Z'
      }),
    cases: [{ cause: { id: 'enrollment_orphaned' }, decision: { kind: 'ticket' }, state: 'with_person' }]
  }
}

t.test('every sample has an expectation', async (t) => {
  t.same(
    Object.keys(EXPECTED).sort(),
    readdirSync(FOLDER)
      .filter((file) => file.endsWith('.json'))
      .sort()
  )
})

for (const [name, { prepare, cases }] of Object.entries(EXPECTED)) {
  t.test(name, { timeout: 60_000 }, async (t) => {
    const { world, time } = await worldAt(t, name)
    prepare?.(world)
    t.equal(await post(world, sample(name)), 204)
    const found = (await settle(world, time)).filter((c) => c.storm === null)
    t.equal(found.length, cases.length, 'as many cases as people with this trouble')
    for (const [index, expected] of cases.entries()) {
      const sorted = found.toSorted((a, b) => (a.user.name ?? '').localeCompare(b.user.name ?? ''))
      t.match(sorted[index], expected)
    }
    t.equal(world.org.writes.length, 0, 'none of the samples may cause a write')
  })
}

t.test('a redelivery changes nothing', { timeout: 60_000 }, async (t) => {
  const { world, time } = await worldAt(t, 'suspended-user.json')
  t.equal(await post(world, sample('suspended-user.json')), 204)
  const before = await settle(world, time)
  t.equal(await post(world, sample('duplicate.json')), 204)
  time.advance(SECOND_MS)
  t.same(await settle(world, time), before)
})

t.test('a batch loses and doubles nothing, whatever was delivered before', { timeout: 60_000 }, async (t) => {
  const { world, time } = await worldAt(t, 'batch-mixed.json')
  t.equal(await post(world, sample('suspended-user.json')), 204)
  t.equal(await post(world, sample('batch-mixed.json')), 204)
  t.equal(await post(world, sample('batch-mixed.json')), 204)
  await settle(world, time)
  const cases = await allCases(world)
  t.same(cases.map((c) => [c.user.name, c.failures.length]).toSorted(), [
    ['Dana Suspended', 1],
    ['Noor Devicelink', 1]
  ])
})
