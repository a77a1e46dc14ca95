/** A rule that writes by itself is lowered when its writes do not help or end in alerts, and only then. */
import t, { type Test } from 'tap'
import { createKillSwitch, createSwitches } from '../../src/api/runtime-controls.ts'
import { createCommands } from '../../src/case/commands.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { modeInForce } from '../../src/decide/mode.ts'
import { RULES } from '../../src/decide/rules.ts'
import type { Case } from '../../src/domain/case.ts'
import type { DecidePolicy } from '../../src/domain/decision.ts'
import type { TelemetryEvent } from '../../src/domain/telemetry-event.ts'
import { DAY_MS, HOUR_MS, plus } from '../../src/domain/time.ts'
import type { Effect, Instant, Mode } from '../../src/domain/vocabulary.ts'
import { watchRules } from '../../src/jobs/rule-watch.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { aCase, anAction, NOON } from '../store/build.ts'
import { approver } from '../support/operators.ts'

const RULE = 'enrollment_orphaned'

function watched(t: Test, ceiling: Mode = 'auto', over: Partial<DecidePolicy> = {}, store = openInMemory()) {
  const policy: DecidePolicy = { ...DEFAULT_POLICY.decide, ceiling, ...over }
  t.teardown(() => store.close())
  let now: Instant = NOON
  const clock = () => now
  const switches = createSwitches(store, clock)
  const emitted: TelemetryEvent[] = []
  let count = 0
  const emit = (event: TelemetryEvent) => void emitted.push(event)
  return {
    ...{ store, switches, clock, emit, policy },
    changes: () => emitted.flatMap((event) => (event.type === 'rule_mode' ? [`${event.rule} ${event.change}`] : [])),
    mode: async () => (await store.controls()).rules[RULE]?.atMost ?? null,
    pass: (ms: number) => (now = plus(now, ms)),
    async write(effect: Effect, over: Partial<Case> = {}, by = RULE) {
      const next = aCase(`u${count++}`, over)
      const action = anAction({ state: 'done', effect, intendedAt: now, at: now, by: { kind: 'rule', name: by } })
      await store.save({ next: { ...next, actions: [action] }, ledger: [] })
    },
    look: () =>
      watchRules({
        ...{ store, clock, emit },
        policy,
        bounds: DEFAULT_POLICY.ruleWatch,
        change: (rule, what) => switches.setRule(rule, what, approver('reenroll'))
      })
  }
}

t.test('more than half of ten writes without help lower the rule, with the figures in the ledger', async (t) => {
  const { look, write, mode, store, changes, pass } = watched(t)
  await look()
  pass(HOUR_MS)
  for (let n = 0; n < 5; n++) await write('ineffective')
  for (let n = 0; n < 5; n++) await write('effective')
  await write('pending')
  await look()
  t.equal(await mode(), null, 'half of them may fail')
  await write('unknown')
  await look()
  t.equal(await mode(), 'propose')
  t.strictSame(changes(), [`${RULE} dropped_back`])
  const because = '6 of 11 writes since it was raised did not help; more than 50 % may not.'
  t.match(await store.ledger({ after: 0, limit: 9 }), [
    { kind: 'control', entry: { rule: RULE, atMost: 'propose', because } }
  ])
})

t.test('raised again, the rule starts afresh: old writes do not lower it', async (t) => {
  const { look, write, mode, switches, changes, pass } = watched(t)
  await look()
  for (let n = 0; n < 12; n++) await write('ineffective')
  await look()
  t.equal(await mode(), 'propose')
  pass(DAY_MS)
  await switches.setRule(RULE, { mode: null }, approver('ana'))
  await look()
  await look()
  t.equal(await mode(), null)
  t.strictSame(changes(), [`${RULE} dropped_back`, `${RULE} raised`])
})

t.test('a clock that was wrong by a year for an hour does not blind the watch for a year', async (t) => {
  const { look, write, mode, pass } = watched(t)
  pass(365 * DAY_MS)
  await look()
  pass(-365 * DAY_MS)
  await look()
  pass(HOUR_MS)
  for (let n = 0; n < 10; n++) await write('ineffective')
  await look()
  t.equal(await mode(), 'propose')
})

t.test('lowered, raised by hand and bad again: lowered each time, and each way is said once', async (t) => {
  const { look, write, mode, switches, changes, pass } = watched(t)
  await look()
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 10; n++) await write('ineffective')
    await look()
    await look()
    t.equal(await mode(), 'propose', `round ${round}`)
    pass(HOUR_MS)
    await switches.setRule(RULE, { mode: null }, approver('ana'))
    pass(HOUR_MS)
    await look()
    await look()
  }
  const [down, up] = [`${RULE} dropped_back`, `${RULE} raised`]
  t.strictSame(changes(), [down, up, down, up, down, up])
})

