import t from 'tap'
import { applyResult, nextStep } from '../../../src/case/machine/case.ts'
import { mailed } from '../../../src/case/machine/guide.ts'
import {
  approve,
  close,
  type Decided,
  note,
  reject,
  retry,
  sendSteps
} from '../../../src/case/machine/operator-commands.ts'
import { DEFAULT_POLICY } from '../../../src/config/policy/policy.ts'
import type { Case } from '../../../src/domain/case.ts'
import { OPS_TOKEN, personOf } from '../../../src/domain/operator-commands.ts'
import { plus } from '../../../src/domain/time.ts'
import { approver, viewer } from '../../support/operators.ts'
import { aCase, NOW, POLICY } from '../build.ts'

const ANA = approver('ana')
const VIC = viewer('vic')

const waiting: Case = aCase({
  state: 'awaiting_approval',
  guards: [{ id: 'G9', state: 'tripped', because: 'suspended by an admin' }],
  proposal: { hash: 'h1', remediation: 'unsuspend_user', expiresAt: plus(NOW, 60_000), overridesNeeded: ['G9'] }
})
const G9 = { guard: 'G9', because: 'HR confirmed' } as const

function refusal(decided: Decided): string {
  return 'ok' in decided ? decided.kind : 'allowed'
}

t.test('an approval needs the hash that was shown, the role, and a reason for each guard', async (t) => {
  t.equal(refusal(approve(waiting, { hash: 'h1', overrides: [G9] }, ANA, NOW)), 'allowed')
  t.equal(refusal(approve(waiting, { hash: 'h1', overrides: [G9] }, VIC, NOW)), 'forbidden')
  t.equal(refusal(approve(waiting, { hash: 'h0', overrides: [G9] }, ANA, NOW)), 'stale')
  t.equal(refusal(approve(waiting, { hash: 'h1', overrides: [G9] }, ANA, plus(NOW, 60_000))), 'stale', 'expired')
  t.equal(refusal(approve(waiting, { hash: 'h1', overrides: [] }, ANA, NOW)), 'incomplete')
  t.equal(
    refusal(approve(waiting, { hash: 'h1', overrides: [{ guard: 'G9', because: '  ' }] }, ANA, NOW)),
    'incomplete'
  )
  const stray = { guard: 'G1', because: 'trust me' } as const
  t.equal(
    refusal(approve(waiting, { hash: 'h1', overrides: [G9, stray] }, ANA, NOW)),
    'incomplete',
    'G1 was not on offer'
  )
  t.equal(refusal(approve(aCase(), { hash: 'h1', overrides: [] }, ANA, NOW)), 'stale', 'nothing is proposed')
})

t.test('a stale decision is told what is true now', async (t) => {
  const told = approve(waiting, { hash: 'h0', overrides: [G9] }, ANA, NOW)
  t.match(told, {
    kind: 'stale',
    changes: [
      'The case is awaiting_approval.',
      /unsuspend_user \(hash h1\)/,
      /Blocked by an untrusted actor \(tripped\)/
    ]
  })
})

t.test('a rejection needs a reason and leaves the case with people', async (t) => {
  t.match(reject(waiting, { hash: 'h1', because: 'not verified' }, ANA, NOW, POLICY), {
    next: { state: 'with_person', proposal: null },
    ledger: [{ kind: 'rejection', by: 'ana', entry: { because: 'not verified' } }]
  })
  t.equal(refusal(reject(waiting, { hash: 'h1', because: ' ' }, ANA, NOW, POLICY)), 'incomplete')
  t.equal(refusal(reject(waiting, { hash: 'h0', because: 'no' }, ANA, NOW, POLICY)), 'stale')
})

t.test('a case can be closed, but not over a write whose outcome is not known', async (t) => {
  t.match(close(waiting, { because: 'duplicate' }, ANA, NOW), {
    next: { state: 'closed', outcome: 'closed_by_person' }
  })
  t.equal(refusal(close(waiting, { because: '' }, ANA, NOW)), 'incomplete')
  t.equal(refusal(close(waiting, { because: 'x' }, VIC, NOW)), 'forbidden')
  t.equal(refusal(close(aCase({ state: 'closed' }), { because: 'x' }, ANA, NOW)), 'wrong_state')
  const found = { because: 'x', attack: true } as const
  t.equal(refusal(close(aCase({ state: 'closed' }), found, ANA, NOW)), 'allowed', 'an attack is mostly found later')
  t.equal(refusal(close(aCase({ state: 'closed', attack: true }), found, ANA, NOW)), 'wrong_state', 'once')
  t.equal(refusal(close(aCase({ state: 'closed' }), { ...found, because: ' ' }, ANA, NOW)), 'incomplete')
  const writing = aCase({
    state: 'acting',
    actions: [
      {
        id: 'a',
        remediation: 'unlock_user',
        attempt: 1,
        state: 'intended',
        intendedAt: NOW,
        at: NOW,
        by: { kind: 'rule', name: 'r' },
        because: '',
        requestIds: [],
        effect: 'pending'
      }
    ]
  })
  t.equal(refusal(close(writing, { because: 'x' }, ANA, NOW)), 'wrong_state')
  const ticket = { system: 'local', key: 'k', url: 'u', state: 'open', story: 1 } as const
  t.match(
    close({ ...waiting, ticket }, { because: 'x' }, ANA, NOW),
    { next: { dueAt: NOW } },
    'its ticket is closed next'
  )
})

