/** Which rule is ready for its next mode. */
import t from 'tap'
import { MOST_CASES, readRollout } from '../../src/backtest/rollout.ts'
import { readPolicy } from '../../src/config/policy/file.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { modeInForce } from '../../src/decide/mode.ts'
import { RULES } from '../../src/decide/rules.ts'
import type { Case, NamedRepair } from '../../src/domain/case.ts'
import type { Controls, DecidePolicy } from '../../src/domain/decision.ts'
import { DAY_MS, plus } from '../../src/domain/time.ts'
import type { Effect, Mode } from '../../src/domain/vocabulary.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { aSignal } from '../case/build.ts'
import { aCase, anAction, NOON } from '../store/build.ts'

const RULE = 'suspended'
let count = 0

/** A case in which the rule proposed; with an answer, and what its write did. */
function proposed(answer: NamedRepair['answer'] | null, effect: Effect | null, over: Partial<Case> = {}): Case {
  const repair = { rule: RULE, mode: 'propose', stoppedBy: [], ...(answer ? { answer } : {}) } as const
  const actions = effect === null ? [] : [anAction({ state: 'done', effect, remediation: 'unsuspend_user' })]
  return aCase(`s${count++}`, { state: 'closed', openedAt: plus(NOON, -DAY_MS), repair, actions, ...over })
}

interface Given {
  readonly policy?: Partial<DecidePolicy>
  readonly controls?: Partial<Controls>
  readonly group?: string
  readonly rule?: string
}

/** The plan of an install with the default policy but for what is given. */
async function planOf(cases: readonly Case[], { policy = {}, controls = {}, group, rule = RULE }: Given = {}) {
  const store = openInMemory()
  for (const next of cases) await store.save({ next, ledger: [] })
  const inForce = { ...(await store.controls()), ...controls }
  const decide: DecidePolicy = { ...DEFAULT_POLICY.decide, ceiling: 'observe', ...policy }
  const source = { listCases: store.listCases, controls: async () => inForce }
  const { steps, draft } = await readRollout(source, async () => decide, { days: 30, group: group ?? null }, NOON)
  await store.close()
  const step = steps.find((step) => step.rule === rule)
  if (!step) throw new Error('no such rule')
  return { step, draft: draft ?? '' }
}

const PROPOSE = { policy: { ceiling: 'propose' } } as const
const GOOD = Array.from({ length: 11 }, () => proposed('approved', 'effective'))
const WRITING = RULES.filter(({ outcome }) => outcome.do === 'remediate')

/** The mode of each writing rule for everybody and for the group, with `REENROLL_MODE`. */
function modesUnder(ceiling: Mode, draft: string | null, group: string): readonly string[] {
  const read = readPolicy(draft)
  if (!read.ok) throw new Error(read.errors.join(' '))
  const policy = { ...read.policy.decide, ceiling }
  const none = { version: 0, kill: null, rules: {}, ceiling: null }
  return WRITING.map((rule) => {
    const [all, ofGroup] = [[], [{ id: group, name: group }]].map((own) => modeInForce(rule, policy, none, own).mode)
    return `${rule.id} ${all} ${ofGroup}`
  })
}

