/**
 * Whether the steps go to the user first, instead of a ticket (DESIGN §5 *guide*): the policy lists the cause, the user can take
 * the steps alone, and nothing speaks against a message. Whatever is not known leads to the ticket. Pure.
 */
import type { DecideInput, Decision } from '../domain/decision.ts'
import { known } from '../domain/evidence.ts'
import { plus } from '../domain/time.ts'
import type { CauseId, Instant } from '../domain/vocabulary.ts'
import { addressOnFile, eventsAgainstContact, guardsAgainstContact, notClear } from './contact.ts'
import { orphansRipeAt } from './device-facts.ts'
import type { GuardFinding } from './guards/guard-result.ts'
import { modeInForce } from './mode.ts'
import { isOwnAttempt } from './own-report.ts'
import { isAwaited, nextLookAt } from './proof.ts'
import type { Rule } from './rules.ts'

/** The policy and the rule want it, or the user has the steps already and nothing has ended that. */
export function wantsGuide(rule: Rule, cause: CauseId, { failures, policy, guide = 'possible' }: DecideInput): boolean {
  if (guide === 'running') return rule.outcome.do !== 'ignore'
  // Who just signed in reads the steps on their own page, without a message.
  const causes = isOwnAttempt(failures) ? policy.pageCauses : policy.guideCauses
  return guide === 'possible' && rule.guides === true && causes.includes(cause)
}

export type GuideAnswer = { readonly may: true } | ({ readonly may: false } & Pick<Decision, 'because' | 'proofLookAt'>)

/** `findings` are those for a harmless repair. */
export function mayGuide(rule: Rule, input: DecideInput, findings: readonly GuardFinding[]): GuideAnswer {
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
export function enrollingUntil(cause: CauseId, input: DecideInput, findings: readonly GuardFinding[]): Instant | null {
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
