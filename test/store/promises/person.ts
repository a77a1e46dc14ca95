/** What erasing a person promises: afterwards no table has any of the person's identifiers, whatever they were found by. */
import type { Test } from 'tap'
import { createCommands } from '../../../src/case/commands.ts'
import { createPeople } from '../../../src/case/person.ts'
import { DEFAULT_POLICY } from '../../../src/config/policy/policy.ts'
import type { Case } from '../../../src/domain/case.ts'
import { type Evidence, type EvidenceValues, unreadEvidence } from '../../../src/domain/evidence.ts'
import type { Store } from '../../../src/domain/store.ts'
import { verifyChain } from '../../../src/store/ledger.ts'
import { matchAll } from '../../support/match-all.ts'
import { aCase, aDelivery, aLine, anAction, aTrace, changed, NOON } from '../build.ts'

const ANNA = { id: '00u1annaberg000000a1', login: 'Anna.Berg@example.com', name: 'Anna Berg' }
const BEN = { id: '00u1benroth000000b02', login: 'ben@example.com', name: 'Ben Roth' }
/** Everything that names Anna alone. */
const OF_ANNA = /(?<!jo)anna\.?berg|anna berg|sn-annas-phone|guo1annasphone/i
const KIM = { id: 'kim', name: 'kim', role: 'approver', provider: null } as const
const SHARED_DEVICE = 'guo1shareddesk00sh1'

function evidence(values: { readonly [S in keyof Evidence]?: Partial<EvidenceValues[S]> | object }): Evidence {
  const known = Object.entries(values).map(([source, value]) => [source, { state: 'known', at: NOON, value }])
  return { ...unreadEvidence(NOON, 'not read'), ...Object.fromEntries(known) }
}

const device = (id: string, serialNumber: string | null = null) => ({ id, serialNumber, name: null, platform: 'IOS' })

/** Anna in her own cases, one of them open and known by login only, and in the records of Ben. */
async function fill(store: Store): Promise<void> {
  const own = evidence({
    user: { login: ANNA.login, name: ANNA.name, email: 'annaberg@private.example' },
    devices: [device('guo1annasphone0000a1', 'SN-ANNAS-PHONE'), device(SHARED_DEVICE)]
  })
  const text = `Ask ANNA.BERG@EXAMPLE.COM, who also wrote as annaberg@private.example, not joanna.berg@example.com.`
  const ticket = {
    state: 'open',
    title: 'Ben',
    comments: [{ at: NOON, text }],
    createdAt: NOON,
    updatedAt: NOON
  } as const
  const first = aCase('a1', { subjectKey: `user:${ANNA.id}`, user: ANNA, evidence: own, state: 'closed', dueAt: null })
  await store.save({
    next: { ...first, ticket: { system: 'local', key: 'T-a1', url: '/tickets/T-a1', state: 'resolved', story: 1 } },
    ledger: [aLine({ caseId: first.id, entry: { because: 'Anna Berg has left' } })],
    ticket: { ...ticket, key: 'T-a1', caseId: first.id, body: ANNA.login, comments: [] }
  })
  const second = aCase('a2', { subjectKey: 'event:a', user: { ...ANNA, id: null, name: null }, state: 'with_person' })
  await store.save({ next: second, ledger: [] })
  const history = [{ uuid: 'h1', actorId: ANNA.id, actorLogin: ANNA.login.toLowerCase(), targetIds: [BEN.id] }]
  const ben: Case = aCase('b1', {
    subjectKey: `user:${BEN.id}`,
    user: BEN,
    evidence: evidence({ history, devices: [device(SHARED_DEVICE)] }),
    actions: [anAction({ state: 'done', because: `reset by ${ANNA.login} before` })],
    timeline: [{ at: NOON, what: `Anna Berg (${ANNA.login}) reset the factors.`, by: 'okta' }]
  })
  await store.save({
    next: ben,
    ledger: [
      aLine({ caseId: ben.id, entry: { because: `${ANNA.login} called` } }),
      aLine({ caseId: ben.id, entry: { because: 'Ben called' } })
    ],
    ticket: { ...ticket, key: 'T-b1', caseId: ben.id, body: 'The phone guo1annasphone0000a1 is hers.' }
  })
  const events = [
    { uuid: 'a', actor: { id: ANNA.id } },
    { uuid: 'b', actor: { id: BEN.id } },
    { uuid: 'c', target: [{ type: 'Device', id: 'guo1annasphone0000a1' }] },
    { uuid: 'd', actor: { alternateId: 'joanna.berg@example.com' } }
  ]
  const body = JSON.stringify({ eventType: 'kept', data: { events } }).replace('00u1annaberg', '00u1\\u0061nnaberg')
  await store.receive(aDelivery(['a', 'b', 'c', 'd'], { body }))
  const deep = `${'['.repeat(200_000)}"${ANNA.login}"${']'.repeat(200_000)}`
  await store.receive(aDelivery(['e'], { body: `{"data":{"events":[{"uuid":"e","debugContext":${deep}}]}}` }))
  const disposition = { kind: 'case', caseId: 'RE-a1', as: 'failure' } as const
  const trace = aTrace('a', { subjectKey: `user:${ANNA.id}` })
  await store.processEvents({ events: ['a', 'b', 'c', 'd', 'e'].map((uuid) => ({ uuid, disposition, trace })) })
  const kill = { on: true, because: `${ANNA.login} was attacked`, by: 'kim', at: NOON }
  await store.setControls({ ...(await store.controls()), version: 1, kill }, aLine({ kind: 'control' }))
  await store.receive(aDelivery(['f'], { body: '{"data":{"events":[]}}' }))
  const dead = { kind: 'dead', why: `the login ${ANNA.login} cannot be read` } as const
  await store.processEvents({ events: [{ uuid: 'f', disposition: dead }] })
}