t.test('20 clean cases of a default install, which only observes, make a rule ready for propose', async (t) => {
  const repair = { rule: 'enrollment_orphaned', mode: 'observe', stoppedBy: [] } as const
  const observed = Array.from({ length: 20 }, () => proposed(null, null, { repair }))
  const { step, draft } = await planOf(observed, { rule: 'enrollment_orphaned' })
  t.match(step, { mode: 'observe', next: 'propose', isReady: true, because: /^20 cases that no guard stopped$/ })
  t.match(draft, /^# Then set REENROLL_MODE=propose and restart\.\nrules:\n/)
  t.match(draft, /^ {2}enrollment_orphaned: propose # 20 cases that no guard stopped$/m)
  const others = modesUnder('propose', draft, 'Pilot').filter((line) => !line.includes(' observe observe'))
  t.strictSame(others, ['enrollment_orphaned propose propose'], 'the higher ceiling raises no other rule')
})

t.test('a step for a group is drafted for its members only, and holds everybody else', async (t) => {
  const given = { group: 'Pilot: "one"', rule: RULE } as const
  const observed = Array.from({ length: 20 }, () => proposed(null, null))
  const { draft } = await planOf(observed, given)
  const changed = modesUnder('propose', draft, given.group).filter((line) => !line.includes(' observe observe'))
  t.strictSame(changed, [`${RULE} observe propose`])

  const piloted = {
    ceiling: 'propose',
    ruleModes: { [RULE]: 'observe' },
    groupModes: { [RULE]: { Pilot: 'propose' } }
  } as const
  t.match((await planOf(GOOD, { policy: piloted })).step, { mode: 'observe', next: 'propose' })
  const pilot = await planOf(GOOD, { policy: piloted, group: 'Pilot' })
  t.match(pilot.step, { mode: 'propose', next: 'auto', isReady: true })
  t.match(pilot.draft, /^# Then set REENROLL_MODE=auto and restart\.\n/)
  t.match(pilot.draft, /^groupModes:\n {2}suspended: \{ "Pilot": auto \} #/m)
})

t.test('a mode for a group that the ceiling held back stays where it is when the ceiling rises', async (t) => {
  const groupModes = { locked_out: { Pilot: 'propose' }, [RULE]: { Board: 'observe' } } as const
  const { draft } = await planOf(
    Array.from({ length: 20 }, () => proposed(null, null)),
    { policy: { groupModes } }
  )
  t.match(draft, /^ {2}locked_out: \{ "Pilot": observe \} # As before\.$/m)
  t.notMatch(draft, /Board/, 'what the policy holds already is left alone')
})

t.test('a rule that people approved and that helped is ready for auto', async (t) => {
  const old = proposed(null, null, { openedAt: plus(NOON, -31 * DAY_MS) })
  const { step, draft } = await planOf([...GOOD, old], PROPOSE)
  t.match(step, { mode: 'propose', next: 'auto', isReady: true, cases: 11, free: 11, agreed: 11, rejected: 0 })
  t.equal(step.because, '11 cases that no guard stopped; people agreed with 11 of 11; 11 of 11 writes helped')
  t.match(draft, /^ {2}suspended: auto # 11 cases/m)
  t.match(modesUnder('auto', draft, 'Pilot'), ['suspended_by_allowed_actor propose propose', 'suspended auto auto'])
  const guided = { ...PROPOSE.policy, guideCauses: ['app_state_stale'] } as const
  t.match((await planOf(GOOD, { policy: guided })).draft, /users get the steps for these causes: app_state_stale\./)
})

t.test('each thing that is missing is named with its count', async (t) => {
  const guarded = { repair: { rule: RULE, mode: 'propose', stoppedBy: ['G9'] } } as const
  const because = async (...cases: readonly Case[]) => (await planOf(cases, PROPOSE)).step.because
  t.match(await because(...GOOD.slice(0, 9)), /9 of 10 cases that no guard stopped; 9 of 10 answers/)
  t.match(await because(...GOOD, proposed('rejected', null)), /people agreed with 11 of 12, 95 % are needed/)
  const bad = Array.from({ length: 3 }, () => proposed('approved', 'ineffective'))
  t.match(await because(...GOOD, ...bad), /3 of 14 writes did not help, at most 20 % may/)
  const attack = proposed('rejected', null, { id: 'RE-BAD', attack: true })
  t.match(await because(...GOOD, attack), /look at RE-BAD: an attack or an alert/)
  t.match(await because(...GOOD, proposed('approved', 'effective', { id: 'RE-ODD', securityAlert: 'x' })), /RE-ODD/)
  const { step } = await planOf([...GOOD, proposed(null, null, guarded)], PROPOSE)
  t.match(step, { cases: 12, free: 11, guards: { G9: 1 }, isReady: true })
  t.equal((await planOf(GOOD.slice(0, 9), PROPOSE)).draft, '')
})

t.test('approvals that overrode a guard, and writes of another repair, speak for no step', async (t) => {
  const overridden = { repair: { rule: RULE, mode: 'propose', stoppedBy: ['G9'], answer: 'approved' } } as const
  const unanswered = Array.from({ length: 10 }, () => proposed(null, null))
  const overrides = Array.from({ length: 12 }, () => proposed('approved', 'effective', overridden))
  const { step } = await planOf([...unanswered, ...overrides], PROPOSE)
  t.match(step, { cases: 22, free: 10, agreed: 0, writes: { effective: 0, notEffective: 0 }, isReady: false })
  t.match(step.because, /0 of 10 answers of people; 0 of 5 writes with a known effect/)
  const other = { actions: [anAction({ state: 'done', effect: 'effective', remediation: 'unlock_user' })] }
  const approved = Array.from({ length: 10 }, () => proposed('approved', null, other))
  t.match((await planOf(approved, PROPOSE)).step, { agreed: 10, writes: { effective: 0 }, isReady: false })
})

t.test('with more cases than are counted, the plan names the moment from which they count', async (t) => {
  const cases = Array.from({ length: 200 }, () => proposed(null, null))
  let pages = 0
  const listCases = async () => ({ cases, next: ++pages < 50 ? 'more' : null })
  const source = { listCases, controls: async () => ({ version: 0, kill: null, rules: {}, ceiling: null }) }
  const policy = { ...DEFAULT_POLICY.decide, ceiling: 'observe' } as const
  const { steps, cutAt } = await readRollout(source, async () => policy, { days: 30, group: null }, NOON)
  t.equal(cutAt, plus(NOON, -DAY_MS))
  t.match(
    steps.find(({ rule }) => rule === RULE),
    { cases: MOST_CASES }
  )
})

t.test('while a rule observes, the same repair by a person in Okta counts as agreement', async (t) => {
  const unsuspended = { signals: [aSignal({ eventType: 'user.lifecycle.unsuspend', result: 'SUCCESS' })] }
  const cases = [
    ...Array.from({ length: 6 }, () => proposed(null, null, unsuspended)),
    ...Array.from({ length: 5 }, () => proposed(null, null))
  ]
  const { step } = await planOf(cases)
  t.match(step, { mode: 'observe', next: 'propose', isReady: true, agreed: 6, free: 11 })
})

t.test('a rule that was lowered or paused at run time is reset by a person first, and so is a ceiling', async (t) => {
  const because = /reset that on the policy page/
  const paused = { rules: { [RULE]: { paused: { because: 'odd', by: 'ana' } } } }
  t.match((await planOf(GOOD, { ...PROPOSE, controls: paused })).step, { isReady: false, because })
  t.match((await planOf(GOOD, { ...PROPOSE, controls: { ceiling: 'propose' } })).step, { isReady: false, because })
})
