/** Guards about blocks and devices: G9, G11. */
import t from 'tap'
import type { Evidence } from '../../src/domain/evidence.ts'
import { HOUR_MS } from '../../src/domain/time.ts'
import {
  absentItem,
  aDevice,
  aFailure,
  ago,
  anEntry,
  anEventDevice,
  anInput,
  aPolicyWithGuards,
  aUser,
  knownEvidence,
  USER_ID,
  unknownItem,
  withItem
} from './build.ts'
import { absence, guard, ignorance } from './guard-checks.ts'

const policy = aPolicyWithGuards({ trustedActorIds: ['00uHR'] })
const at = ago(2 * HOUR_MS)
const byHr = { at, actorId: '00uHR', actorLogin: 'hr-sync' }

t.test('G9: nothing blocked is clear, whoever did what', async (t) => {
  const evidence = knownEvidence({ history: [anEntry('user.lifecycle.suspend')] })
  t.match(guard('G9', anInput({ evidence })), { state: 'clear' })
  for (const source of ['user', 'blocks', 'devices'] as const) ignorance(t, 'G9', source)
  for (const source of ['blocks', 'devices'] as const) absence(t, 'G9', source)
})

for (const [what, user, eventType] of [
  ['a suspension', aUser({ status: 'SUSPENDED', statusChangedAt: at }), 'user.lifecycle.suspend'],
  ['a lock', aUser({ status: 'LOCKED_OUT', statusChangedAt: at }), 'user.account.lock']
] as const) {
  t.test(`G9: ${what} needs a routine actor`, async (t) => {
    const found = (history: ReturnType<typeof anEntry>[]) =>
      guard('G9', anInput({ policy, evidence: knownEvidence({ user, history }) }))
    t.match(found([anEntry(eventType, byHr)]), { state: 'clear', because: /by hr-sync, a trusted actor/ })
    t.match(found([anEntry(eventType, { at })]), {
      state: 'tripped',
      because: /admin@example.com, who is not a trusted actor/
    })
    const nobody = anEntry(eventType, { at, actorId: null, actorLogin: null })
    t.match(found([nobody]), { state: 'tripped', because: /by an unnamed actor/ })
    t.match(found([]), { state: 'unknown', because: /does not show who/ })
    const before = anEntry('user.account.lock.limit', { at: ago(2.5 * HOUR_MS) })
    t.match(found([anEntry(eventType, byHr), before]), { state: 'tripped', because: /within the hour/ })
    const input = anInput({ policy, evidence: knownEvidence({ user }) })
    const unread = withItem(input.evidence, 'history', unknownItem())
    t.match(guard('G9', { ...input, evidence: unread }), { state: 'unknown' }, 'the log was not read')
    const absent = withItem(input.evidence, 'history', absentItem())
    t.match(guard('G9', { ...input, evidence: absent }), { state: 'unknown' }, 'an absent log clears no one')
  })
}

t.test('G9: a suspension at a time that is not valid is not routine', async (t) => {
  const user = aUser({ status: 'SUSPENDED', statusChangedAt: null })
  const history = [anEntry('user.lifecycle.suspend', { ...byHr, at: 'not a time' })]
  const input = anInput({ policy, evidence: knownEvidence({ user, history }) })
  t.match(guard('G9', input), { state: 'tripped', because: /its time is not valid/ })
})

t.test('G9: system@okta.com is not routine by its login', async (t) => {
  const user = aUser({ status: 'SUSPENDED', statusChangedAt: at })
  const system = anEntry('user.lifecycle.suspend', { at, actorId: '00uSYS', actorLogin: 'system@okta.com' })
  const evidence = knownEvidence({ user, history: [system] })
  const listed = (id: string) => anInput({ evidence, policy: aPolicyWithGuards({ trustedActorIds: [id] }) })
  t.match(guard('G9', listed('system@okta.com')), { state: 'tripped' })
  t.match(guard('G9', listed('00uSYS')), { state: 'clear' })
})

