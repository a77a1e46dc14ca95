/**
 * Which rule is ready for its next mode, and why: from the newest stored cases, how people answered, whether writes helped, and which
 * guards fired. Pure but for the walk.
 */
import type { ReportDays } from '../api/figures.ts'
import { everyCase } from '../case/every-case.ts'
import { modeInForce } from '../decide/mode.ts'
import { RULES, type Rule } from '../decide/rules.ts'
import type { Case } from '../domain/case.ts'
import type { Controls, DecidePolicy } from '../domain/decision.ts'
import type { OktaGroup } from '../domain/evidence.ts'
import type { Store } from '../domain/store.ts'
import { DAY_MS, plus } from '../domain/time.ts'
import { type GuardId, type Instant, MODES, type Mode, type RemediationId } from '../domain/vocabulary.ts'

export interface RuleStep {
  readonly rule: string
  /** In force for everybody, or for the members of the group. */
  readonly mode: Mode
  /** One step up, also above `REENROLL_MODE`; null at the rule's highest mode. */
  readonly next: Mode | null
  readonly isReady: boolean
  /** What speaks for the step, or what is missing. */
  readonly because: string
  /** Cases in which the rule named its repair. */
  readonly cases: number
  /** Those that no guard stopped, as `auto` would write only there: all figures below but the guards are of these. */
  readonly free: number
  /** The newest of them to look at. */
  readonly examples: readonly string[]
  /** People approved or made the same repair in Okta; people rejected it. */
  readonly agreed: number
  readonly rejected: number
  readonly writes: { readonly effective: number; readonly notEffective: number }
  /** Found to be an attack, or with a security alert after the write. */
  readonly harmful: readonly string[]
  readonly guards: Readonly<Partial<Record<GuardId, number>>>
}

/** A step needs so many cases that no guard stopped, and for `auto` so many answers and such shares. */
const STEP_NEEDS = { free: 10, answers: 10, agreedPercent: 95, writes: 5, ineffectivePercent: 20 } as const

const SET = 'a pause, mode or ceiling was set at run time; reset that on the policy page'

/** What Okta logs when a person makes the repair in the Admin Console (event catalogue). */
const BY_HAND: Readonly<Record<RemediationId, readonly string[]>> = {
  unsuspend_user: ['user.lifecycle.unsuspend'],
  unlock_user: ['user.account.unlock_by_admin'],
  resend_activation: ['user.lifecycle.reactivate'],
  remove_orphaned_enrollment: ['user.mfa.factor.deactivate', 'user.mfa.factor.reset_all'],
  remove_replaced_enrollment: ['user.mfa.factor.deactivate', 'user.mfa.factor.reset_all'],
  unsuspend_device: ['device.lifecycle.unsuspend']
}

/** The newest ones: the service reads them in pages, beside its work. */
export const MOST_CASES = 5_000

type RolledCase = Pick<Case, 'id' | 'repair' | 'actions' | 'attack' | 'securityAlert' | 'signals' | 'openedAt'>

/** The plan for everybody, or for the members of one group, with the change of the policy that it asks for. */
export interface Rollout {
  readonly steps: readonly RuleStep[]
  /** Null when no rule is ready. */
  readonly draft: string | null
  /** Cases opened until then are not counted, as there are too many; null when all are. */
  readonly cutAt: Instant | null
}

export async function readRollout(
  store: Pick<Store, 'listCases' | 'controls'>,
  policyUnder: (controls: Controls) => Promise<DecidePolicy>,
  { days, group }: { readonly days: ReportDays; readonly group: string | null },
  now: Instant
): Promise<Rollout> {
  const controls = await store.controls()
  const cases: RolledCase[] = []
  let count = 0
  let cutAt: Instant | null = null
  for await (const c of everyCase(store, { openedSince: plus(now, -days * DAY_MS) })) {
    if (++count > MOST_CASES) {
      cutAt = c.openedAt
      break
    }
    const { id, repair, actions, attack, securityAlert, signals, openedAt } = c
    if (repair) cases.push({ id, repair, actions, securityAlert, signals, openedAt, ...(attack ? { attack } : {}) })
  }
  const policy = await policyUnder(controls)
  const steps = rolloutSteps(cases, policy, controls, group)
  return { steps, draft: policyDraft(steps, policy, group), cutAt }
}