t.test('a case that waits for a person can be read and decided again', async (t) => {
  t.match(retry(waiting, ANA, NOW), { next: { state: 'received', proposal: null, dueAt: NOW } })
  t.equal(refusal(retry(waiting, VIC, NOW)), 'forbidden')
  t.equal(refusal(retry(aCase({ state: 'watching' }), ANA, NOW)), 'wrong_state')
})

t.test('a protected person needs two approvers, and one person is not two', async (t) => {
  const protectedCase: Case = { ...waiting, proposal: waiting.proposal && { ...waiting.proposal, approvalsNeeded: 2 } }
  const first = approve(protectedCase, { hash: 'h1', overrides: [G9] }, ANA, NOW)
  t.match(first, {
    next: { state: 'awaiting_approval', firstApproval: { by: 'ana' }, approval: null },
    ledger: [{ kind: 'approval', by: 'ana', entry: { nth: 1, of: 2 } }]
  })
  if ('ok' in first) return
  t.equal(refusal(approve(first.next, { hash: 'h1', overrides: [G9] }, ANA, NOW)), 'forbidden')
  const renamed = { ...ANA, name: 'Ana@Example.com' }
  t.equal(refusal(approve(first.next, { hash: 'h1', overrides: [G9] }, renamed, NOW)), 'forbidden', 'the same `sub`')
  const elsewhere = personOf('slack', 'U1', { name: 'ana', role: 'approver' })
  t.equal(refusal(approve(first.next, { hash: 'h1', overrides: [G9] }, elsewhere, NOW)), 'forbidden', 'perhaps ana')
  for (const c of [protectedCase, first.next]) {
    t.equal(refusal(approve(c, { hash: 'h1', overrides: [G9] }, OPS_TOKEN, NOW)), 'forbidden', 'anybody')
  }
  const bea = approver('bea')
  t.match(approve(first.next, { hash: 'h1', overrides: [G9] }, bea, NOW), {
    next: { state: 'acting', approval: { by: 'bea' } }
  })
})

t.test('an approval that Okta’s outage delayed past its expiry is not carried out', async (t) => {
  const approved = approve(waiting, { hash: 'h1', overrides: [G9] }, ANA, NOW)
  if ('ok' in approved) throw new Error('not approved')
  t.equal(nextStep(approved.next, plus(NOW, 59_000)), 'act')
  const late = plus(NOW, 60_000)
  t.equal(nextStep(approved.next, late), 'expire')
  const expired = applyResult(approved.next, { of: 'expired' }, late, POLICY)
  t.match(expired.next, { state: 'with_person', approval: null, proposal: null, actions: [] })
  t.match(expired.next.timeline.at(-1)?.what, /approval expired .* nothing was written/)
})

t.test('the first of two approvals ends with its proposal, although the same is proposed again', async (t) => {
  const proposal = waiting.proposal && { ...waiting.proposal, approvalsNeeded: 2 as const }
  const first = approve({ ...waiting, proposal }, { hash: 'h1', overrides: [G9] }, ANA, NOW)
  if ('ok' in first) throw new Error('not approved')
  const expired = applyResult(first.next, { of: 'expired' }, plus(NOW, 60_000), POLICY)
  t.equal(expired.next.firstApproval, null)
})

t.test('a note is kept with its author, also on an ended case', async (t) => {
  const ended = { ...waiting, state: 'closed' } as const
  t.equal(refusal(note(waiting, { text: 'Called back' }, VIC, NOW)), 'forbidden')
  t.equal(refusal(note(waiting, { text: ' \u200b ' }, ANA, NOW)), 'incomplete')
  const noted = note(ended, { text: ' Called back ' }, ANA, NOW)
  t.match('ok' in noted ? {} : noted.next.timeline.at(-1), { what: 'Note: Called back', by: 'ana' })
})

t.test(
  'steps are sent once, never before what must be cleared first, and the result of the mail is kept once',
  async (t) => {
    t.equal(refusal(sendSteps(waiting, VIC, NOW)), 'forbidden')
    t.equal(refusal(sendSteps({ ...waiting, stepsAskedAt: NOW }, ANA, NOW)), 'wrong_state')
    t.equal(refusal(sendSteps(waiting, ANA, NOW)), 'wrong_state', 'the account is suspended on purpose')
    const sent = mailed(waiting, { result: 'sent', channel: 'mail' }, NOW, DEFAULT_POLICY)
    t.match(sent?.next.mailed, { at: NOW, result: 'sent' })
    t.equal(sent && mailed(sent.next, { result: 'perhaps_sent', channel: 'mail' }, NOW, DEFAULT_POLICY), null)
  }
)