t.test('Workday is a trusted actor: its suspension for leave of absence is not lifted', async (t) => {
  const user = aUser({ status: 'SUSPENDED', statusChangedAt: at })
  const history = [anEntry('user.lifecycle.suspend', { at, actorId: '00uHR' })]
  const onLeave = knownEvidence({ user, history, groups: [{ id: '00gLEAVE', name: 'Leave of absence' }] })
  const listed = (neverRoutineGroups: string[]) => aPolicyWithGuards({ trustedActorIds: ['00uHR'], neverRoutineGroups })
  const found = (evidence: Evidence, ...groups: string[]) => guard('G9', anInput({ evidence, policy: listed(groups) }))
  t.match(found(onLeave, 'leave of ABSENCE'), {
    state: 'tripped',
    because: /not routine for the group Leave of absence/
  })
  t.match(found(onLeave, '00gLEAVE'), { state: 'tripped' })
  t.match(found(onLeave, 'Sabbatical'), { state: 'clear' })
  t.match(found(onLeave), { state: 'clear' })
  const unread = withItem(onLeave, 'groups', unknownItem())
  t.match(found(unread, '00gLEAVE'), { state: 'tripped', because: /groups are not known/ })
})

t.test('G9: an active account with a sign-in block, and a status nobody knows', async (t) => {
  const blocks = [{ type: 'DEVICE_BASED', appliesTo: 'UNKNOWN_DEVICES' }]
  const found = (history: ReturnType<typeof anEntry>[]) =>
    guard('G9', anInput({ policy, evidence: knownEvidence({ blocks, history }) })).state
  t.equal(found([anEntry('user.account.lock', byHr)]), 'clear')
  t.equal(found([anEntry('user.account.lock', { at, actorId: USER_ID, targetIds: [] })]), 'tripped', 'by failed tries')
  t.equal(found([]), 'unknown')
  const odd = anInput({ evidence: knownEvidence({ user: aUser({ status: 'unknown' }) }) })
  t.match(guard('G9', odd), { state: 'unknown', because: /does not know/ })
})

t.test('G9: a blocked device', async (t) => {
  const failures = [aFailure({ device: anEventDevice({ id: 'guoPHONE' }) })]
  const found = (status: 'SUSPENDED' | 'DEACTIVATED', history: ReturnType<typeof anEntry>[], named = failures) =>
    guard(
      'G9',
      anInput({ policy, failures: named, evidence: knownEvidence({ devices: [aDevice({ status })], history }) })
    )
  const onPhone = { targetIds: ['guoPHONE'] }
  t.match(found('SUSPENDED', [anEntry('device.lifecycle.suspend', { ...byHr, ...onPhone })]), { state: 'clear' })
  t.match(found('DEACTIVATED', [anEntry('device.lifecycle.deactivate', onPhone)]), { state: 'tripped' })
  t.match(found('SUSPENDED', []), { state: 'unknown' })
  t.match(found('SUSPENDED', [], [aFailure()]), { state: 'unknown', because: /which device failed/ })
})

t.test('G11: shared, modified, or unmanaged where the policy says managed', async (t) => {
  t.match(guard('G11', anInput()), { state: 'clear' })
  const shared = knownEvidence({ device_users: [{ deviceId: 'guoPHONE', userIds: [USER_ID, '00uEVE'] }] })
  t.match(guard('G11', anInput({ evidence: shared })), { state: 'tripped', because: /Another user/ })
  const on = (device: Parameters<typeof anEventDevice>[0]) => [aFailure({ device: anEventDevice(device) })]
  t.match(guard('G11', anInput({ failures: on({ jailbroken: true }) })), { state: 'tripped', because: /jailbroken/ })
  for (const source of ['devices', 'device_users'] as const) {
    ignorance(t, 'G11', source)
    absence(t, 'G11', source)
  }
  const strict = aPolicyWithGuards({ requireManagedDevices: true })
  const managed = (value: boolean | null) =>
    guard('G11', anInput({ policy: strict, failures: on({ managed: value }) })).state
  t.equal(managed(true), 'clear')
  t.equal(managed(false), 'tripped')
  t.equal(managed(null), 'unknown')
  t.match(guard('G11', anInput({ failures: on({ managed: false }) })), { state: 'clear' }, 'the policy does not ask')
})
