/** The decision table: every row is reached by its example and missed without its conditions. */
import t from 'tap'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { hold, type RuleFacts, type When } from '../../src/decide/conditions.ts'
import type { Rule } from '../../src/decide/rules.ts'
import { queueOf, RULES, selectRule } from '../../src/decide/rules.ts'
import { DAY_MS } from '../../src/domain/time.ts'
import { CAUSE_IDS, REMEDIATION_IDS } from '../../src/domain/vocabulary.ts'
import { RULE_EXAMPLES } from './rule-examples.ts'

const THRESHOLDS = DEFAULT_POLICY.decide.causes

for (const rule of RULES) {
  const example = RULE_EXAMPLES[rule.id] ?? {}
  t.test(`${rule.id}: its example selects it`, async (t) => {
    const { rule: selected, rows } = selectRule(example, THRESHOLDS)
    t.equal(selected.id, rule.id)
    t.equal(rows.at(-1)?.rule, rule.id)
    t.ok(rows.slice(0, -1).every((row) => !row.matched && row.because.length > 0))
  })

  for (const key of Object.keys(rule.when)) {
    t.test(`${rule.id}: it is missed when "${key}" is not known`, async (t) => {
      const facts: RuleFacts = { ...example, [key]: undefined }
      t.not(selectRule(facts, THRESHOLDS).rule.id, rule.id)
      t.match(hold(rule.when, facts, THRESHOLDS), { matched: false, because: /not known, but this rule requires/ })
    })
  }
}

t.test('ids are unique, the last row has no condition, and every row above has one', async (t) => {
  t.equal(new Set(RULES.map((rule) => rule.id)).size, RULES.length)
  t.same(Object.keys(RULE_EXAMPLES).sort(), RULES.map((rule) => rule.id).sort())
  t.same(
    RULES.filter((rule) => Object.keys(rule.when).length === 0).map((rule) => rule.id),
    [RULES.at(-1)?.id]
  )
})

t.test('every cause but `unknown` has its rows, and every remediation is reached', async (t) => {
  const caused = new Set(RULES.flatMap((rule) => rule.when.cause ?? []))
  t.same(caused, new Set(CAUSE_IDS.filter((id) => id !== 'unknown')))
  const reached = RULES.flatMap(({ outcome }) => (outcome.do === 'remediate' ? [outcome.with] : []))
  t.same(new Set(reached), new Set(REMEDIATION_IDS))
})

t.test('the modes are those of the design: two act by themselves, and unsuspend for a listed actor', async (t) => {
  const modes = RULES.flatMap(({ id, outcome, mode }) => (outcome.do === 'remediate' ? [[id, outcome.with, mode]] : []))
  t.same(modes, [
    ['suspended_by_allowed_actor', 'unsuspend_user', 'auto'],
    ['suspended', 'unsuspend_user', 'propose'],
    ['locked_out', 'unlock_user', 'propose'],
    ['activation_pending', 'resend_activation', 'auto'],
    ['sign_in_blocked', 'unlock_user', 'propose'],
    ['device_suspended', 'unsuspend_device', 'propose'],
    ['enrollment_orphaned', 'remove_orphaned_enrollment', 'auto'],
    ['device_replaced_by_signed_in_user', 'remove_replaced_enrollment', 'propose'],
    ['device_replaced', 'remove_replaced_enrollment', 'propose']
  ])
})

const SEEN: RuleFacts = { subjectKnown: true, recoveredSince: false, statusKnown: true }

t.test('conditions that are not met lead to the more careful row below', async (t) => {
  const select = (facts: RuleFacts) => selectRule({ ...SEEN, ...facts }, THRESHOLDS).rule.id
  const suspended = { cause: 'account_suspended', suspenderTrusted: true } as const
  t.equal(select({ ...suspended, suspendedForMs: 30 * DAY_MS }), 'suspended_by_allowed_actor')
  t.equal(select({ ...suspended, suspendedForMs: 30 * DAY_MS + 1 }), 'suspended')
  const pending = { cause: 'activation_pending', everUsed: false } as const
  t.equal(select({ ...pending, createdAgoMs: 61 * DAY_MS }), 'activation_not_new')
  t.equal(select({ cause: 'account_locked_out', provider: 'LDAP' }), 'locked_out_elsewhere')
  t.equal(select({ cause: 'sign_in_blocked', provider: 'OKTA' }), 'sign_in_blocked_otherwise')
  t.equal(select({ cause: 'device_suspended', deviceExact: false }), 'device_suspended_by_model')
  t.equal(select({ cause: 'device_replaced' }), 'device_replaced_only_factor')
})

