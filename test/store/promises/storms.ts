/** What a store promises about many users failing at once. */
import type { Test } from 'tap'
import type { FailureTrace } from '../../../src/domain/deliveries.ts'
import type { Store } from '../../../src/domain/store.ts'
import type { OpenStore } from '../../contract/store.ts'
import { evidenceWith, failure } from '../../remediate/situations.ts'
import { aCase, aDelivery, aTrace, changed, minute, NOON } from '../build.ts'

const window = { now: NOON, windowMs: 600_000 }

/** Failures that were received and digested. */
async function fail(store: Store, traces: readonly FailureTrace[], name = 'event'): Promise<void> {
  const uuids = traces.map((_, n) => `${name}-${n}`)
  await store.receive(aDelivery(uuids))
  const disposition = { kind: 'case', caseId: 'RE-x', as: 'failure' } as const
  await store.processEvents({ events: traces.map((trace, n) => ({ uuid: `${name}-${n}`, disposition, trace })) })
}

export async function stormPromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('failures are counted in users, within the window, and from where they come', async (t) => {
    const store = await open(t)
    await fail(store, [
      aTrace('anna', { publishedAt: minute(-1) }),
      aTrace('anna', { publishedAt: minute(-2), ip: '203.0.113.9' }),
      aTrace('bert', { publishedAt: minute(-10), ip: '203.0.113.9' }),
      aTrace('carl', { publishedAt: minute(-3), ip: null, asNumber: 64501 }),
      aTrace('long-ago', { publishedAt: minute(-10.1) })
    ])
    const ask = { subjectKey: 'user:anna', now: NOON, stormWindowMs: 600_000 }
    const none = { failingUsers: 3, sameIpUsers: 0, sameNetworkUsers: 0 }
    t.match(await store.recent({ ...ask, ips: [], asNumbers: [] }), none)
    const some = { failingUsers: 3, sameIpUsers: 2, sameNetworkUsers: 1 }
    t.match(await store.recent({ ...ask, ips: ['203.0.113.9', '192.0.2.1'], asNumbers: [64501] }), some)
  })

  await t.test(
    'asked again, the counts know whoever failed meanwhile and forget whoever left the window',
    async (t) => {
      const store = await open(t)
      const users = async (now: string) => {
        const ask = { subjectKey: 'user:anna', ips: ['192.0.2.1'], asNumbers: [], now, stormWindowMs: 600_000 }
        const { failingUsers, sameIpUsers } = await store.recent(ask)
        return [failingUsers, sameIpUsers]
      }
      await fail(store, [aTrace('anna', { publishedAt: minute(-9) }), aTrace('bert', { publishedAt: minute(-2) })])
      t.same(
        [await users(NOON), await users(NOON)],
        [
          [2, 0],
          [2, 0]
        ]
      )
      await fail(store, [aTrace('carl', { publishedAt: minute(-1), ip: '192.0.2.1' })], 'later')
      t.same(
        [await users(NOON), await users(minute(0.5))],
        [
          [3, 1],
          [3, 1]
        ]
      )
      t.same(
        [await users(minute(2)), await users(minute(8.5)), await users(minute(20))],
        [
          [2, 1],
          [1, 1],
          [0, 0]
        ]
      )
      t.same(await users(NOON), [3, 1], 'also with a clock that was set back')
    }
  )

  await t.test('what most of the failing users share is named with their number', async (t) => {
    const store = await open(t)
    await fail(store, [
      aTrace('anna', { appVersion: '9.31.0', platform: 'unknown' }),
      aTrace('anna', { appVersion: '9.31.0', platform: 'unknown' }),
      aTrace('anna', { appVersion: '9.31.0', ip: null, platform: 'unknown' }),
      aTrace('bert', { appVersion: '9.32.0', ip: '203.0.113.9', platform: 'unknown' }),
      aTrace('carl', { appVersion: '9.32.0', ip: '203.0.113.9', asNumber: 64501, platform: 'unknown' }),
      aTrace('long-ago', { publishedAt: minute(-11), appVersion: '9.31.0' })
    ])
    t.same(await store.failing(window), {
      users: 3,
      common: {
        ip: { value: '203.0.113.9', users: 2 },
        asNumber: { value: 64500, users: 2 },
        appVersion: { value: '9.32.0', users: 2 },
        platform: null
      }
    })
    const alone = await store.failing({ ...window, fewest: 4 })
    t.match(alone, { users: 3, common: { ip: null, asNumber: null } }, 'of fewer than asked, only the number')
  })

  await t.test('when nobody fails, nothing is shared', async (t) => {
    const store = await open(t)
    const common = { ip: null, asNumber: null, appVersion: null, platform: null }
    t.same(await store.failing(window), { users: 0, common })
  })

  await t.test('a storm’s children are counted and listed, the open ones apart', async (t) => {
    const store = await open(t)
    const child = { parentId: 'RE-storm' }
    await store.save({ next: aCase('anna', child), ledger: [] })
    await store.save({ next: aCase('bert', { ...child, state: 'with_person' }), ledger: [] })
    await store.save({ next: aCase('carl', { parentId: 'RE-other' }), ledger: [] })
    await store.save({ next: aCase('dora'), ledger: [] })
    t.same(await store.countChildren('RE-storm'), { all: 2, open: 2 })
    await store.save({ next: changed(aCase('anna', child), { state: 'resolved' }), ledger: [] })
    t.same(await store.countChildren('RE-storm'), { all: 2, open: 1 })
    const ids = async (query: { states?: ['resolved'] }) =>
      (await store.listCases({ parentId: 'RE-storm', limit: 10, ...query })).cases.map((c) => c.id)
    t.same(await ids({}), ['RE-bert', 'RE-anna'])
    t.same(await ids({ states: ['resolved'] }), ['RE-anna'])
    t.same(await store.countChildren('RE-nobody'), { all: 0, open: 0 })
  })

  const inGroups = (...names: string[]) => evidenceWith({ groups: names.map((name) => ({ id: `00g${name}`, name })) })

  await t.test('says what the cases of a storm share', async (t) => {
    const store = await open(t)
    const failed = (ip: string) =>
      failure({ context: { ...failure().context, ip, asNumber: 64500, appVersion: '9.40.1' } })
    const child = {
      parentId: 'RE-storm',
      cause: { id: 'unknown', confidence: 'low', because: [], kbOption: null }
    } as const
    for (const next of [
      aCase('a', {
        ...child,
        failures: [failed('192.0.2.1')],
        state: 'with_person',
        evidence: inGroups('Sales', 'Everyone')
      }),
      aCase('b', { ...child, failures: [failed('192.0.2.1'), failed('192.0.2.1')], state: 'with_person' }),
      aCase('c', {
        ...child,
        failures: [failed('192.0.2.2')],
        state: 'resolved',
        openedAt: minute(5),
        evidence: inGroups('Sales', 'Berlin')
      }),
      aCase('other', { failures: [failed('192.0.2.1')] })
    ])
      await store.save({ next, ledger: [] })
    const found = await store.stormFacets('RE-storm')
    t.same(found.states, [
      { of: 'with_person', count: 2 },
      { of: 'resolved', count: 1 }
    ])
    t.same(found.causes, [{ of: 'unknown', count: 3 }])
    t.same(
      found.facts.filter(({ kind }) => kind === 'address' || kind === 'app' || kind === 'group'),
      [
        { kind: 'address', of: '192.0.2.1', count: 2 },
        { kind: 'address', of: '192.0.2.2', count: 1 },
        { kind: 'app', of: '9.40.1', count: 3 },
        { kind: 'group', of: 'sales', count: 2 },
        { kind: 'group', of: 'berlin', count: 1 }
      ]
    )
    t.same(found.opened, [
      { at: NOON.slice(0, 16), state: 'with_person', count: 2 },
      { at: minute(5).slice(0, 16), state: 'resolved', count: 1 }
    ])
  })
}
