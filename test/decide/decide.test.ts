/** From an input to a verdict: what each situation ends in, and what mode, brakes and guards leave of it. */
import t from 'tap'
import { decide } from '../../src/decide/decide.ts'
import type { Controls, DecideInput } from '../../src/domain/decision.ts'
import { type Evidence, unreadEvidence } from '../../src/domain/evidence.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts'
import type { Mode } from '../../src/domain/vocabulary.ts'
import {
  aDevice,
  aFactor,
  aFailure,
  ago,
  aNewUser,
  anEntry,
  anEventDevice,
  anInput,
  aPolicy,
  aPolicyWithGuards,
  aUser,
  KILLED,
  knownEvidence,
  NO_CONTROLS,
  NOW,
  proved,
  SPARSE_CONTEXT,
  unknownItem,
  withItem
} from './build.ts'

const orphaned = anInput({
  evidence: knownEvidence({ factors: [aFactor({ status: 'PENDING_ACTIVATION', createdAt: ago(HOUR_MS) })] })
})
const newcomer = anInput({ evidence: knownEvidence({ user: aNewUser(), history: [] }) })
const at = ago(2 * HOUR_MS)
const suspension = anEntry('user.lifecycle.suspend', { at, actorId: '00uHR' })
const suspended = anInput({
  evidence: knownEvidence({ user: aUser({ status: 'SUSPENDED', statusChangedAt: at }), history: [suspension] })
})
const locked = anInput({ evidence: knownEvidence({ user: aUser({ status: 'LOCKED_OUT', statusChangedAt: at }) }) })
const replaced = anInput({
  failures: [aFailure({ device: anEventDevice({ platform: 'IOS', model: 'iPhone17,1' }) })],
  evidence: knownEvidence({
    devices: [aDevice({ lastUpdatedAt: ago(60 * DAY_MS) })],
    factors: [aFactor(), aFactor({ id: 'fwf1', type: 'webauthn', isOktaVerify: false })]
  })
})
const lostPhone = anInput({
  failures: [aFailure({ device: anEventDevice({ id: 'guoPHONE' }) })],
  evidence: knownEvidence({ devices: [aDevice({ status: 'SUSPENDED' })] })
})
const controlled = (input: DecideInput, controls: Partial<Controls>) =>
  decide({ ...input, controls: { ...NO_CONTROLS, ...controls } }).decision

t.test('an unfinished enrollment is removed and a new account gets its mail, by themselves', async (t) => {
  t.match(decide(orphaned).decision, {
    kind: 'remediate',
    mode: 'auto',
    rule: 'enrollment_orphaned',
    remediation: 'remove_orphaned_enrollment',
    stoppedBy: [],
    overridesNeeded: []
  })
  t.match(decide(newcomer).decision, { kind: 'remediate', mode: 'auto', remediation: 'resend_activation' })
})

t.test(
  'they go on when a sparse event leaves G5 and the event half of G4 unknown, but not when those trip',
  async (t) => {
    for (const input of [orphaned, newcomer]) {
      const sparse = decide({ ...input, failures: [aFailure({ context: SPARSE_CONTEXT })] })
      const states = Object.fromEntries(sparse.guards.map((guard) => [guard.id, guard.state]))
      t.match(states, { G5: 'unknown', G4_event: 'unknown' })
      t.match(sparse.decision, { kind: 'remediate', mode: 'auto', stoppedBy: [] })
      const risky = aFailure({ context: { ...SPARSE_CONTEXT, anonymizer: 'yes', unusual: 'yes' } })
      t.match(decide({ ...input, failures: [risky] }).decision, { kind: 'ticket', stoppedBy: ['G4_event', 'G5'] })
      const policy = aPolicyWithGuards({ requireManagedDevices: true })
      t.match(decide({ ...input, policy }).decision, { kind: 'ticket', stoppedBy: ['G11'] }, 'no other may be unknown')
    }
  }
)