t.test('what settles a case comes before every cause', async (t) => {
  for (const cause of CAUSE_IDS) {
    const facts: RuleFacts = { cause, subjectKnown: true, statusKnown: true, provider: 'OKTA', otherStrongFactor: true }
    t.equal(selectRule({ ...facts, recoveredSince: true }, THRESHOLDS).rule.id, 'already_recovered')
    t.equal(selectRule({ ...facts, recoveredSince: true, subjectKnown: false }, THRESHOLDS).rule.id, 'no_subject')
    t.equal(selectRule({ ...facts, statusKnown: false }, THRESHOLDS).rule.id, 'status_unread')
  }
})

t.test('a verdict on a row is told in words', async (t) => {
  const because = (when: When, facts: RuleFacts) => hold(when, facts, THRESHOLDS).because
  t.equal(
    because({ cause: ['account_locked_out'], provider: ['OKTA'] }, { cause: 'account_locked_out', provider: 'LDAP' }),
    'credentials owned by: LDAP, but this rule requires OKTA'
  )
  t.equal(
    because({ suspendedForMs: { atMost: 'suspendedMaxAgeMs' } }, { suspendedForMs: 40 * DAY_MS }),
    'suspended for: 40 d, but this rule requires at most 30 d'
  )
  t.equal(
    because({ createdAgoMs: { atLeast: DAY_MS, atMost: 5 * DAY_MS } }, { createdAgoMs: 1000 }),
    'account age: 1 s, but this rule requires at least 24 h and at most 5 d'
  )
  t.equal(
    because({ createdAgoMs: { atLeast: DAY_MS } }, { createdAgoMs: 1000 }),
    'account age: 1 s, but this rule requires at least 24 h'
  )
  t.equal(because({ createdAgoMs: { atLeast: 1 } }, { createdAgoMs: 3000 }), 'account age: 3 s')
  t.equal(
    because({ userStatus: ['ACTIVE', 'RECOVERY'] }, { userStatus: 'STAGED' }),
    'account status: STAGED, but this rule requires ACTIVE or RECOVERY'
  )
  t.equal(
    because({ suspenderTrusted: [true] }, {}),
    'suspended by a trusted actor: not known, but this rule requires yes'
  )
  t.equal(because({ suspenderTrusted: [false] }, { suspenderTrusted: false }), 'suspended by a trusted actor: no')
  t.equal(because({}, {}), 'always')
})

t.test('a ticket goes to the row’s queue, and to the service desk for a row nobody knows', async (t) => {
  t.equal(queueOf('account_deactivated'), 'security')
  t.equal(queueOf('suspended'), 'identity_team')
  t.equal(queueOf('already_recovered'), 'service_desk')
  t.equal(queueOf('a row of last year'), 'service_desk')
})

t.test('mistakes in a row do not compile', async (t) => {
  const row = { id: 'x', outcome: { do: 'ignore' }, because: '', mode: 'auto', facts: '' } as const
  const wrong: readonly Rule[] = [
    // @ts-expect-error a misspelt cause
    { ...row, when: { cause: ['account_suspnded'] } },
    // @ts-expect-error bounds on a fact that is no number
    { ...row, when: { userStatus: { atMost: 3 } } },
    // @ts-expect-error a list for a number
    { ...row, when: { createdAgoMs: [3] } },
    // @ts-expect-error a threshold nobody defined
    { ...row, when: { createdAgoMs: { atMost: 'someMs' } } },
    // @ts-expect-error a fact that holds a record
    { ...row, when: { suspendedBy: [] } },
    // @ts-expect-error a remediation that does not exist
    { ...row, when: {}, outcome: { do: 'remediate', with: 'reset_factors', queue: 'security' } }
  ]
  t.equal(wrong.length, 6)
})