t.test('the alert that came within a day is seen although nobody looked for two days', async (t) => {
  const { look, write, mode, pass, clock } = watched(t)
  await look()
  await write('effective', { securityAlert: 'user.risk.detect', alertedAt: plus(clock(), HOUR_MS) })
  await write('effective', { securityAlert: 'user.risk.detect', alertedAt: plus(clock(), 3 * DAY_MS) }, 'another_rule')
  pass(2 * DAY_MS)
  await look()
  t.equal(await mode(), 'propose')
  const late = watched(t)
  await late.look()
  await late.write('effective', { securityAlert: 'user.risk.detect', alertedAt: plus(NOON, 3 * DAY_MS) })
  late.pass(4 * DAY_MS)
  await late.look()
  t.equal(await late.mode(), null, 'three days later it is hardly about the write')
})

t.test('turning the kill switch on and off begins no new count', async (t) => {
  const { look, write, mode, store, clock, changes } = watched(t)
  const kill = createKillSwitch(store, clock)
  await look()
  for (let n = 0; n < 9; n++) await write('ineffective')
  for (const on of [true, false]) {
    await kill.set({ kill: { on, because: 'drill' } }, approver('ana'))
    await look()
  }
  t.strictSame(changes(), [], 'nor does it raise anything')
  await write('ineffective')
  await look()
  t.equal(await mode(), 'propose')
})

t.test('one security alert within a day after a write lowers the rule', async (t) => {
  const { look, write, mode, pass } = watched(t)
  await look()
  await write('effective', { securityAlert: 'user.risk.detect' }, 'another_rule')
  await look()
  t.equal(await mode(), null, 'an alert after the write of another rule')
  await write('effective', { securityAlert: 'user.risk.detect' })
  pass(HOUR_MS)
  await look()
  t.equal(await mode(), 'propose')
})

t.test('a case that is marked as an attack three days after the write lowers the rule', async (t) => {
  const { look, write, mode, pass, store, emit, clock } = watched(t)
  await look()
  await write('effective', { state: 'resolved', outcome: 'recovered_after_repair' })
  pass(3 * DAY_MS)
  await look()
  t.equal(await mode(), null)
  const commands = createCommands({ store, policy: DEFAULT_POLICY, clock, emit })
  await commands.close('RE-u0', { because: 'the user never had this phone', attack: true }, approver('ana'))
  t.match(await store.getCase('RE-u0'), { state: 'resolved', outcome: 'recovered_after_repair', attack: true })
  await look()
  t.equal(await mode(), 'propose')
  const ledger = await store.ledger({ after: 0, limit: 9 })
  t.match(ledger, [
    { kind: 'close', by: 'ana', entry: { attack: true } },
    { kind: 'control', entry: { rule: RULE } }
  ])
})

t.test('a drop-back of a pilot raises nobody: the others still only observe', async (t) => {
  const [rule, everybody, pilot] = [RULES.find(({ id }) => id === RULE), [], [{ id: '00g1', name: 'Pilot' }]]
  const piloted = { ruleModes: { [RULE]: 'observe' }, groupModes: { [RULE]: { Pilot: 'auto' } } } as const
  const { look, write, policy, store, switches } = watched(t, 'auto', piloted)
  const modes = async () => {
    const controls = await store.controls()
    return rule && [everybody, pilot].map((groups) => modeInForce(rule, policy, controls, groups).mode)
  }
  await look()
  t.strictSame(await modes(), ['observe', 'auto'])
  for (let n = 0; n < 10; n++) await write('ineffective')
  await look()
  t.strictSame(await modes(), ['observe', 'propose'])
  await switches.setRule(RULE, { paused: { because: 'odd' } }, approver('ana'))
  await switches.setRule(RULE, { paused: null }, approver('ana'))
  t.strictSame(await modes(), ['observe', 'propose'], 'a pause does not end it')
  await switches.setRule(RULE, { mode: null }, approver('ana'))
  t.strictSame(await modes(), ['observe', 'auto'], 'a person does')
})

t.test('a rule that REENROLL_MODE raised at a restart has a line in the ledger, once', async (t) => {
  const proposing = watched(t, 'propose')
  await proposing.look()
  const { store, look, switches } = watched(t, 'auto', {}, proposing.store)
  await look()
  await look()
  const lines = (await store.ledger({ after: 0, limit: 99 })).map(({ kind, entry }) => [kind, entry.rule, entry.raised])
  const raised = RULES.filter(({ mode, outcome }) => mode === 'auto' && outcome.do === 'remediate')
  t.strictSame(
    lines,
    raised.map(({ id }) => ['control', id, true])
  )
  t.strictSame((await switches.setRule(RULE, { paused: null }, approver('ana'))).rules, {}, 'and changes no control')
})

t.test('writes from before the first look, few writes, and rules that only propose change nothing', async (t) => {
  const before = watched(t)
  for (let n = 0; n < 20; n++) await before.write('ineffective')
  before.pass(HOUR_MS)
  await before.look()
  await before.look()
  const few = watched(t)
  await few.look()
  for (let n = 0; n < 9; n++) await few.write('ineffective')
  await few.look()
  const proposing = watched(t, 'propose')
  await proposing.look()
  for (let n = 0; n < 20; n++) await proposing.write('ineffective')
  await proposing.look()
  for (const { mode, changes } of [before, few, proposing]) {
    t.equal(await mode(), null)
    t.strictSame(changes(), [])
  }
})