t.test('unread evidence stops them, also where G5 may be unknown', async (t) => {
  for (const source of ['history', 'risk', 'roles', 'blocks'] as const) {
    const evidence = withItem(orphaned.evidence, source, unknownItem('time-out'))
    const { decision } = decide({ ...orphaned, evidence })
    t.equal(decision.kind, 'ticket', source)
    t.ok(decision.stoppedBy.includes('G15'), source)
    t.match(decision.because, /G15 is tripped: .*time-out/)
    t.equal(decision.remediation, 'remove_orphaned_enrollment', 'what would have been done')
  }
})

t.test('a suspension is proposed to a person, with a reason for every guard in the way', async (t) => {
  t.match(decide(suspended).decision, {
    kind: 'remediate',
    mode: 'propose',
    rule: 'suspended',
    remediation: 'unsuspend_user',
    stoppedBy: ['G9'],
    overridesNeeded: ['G9']
  })
})

t.test('a suspension by a listed actor is lifted by itself', async (t) => {
  const policy = aPolicyWithGuards({ trustedActorIds: ['00uHR'] })
  const { decision } = decide({ ...suspended, policy })
  t.match(decision, { kind: 'remediate', mode: 'auto', rule: 'suspended_by_allowed_actor', stoppedBy: [] })
})

t.test('a proposal is not even made when a guard can never be overridden', async (t) => {
  const admin = { ...suspended.evidence, ...{ roles: knownEvidence({ roles: [aRole()] }).roles } }
  t.match(decide({ ...suspended, evidence: admin }).decision, {
    kind: 'ticket',
    mode: 'propose',
    stoppedBy: ['G1', 'G9'],
    overridesNeeded: [],
    because: /Reenroll would unsuspend the user. G1 is tripped: .*SUPER_ADMIN.*G9 is tripped/
  })
  const high = { ...suspended.evidence, risk: knownEvidence({ risk: { level: 'HIGH', reason: null } }).risk }
  t.match(decide({ ...suspended, evidence: high }).decision, { kind: 'ticket', stoppedBy: ['G2', 'G9'] })
  const medium = { ...suspended.evidence, risk: knownEvidence({ risk: { level: 'MEDIUM', reason: null } }).risk }
  t.match(decide({ ...suspended, evidence: medium }).decision, {
    kind: 'remediate',
    overridesNeeded: ['G2', 'G9']
  })
})

t.test('a person may approve hours later without a reason for the age of the failure', async (t) => {
  const failures = [aFailure({ publishedAt: ago(3 * HOUR_MS) })]
  t.match(decide({ ...suspended, failures }).decision, {
    kind: 'remediate',
    mode: 'propose',
    stoppedBy: ['G9', 'G13'],
    overridesNeeded: ['G9']
  })
  t.match(decide({ ...orphaned, failures }).decision, { kind: 'ticket', mode: 'auto', stoppedBy: ['G13'] })
})

t.test('the other proposals', async (t) => {
  t.match(decide(locked).decision, { kind: 'remediate', mode: 'propose', remediation: 'unlock_user' })
  t.match(decide(replaced).decision, { kind: 'remediate', mode: 'propose', remediation: 'remove_replaced_enrollment' })
  t.match(decide(lostPhone).decision, { kind: 'remediate', mode: 'propose', remediation: 'unsuspend_device' })
})

t.test('a laptop in use would lose Okta Verify with the old phone: it is named, and needs an override', async (t) => {
  const laptop = aDevice({
    id: 'guoLAPTOP',
    name: 'Dana Laptop',
    platform: 'WINDOWS',
    model: 'XPS',
    serialNumber: 'W1'
  })
  const phone = aDevice({ lastUpdatedAt: ago(60 * DAY_MS) })
  const fastPass = aFactor({ id: 'f2', type: 'signed_nonce', platform: 'WINDOWS', deviceName: 'Dana Laptop' })
  const key = aFactor({ id: 'fwf1', type: 'webauthn', isOktaVerify: false })
  const evidence = knownEvidence({ devices: [phone, laptop], factors: [aFactor(), fastPass, key] })
  const { decision, guards } = decide(proved({ ...replaced, evidence }))
  t.match(decision, {
    kind: 'remediate',
    mode: 'propose',
    overridesNeeded: ['G17'],
    takesAlong: [/^Dana iPhone \(iOS, last seen .*\): push$/, /^Dana Laptop \(Windows, .*\): FastPass$/]
  })
  t.match(guards.at(-1), { id: 'G17', state: 'tripped', because: /devices in use: Dana Laptop/ })
  t.match(decide(replaced).decision, { overridesNeeded: [], takesAlong: [/^Dana iPhone/] }, 'the old phone needs none')
})

