/**
 * The decision: facts, cause, guards, first matching rule, then the limits of mode, brakes and guards. Pure: the same input
 * gives the same verdict, byte for byte, and no input makes it throw.
 */
import type { DecideInput, Decision, Verdict } from '../domain/decision.ts'
import { known } from '../domain/evidence.ts'
import { plus } from '../domain/time.ts'
import type { CauseId, Instant, Mode, RemediationId } from '../domain/vocabulary.ts'
import { BINDINGS, blockingGuards } from './bindings.ts'
import { considerCauses } from './causes.ts'
import { addressOnFile, eventsAgainstContact, guardsAgainstContact, notClear } from './contact.ts'
import { oktaVerifyOnDevices, orphansRipeAt } from './device-facts.ts'
import { caseFacts } from './facts.ts'
import type { GuardFinding } from './guards/guard-result.ts'
import { checkGuards, findingsFor } from './guards/guards.ts'
import { killed, type ModeInForce, modeInForce } from './mode.ts'
import { isOwnAttempt, withSignInPlaces } from './own-report.ts'
import { isAwaited, isUnproved, nextLookAt } from './proof.ts'
import { ruleVersion } from './rule-version.ts'
import { type Rule, selectRule } from './rules.ts'

export function decide(given: DecideInput): Verdict {
  const input = withSignInPlaces(given)
  const { facts, considered, cause, rule, rows } = ruleFor(input)
  const { outcome } = rule
  const strict = checkGuards(input, facts)
  const harmless = findingsFor('harmless', strict)
  const guide = wantsGuide(rule, cause.id, input) ? mayGuide(rule, input, harmless) : null
  // Strict, unless the rule makes a harmless repair or the steps go to the user.
  const isHarmless = guide?.may || (outcome.do === 'remediate' && BINDINGS[outcome.with].kind === 'harmless')
  const findings = isHarmless ? harmless : strict
  const concluded = guide?.may ? toUser(rule) : withoutGuide(conclude(rule, input, findings), guide)
  const until = concluded.kind === 'ticket' ? enrollingUntil(cause.id, input, harmless) : null
  return {
    cause,
    considered,
    guards: findings.map(({ id, state, because }) => ({ id, state, because })),
    decision: {
      ...concluded,
      ...(until ? { enrollingUntil: until } : {}),
      ...whenAgain(rule, input),
      rule: rule.id,
      rows,
      ruleVersion: ruleVersion(input.policy)
    }
  }
}

function ruleFor(input: DecideInput) {
  const facts = caseFacts(input)
  const considered = considerCauses(facts)
  const [cause] = considered
  return { facts, considered, cause, ...selectRule({ ...facts, cause: cause.id }, input.policy.causes) }
}

/** The cause by what is known so far, and whether its rule writes or sends steps, for which guards will be asked. */
export function outlook(given: DecideInput): { readonly cause: CauseId; readonly asksGuards: boolean } {
  const input = withSignInPlaces(given)
  const { cause, rule } = ruleFor(input)
  return { cause: cause.id, asksGuards: rule.outcome.do === 'remediate' || wantsGuide(rule, cause.id, input) }
}

/** When the evidence is old enough to decide again, whether a run-time control lowered this decision, and an event without proof. */
function whenAgain(rule: Rule, input: DecideInput): Pick<Decision, 'decideAgainAt' | 'braked' | 'unproved'> {
  const { controls, evidence, policy } = input
  const groups = known(evidence.groups) ?? null
  const ripe = orphansRipeAt(input)
  const isYoung = ripe !== undefined && ripe !== 'never' && ripe > input.now
  const free = modeInForce(rule, policy, { ...controls, kill: null, rules: {}, ceiling: null }, groups).mode
  const braked = rule.outcome.do === 'remediate' && modeInForce(rule, policy, controls, groups).mode !== free
  const unproved = isUnproved(input)
  return {
    ...(isYoung ? { decideAgainAt: ripe } : {}),
    ...(braked ? { braked } : {}),
    ...(unproved ? { unproved } : {})
  }
}

