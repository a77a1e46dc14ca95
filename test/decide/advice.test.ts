/** Advice never tells a person to do by hand what a guard withheld. */
import t from 'tap'
import { type Advice, advice, CAUSE_ADVICE, needOf } from '../../src/decide/advice.ts'
import { BINDINGS } from '../../src/decide/bindings.ts'
import { decide } from '../../src/decide/decide.ts'
import { RULES } from '../../src/decide/rules.ts'
import type { Case } from '../../src/domain/case.ts'
import type { LogEntry } from '../../src/domain/evidence.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/domain/time.ts'
import {
  CAUSE_IDS,
  type CauseId,
  GUARD_IDS,
  type GuardId,
  type GuardVerdict,
  REMEDIATION_IDS
} from '../../src/domain/vocabulary.ts'
import { aCase, aVerdict, NOW, someEvidence } from '../case/build.ts'
import { ago, anAction, anEntry, anInput, aUser } from './build.ts'
import { knownEvidence } from './build-evidence.ts'

/** A case that this guard stopped, as the machine saves it. */
function stopped(cause: CauseId, guards: readonly GuardVerdict[], over: Partial<Case> = {}): Case {
  const rule = RULES.find(({ when }) => (when.cause as readonly string[] | undefined)?.includes(cause))
  const remediation = rule?.outcome.do === 'remediate' ? rule.outcome.with : null
  const stoppedBy = remediation ? guards.filter(({ state }) => state !== 'clear').map(({ id }) => id) : []
  const { decision } = aVerdict({ kind: 'ticket', rule: rule?.id ?? 'otherwise', remediation, stoppedBy })
  const verdict = { id: cause, confidence: 'high', because: [], kbOption: null } as const
  return aCase({ state: 'with_person', cause: verdict, guards, decision, ...over })
}

function advised({ headline, now }: Advice): string {
  return [headline, ...now].join('\n')
}

const SECURITY_GUARDS: readonly GuardId[] = ['G2', 'G3', 'G4_event', 'G4_log', 'G5', 'G7']

for (const cause of CAUSE_IDS) {
  t.test(`${cause}: what a guard withholds is not advised, whichever guard`, async (t) => {
    for (const id of GUARD_IDS) {
      for (const state of ['tripped', 'unknown'] as const) {
        const c = stopped(cause, [{ id, state, because: 'Seen in the log.' }])
        const found = advice(c)
        const { by, todo } = CAUSE_ADVICE[cause]
        const withheld = c.decision?.remediation !== null || (by === 'changes' && state === 'tripped')
        if (withheld) {
          t.notOk(advised(found).includes(todo), `${id} ${state}: the repair is not advised`)
          t.strictSame(found.onceCleared, [todo], `${id} ${state}: it is kept for later`)
          t.strictSame(
            found.withheldBy.map((guard) => guard.id),
            [id]
          )
          t.not(found.sendSteps, 'now')
          t.ok(found.not.length > 0, 'and what not to do is named')
        }
        if (state === 'tripped' && SECURITY_GUARDS.includes(id)) {
          t.match(found, { kind: 'security_first', queue: 'security', headline: /^Security first: Seen in the log\./ })
          t.not(found.sendSteps, 'now')
        }
      }
    }
  })
}

for (const remediation of REMEDIATION_IDS) {
  t.test(`${remediation}: a proposal is approved in Reenroll, never made by hand`, async (t) => {
    const proposal = { hash: 'h', remediation, expiresAt: NOW, overridesNeeded: ['G9'], approvalsNeeded: 2 } as const
    for (const cause of CAUSE_IDS) {
      const guards = [{ id: 'G9', state: 'tripped', because: 'Suspended by an admin.' }] as const
      const c = stopped(cause, guards, { state: 'awaiting_approval', proposal })
      const found = advice(c)
      t.match(found, { kind: 'approve', now: [/Ask the person who set the block/, /^Approve or reject in Reenroll/] })
      t.ok(found.headline.includes(BINDINGS[remediation].does))
      t.match(found.headline, /needs a reason: Blocked by an untrusted actor\. Two people must approve/)
      t.notOk(advised(found).includes(CAUSE_ADVICE[cause].todo))
    }
  })
}

t.test('a proposal beside signs of an attack goes to Security first', async (t) => {
  const proposal = { hash: 'h', remediation: 'unlock_user', expiresAt: NOW, overridesNeeded: ['G5'] } as const
  const guards = [{ id: 'G5', state: 'tripped', because: 'From another country.' }] as const
  const found = advice(stopped('account_locked_out', guards, { state: 'awaiting_approval', proposal }))
  t.match(found, { kind: 'security_first', queue: 'security', onceCleared: [/^Approve or reject/] })
  t.notMatch(advised(found), /Approve/)
})