/** For each rule that writes, in the order of the table. */
function rolloutSteps(
  cases: readonly RolledCase[],
  policy: DecidePolicy,
  controls: Controls,
  group: string | null
): readonly RuleStep[] {
  const byRule = Map.groupBy(cases, ({ repair }) => repair?.rule)
  return RULES.flatMap((rule) => {
    if (rule.outcome.do !== 'remediate') return []
    const { mode } = modeInForce(rule, policy, { ...controls, kill: null }, membersOf(group))
    const next = nextMode(rule, mode, policy)
    const figures = figuresOf(byRule.get(rule.id) ?? [], rule.outcome.with)
    const isHeld = controls.rules[rule.id] || (next !== null && controls.ceiling && isHigher(next, controls.ceiling))
    const missing = isHeld ? [SET] : next === null ? [] : missingFor(next, figures)
    const isReady = next !== null && missing.length === 0
    const because =
      next === null ? 'It has its highest mode.' : isReady ? speaksFor(figures) : `Not yet: ${missing.join('; ')}.`
    return [{ rule: rule.id, mode, next, isReady, because, ...figures }]
  })
}

/** One step up, whatever `REENROLL_MODE` is now; null where a limit of the rule or of the policy is lower. */
function nextMode(rule: Rule, mode: Mode, policy: DecidePolicy): Mode | null {
  const next = MODES[MODES.indexOf(mode) + 1]
  if (next === undefined) return null
  const raised = { ...policy, ceiling: next, ruleModes: { [rule.id]: next }, groupModes: {} }
  return policyMode(rule, raised, null) === next ? next : null
}

/** The mode by policy and `REENROLL_MODE` alone. */
function policyMode(rule: Rule, policy: DecidePolicy, group: string | null): Mode {
  return modeInForce(rule, policy, { version: 0, kill: null, rules: {}, ceiling: null }, membersOf(group)).mode
}

function membersOf(group: string | null): readonly OktaGroup[] {
  return group === null ? [] : [{ id: group, name: group }]
}

function isHigher(a: Mode, b: Mode): boolean {
  return MODES.indexOf(a) > MODES.indexOf(b)
}

type StepFigures = Omit<RuleStep, 'rule' | 'mode' | 'next' | 'isReady' | 'because'>

function figuresOf(cases: readonly RolledCase[], remediation: RemediationId): StepFigures {
  const free = cases.filter(({ repair }) => repair?.stoppedBy.length === 0)
  const made = free.flatMap(({ actions }) =>
    actions.filter((a) => a.remediation === remediation && (a.state === 'done' || a.state === 'unknown'))
  )
  const isByHand = ({ signals }: RolledCase) =>
    signals.some(({ eventType, result }) => BY_HAND[remediation].includes(eventType) && result === 'SUCCESS')
  const fired = Map.groupBy(
    cases.flatMap(({ repair }) => repair?.stoppedBy ?? []),
    (id) => id
  )
  return {
    cases: cases.length,
    free: free.length,
    examples: free.slice(0, 3).map(({ id }) => id),
    agreed: free.filter((c) => c.repair?.answer === 'approved' || (!c.repair?.answer && isByHand(c))).length,
    rejected: free.filter(({ repair }) => repair?.answer === 'rejected').length,
    writes: {
      effective: made.filter(({ effect }) => effect === 'effective').length,
      notEffective: made.filter(({ effect }) => effect === 'ineffective' || effect === 'unknown').length
    },
    harmful: free.filter((c) => c.attack || (c.securityAlert && c.actions.length > 0)).map(({ id }) => id),
    guards: Object.fromEntries([...fired].map(([id, all]) => [id, all.length]))
  }
}

