/** What a store promises to the review pages: the queue, its counts, a case's own ledger lines, and figures for charts. */
import type { Test } from 'tap'
import type { Case } from '../../../src/domain/case.ts'
import type { CaseFilter, Store } from '../../../src/domain/store.ts'
import type { Mode } from '../../../src/domain/vocabulary.ts'
import type { OpenStore } from '../../contract/store.ts'
import { failure } from '../../remediate/situations.ts'
import { aCase, aLine, anAction, aRepair, changed, minute } from '../build.ts'

async function saveAll(store: Store, cases: readonly Case[]): Promise<void> {
  for (const next of cases) await store.save({ next, ledger: [] })
}

function decided(rule: string, mode: Mode): Pick<Case, 'decision' | 'cause'> {
  return {
    cause: { id: 'account_suspended', confidence: 'high', because: [], kbOption: 1 },
    decision: {
      kind: 'remediate',
      rule,
      mode,
      because: 'a test',
      remediation: 'unsuspend_user',
      stoppedBy: [],
      overridesNeeded: [],
      rows: [],
      ruleVersion: 'v1'
    }
  }
}

/** The ids of the list, read two at a time, after proving that the count says the same. */
async function listed(t: Test, store: Store, filter: CaseFilter, order: 'newest' | 'oldest' = 'oldest') {
  const ids: string[] = []
  const states: Record<string, number> = {}
  let after: string | null = null
  do {
    const page = await store.listCases({ ...filter, order, limit: 2, ...(after ? { after } : {}) })
    ids.push(...page.cases.map((c) => c.id.slice(3)))
    for (const { state } of page.cases) states[state] = (states[state] ?? 0) + 1
    after = page.next
  } while (after)
  t.equal(await store.countCases(filter), ids.length, 'the count is that of the list')
  t.match(await store.countByState(filter), states, 'and so are those of the states')
  return ids
}