t.test('without a guard in the way the repair is advised, for the queue of its rule', async (t) => {
  t.match(advice(stopped('device_deactivated', [])), { kind: 'repair_by_hand', queue: 'identity_team', not: [] })
  t.match(advice(stopped('app_state_stale', [])), { kind: 'send_steps', sendSteps: 'now' })
  t.match(advice(stopped('account_deactivated', [])), { kind: 'security_first', queue: 'security', sendSteps: 'never' })
})

t.test('an alert after a write comes before everything, whatever the state', async (t) => {
  for (const state of ['with_person', 'watching', 'resolved', 'acting'] as const) {
    const found = advice(stopped('enrollment_orphaned', [], { state, securityAlert: 'user.risk.change at noon' }))
    t.match(found, { kind: 'security_first', queue: 'security', headline: /^Possible takeover: user.risk.change/ })
  }
})

t.test('a case that has ended, is being worked or belongs to nobody asks for nothing', async (t) => {
  t.match(advice(stopped('unknown', [], { state: 'resolved' })), { kind: 'nothing', now: [], sendSteps: 'never' })
  t.match(advice(stopped('unknown', [], { state: 'closed' })), { kind: 'nothing' })
  t.match(advice(stopped('unknown', [], { state: 'acting' })), { kind: 'wait' })
  t.match(advice(stopped('unknown', [], { state: 'watching', watchUntil: NOW })), {
    kind: 'wait',
    headline: /14:03 UTC/
  })
})

t.test('after a repair that nobody tried out, the user is asked to try again', async (t) => {
  const by = { kind: 'person', name: 'Ana' } as const
  const action = anAction({ remediation: 'unsuspend_user', state: 'done', at: NOW, by, effect: 'unknown' })
  const found = advice(stopped('account_suspended', [], { actions: [action] }))
  t.match(found, {
    kind: 'ask_to_retry',
    headline: 'The account was unsuspended at 2026-06-15 14:03 UTC by Ana. No new attempt since.'
  })
})

t.test('“Unsuspended 11:41 by …”: an admin lifts the suspension in Okta, and no new cause is made up', async (t) => {
  const at = ago(MINUTE_MS)
  const lifted = anEntry('user.lifecycle.unsuspend', { at, actorLogin: 'ben@example.com' })
  const input = (over: Partial<LogEntry> = {}, user = aUser()) =>
    anInput({ evidence: knownEvidence({ user, history: [{ ...lifted, ...over }] }) })
  const { decision } = decide(input())
  t.match(decision, { kind: 'ticket', rule: 'repaired_no_new_attempt' })
  const c = stopped('app_state_stale', [], { failures: input().failures, evidence: input().evidence })
  t.match(advice(c), {
    kind: 'ask_to_retry',
    headline: /^The account was unsuspended at .* UTC by ben@example\.com\. No new attempt since\.$/,
    now: ['Ask the user to try again.']
  })
  t.equal(decide(input({ at: ago(HOUR_MS) })).decision.rule, 'app_state_stale', 'the failure came later')
  t.equal(decide(input({ result: 'FAILURE' })).decision.rule, 'app_state_stale')
  t.match(decide(input({}, aUser({ status: 'SUSPENDED' }))).decision.rule, /^suspended/, 'it is suspended again')
  t.match(advice({ ...c, evidence: null }), { kind: 'send_steps' })
})

t.test('accounts that Okta does not own are repaired at their source', async (t) => {
  const known = knownEvidence()
  if (known.user.state !== 'known') throw new Error('not read')
  const user = { ...known.user, value: { ...known.user.value, provider: 'ACTIVE_DIRECTORY' } }
  const at = (cause: CauseId) => advised(advice(stopped(cause, [], { evidence: someEvidence({ user }) })))
  t.match(at('password_expired'), /kept in Active Directory/)
  t.match(at('activation_pending'), /activation mail does not help/)
  t.match(at('account_locked_out'), /unlock the account in Active Directory/)
})

t.test('a member of a storm does not get the steps that the storm’s message warns of', async (t) => {
  const member = stopped('app_state_stale', [], { parentId: 'RE-ST0RM0000000' })
  t.match(advice(member), { kind: 'wait', sendSteps: 'never', headline: /^Part of a storm/, not: [/^Send no steps/] })
  t.equal(needOf(member), 'other')
  t.match(
    advice({ ...member, releasedAt: NOW }),
    { kind: 'send_steps', sendSteps: 'now' },
    'released: a case of its own'
  )
  const attacked = stopped('app_state_stale', [{ id: 'G7', state: 'tripped', because: 'x', at: NOW } as GuardVerdict], {
    parentId: 'RE-ST0RM0000000'
  })
  t.equal(advice(attacked).kind, 'security_first', 'signs of an attack come first')
})
