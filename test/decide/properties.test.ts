/** What holds for every input whatever: deciding never throws, never writes past a guard, and never changes its mind. */

import t from 'tap'
import { BINDINGS } from '../../src/decide/bindings.ts'
import { decide } from '../../src/decide/decide.ts'
import { caseFacts } from '../../src/decide/facts.ts'
import { checkGuards } from '../../src/decide/guards/guards.ts'
import type { DecideInput, Verdict } from '../../src/domain/decision.ts'
import { known } from '../../src/domain/evidence.ts'
import { CAUSE_IDS, GUARD_IDS, MODES, REMEDIATION_IDS } from '../../src/domain/vocabulary.ts'
import { without } from '../population/switched-off.ts'
import { fc } from '../support/properties.ts'
import { INPUT } from './arbitrary.ts'
import { aFactor, ago, aNewUser, anEntry, anInput, aPolicyWithGuards, aUser, knownEvidence } from './build.ts'

/** Inputs that act by themselves as they stand; anything drawn over them may only take that away. */
const AUTOMATIC: readonly DecideInput[] = [
  anInput({ evidence: knownEvidence({ factors: [aFactor({ status: 'EXPIRED', createdAt: ago(3_600_000) })] }) }),
  anInput({ evidence: knownEvidence({ user: aNewUser() }) }),
  anInput({
    policy: aPolicyWithGuards({ trustedActorIds: ['00uHR'] }),
    evidence: knownEvidence({
      user: aUser({ status: 'SUSPENDED', statusChangedAt: null }),
      history: [anEntry('user.lifecycle.suspend', { actorId: '00uHR' })]
    })
  })
]

/** One of them with a few parts replaced by arbitrary ones: this is where a hole would show. */
const NEARLY_AUTOMATIC: fc.Arbitrary<DecideInput> = fc
  .tuple(
    fc.constantFrom(...AUTOMATIC),
    INPUT,
    fc.subarray(['failures', 'signals', 'actions', 'recent', 'controls', 'evidence'] as const, { maxLength: 2 }),
    fc.subarray(['roles', 'risk', 'groups', 'history', 'devices', 'device_users', 'blocks', 'enrollments'] as const, {
      maxLength: 2
    })
  )
  .map(([base, drawn, parts, sources]) => {
    const policy = { ...base.policy, groupModes: drawn.policy.groupModes ?? {} }
    const changed = { ...base, policy, ...Object.fromEntries(parts.map((part) => [part, drawn[part]])) }
    const items = Object.fromEntries(sources.map((source) => [source, drawn.evidence[source]]))
    return { ...changed, evidence: { ...changed.evidence, ...items } }
  })

const ANY = fc.oneof(INPUT, NEARLY_AUTOMATIC)
/** The lane of trials makes many. */
const RUNS = { numRuns: Number(process.env.PROPERTY_RUNS ?? 400) }

function always(name: string, check: (input: DecideInput, verdict: Verdict) => void): void {
  t.test(name, async (t) => {
    fc.assert(
      fc.property(ANY, (input) => check(input, decide(input))),
      RUNS
    )
    t.pass(`held for ${RUNS.numRuns} inputs`)
  })
}