function peopleOf(store: Store) {
  const clock = () => NOON
  const commands = createCommands({ store, clock, policy: DEFAULT_POLICY, emit: () => {} })
  return createPeople({ store, commands, clock })
}

/** `dump`: everything stored, as text. */
export async function erasurePromise(t: Test, store: Store, dump: () => Promise<string>): Promise<void> {
  await fill(store)
  t.ok(OF_ANNA.test(await dump()))
  const people = peopleOf(store)
  const exported = JSON.stringify(await people.export(ANNA.id))
  t.match(JSON.parse(exported), {
    cases: [{ id: 'RE-a1' }, { id: 'RE-a2' }],
    events: [{ event: { uuid: 'a' } }, { event: { uuid: 'c' } }, {}],
    tickets: [{ key: 'T-a1' }],
    ledger: [{ caseId: 'RE-a1' }],
    mentions: [
      { table: 'events', fields: ['why'] },
      {
        table: 'cases',
        caseId: 'RE-b1',
        fields: ['evidence.history.value.0.actorId', /actorLogin/, /because/, /what/]
      },
      { table: 'tickets' },
      { table: 'dead_letters' },
      { table: 'controls', fields: ['kill.because'] },
      { table: 'ledger', fields: ['because'] }
    ]
  })
  t.notMatch(exported, /joanna|ben@example/)
  const seen = await people.count(ANNA.id)
  t.match(seen, { cases: 2, deliveries: 2, mentions: 6, shared: [SHARED_DEVICE] })
  t.equal((await store.getCase('RE-a2'))?.state, 'with_person', 'a dry run changes nothing')

  t.strictSame(await people.erase(ANNA.id, KIM), seen)
  t.equal(OF_ANNA.exec(await dump())?.[0], undefined)
  t.match((await store.controls()).kill, { on: true, because: 'erased was attacked' })
  t.equal(await store.getCase('RE-a2'), null, 'found by its login, closed and erased')
  const ben = await store.getCase('RE-b1')
  t.match(ben, {
    user: BEN,
    evidence: {
      history: { value: [{ actorId: 'erased', actorLogin: 'erased', targetIds: [BEN.id] }] },
      devices: { value: [{ id: SHARED_DEVICE }] }
    },
    timeline: [{ what: 'erased (erased) reset the factors.' }]
  })
  t.match(await store.getTicket('T-b1'), {
    body: 'The phone erased is hers.',
    comments: [{ text: 'Ask erased, who also wrote as erased, not joanna.berg@example.com.' }]
  })
  const ledger = await store.ledger({ after: 0, limit: 100 })
  t.equal(verifyChain(ledger), null)
  t.match(JSON.stringify(ledger), /Ben called/)
  t.match(ledger.at(-1), { by: 'kim', entry: { erased: { cases: 2, deliveries: 2, mentions: 6 } } })
  const closed = ledger.filter(({ kind }) => kind === 'close')
  matchAll(t, closed, [{ caseId: 'RE-a2', by: 'kim' }])
  t.equal(await store.save({ next: changed(ben as Case, { dueAt: null }), ledger: [] }), 'saved', 'Ben goes on')
}

