/**
 * Which rule is ready for its next mode, and why: from the newest stored cases, how people answered, whether writes helped, and which
 * guards fired. Pure but for the walk.
 */
import type { ReportDays } from '../api/figures.ts'
import { everyCase } from '../case/every-case.ts'
import { modeInForce } from '../decide/mode.ts'
import { RULES } from '../decide/rules.ts'
import type { Case } from '../domain/case.ts'
import type { Controls, DecidePolicy } from '../domain/decision.ts'
import type { Store } from '../domain/store.ts'
import { DAY_MS, plus } from '../domain/time.ts'
import { type GuardId, type Instant, MODES, type Mode, type RemediationId } from '../domain/vocabulary.ts'

export interface RuleStep {
  readonly rule: string
  /** The rule's own, for everybody, below `REENROLL_MODE`. */
  readonly mode: Mode
  /** Null at the rule's highest mode. */
  readonly next: Mode | null
  readonly isReady: boolean
  /** What speaks for the step, or what is missing. */
  readonly because: string
  /** Cases in which the rule named its repair; those that no guard stopped, the newest of them to look at. */
  readonly cases: number
  readonly free: number
  readonly examples: readonly string[]
  /** People approved or made the same repair in Okta; people rejected it. */
  readonly agreed: number
  readonly rejected: number
  readonly writes: { readonly effective: number; readonly notEffective: number }
  /** Closed as an attack although no guard stopped the repair, or with a security alert after the write. */
  readonly harmful: readonly string[]
  readonly guards: Readonly<Partial<Record<GuardId, number>>>
}

/** A step needs so many cases that no guard stopped, and for `auto` so many answers and such shares. */
const STEP_NEEDS = { free: 10, answers: 10, agreedPercent: 95, writes: 5, ineffectivePercent: 20 } as const

const SET = 'it was paused or its mode was set at run time; reset that on the policy page'

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
const MOST_CASES = 5_000

type RolledCase = Pick<Case, 'id' | 'repair' | 'actions' | 'attack' | 'securityAlert' | 'signals' | 'openedAt'>

export async function readRollout(
  store: Pick<Store, 'listCases' | 'controls'>,
  policyUnder: (controls: Controls) => Promise<DecidePolicy>,
  days: ReportDays,
  now: Instant
): Promise<readonly RuleStep[]> {
  const controls = await store.controls()
  const cases: RolledCase[] = []
  let count = 0
  for await (const c of everyCase(store, { openedSince: plus(now, -days * DAY_MS) })) {
    if (++count > MOST_CASES) break
    const { id, repair, actions, attack, securityAlert, signals, openedAt } = c
    if (repair) cases.push({ id, repair, actions, securityAlert, signals, openedAt, ...(attack ? { attack } : {}) })
  }
  return rolloutSteps(cases, { ...(await policyUnder(controls)), ceiling: 'auto' }, controls)
}

/** For each rule that writes, in the order of the table. */
function rolloutSteps(cases: readonly RolledCase[], policy: DecidePolicy, controls: Controls): readonly RuleStep[] {
  const byRule = Map.groupBy(cases, ({ repair }) => repair?.rule)
  return RULES.flatMap((rule) => {
    if (rule.outcome.do !== 'remediate') return []
    const { mode } = modeInForce(rule, policy, { ...controls, kill: null, ceiling: null }, [])
    const next = MODES[MODES.indexOf(mode) + 1] ?? null
    const isHighest = next === null || (rule.highest !== undefined && MODES.indexOf(next) > MODES.indexOf(rule.highest))
    const figures = figuresOf(byRule.get(rule.id) ?? [], rule.outcome.with)
    const missing = controls.rules[rule.id] ? [SET] : next === null || isHighest ? [] : missingFor(next, figures)
    const isReady = !isHighest && missing.length === 0
    const because = isHighest
      ? 'It has its highest mode.'
      : isReady
        ? speaksFor(figures)
        : `Not yet: ${missing.join('; ')}.`
    return [{ rule: rule.id, mode, next: isHighest ? null : next, isReady, because, ...figures }]
  })
}

type StepFigures = Omit<RuleStep, 'rule' | 'mode' | 'next' | 'isReady' | 'because'>

function figuresOf(cases: readonly RolledCase[], remediation: RemediationId): StepFigures {
  const free = cases.filter(({ repair }) => repair?.stoppedBy.length === 0)
  const made = cases.flatMap(({ actions }) => actions.filter((a) => a.state === 'done' || a.state === 'unknown'))
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
    agreed: cases.filter((c) => c.repair?.answer === 'approved' || (!c.repair?.answer && isByHand(c))).length,
    rejected: cases.filter(({ repair }) => repair?.answer === 'rejected').length,
    writes: {
      effective: made.filter(({ effect }) => effect === 'effective').length,
      notEffective: made.filter(({ effect }) => effect === 'ineffective' || effect === 'unknown').length
    },
    harmful: cases
      .filter((c) => (c.attack && c.repair?.stoppedBy.length === 0) || (c.securityAlert && c.actions.length > 0))
      .map(({ id }) => id),
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
  const settled = writes.effective + writes.notEffective
  return `${free} cases that no guard stopped; people agreed with ${agreed} of ${agreed + rejected}; ${writes.effective} of ${settled} writes helped.`
}

/** The change of the policy file for the rules that are ready; with a group, only for its members. Null without any. */
export function policyDraft(steps: readonly RuleStep[], group: string | null): string | null {
  const ready = steps.filter(({ isReady }) => isReady)
  if (ready.length === 0) return null
  const lines = ready.map(({ rule, next, because }) => {
    const mode = group === null ? next : `{ ${JSON.stringify(group)}: ${next} }`
    return `  ${rule}: ${mode} # ${because}`
  })
  return [group === null ? 'rules:' : 'groupModes:', ...lines].join('\n')
}