export async function queuePromises(t: Test, open: OpenStore): Promise<void> {
  await t.test('lists oldest first as well, page by page, also when many were opened at one moment', async (t) => {
    const store = await open(t)
    await saveAll(
      store,
      ['a', 'b', 'c', 'd', 'e'].map((user, n) => aCase(user, { openedAt: minute(n < 3 ? 0 : n) }))
    )
    t.same(await listed(t, store, {}), ['a', 'b', 'c', 'd', 'e'])
    t.same(await listed(t, store, {}, 'newest'), ['e', 'd', 'c', 'b', 'a'])
  })

  await t.test('folds the children of storms, and lists those that are snoozed or awake', async (t) => {
    const store = await open(t)
    await saveAll(store, [
      aCase('storm', { state: 'with_person' }),
      aCase('child', { parentId: 'RE-storm', state: 'with_person', openedAt: minute(1) }),
      aCase('later', { snoozedUntil: minute(60), openedAt: minute(2) }),
      aCase('woken', { snoozedUntil: minute(5), openedAt: minute(3) })
    ])
    t.same(await listed(t, store, { folded: true }), ['storm', 'later', 'woken'])
    t.same(await listed(t, store, { parentId: 'RE-storm' }), ['child'])
    t.same(await listed(t, store, { snooze: { at: minute(5), show: 'asleep' } }), ['later'])
    t.same(await listed(t, store, { snooze: { at: minute(5), show: 'awake' }, folded: true }), ['storm', 'woken'])
  })

  await t.test('lists and counts by what is needed first, each case once', async (t) => {
    const store = await open(t)
    const attack = { guards: [{ id: 'G3', state: 'tripped', because: 'x' }] } as const
    await saveAll(store, [
      aCase('attack', { state: 'with_person', ...attack }),
      aCase('proposed', { state: 'awaiting_approval', openedAt: minute(1), ...attack }),
      aCase('alert', { state: 'watching', securityAlert: 'a new device', openedAt: minute(2) }),
      aCase('steps', { state: 'with_person', openedAt: minute(3) }),
      aCase('asleep', { state: 'with_person', snoozedUntil: minute(60), openedAt: minute(4) }),
      aCase('working', { state: 'correlating', openedAt: minute(5), ...attack }),
      aCase('ended', { state: 'closed', dueAt: null, openedAt: minute(6), ...attack })
    ])
    t.same(await listed(t, store, { needs: ['security'] }), ['attack', 'proposed', 'alert'])
    t.same(await listed(t, store, { needs: ['steps'] }), ['steps', 'asleep'])
    const awake = { snooze: { at: minute(5), show: 'awake' }, folded: true } as const
    t.same(await listed(t, store, { needs: ['steps', 'other'], ...awake }), ['steps', 'working', 'ended'])
    t.same(await listed(t, store, { needs: ['steps'], states: ['with_person'], ...awake }), ['steps'])
    await store.save({ next: changed(aCase('attack', attack), { state: 'resolved' }), ledger: [] })
    t.same(await listed(t, store, { needs: ['security'] }), ['proposed', 'alert'])
  })

  await t.test('finds by mode, by time, and by part of a name, login or id in any case', async (t) => {
    const store = await open(t)
    const lind = { id: '00uLind', login: 'B.Lind@Example.com', name: 'Béa Lind_50%' }
    await saveAll(store, [
      aCase('anna', { ...decided('suspended', 'propose'), openedAt: minute(1) }),
      aCase('bea', { ...decided('suspended', 'auto'), user: lind, openedAt: minute(2) }),
      aCase('nobody', { user: { id: null, login: null, name: null }, openedAt: minute(3) })
    ])
    t.same(await listed(t, store, { mode: 'propose' }), ['anna'])
    t.same(await listed(t, store, { mode: 'auto', cause: 'account_suspended', states: ['received'] }), ['bea'])
    t.same(await listed(t, store, { openedSince: minute(2) }), ['bea', 'nobody'])
    for (const search of ['BÉA', 'lind@example', '00ulind', 'd_50%'])
      t.same(await listed(t, store, { search }), ['bea'])
    t.same(await listed(t, store, { search: 'd_5_' }), [], 'no character is a wildcard')
    t.same(await listed(t, store, { search: 'anna', mode: 'auto' }), [])
    await store.save({ next: changed(aCase('nobody'), { user: lind }), ledger: [] })
    t.same(await listed(t, store, { search: 'lind' }), ['nobody', 'bea'], 'a save renews what is searched')
  })

  await t.test(
    'finds by facts, none of which a name can imitate, and by the time before which a case was opened',
    async (t) => {
      const store = await open(t)
      const failed = failure({
        context: { ...failure().context, ip: '192.0.2.7', asNumber: 64500, appVersion: '9.40.1' },
        device: { ...failure().device, platform: 'IOS', name: 'Anna’s iPhone', model: 'iPhone15,4' }
      })
      await saveAll(store, [
        aCase('anna', {
          failures: [failed],
          guards: [{ id: 'G9', state: 'tripped', because: '' }],
          openedAt: minute(1)
        }),
        aCase('bea', {
          user: { id: 'bea', login: null, name: '\x01192.0.2.7\x1f' },
          assignee: 'Olga',
          openedAt: minute(2)
        })
      ])
      for (const facts of [
        { address: '192.0.2.7' },
        { network: '64500', app: '9.40.1', model: 'iphone15,4' },
        { platform: 'IOS', device: 'ANNA’S iPhone', guard: 'G9', assignee: null }
      ])
        t.same(await listed(t, store, { facts }), ['anna'])
      t.same(await listed(t, store, { facts: { assignee: 'olga' } }), ['bea'])
      t.same(await listed(t, store, { facts: { address: '92.0.2.7' } }), [], 'a fact is compared whole')
      t.same(await listed(t, store, { search: 'iphone15' }), ['anna'])
      t.same(await listed(t, store, { openedBefore: minute(2) }), ['anna'])
    }
  )

  await t.test('tells the ledger lines of one case, in order and page by page', async (t) => {
    const store = await open(t)
    await store.save({ next: aCase('anna'), ledger: [aLine(), aLine({ kind: 'proposal' })] })
    await store.save({ next: aCase('bert'), ledger: [aLine({ caseId: 'RE-bert' })] })
    await store.save({ next: changed(aCase('anna')), ledger: [aLine({ kind: 'assign' })] })
    const first = await store.ledger({ after: 0, limit: 2, caseId: 'RE-anna' })
    t.same(
      first.map((row) => row.kind),
      ['decision', 'proposal']
    )
    const rest = await store.ledger({ after: first.at(-1)?.seq ?? 0, limit: 9, caseId: 'RE-anna' })
    t.same(
      rest.map((row) => row.kind),
      ['assign']
    )
    t.same(await store.ledger({ after: 0, limit: 9, caseId: 'RE-carl' }), [])
  })

  await t.test('counts cases and writes by day, cause, rule and what became of them', async (t) => {
    const store = await open(t)
    const action = anAction({ remediation: 'unsuspend_user', state: 'done', effect: 'effective' })
    const done = { ...decided('suspended', 'auto'), state: 'resolved', outcome: 'recovered_after_repair' } as const
    await saveAll(store, [
      aCase('old', { openedAt: minute(-10) }),
      aCase('anna', { ...done, actions: [action] }),
      aCase('bert', { ...done, actions: [action] }),
      aCase('carl', { openedAt: minute(24 * 60) })
    ])
    const since = { since: minute(0), until: minute(9_999) } as const
    const { cases, writes } = await store.activity({ ...since, by: 'day' })
    const cause = 'account_suspended'
    t.same(
      cases.toSorted((a, b) => (a.at < b.at ? -1 : 1)),
      [
        { at: '2026-06-15', cause, rule: 'suspended', state: 'resolved', outcome: done.outcome, count: 2 },
        { at: '2026-06-16', cause: null, rule: null, state: 'received', outcome: null, count: 1 }
      ]
    )
    const { remediation, state, effect } = action
    t.same(writes, [{ at: '2026-06-15', rule: 'activation-pending', remediation, state, effect, count: 2 }])
    const again = changed(aCase('anna', { ...done, actions: [action] }), decided('rejected', 'observe'))
    await saveAll(store, [again])
    const [write] = (await store.activity({ ...since, by: 'hour' })).writes
    t.match(write, { rule: 'activation-pending', at: '2026-06-15T12' }, 'a write stays with its rule')
    const day = { since: minute(0), until: minute(24 * 60), by: 'hour' } as const
    t.match((await store.activity(day)).cases, [{ at: '2026-06-15T12' }, { at: '2026-06-15T12' }])
    t.same(await store.activity({ ...since, since: minute(48 * 60), by: 'day' }), { cases: [], writes: [] })
    const whole = await store.activity({ ...since, by: 'period' })
    const sum = (rows: readonly { readonly count: number }[]) => rows.reduce((all, { count }) => all + count, 0)
    t.same([sum(whole.cases), sum(whole.writes)], [sum(cases), sum(writes)])
    t.ok([...whole.cases, ...whole.writes].every(({ at }) => at === ''))
  })

  await t.test('says how long enrollments took, who helped, and what stopped repairs', async (t) => {
    const store = await open(t)
    const { decision, cause } = decided('suspended', 'auto')
    const enrolled = (user: string, minutes: number, patch: Partial<Case> = {}) =>
      aCase(user, {
        ...{ state: 'resolved', outcome: 'recovered_by_itself', failures: [failure({ publishedAt: minute(0) })] },
        ...{ recovery: { ...failure({ publishedAt: minute(minutes) }), kind: 'recovery' }, ...patch }
      })
    const person = [{ at: minute(1), what: 'Approved.', by: 'ana' }]
    const answer = [{ at: minute(1), what: 'The user says that it works now.', by: 'user' }]
    const stopped = { cause, decision: decision && { ...decision, stoppedBy: ['G1', 'G9'] as const } }
    await saveAll(store, [
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 30].map((minutes) => enrolled(`u${minutes}`, minutes)),
      enrolled('ana', 60, { cause, outcome: 'recovered_after_repair', timeline: person }),
      enrolled('bea', 20, {
        ...{ ...stopped, decision, timeline: answer },
        repair: { rule: 'r', mode: 'auto', stoppedBy: ['G1', 'G9'] }
      }),
      aCase('carl', { ...stopped, state: 'with_person', openedAt: minute(3) }),
      aCase('old', { ...stopped, openedAt: minute(-10) })
    ])
    const found = await store.recoveries({ since: minute(-1), until: minute(60) })
    t.same(found.inAll, { cause: null, count: 12, medianS: 6 * 60, p90S: 30 * 60 })
    t.same(found.byCause, [
      { cause: null, count: 10, medianS: 5 * 60, p90S: 9 * 60 },
      { cause: 'account_suspended', count: 2, medianS: 20 * 60, p90S: 60 * 60 }
    ])
    t.same(found.enrolled, [
      { outcome: 'recovered_after_repair', byPerson: 1, count: 1 },
      { outcome: 'recovered_by_itself', byPerson: 0, count: 11 }
    ])
    t.same(found.stopped, [
      { guards: 'G1 G9 ', state: 'resolved', outcome: 'recovered_by_itself', count: 1 },
      { guards: 'G1 G9 ', state: 'with_person', outcome: null, count: 1 }
    ])
    t.same(found.longest.slice(0, 2), [
      { id: 'RE-ana', seconds: 3_600 },
      { id: 'RE-u30', seconds: 1_800 }
    ])
    t.same(await listed(t, store, { stoppedBy: 'G9' }), ['old', 'bea', 'carl'])
    t.same(await listed(t, store, { stoppedBy: 'G9', rule: 'suspended', outcome: 'recovered_by_itself' }), ['bea'])
    t.same(await listed(t, store, { stoppedBy: 'G9', facts: { platform: 'IOS' }, openedSince: minute(1) }), [])
    const loneStop = { guard: 'G6', signals: ['factors_once'], mode: 'auto', final: false } as const
    await saveAll(store, [
      aCase('dora', { openedAt: minute(4), repair: aRepair(loneStop) }),
      aCase('emil', { openedAt: minute(5), repair: aRepair(loneStop), attack: true, state: 'closed' }),
      enrolled('fred', 7, { openedAt: minute(60), repair: aRepair(loneStop) })
    ])
    const stops = await store.loneStops({ since: minute(-1), until: minute(60) })
    t.match(stops, [
      { id: 'RE-emil', attack: true, state: 'closed' },
      { id: 'RE-dora', ...loneStop, outcome: null }
    ])
    t.equal(stops.length, 2, 'newest first, and only those of the period')
    const later = await store.loneStops({ since: minute(60), until: minute(61) })
    t.match(later, [{ id: 'RE-fred', enrolledAfterS: 7 * 60 }])
    const guide = { guide: { at: minute(6), until: minute(9) }, mailed: { at: minute(6), result: 'sent' as const } }
    await saveAll(store, [
      aCase('gus', { openedAt: minute(6), ...guide }),
      aCase('hal', { openedAt: minute(7), ...guide }),
      enrolled('ida', 8, { openedAt: minute(8), ...guide })
    ])
    const guided = await store.guidedCases({ since: minute(-1), until: minute(60) })
    const sent = { channel: 'mail', sent: 1, answered: 0, escalated: 0 }
    t.match(
      guided.toSorted((a, b) => b.count - a.count),
      [
        { ...sent, reached: 0, enrolled: 0, count: 2 },
        { ...sent, reached: 1, enrolled: 1, count: 1 }
      ]
    )
    t.equal(guided.length, 2)
    const none = await store.recoveries({ since: minute(90), until: minute(99) })
    t.same(none, { inAll: null, byCause: [], enrolled: [], stopped: [], longest: [] })
  })
}