/** A policy in force is settings: nothing is taken out of it behind the admin's back. The one before is a record like any other. */
export async function namedByPolicyPromise(t: Test, store: Store): Promise<void> {
  await store.save({ next: aCase('a1', { state: 'closed', dueAt: null, user: ANNA }), ledger: [] })
  const policy = { text: `guards: { trustedActorIds: [${ANNA.id}] }`, by: 'kim', at: NOON, before: null }
  await store.setControls({ ...(await store.controls()), version: 1, policy }, aLine({ kind: 'control' }))
  t.match(await peopleOf(store).erase(ANNA.id, KIM), { refused: /policy.*names this user.*apply a policy without/ })
  t.ok(await store.getCase('RE-a1'), 'nothing was erased')

  const without = { ...policy, text: 'guards: {}', before: policy.text }
  await store.setControls({ ...(await store.controls()), version: 2, policy: without }, aLine({ kind: 'control' }))
  t.match(await peopleOf(store).erase(ANNA.id, KIM), { cases: 1 }, 'a policy without her is enough')
  t.match((await store.controls()).policy, { text: 'guards: {}', before: 'guards: { trustedActorIds: [erased] }' })
}

/** Erased at once, the ticket elsewhere would stay open for ever, with the login in its title. */
export async function openTicketPromise(t: Test, store: Store): Promise<void> {
  const next = aCase('a1', { state: 'closed', dueAt: null, user: ANNA, updatedAt: NOON })
  const ask = { target: 'jira', now: NOON, leaseMs: 60_000, holder: 'w1' }
  await store.save({ next, ledger: [], outbox: { revision: 1, targets: ['jira'], at: NOON } })
  const entry = await store.claimOutboxEntry(ask)
  if (!entry) throw new Error('nothing to claim')
  const ticket = {
    key: 'OPS-1',
    url: 'https://jira.example/OPS-1',
    state: 'open',
    wontFix: false,
    since: NOON
  } as const
  await store.saveOutboxEntry({ next: { ...entry, ticket }, holder: 'w1', keepLease: true })
  t.match(await peopleOf(store).erase(ANNA.id, KIM), { refused: /^Nothing was erased yet: OPS-1 \(jira\)/ })
  t.ok(await store.getCase('RE-a1'))
  const closed = { ...entry, state: 'done', deliveredRevision: 1, ticket: { ...ticket, state: 'resolved' } } as const
  await store.saveOutboxEntry({ next: closed, holder: 'w1', keepLease: false })
  t.match(await peopleOf(store).erase(ANNA.id, KIM), { cases: 1, tickets: [ticket.url] })
}

/** Of a case: a login may since have become somebody else's. */
export async function reusedLoginPromise(t: Test, store: Store): Promise<void> {
  const people = peopleOf(store)
  const closed = { state: 'closed', dueAt: null } as const
  await store.save({ next: aCase('old', { ...closed, user: ANNA }), ledger: [] })
  await store.save({ next: aCase('new', { ...closed, user: { ...ANNA, id: '00u1annabergthesecnd' } }), ledger: [] })
  t.match(await people.erase(ANNA.id, KIM), { cases: 1, shared: [ANNA.login.toLowerCase()] })
  t.match((await store.getCase('RE-new'))?.user, { login: ANNA.login })
  t.match(await people.erase(ANNA.login, KIM), { cases: 1, shared: [] })
  t.equal(await store.getCase('RE-new'), null)
}
