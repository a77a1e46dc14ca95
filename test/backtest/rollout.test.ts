/** Which rule is ready for its next mode. */
import t from 'tap'
import { policyDraft, readRollout } from '../../src/backtest/rollout.ts'
import { readPolicy } from '../../src/config/policy/file.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { Case, NamedRepair } from '../../src/domain/case.ts'
import type { Controls } from '../../src/domain/decision.ts'
import { DAY_MS, plus } from '../../src/domain/time.ts'
import type { Effect } from '../../src/domain/vocabulary.ts'
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

async function stepOf(
  cases: readonly Case[],
  { mode = 'propose', rule = {} }: { mode?: 'observe' | 'propose'; rule?: Controls['rules'] } = {}
) {
  const store = openInMemory()
  for (const next of cases) await store.save({ next, ledger: [] })
  const controls = { ...(await store.controls()), rules: rule }
  const policy = { ...DEFAULT_POLICY.decide, ruleModes: { [RULE]: mode }, ceiling: 'observe' } as const
  const source = { listCases: store.listCases, controls: async () => controls }
  const steps = await readRollout(source, async () => policy, 30, NOON)
  await store.close()
  const found = steps.find((step) => step.rule === RULE)
  if (!found) throw new Error('no such rule')
  return { step: found, steps }
}

const GOOD = Array.from({ length: 11 }, () => proposed('approved', 'effective'))

t.test('a rule that people approved and that helped is ready for auto, whatever the ceiling', async (t) => {
  const { step, steps } = await stepOf([...GOOD, proposed(null, null, { openedAt: plus(NOON, -31 * DAY_MS) })])
  t.match(step, { mode: 'propose', next: 'auto', isReady: true, cases: 11, free: 11, agreed: 11, rejected: 0 })
  t.equal(step.because, '11 cases that no guard stopped; people agreed with 11 of 11; 11 of 11 writes helped.')
  const draft = policyDraft(steps, null) ?? ''
  t.match(draft, /^rules:\n {2}suspended: auto # 11 cases/)
  t.match(readPolicy(draft), { ok: true, policy: { decide: { ruleModes: { suspended: 'auto' } } } })
  const pilot = readPolicy(policyDraft(steps, 'Pilot: "one"'))
  t.match(pilot, { ok: true, policy: { decide: { groupModes: { suspended: { 'Pilot: "one"': 'auto' } } } } })
})

t.test('each thing that is missing is named with its count', async (t) => {
  const guarded = { repair: { rule: RULE, mode: 'propose', stoppedBy: ['G9'] } } as const
  const because = async (...cases: readonly Case[]) => (await stepOf(cases)).step.because
  t.match(await because(...GOOD.slice(0, 9)), /9 of 10 cases that no guard stopped; 9 of 10 answers/)
  t.match(await because(...GOOD, proposed('rejected', null)), /people agreed with 11 of 12, 95 % are needed/)
  const bad = Array.from({ length: 3 }, () => proposed('approved', 'ineffective'))
  t.match(await because(...GOOD, ...bad), /3 of 14 writes did not help, at most 20 % may/)
  const attack = proposed('rejected', null, { id: 'RE-BAD', attack: true })
  t.match(await because(...GOOD, attack), /look at RE-BAD: an attack or an alert/)
  t.match(await because(...GOOD, proposed('approved', 'effective', { id: 'RE-ODD', securityAlert: 'x' })), /RE-ODD/)
  const { step } = await stepOf([...GOOD, proposed(null, null, guarded)])
  t.match(step, { cases: 12, free: 11, guards: { G9: 1 }, isReady: true })
  t.equal(policyDraft([{ ...step, isReady: false }], null), null)
})

t.test('while a rule observes, the same repair by a person in Okta counts as agreement', async (t) => {
  const unsuspended = { signals: [aSignal({ eventType: 'user.lifecycle.unsuspend', result: 'SUCCESS' })] }
  const cases = [
    ...Array.from({ length: 6 }, () => proposed(null, null, unsuspended)),
    ...Array.from({ length: 5 }, () => proposed(null, null))
  ]
  const { step } = await stepOf(cases, { mode: 'observe' })
  t.match(step, { mode: 'observe', next: 'propose', isReady: true, agreed: 6, free: 11 })
})

t.test('a rule that was lowered or paused at run time is reset by a person first', async (t) => {
  const { step } = await stepOf(GOOD, { rule: { [RULE]: { paused: { because: 'odd', by: 'ana' } } } })
  t.match(step, { isReady: false, because: /reset that on the policy page/ })
})