/** The steps go to the user; the rule's own outcome follows when they do not help. */
function toUser(rule: Rule): Outcome {
  return { kind: 'guide', mode: 'auto', because: rule.because, remediation: null, stoppedBy: [], overridesNeeded: [] }
}

function withoutGuide(outcome: Outcome, guide: GuideAnswer | null): Outcome {
  if (guide === null || guide.may) return outcome
  const { because, proofLookAt } = guide
  return {
    ...outcome,
    because: sentence(outcome.because, because),
    guidable: true,
    ...(proofLookAt ? { proofLookAt } : {})
  }
}

type Outcome = Omit<Decision, 'rule' | 'rows' | 'ruleVersion'>

function conclude(rule: Rule, input: DecideInput, findings: readonly GuardFinding[]): Outcome {
  const { outcome } = rule
  const inForce = modeInForce(rule, input.policy, input.controls, known(input.evidence.groups) ?? null)
  if (outcome.do === 'remediate') return write(rule, outcome.with, inForce, input, findings)
  return {
    kind: outcome.do,
    mode: inForce.mode,
    because: rule.because,
    remediation: null,
    stoppedBy: [],
    overridesNeeded: []
  }
}

/** The verdict for a rule that writes. A write that is stopped becomes a ticket with what would have been done. */
function write(
  rule: Rule,
  remediation: RemediationId,
  { mode, lowered, forGroups }: ModeInForce,
  input: DecideInput,
  findings: readonly GuardFinding[]
): Outcome {
  const blocking = blockingGuards(remediation, findings)
  const stoppedBy = blocking.map(({ id }) => id)
  const { does } = BINDINGS[remediation]
  const ticket = (why: string): Outcome => ({
    kind: 'ticket',
    mode,
    because: sentence(rule.because, why),
    remediation,
    stoppedBy,
    ...loneStop(blocking, mode),
    ...takesAlong(remediation, input),
    overridesNeeded: []
  })
  const binding = mode === 'propose' ? blocking.filter(({ override }) => override === 'never') : blocking
  // In every mode: a ticket that names the event as not trusted would be wrong some seconds later.
  const lookAt = blocking.some(isAwaited) && binding.every(isAwaited) ? nextLookAt(input) : null
  const again = lookAt === null ? {} : { proofLookAt: lookAt }
  if (input.controls.kill?.on) return { ...ticket(`Reenroll would ${does}, but ${killed(input.controls)}.`), ...again }
  if (mode === 'observe') {
    const why = `Observed only (${because(lowered)}): Reenroll would ${does}.`
    return { ...ticket(sentence(why, forGroups, guardWords(blocking))), ...again }
  }
  if (lookAt !== null) return { ...ticket(guardWords(blocking)), ...again }
  if (binding.length > 0) return ticket(sentence(`Reenroll would ${does}.`, guardWords(blocking)))
  return {
    kind: 'remediate',
    mode,
    because: sentence(rule.because, forGroups, ...lowered.map((why) => `Lowered to ${why}.`)),
    remediation,
    stoppedBy,
    ...takesAlong(remediation, input),
    ...verifiedCaller(remediation, input),
    overridesNeeded: blocking.filter(({ override }) => override === 'with_reason').map(({ id }) => id)
  }
}

function loneStop([only, ...others]: readonly GuardFinding[], mode: Mode): Pick<Decision, 'loneStop'> {
  if (!only || others.length > 0) return {}
  return { loneStop: { guard: only.id, signals: only.signals ?? [], mode, final: only.override === 'never' } }
}

/** Both removals remove every Okta Verify method on every device. */
function takesAlong(remediation: RemediationId, input: DecideInput): Pick<Decision, 'takesAlong'> {
  const removes = remediation === 'remove_orphaned_enrollment' || remediation === 'remove_replaced_enrollment'
  return removes ? { takesAlong: oktaVerifyOnDevices(input) } : {}
}

function verifiedCaller(remediation: RemediationId, { policy }: DecideInput): Pick<Decision, 'verifiedCaller'> {
  const { neededFor, least, countsForMs } = policy.verification
  return neededFor.includes(remediation) ? { verifiedCaller: { least, countsForMs } } : {}
}

