/** The tables for people, the bindings, and the version of the rules. */
import t from 'tap'
import { BINDINGS } from '../../src/decide/bindings.ts'
import {
  bindingRows,
  causeRows,
  guardRows,
  ruleRows,
  shownPolicy,
  verificationRows
} from '../../src/decide/decision-table.ts'
import { ruleVersion } from '../../src/decide/rule-version.ts'
import { RULES } from '../../src/decide/rules.ts'
import { CHALLENGE_KINDS } from '../../src/domain/verification.ts'
import { CAUSE_IDS, GUARD_IDS, REMEDIATION_IDS } from '../../src/domain/vocabulary.ts'
import { renderMarkdownTable } from '../docs/markdown-table.ts'
import { aPolicy, aPolicyWithGuards, KILLED, NO_CONTROLS } from './build.ts'

t.test('the decision table as rows: names without a policy, values and modes in force with one', async (t) => {
  const bare = ruleRows()
  t.equal(bare.length, RULES.length)
  const row = (rows: ReturnType<typeof ruleRows>, id: string) => rows.find(({ rule }) => rule === id)
  t.match(row(bare, 'suspended_by_allowed_actor'), {
    when: 'cause: account_suspended; suspended by a trusted actor: yes; suspended for: at most suspendedMaxAgeMs',
    outcome: 'unsuspend_user',
    mode: 'auto',
    facts: 'C1, G9'
  })
  t.match(row(bare, 'account_deactivated'), { outcome: 'ticket for security', mode: '' })
  t.match(row(bare, 'already_recovered'), { outcome: 'nothing to do' })
  t.match(row(bare, 'otherwise'), { when: 'anything else' })
  const policy = aPolicy({ ruleModes: { locked_out: 'observe' } })
  t.match(row(ruleRows(policy), 'locked_out'), { mode: 'observe' })
  t.match(row(ruleRows(policy), 'suspended_by_allowed_actor'), { when: /at most 30 d/, mode: 'auto' })
  const killed = ruleRows(policy, { ...NO_CONTROLS, kill: KILLED })
  t.match(row(killed, 'suspended_by_allowed_actor'), { mode: 'observe' })
})

t.test('causes, guards and bindings as rows', async (t) => {
  t.equal(causeRows().length, CAUSE_IDS.length)
  t.match(causeRows()[0], { cause: 'account_deactivated', confidence: 'high', option: '1', facts: 'C6' })
  t.match(
    causeRows().find(({ cause }) => cause === 'policy_denied'),
    { confidence: 'high, low', option: '' }
  )
  t.same(
    guardRows().map(({ guard }) => guard),
    GUARD_IDS
  )
  t.match(guardRows()[1], { guard: 'G2', overrides: /HIGH never/ })
  t.match(
    bindingRows().find(({ remediation }) => remediation === 'resend_activation'),
    { 'guards that may be unknown': 'G5, G4_event' }
  )
})

t.test('every way to verify a caller has its row, and no row is without a way', async (t) => {
  const ways = [...CHALLENGE_KINDS, 'identity_check']
  t.strictSame(
    verificationRows().map(({ way }) => way),
    ways
  )
})

t.test(
  'every guard binds every remediation; two may go on without two answers, never without the evidence',
  async (t) => {
    t.same(Object.keys(BINDINGS), REMEDIATION_IDS)
    for (const [id, { guards, mayNotKnow }] of Object.entries(BINDINGS)) {
      // G17 is about removed enrollments of devices in use.
      const all = id === 'remove_replaced_enrollment' ? GUARD_IDS : GUARD_IDS.filter((guard) => guard !== 'G17')
      t.same(guards, all, id)
      const lenient = id === 'resend_activation' || id === 'remove_orphaned_enrollment'
      t.same(mayNotKnow.guards, lenient ? ['G5', 'G4_event'] : [], id)
      t.ok(mayNotKnow.because.length > 20)
    }
  }
)

t.test('Markdown has one line per row, and no cell breaks it', async (t) => {
  const rows = [
    { a: 'x|y', b: 'two\nlines' },
    { a: 'z', b: '' }
  ]
  t.equal(renderMarkdownTable(rows), '| a | b |\n| --- | --- |\n| x\\|y | two lines |\n| z |  |\n')
  t.equal(renderMarkdownTable([]), '')
  t.equal(renderMarkdownTable([{ a: '1', b: '2' }, { a: '3' }]).split('\n')[3], '| 3 |  |')
  t.equal(renderMarkdownTable(ruleRows()).split('\n').length, RULES.length + 3)
})

t.test('the policy view survives JSON', async (t) => {
  const view = shownPolicy(aPolicy())
  t.same(JSON.parse(JSON.stringify(view)), view)
  t.equal(view.rules.length, RULES.length)
  t.equal(view.ruleVersion, ruleVersion(aPolicy()))
})

t.test('the rule version is stable, short, and changes with thresholds, modes and absent sources', async (t) => {
  const version = ruleVersion(aPolicy())
  t.match(version, /^r[0-9a-f]{16}$/)
  t.equal(ruleVersion(aPolicy()), version)
  const versions = [
    aPolicyWithGuards({ stormUsers: 6 }),
    aPolicy({ causes: { ...aPolicy().causes, orphanAgeMs: 1 } }),
    aPolicy({ ruleModes: { suspended: 'auto' } }),
    aPolicy({ minConfidenceForAuto: 'high' }),
    aPolicy({ absentSources: ['risk'] }),
    aPolicy({ ceiling: 'propose' })
  ].map(ruleVersion)
  t.equal(new Set([version, ...versions]).size, 7)
  const { guards, ...rest } = aPolicy()
  const shuffled = { guards: Object.fromEntries(Object.entries(guards).reverse()) as typeof guards, ...rest }
  t.equal(ruleVersion(shuffled), version, 'the order of a policy file does not matter')
})
