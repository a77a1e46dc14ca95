/** Guards about pace, trust in the event, and completeness: G8, G13, G14, G15, G16. */
import t from 'tap'
import { GUARDS } from '../../src/decide/guards/guards.ts'
import { EVIDENCE_SOURCES } from '../../src/domain/evidence.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts'
import { GUARD_IDS } from '../../src/domain/vocabulary.ts'
import {
  absentItem,
  aFailure,
  ago,
  anAction,
  anInput,
  aPolicy,
  knownEvidence,
  QUIET_RECENT,
  unknownItem,
  withItem
} from './build.ts'
import { guard } from './guard-checks.ts'

t.test('every guard has one row, in the order of the vocabulary', async (t) => {
  t.same(
    GUARDS.map((row) => row.id),
    GUARD_IDS
  )
})

t.test('for the quiet user every guard is clear and names a time', async (t) => {
  for (const id of GUARD_IDS) {
    const found = guard(id, anInput())
    t.equal(found.state, 'clear', id)
    t.match(found.because, /2026-06-15T/, `${id} names its time`)
  }
})

t.test('G8: many users, or several from one address or network', async (t) => {
  const storm = (recent: Partial<typeof QUIET_RECENT>) =>
    guard('G8', anInput({ recent: { ...QUIET_RECENT, ...recent } }))
  t.match(storm({ failingUsers: 4, sameIpUsers: 2, sameNetworkUsers: 2 }), { state: 'clear' })
  t.match(storm({ failingUsers: 5 }), { state: 'tripped', because: /5 users fail at once in 10 min/ })
  t.match(storm({ sameIpUsers: 3 }), { state: 'tripped', because: /same address/ })
  t.match(storm({ sameNetworkUsers: 3 }), { state: 'tripped', because: /same network/ })
  t.match(
    guard('G8', anInput({ inStorm: true })),
    { state: 'tripped', because: /not over yet/ },
    'until it has cooled down'
  )
})

t.test('G13: only genuine, sure, first-hand failures', async (t) => {
  const trust = (...failures: readonly Parameters<typeof aFailure>[0][]) =>
    guard('G13', anInput({ failures: failures.map((overrides, i) => aFailure({ uuid: `f${i}`, ...overrides })) }))
  t.match(trust({}), { state: 'clear' })
  t.match(trust(), { state: 'tripped' }, 'no failure at all')
  t.match(trust({ preview: true }), { state: 'tripped', because: /Only previews/ })
  t.match(trust({ source: 'report' }), { state: 'tripped', because: /Only previews or help-desk reports/ })
  t.match(trust({ source: 'report' }, {}), { state: 'clear' }, 'a report beside an event')
  t.match(trust({ confidence: 'low' }), { state: 'tripped', because: /only low; medium is needed/ })
  t.match(trust({ confidence: 'low' }, { confidence: 'medium' }), { state: 'clear' }, 'the surest counts')
  t.match(trust({ confidence: 'low' }, { preview: true }), { state: 'tripped' }, 'a preview makes nothing surer')
  t.match(trust({ actedForAnother: true }), {
    state: 'tripped',
    because: /Another person acted/,
    override: 'with_reason'
  })
  t.match(trust({}, { actedForAnother: true }), { state: 'tripped' })
  const picky = anInput({
    policy: aPolicy({ minConfidenceForAuto: 'high' }),
    failures: [aFailure({ confidence: 'medium' })]
  })
  t.match(guard('G13', picky), { state: 'tripped', because: /high is needed/ })
})

t.test('G13: an event that names another person than Okta', async (t) => {
  const naming = (subject: Partial<ReturnType<typeof aFailure>['subject']>, source: 'hook' | 'report' = 'hook') => {
    const { subject: own } = aFailure()
    const failures = [aFailure({ uuid: 'named', source, subject: { ...own, ...subject } }), aFailure()]
    return guard('G13', anInput({ failures }))
  }
  const tripped = { state: 'tripped', override: 'with_reason' } as const
  t.match(naming({ name: 'Bob Harmless', login: 'bob@example.com' }), { ...tripped, because: /\(login, name\)/ })
  t.match(naming({ login: 'bob@example.com' }), { ...tripped, because: /\(login\)/ })
  t.match(naming({ name: 'Bob Harmless', login: null }), { ...tripped, because: /\(name\)/ })
  t.match(naming({ id: '00uother' }), { ...tripped, because: /\(id\)/ })
  t.notMatch(naming({ login: 'bob@example.com' }).because, /bob/, 'the ledger keeps no names')
  t.match(naming({ name: 'EXAMPLE, Dana M.', login: null }), { state: 'clear' }, 'the same person, written differently')
  t.match(naming({ login: 'dana' }, 'report'), { state: 'clear' }, 'what a help desk typed proves nothing either way')
})

t.test('G13: age keeps machines from acting, not a person who looks at it now', async (t) => {
  const old = aFailure({ publishedAt: ago(31 * MINUTE_MS) })
  t.match(guard('G13', anInput({ failures: [old] })), {
    state: 'tripped',
    override: 'not_needed',
    because: /31 min old/
  })
  const fresh = aFailure({ uuid: 'fresh', publishedAt: ago(29 * MINUTE_MS) })
  t.match(guard('G13', anInput({ failures: [old, fresh] })), { state: 'clear' }, 'the newest counts')
  const oldAndLow = aFailure({ publishedAt: ago(HOUR_MS), confidence: 'low' })
  t.match(guard('G13', anInput({ failures: [oldAndLow] })), { state: 'tripped', override: 'with_reason' })
  t.match(guard('G13', anInput({ failures: [aFailure({ publishedAt: 'never' })] })), { state: 'tripped' })
})

t.test('G14: one write a day per user, ten an hour for all, two per case, none while one is open', async (t) => {
  const caps = (recent: Partial<typeof QUIET_RECENT>, actions: ReturnType<typeof anAction>[] = []) =>
    guard('G14', anInput({ recent: { ...QUIET_RECENT, ...recent }, actions }))
  t.match(caps({}), { state: 'clear' })
  t.match(caps({ userWrites: 1 }), { state: 'tripped', because: /1 writes for this user/ })
  t.match(caps({ writesLastHour: 9 }), { state: 'clear' })
  t.match(caps({ writesLastHour: 10 }), { state: 'tripped', because: /all users/ })
  const failed = anAction({ state: 'failed' })
  t.match(caps({}, [failed, anAction({ state: 'refused' })]), { state: 'clear' }, 'one attempt')
  t.match(caps({}, [failed, failed]), { state: 'tripped', because: /2 writes/ })
  t.match(caps({}, [anAction({ state: 'intended' })]), { state: 'tripped', because: /not known whether/ })
  t.match(caps({}, [anAction({ state: 'unknown' })]), { state: 'tripped' })
})

t.test('G15: anything unread stops every write and names what is missing; absent does not count', async (t) => {
  for (const source of EVIDENCE_SOURCES) {
    const unread = anInput({ evidence: withItem(knownEvidence(), source, unknownItem('rate limited')) })
    t.match(guard('G15', unread), { state: 'tripped', because: /rate limited/, override: 'never' }, source)
    const absent = anInput({ evidence: withItem(knownEvidence(), source, absentItem()) })
    t.match(guard('G15', absent), { state: 'clear' }, `${source} absent`)
  }
})

t.test('G16 is settled by reading again before the write', async (t) => {
  t.match(guard('G16', anInput()), { state: 'clear', because: /right before the write/ })
})