t.test('a user who has enrolled meanwhile needs nothing', async (t) => {
  const evidence = knownEvidence({ factors: [aFactor({ createdAt: ago(MINUTE_MS) })] })
  t.match(decide(anInput({ evidence })).decision, { kind: 'ignore', rule: 'already_recovered', remediation: null })
})

t.test('without a user nothing is ever written or ignored', async (t) => {
  const nobody = { id: null, login: 'dana@example.com', name: null }
  t.match(decide({ ...orphaned, subject: nobody }).decision, { kind: 'ticket', rule: 'no_subject', remediation: null })
  const evidence = knownEvidence({ factors: [aFactor({ createdAt: ago(MINUTE_MS) })] })
  t.match(decide(anInput({ evidence, subject: nobody })).decision, { kind: 'ticket', rule: 'no_subject' })
})

t.test('without evidence there is a ticket that says so', async (t) => {
  const verdict = decide(anInput({ evidence: unreadEvidence(NOW, 'Okta answered 503') }))
  t.equal(verdict.cause.id, 'unknown')
  t.match(verdict.cause.because, ['The status of the account could not be read: Okta answered 503.'])
  t.match(verdict.decision, { kind: 'ticket', rule: 'status_unread', stoppedBy: [] })
})

t.test('a mode set in the policy or at run time counts, the run-time one first, and ceilings lower both', async (t) => {
  const policy = aPolicy({ ruleModes: { enrollment_orphaned: 'propose' } })
  t.match(decide({ ...orphaned, policy }).decision, { kind: 'remediate', mode: 'propose' })
  const set = { rules: { enrollment_orphaned: { mode: 'auto' } } } as const
  t.match(controlled({ ...orphaned, policy }, set), { kind: 'remediate', mode: 'auto' })
  t.match(controlled(orphaned, { ceiling: 'propose' }), {
    kind: 'remediate',
    mode: 'propose',
    because: /Lowered to propose: a ceiling was set at run time/
  })
  t.match(controlled({ ...orphaned, policy: aPolicy({ ceiling: 'propose' }) }, {}), { mode: 'propose' })
})

t.test('members of groups have modes of their own: the strictest of several, and of all when unknown', async (t) => {
  const policy = aPolicy({
    ruleModes: { enrollment_orphaned: 'propose' },
    groupModes: { enrollment_orphaned: { Pilot: 'auto', '00gBOARD': 'observe' } }
  })
  const pilot = { id: '00gPILOT', name: 'pilot' }
  const board = { id: '00gBOARD', name: 'Board' }
  const decisionFor = (groups: Evidence['groups'] | readonly (typeof pilot)[], controls: Partial<Controls> = {}) => {
    const item = 'state' in groups ? groups : ({ state: 'known', at: NOW, value: groups, requestId: null } as const)
    return controlled({ ...orphaned, policy, evidence: { ...orphaned.evidence, groups: item } }, controls)
  }
  t.match(decisionFor([pilot]), { kind: 'remediate', mode: 'auto', because: /Mode auto for pilot\./ })
  t.match(decisionFor([]), { kind: 'remediate', mode: 'propose' })
  t.match(decisionFor([pilot, board]), {
    kind: 'ticket',
    mode: 'observe',
    because: /Mode observe for pilot and Board\./
  })
  const notKnown = /Mode observe, the strictest of this rule, as the user’s groups are not known\./
  const unread = { state: 'unknown', at: NOW, because: 'Okta answered 503', retryable: true } as const
  const unused = { state: 'absent', at: NOW, because: 'no list of the policy needs it', unused: true } as const
  for (const groups of [unread, unused, [{ ...pilot, name: null as unknown as string }]]) {
    t.match(decisionFor(groups), { mode: 'observe', because: notKnown })
  }
  const many = Array.from({ length: 300 }, (_, n) => ({ id: `00gTEAM${n}`, name: `Team ${n}` }))
  t.match(decisionFor([...many, pilot, board]), { mode: 'observe' }, 'a member of many groups')
  t.match(decisionFor([{ ...board, name: 'Renamed' }]), { mode: 'observe' }, 'by id, whatever its name is now')
  t.match(
    decisionFor([{ id: '00gOTHER', name: 'Pilot team' }]),
    { mode: 'propose' },
    'a part of the name is another group'
  )
  const set = (mode: Mode) => ({ rules: { enrollment_orphaned: { mode } } })
  t.match(decisionFor([pilot], set('propose')), { mode: 'propose' }, 'a mode set at run time lowers it')
  t.match(decisionFor([board], set('auto')), { mode: 'observe' }, 'and never raises it')
  t.match(decisionFor([], set('auto')), { mode: 'auto' })
})