function because(lowered: readonly string[]): string {
  return lowered.at(-1)?.replace(/^observe: /, '') ?? 'this rule only observes'
}

function guardWords(blocking: readonly GuardFinding[]): string {
  return blocking.map(({ id, state, because }) => `${id} is ${state}: ${because}`).join(' ')
}

function sentence(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}

/*
 * Whether the steps go to the user first, instead of a ticket (DESIGN §5 *guide*): the policy lists the cause, the user
 * can take the steps alone, and nothing speaks against a message. Whatever is not known leads to the ticket.
 */

/** The policy and the rule want it, or the user has the steps already and nothing has ended that. */
function wantsGuide(rule: Rule, cause: CauseId, { failures, policy, guide = 'possible' }: DecideInput): boolean {
  if (guide === 'running') return rule.outcome.do !== 'ignore'
  // Who just signed in reads the steps on their own page, without a message.
  const causes = isOwnAttempt(failures) ? policy.pageCauses : policy.guideCauses
  return guide === 'possible' && rule.guides === true && causes.includes(cause)
}

type GuideAnswer = { readonly may: true } | ({ readonly may: false } & Pick<Decision, 'because' | 'proofLookAt'>)

/** `findings` are those for a harmless repair. */
function mayGuide(rule: Rule, input: DecideInput, findings: readonly GuardFinding[]): GuideAnswer {
  const no = (because: string): GuideAnswer => ({
    may: false,
    because: `The steps do not go to the user first. ${because}`
  })
  const { evidence, now, subject } = input
  const isRunning = input.guide === 'running'
  const { mode, lowered } = guideMode(rule, input)
  if (mode !== 'auto') return no(`Only in mode auto (${lowered.at(-1) ?? mode}).`)
  if (subject.id === null) return no('No event names the user by id.')
  // The steps went out for an event that was proved; it may be old by now.
  const against = guardsAgainstContact(findings, isRunning ? ['G13'] : [])
  const lookAt = against.length > 0 && against.every(isAwaited) ? nextLookAt(input) : null
  if (lookAt !== null) return { may: false, because: notClear(against), proofLookAt: lookAt }
  if (against.length > 0) return no(notClear(against))
  if (!isRunning && isYoung(orphansRipeAt(input), now))
    return no('An enrollment began minutes ago and may still be finished.')
  const events = eventsAgainstContact(input, now, isRunning)
  if (events !== null) return no(events)
  if (isOwnAttempt(input.failures)) return { may: true }
  const address = addressOnFile(evidence, now)
  return address.to === null ? no(address.because) : { may: true }
}

function isYoung(ripe: Instant | 'never' | undefined, now: Instant): ripe is Instant {
  return ripe !== undefined && ripe !== 'never' && ripe > now
}

/** Causes that an enrollment under way may disprove. */
const MAY_STILL_WORK: readonly CauseId[] = ['app_state_stale', 'iphone15_ios17', 'unknown']

/**
 * Until when an enrollment that the user began minutes ago may still be finished, so that no ticket is needed yet. Null with any
 * sign of an attack, for a report of the user, and when enrollments are begun again and again.
 */
function enrollingUntil(cause: CauseId, input: DecideInput, findings: readonly GuardFinding[]): Instant | null {
  const { failures, now, policy } = input
  const until = orphansRipeAt(input)
  if (!isYoung(until, now) || !MAY_STILL_WORK.includes(cause) || isOwnAttempt(failures)) return null
  const against = guardsAgainstContact(findings, []).filter((guard) => !isAwaited(guard))
  if (against.length > 0 || eventsAgainstContact(input, now, false) !== null) return null
  const [first] = failures.map(({ publishedAt }) => publishedAt).sort()
  return first !== undefined && until <= plus(first, 2 * policy.causes.orphanAgeMs) ? until : null
}

/** What the rule writes has a mode of its own; sending steps has only the ceilings, and the pause of the rule. */
function guideMode({ id }: Rule, { policy, controls, evidence }: DecideInput) {
  const free = { ...policy, ruleModes: {}, groupModes: {} }
  return modeInForce({ id, mode: 'auto' }, free, controls, known(evidence.groups) ?? null)
}