function ensure(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

const stateOf = (verdict: Verdict, id: string) => verdict.guards.find((guard) => guard.id === id)?.state

always('every input gets a cause, every guard, a rule and a reason', (_, verdict) => {
  ensure(CAUSE_IDS.includes(verdict.cause.id) && verdict.considered[0] === verdict.cause, 'a cause')
  ensure(verdict.guards.map((guard) => guard.id).join() === GUARD_IDS.join(), 'every guard')
  ensure(
    verdict.guards.every((guard) => guard.because !== ''),
    'every guard says why'
  )
  ensure(verdict.decision.rows.at(-1)?.rule === verdict.decision.rule, 'the rule is the last row')
  ensure(verdict.decision.because !== '', 'a reason')
})

/** An event type of Okta or of another vendor, an id of Okta, or an id of a repair or cause. Not by form alone: a login may look like one. */
const RAW = new RegExp(
  [
    '\\b(?:user|device|security|system|group|policy|application)(?:\\.[a-z_]+){2,}',
    '\\b(?:caep|risc)\\.[a-z-]+',
    '\\b(?:00[ug]|0oa|guo|opf)[A-Z]{2}\\w*',
    ...[...REMEDIATION_IDS, ...CAUSE_IDS].filter((id) => id.includes('_')).map((id) => `\\b${id}\\b`)
  ].join('|')
)

always('a sentence has names, not event types and ids: "user.lifecycle.suspend at … by 00uHR"', (input, verdict) => {
  const findings = checkGuards(input, caseFacts(input))
  const sentences = findings.flatMap(({ because, harmless }) => [because, harmless?.because ?? ''])
  for (const text of [...sentences, ...verdict.cause.because, verdict.decision.because])
    ensure(!RAW.test(text), `${RAW.exec(text)?.[0]} in: ${text}`)
})

always('an automatic write has no guard tripped, and none unknown but those its binding allows', (_, verdict) => {
  const { kind, mode, remediation } = verdict.decision
  if (kind !== 'remediate' || mode !== 'auto') return
  ensure(remediation !== null, 'it names its write')
  if (remediation === null) return
  const { guards, mayNotKnow } = BINDINGS[remediation]
  for (const { id, state } of verdict.guards) {
    if (!guards.includes(id)) continue
    ensure(state === 'clear' || (state === 'unknown' && mayNotKnow.guards.includes(id)), `${id} is ${state}`)
  }
})

always('nothing is written on evidence that could not be read, or for nobody', (input, { decision }) => {
  if (decision.kind !== 'remediate') return
  ensure(input.subject.id !== null, 'somebody')
  ensure(
    Object.values(input.evidence).every((item) => item.state !== 'unknown'),
    'everything was read'
  )
})

always('no write for a deactivated, missing or unknown account, or with an admin role', (input, { decision }) => {
  if (decision.kind !== 'remediate') return
  const status = known(input.evidence.user)?.status
  ensure(
    status !== undefined && !['DEPROVISIONED', 'MISSING', 'unknown', 'STAGED', 'RECOVERY'].includes(status),
    `${status}`
  )
  ensure((known(input.evidence.roles) ?? []).length === 0, 'no admin role')
})

always('an observe ceiling, the kill switch or a pause leaves only tickets', (input, { decision }) => {
  const stopped =
    input.policy.ceiling === 'observe' ||
    input.controls.ceiling === 'observe' ||
    input.controls.kill?.on === true ||
    input.controls.rules[decision.rule]?.paused !== undefined
  if (stopped) ensure(decision.kind !== 'remediate', `${decision.rule} went on`)
})

always(
  'the mode is never looser than the modes of the person’s groups, or of all groups when unknown',
  (input, verdict) => {
    const { mode, rule } = verdict.decision
    const groups = known(input.evidence.groups)
    for (const [name, most] of Object.entries(input.policy.groupModes?.[rule] ?? {})) {
      const isMember = !groups || groups.some((group) => group.id === name || group.name === name)
      ensure(!isMember || MODES.indexOf(mode) <= MODES.indexOf(most), `${mode} for ${name}, which has ${most}`)
    }
  }
)

always('a ceiling of propose leaves nothing automatic', (input, { decision }) => {
  if (input.policy.ceiling !== 'propose' && input.controls.ceiling !== 'propose') return
  ensure(decision.kind !== 'remediate' || decision.mode !== 'auto', 'automatic')
})

always('G1, G15 and a HIGH risk are never offered for override', (input, verdict) => {
  const { overridesNeeded } = verdict.decision
  ensure(!overridesNeeded.includes('G1') && !overridesNeeded.includes('G15'), 'G1 or G15')
  const high =
    known(input.evidence.risk)?.level === 'HIGH' || input.failures.some(({ context }) => context.risk === 'HIGH')
  if (high) ensure(verdict.decision.kind !== 'remediate', 'HIGH')
})

always('a proposal names every guard to override, and only such as stand in the way', (_, verdict) => {
  const { kind, overridesNeeded, stoppedBy } = verdict.decision
  ensure(
    overridesNeeded.every((id) => stoppedBy.includes(id)),
    'a subset'
  )
  ensure(
    stoppedBy.every((id) => stateOf(verdict, id) !== 'clear'),
    'none is clear'
  )
  if (kind !== 'remediate') return
  const silent = stoppedBy.filter((id) => !overridesNeeded.includes(id))
  ensure(
    silent.every((id) => id === 'G13'),
    `${silent} needs no override`
  )
})

always('the same input gives the same answer, byte for byte', (input, verdict) => {
  const copy = JSON.parse(JSON.stringify(input)) as DecideInput
  ensure(JSON.stringify(decide(copy)) === JSON.stringify(verdict), 'the same bytes')
})

t.test('the inputs above do reach automatic writes, proposals, tickets and the rest', async (t) => {
  const reached = new Map<string, number>()
  for (const input of fc.sample(ANY, { numRuns: 1500, seed: 7 })) {
    const { kind, mode } = decide(input).decision
    const name = kind === 'remediate' ? mode : kind
    reached.set(name, (reached.get(name) ?? 0) + 1)
  }
  for (const name of ['auto', 'propose', 'ticket', 'ignore'])
    t.ok((reached.get(name) ?? 0) >= 5, `${name}: ${reached.get(name)}`)
})

t.test('alone means: with this guard clear, the repair would have been made or proposed', async (t) => {
  let seen = 0
  for (const input of fc.sample(ANY, { numRuns: 600, seed: 11 })) {
    const { loneStop } = decide(input).decision
    if (!loneStop || loneStop.mode === 'observe' || input.controls.kill?.on) continue
    seen++
    const free = await without(loneStop.guard, async () => decide(input).decision)
    t.match(free, { kind: 'remediate', stoppedBy: [] }, loneStop.guard)
  }
  t.ok(seen >= 10, `${seen} were stopped by one guard alone`)
})
