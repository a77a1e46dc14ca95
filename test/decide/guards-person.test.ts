/** Guards about the person and the account: G1, G2, G3, G6, G10, G12; each clear, tripped, unknown and absent. */
import t from 'tap'
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts'
import {
  aContext,
  aFailure,
  ago,
  aNewUser,
  anEntry,
  anInput,
  aPolicyWithGuards,
  aSignal,
  aUser,
  knownEvidence,
  NOW
} from './build.ts'
import { withItem } from './build-evidence.ts'
import { absence, guard, ignorance, withLog } from './guard-checks.ts'

t.test('G1 admin role', async (t) => {
  t.match(guard('G1', anInput()), { state: 'clear', because: /no admin role/ })
  const admin = knownEvidence({ roles: [{ type: 'HELP_DESK_ADMIN', label: null, assignment: 'GROUP' }] })
  t.match(guard('G1', anInput({ evidence: admin })), {
    state: 'tripped',
    because: /HELP_DESK_ADMIN/,
    override: 'never'
  })
  const granted = withLog(anEntry('user.account.privilege.grant', { at: ago(10 * DAY_MS) }))
  t.match(guard('G1', granted), { state: 'tripped', because: /admin role granted at 2026-06-05/, override: 'never' })
  t.match(guard('G1', withLog(anEntry('user.account.privilege.grant', { at: ago(40 * DAY_MS) }))), { state: 'clear' })
  ignorance(t, 'G1', 'roles')
  ignorance(t, 'G1', 'history')
  absence(t, 'G1', 'roles')
  absence(t, 'G1', 'history')
})

t.test('G2 user risk: HIGH is never overridden, MEDIUM is with a reason', async (t) => {
  const risk = (level: 'HIGH' | 'MEDIUM' | 'LOW' | 'NONE' | 'unknown') =>
    guard('G2', anInput({ evidence: knownEvidence({ risk: { level, reason: null } }) }))
  t.match(risk('LOW'), { state: 'clear' })
  t.match(risk('NONE'), { state: 'clear' })
  t.match(risk('HIGH'), { state: 'tripped', override: 'never' })
  t.match(risk('MEDIUM'), { state: 'tripped', override: 'with_reason' })
  t.match(risk('unknown'), { state: 'unknown' })
  const event = (level: 'HIGH' | 'MEDIUM' | 'unknown') =>
    guard('G2', anInput({ failures: [aFailure({ context: aContext({ risk: level }) })] }))
  t.match(event('HIGH'), { state: 'tripped', override: 'never', because: /the event of 2026/ })
  t.match(event('MEDIUM'), { state: 'tripped', override: 'with_reason' })
  t.match(event('unknown'), { state: 'clear' }, 'the risk API answers')
  t.match(guard('G2', withLog(anEntry('user.risk.detect'))), { state: 'tripped', override: 'with_reason' })
  t.match(guard('G2', withLog(anEntry('user.risk.change', { at: ago(8 * DAY_MS) }))), { state: 'clear' })
  t.match(guard('G2', anInput({ signals: [aSignal('user.risk.detect')] })), { state: 'tripped' }, 'a signal counts')
  const both = anInput({
    evidence: knownEvidence({ risk: { level: 'MEDIUM', reason: null } }),
    failures: [aFailure({ context: aContext({ risk: 'HIGH' }) })]
  })
  t.match(guard('G2', both), { override: 'never', because: /MEDIUM.*HIGH/ })
  ignorance(t, 'G2', 'risk')
  ignorance(t, 'G2', 'history')
  absence(t, 'G2', 'risk')
})

t.test('G3 suspicious activity reported', async (t) => {
  const type = 'user.account.report_suspicious_activity_by_enduser'
  t.match(guard('G3', anInput()), { state: 'clear' })
  t.match(guard('G3', withLog(anEntry(type, { at: ago(20 * DAY_MS) }))), { state: 'tripped' })
  t.match(guard('G3', withLog(anEntry(type, { at: ago(31 * DAY_MS) }))), { state: 'clear' })
  t.match(guard('G3', anInput({ signals: [aSignal(type)] })), { state: 'tripped' })
  t.match(guard('G3', withLog(anEntry(type, { at: 'not a time' }))), { state: 'tripped' }, 'a time nobody can read')
  ignorance(t, 'G3', 'history')
  absence(t, 'G3', 'history')
})