/** What a step lacks; nothing when the rule is ready for it. */
function missingFor(next: Mode, { free, agreed, rejected, writes, harmful }: StepFigures): readonly string[] {
  const { answers, agreedPercent, writes: leastWrites, ineffectivePercent } = STEP_NEEDS
  const [asked, settled] = [agreed + rejected, writes.effective + writes.notEffective]
  return [
    ...(harmful.length > 0 ? [`look at ${harmful.slice(0, 3).join(', ')}: an attack or an alert`] : []),
    ...(free < STEP_NEEDS.free ? [`${free} of ${STEP_NEEDS.free} cases that no guard stopped`] : []),
    ...(next !== 'auto'
      ? []
      : [
          ...(asked < answers ? [`${asked} of ${answers} answers of people`] : []),
          ...(100 * agreed < agreedPercent * asked
            ? [`people agreed with ${agreed} of ${asked}, ${agreedPercent} % are needed`]
            : []),
          ...(settled < leastWrites ? [`${settled} of ${leastWrites} writes with a known effect`] : []),
          ...(100 * writes.notEffective > ineffectivePercent * settled
            ? [`${writes.notEffective} of ${settled} writes did not help, at most ${ineffectivePercent} % may`]
            : [])
        ])
  ]
}

function speaksFor({ free, agreed, rejected, writes }: StepFigures): string {
  const [asked, settled] = [agreed + rejected, writes.effective + writes.notEffective]
  return [
    `${free} cases that no guard stopped`,
    ...(asked > 0 ? [`people agreed with ${agreed} of ${asked}`] : []),
    ...(settled > 0 ? [`${writes.effective} of ${settled} writes helped`] : [])
  ].join('; ')
}

/**
 * The change of the policy file and of `REENROLL_MODE` for the rules that are ready, for everybody or for the members of the
 * group. A higher `REENROLL_MODE` must raise nobody else, so what it would raise is held where it is. Null without a step.
 */
function policyDraft(steps: readonly RuleStep[], policy: DecidePolicy, group: string | null): string | null {
  const ready = new Map(steps.flatMap(({ rule, next, isReady }) => (isReady && next ? [[rule, next] as const] : [])))
  if (ready.size === 0) return null
  const ceiling = MODES.findLast((mode) => mode === policy.ceiling || [...ready.values()].includes(mode)) ?? 'observe'
  const raised = { ...policy, ceiling }
  const lines = RULES.filter(({ outcome }) => outcome.do === 'remediate').map((rule) => {
    const next = ready.get(rule.id)
    const because = next ? steps.find((step) => step.rule === rule.id)?.because : 'As before.'
    /** For everybody (null) or a group; undefined where the policy says the right thing already. */
    const drafted = (name: string | null): Mode | undefined => {
      if (next && name === group) return next
      const before = policyMode(rule, policy, name)
      const most = next && group === null && isHigher(next, before) ? next : before
      return isHigher(policyMode(rule, raised, name), most) ? most : undefined
    }
    const listed = { ...policy.groupModes?.[rule.id], ...(next && group !== null ? { [group]: next } : {}) }
    const groups = Object.entries(listed).map(([name, mode]) => `${JSON.stringify(name)}: ${drafted(name) ?? mode}`)
    const changesGroups = Object.keys(listed).some((name) => drafted(name) !== undefined)
    const own = drafted(null)
    return {
      rules: own ? [`  ${rule.id}: ${own} # ${because}`] : [],
      groups: changesGroups ? [`  ${rule.id}: { ${groups.join(', ')} } # ${because}`] : []
    }
  })
  const ruleLines = lines.flatMap(({ rules }) => rules)
  const groupLines = lines.flatMap(({ groups }) => groups)
  return [
    ...(ceiling === policy.ceiling ? [] : [`# Then set REENROLL_MODE=${ceiling} and restart.`]),
    ...(ceiling === 'auto' && ceiling !== policy.ceiling && policy.guideCauses.length > 0
      ? [`# From then on, users get the steps for these causes: ${policy.guideCauses.join(', ')}.`]
      : []),
    ...(ruleLines.length > 0 ? ['rules:', ...ruleLines] : []),
    ...(groupLines.length > 0 ? ['groupModes:', ...groupLines] : [])
  ].join('\n')
}