t.test('observing says what would have been done', async (t) => {
  for (const [why, decision] of [
    ['REENROLL_MODE is the ceiling', decide({ ...orphaned, policy: aPolicy({ ceiling: 'observe' }) }).decision],
    ['a ceiling was set at run time', controlled(orphaned, { ceiling: 'observe' })],
    [
      'the rule is paused by olga: odd results',
      controlled(orphaned, { rules: { enrollment_orphaned: { paused: { because: 'odd results', by: 'olga' } } } })
    ],
    ['this rule only observes', controlled(orphaned, { rules: { enrollment_orphaned: { mode: 'observe' } } })]
  ] as const) {
    t.match(decision, { kind: 'ticket', mode: 'observe', remediation: 'remove_orphaned_enrollment' }, why)
    t.ok(decision.because.includes(`Observed only (${why}): Reenroll would remove the unfinished`), decision.because)
  }
  const guarded = { ...suspended, policy: aPolicy({ ceiling: 'observe' }) }
  t.match(decide(guarded).decision, { kind: 'ticket', stoppedBy: ['G9'], because: /G9 is tripped/ })
})

t.test('the kill switch stops proposals and automatic writes, and the ticket names it', async (t) => {
  for (const input of [orphaned, suspended]) {
    t.match(controlled(input, { kill: KILLED }), {
      kind: 'ticket',
      mode: 'observe',
      because: /the kill switch is on since 2026-06-15T14:05:00.000Z, by olga: drill/
    })
  }
  const observed = { ...orphaned, policy: aPolicy({ ceiling: 'observe' }) }
  t.match(controlled(observed, { kill: KILLED }), { kind: 'ticket', because: /kill switch/ }, 'observing or not')
  const off = KILLED && { ...KILLED, on: false }
  t.match(controlled(orphaned, { kill: off }), { kind: 'remediate', mode: 'auto' })
})

t.test('removing an active enrollment is never automatic, whatever anybody sets', async (t) => {
  const policy = aPolicy({ ruleModes: { device_replaced: 'auto' } })
  const set = { rules: { device_replaced: { mode: 'auto' } } } as const
  t.match(controlled({ ...replaced, policy }, set), {
    kind: 'remediate',
    mode: 'propose',
    because: /this rule’s own limit/
  })
})

t.test('the rows that did not match say why', async (t) => {
  const { rows } = decide(locked).decision
  t.equal(rows.at(-1)?.rule, 'locked_out')
  t.match(rows.at(-1), { matched: true, because: 'cause: account_locked_out; credentials owned by: OKTA' })
  t.match(rows[0], { rule: 'no_subject', matched: false, because: /user named by id: yes, but this rule requires no/ })
})

function aRole() {
  return { type: 'SUPER_ADMIN', label: 'Super Administrator', assignment: 'USER' }
}