t.test('G6 credentials changed lately', async (t) => {
  const changed = (passwordChangedAt: string | null) =>
    guard('G6', anInput({ evidence: knownEvidence({ user: aUser({ passwordChangedAt }) }) }))
  t.match(changed(ago(71 * HOUR_MS)), { state: 'tripped', because: /password was changed at/ })
  t.match(changed(ago(73 * HOUR_MS)), { state: 'clear' })
  t.match(changed(null), { state: 'clear' })
  for (const type of [
    'user.account.reset_password',
    'user.account.update_password',
    'user.account.update_primary_email',
    'user.account.update_profile',
    'user.mfa.factor.deactivate',
    'user.mfa.factor.reset_all',
    'user.mfa.factor.suspend'
  ]) {
    t.match(guard('G6', withLog(anEntry(type, { at: ago(6 * DAY_MS) }))), { state: 'tripped' }, type)
    t.match(guard('G6', withLog(anEntry(type, { at: ago(8 * DAY_MS) }))), { state: 'clear' }, `${type}, long ago`)
  }
  t.match(guard('G6', withLog(anEntry('user.mfa.factor.activate'))), { state: 'clear' }, 'enrolling is no loss')
  ignorance(t, 'G6', 'user')
  ignorance(t, 'G6', 'history')
  absence(t, 'G6', 'history')
})

t.test('G10 account on the move', async (t) => {
  const user = (overrides: Parameters<typeof aUser>[0]) =>
    anInput({ evidence: knownEvidence({ user: aUser(overrides) }) })
  t.match(guard('G10', anInput()), { state: 'clear' })
  t.match(guard('G10', user({ transitioningTo: 'SUSPENDED' })), { state: 'tripped', because: /moving the account/ })
  t.match(guard('G10', user({ status: 'DEPROVISIONED' })), { state: 'tripped' })
  t.match(guard('G10', user({ status: 'MISSING' })), { state: 'tripped' })
  const at = ago(20 * DAY_MS)
  t.match(guard('G10', withLog(anEntry('user.lifecycle.deactivate', { at }))), { state: 'tripped' })
  t.match(guard('G10', withLog(anEntry('user.lifecycle.delete.initiated', { at }))), { state: 'tripped' })
  t.match(guard('G10', withLog(anEntry('user.lifecycle.deactivate', { at: ago(31 * DAY_MS) }))), { state: 'clear' })
  t.match(guard('G10', withLog(anEntry('user.lifecycle.suspend', { at }))), { state: 'clear' })
  ignorance(t, 'G10', 'user')
  ignorance(t, 'G10', 'history')
  absence(t, 'G10', 'history')
})

t.test('G10 tells a first activation from a return', async (t) => {
  const activation = anEntry('user.lifecycle.activate', { at: ago(2 * DAY_MS) })
  const state = (user: ReturnType<typeof aUser>) =>
    guard('G10', anInput({ evidence: knownEvidence({ user, history: [activation] }) })).state
  t.equal(state(aNewUser()), 'clear', 'created and activated days apart')
  t.equal(state(aUser()), 'tripped', 'an old account')
  t.equal(state(aNewUser({ lastLoginAt: ago(2.5 * DAY_MS) })), 'tripped', 'had signed in before')
  t.equal(state(aNewUser({ createdAt: null })), 'tripped', 'nobody knows how old it is')
})

t.test(
  'G12 with groups that were not read, since no list named one: a policy that names one does not know',
  async (t) => {
    const groups = { state: 'absent', at: NOW, because: 'no list of the policy needs it', unused: true } as const
    const evidence = withItem(knownEvidence(), 'groups', groups)
    t.match(guard('G12', anInput({ evidence })), { state: 'clear' })
    t.match(guard('G15', anInput({ evidence })), { state: 'clear' })
    const policy = aPolicyWithGuards({ protectedGroups: ['Board'] })
    t.match(guard('G12', anInput({ evidence, policy })), { state: 'unknown' })
  }
)

t.test('G12 protected people and groups, by id or by name', async (t) => {
  const protect = (guards: Parameters<typeof aPolicyWithGuards>[0], evidence = knownEvidence()) =>
    guard('G12', anInput({ policy: aPolicyWithGuards(guards), evidence }))
  t.match(guard('G12', anInput()), { state: 'clear' })
  t.match(protect({ protectedGroups: ['00gALL'] }), { state: 'tripped', because: /Everyone/ })
  t.match(protect({ protectedGroups: ['everyone'] }), { state: 'tripped' }, 'whatever the case of its letters')
  const nameless = knownEvidence({ groups: [{ id: '00gVIP', name: null }] })
  t.match(protect({ protectedGroups: ['00gVIP'] }, nameless), { state: 'tripped', because: /00gVIP/ })
  t.match(protect({ protectedGroups: ['VIP'] }), { state: 'clear' })
  t.match(protect({ protectedUsers: ['00uDANA'] }), { state: 'tripped' })
  t.match(protect({ protectedUsers: ['Dana@Example.com'] }), { state: 'tripped' })
  t.match(protect({ protectedUsers: ['other@example.com'] }), { state: 'clear' })
  const nobody = knownEvidence({ user: aUser({ login: null }) })
  t.match(protect({ protectedUsers: ['other@example.com'] }, nobody), { state: 'unknown', because: /login/ })
  ignorance(t, 'G12', 'groups')
  absence(t, 'G12', 'groups')
})
