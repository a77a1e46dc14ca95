/**
 * Verifying the caller: on which factors of the user, how much a result proves, and whether it still counts for an approval.
 * Never on the device that fails, never by what the repair removes. What is not known is refused (facts §11). Pure.
 */
import { type Case, openChallenge } from '../domain/case.ts'
import type { Controls, DecidePolicy } from '../domain/decision.ts'
import { type Evidence, type Factor, known, type LogEntry, readBackTo } from '../domain/evidence.ts'
import type { Operator } from '../domain/operator-commands.ts'
import { DAY_MS, HOUR_MS, plus, showDuration } from '../domain/time.ts'
import {
  type CallerProof,
  CHALLENGES_PER_HOUR,
  type Challenge,
  type ChallengeKind,
  STRENGTHS,
  type Strength,
  type VerificationNeed,
  type VerificationPolicy
} from '../domain/verification.ts'
import type { DeviceNames, Instant } from '../domain/vocabulary.ts'
import { changesContact } from './guards/credentials.ts'
import { killed } from './mode.ts'
import { deviceOfFactor, failedDevices, isFailedDevice } from './recovery.ts'

/** The part of a case that verifying its caller depends on. */
export type CalledCase = Pick<
  Case,
  'id' | 'user' | 'openedAt' | 'failures' | 'decision' | 'challenges' | 'challengedBefore' | 'usedProofs'
> & { readonly evidence: Evidence | null }

/** A way to verify the caller. */
export interface FactorChoice {
  readonly kind: ChallengeKind
  /** Null for the manager. */
  readonly factorId: string | null
  readonly factor: string
  readonly strength: Strength
  /** Why it must not be used, or null. */
  readonly refused: string | null
}

/** A way to verify the caller, for the code and for the table of `deploy/decisions.md`. */
export interface VerificationWay {
  readonly does: string
  /** How much it proves at best. */
  readonly proves: Strength
  readonly weakWhen: string
  readonly notWhen: string
}

const CODE_IS_WEAK =
  'the factor was added, or mail address or phone number changed, within 7 days, or the log does not say'

/** Codes can be redirected, so they never prove as much as a push with a number. */
export const VERIFICATION_WAYS: Readonly<Record<CallerProof['by'], VerificationWay>> = {
  push: {
    does: 'a push to Okta Verify on another device of the user, who chooses the number that on-call reads out',
    proves: 'strong',
    weakWhen: 'Okta sends it without a number, or the factor was added within 7 days',
    notWhen: 'it is on the device that fails, or may be, or the repair removes it'
  },
  sms: {
    does: 'a code by SMS to the number on file',
    proves: 'medium',
    weakWhen: `the device that fails is a phone or may be, as the number may be its own; ${CODE_IS_WEAK}`,
    notWhen: ''
  },
  email: { does: 'a code by mail to the address on file', proves: 'medium', weakWhen: CODE_IS_WEAK, notWhen: '' },
  manager: {
    does: 'a code by mail to the manager, who reads it out',
    proves: 'weak',
    weakWhen: 'always',
    notWhen: 'Okta’s profile names no manager'
  },
  identity_check: {
    does: 'the user passes Okta’s own identity check, which they start themselves',
    proves: 'strong',
    weakWhen: '',
    notWhen: 'it was before the case, or is not in the log that Reenroll reads'
  }
}

/** A factor that was changed within this time may be the attacker's. */
const SETTLED_MS = 7 * DAY_MS

const KIND_OF_TYPE: Readonly<Record<string, Exclude<ChallengeKind, 'manager'>>> = {
  push: 'push',
  sms: 'sms',
  email: 'email'
}

/** Every factor of the kinds that the policy allows, also those that must not be used, with the reason. */
export function factorChoices(
  c: CalledCase,
  { kinds }: Pick<VerificationPolicy, 'kinds'>,
  now: Instant
): readonly FactorChoice[] {
  const factors = (c.evidence && known(c.evidence.factors)) ?? []
  const byFactor = factors.flatMap((factor) => {
    const kind = KIND_OF_TYPE[factor.type]
    return kind && kinds.includes(kind) && factor.status === 'ACTIVE' ? [choiceOf(c, factor, kind, now)] : []
  })
  return kinds.includes('manager') ? [...byFactor, managerChoice(c)] : byFactor
}

function choiceOf(c: CalledCase, factor: Factor, kind: ChallengeKind, now: Instant): FactorChoice {
  return {
    kind,
    factorId: factor.id,
    factor: factorWords(factor, kind),
    strength: strengthOf(c, factor, kind, now),
    refused: whyNotFactor(c, factor)
  }
}

function managerChoice({ evidence }: CalledCase): FactorChoice {
  const manager = evidence && known(evidence.user)?.managerId
  const refused = manager ? null : 'Okta’s profile of the user names no manager (managerId).'
  return {
    kind: 'manager',
    factorId: null,
    factor: 'mail to the manager',
    strength: VERIFICATION_WAYS.manager.proves,
    refused
  }
}

function factorWords({ deviceName }: Factor, kind: ChallengeKind): string {
  if (kind === 'push') return `push to ${deviceName ?? 'a device without a name'}`
  return kind === 'sms' ? 'SMS to the number on file' : 'mail to the address on file'
}

function whyNotFactor({ decision, evidence, failures }: CalledCase, factor: Factor): string | null {
  // A push is on a device, also that of a company's own app (a guess: Okta's description lists none).
  if (factor.type !== 'push') return null
  const isRemoval =
    decision?.remediation === 'remove_orphaned_enrollment' || decision?.remediation === 'remove_replaced_enrollment'
  if (factor.isOktaVerify && isRemoval) return 'The repair removes it.'
  const device = deviceOfFactor(factor, (evidence && known(evidence.devices)) ?? [])
  const isOther = device && failedDevices(failures).every((failed) => isFailedDevice(failed.device, device) === 'no')
  return isOther ? null : 'It is on the device that fails, or may be.'
}

/** A new factor, and a code to an address that was changed, may be the attacker's. */
function strengthOf({ evidence, failures }: CalledCase, factor: Factor, kind: ChallengeKind, now: Instant): Strength {
  const since = plus(now, -SETTLED_MS)
  // `lastUpdated` changes with use (facts appendix A), so it says nothing.
  if (factor.createdAt === null || factor.createdAt > since) return 'weak'
  const { proves } = VERIFICATION_WAYS[kind]
  if (kind === 'push') return proves
  if (kind === 'sms' && failures.some(({ device }) => mayBePhone(device))) return 'weak'
  if (!evidence || !readBackTo(evidence.history, since)) return 'weak'
  const changed = (known(evidence.history) ?? []).some((entry) => entry.at > since && changesContact(entry))
  return changed ? 'weak' : proves
}

/** Okta names no phone numbers of devices, and calls iPads IOS too. */
function mayBePhone({ platform, model }: DeviceNames): boolean {
  return platform !== 'MACOS' && platform !== 'WINDOWS' && !model?.startsWith('iPad')
}

/** Why no challenge may be sent to this user now, or null. */
export function whyNoChallenge(c: CalledCase, now: Instant): string | null {
  if (!c.user.id) return 'No event names the user by Okta’s id.'
  const user = c.evidence && known(c.evidence.user)
  if (!user || c.evidence?.factors.state !== 'known') return 'Okta has not been read yet. Read again first.'
  if (user.id !== c.user.id || user.status === 'MISSING' || user.status === 'DEPROVISIONED') {
    return 'Okta has no active account under this id.'
  }
  if (wasRefusedHere(c)) return 'The user refused a verification in this case: somebody else may be calling.'
  const sent = sentAt(c).filter((at) => at > plus(now, -HOUR_MS))
  if (sent.length < CHALLENGES_PER_HOUR) return null
  return `${sent.length} challenges were sent to this user within an hour; more would wear the user down.`
}

/** When challenges of the user were sent, in this case and before. */
function sentAt({ challenges = [], challengedBefore = [] }: CalledCase): readonly Instant[] {
  return [...new Set([...challengedBefore.map(({ at }) => at), ...challenges.flatMap(({ sentAt }) => sentAt ?? [])])]
}

/** When the user refused a challenge: a sign that somebody else calls. */
export function refusedChallenges({ challenges = [], challengedBefore = [] }: CalledCase): readonly Instant[] {
  return [
    ...challengedBefore.filter(({ rejected }) => rejected).map(({ at }) => at),
    ...challenges.filter(({ state }) => state === 'rejected').map(({ at }) => at)
  ]
}

/** The user refused a challenge in this case. */
export function wasRefusedHere({ challenges = [] }: Pick<CalledCase, 'challenges'>): boolean {
  return challenges.some(({ state }) => state === 'rejected')
}

/** What the user's next case must know of these challenges: when they were, and the push that is still out. */
export function challengesToRemember(c: CalledCase, now: Instant): Pick<Case, 'challengedBefore' | 'challenges'> {
  const rejected = new Set(refusedChallenges(c))
  const all = [...new Set([...sentAt(c), ...rejected])].filter((at) => at > plus(now, -SETTLED_MS))
  const open = openChallenge(c)
  return {
    ...(open?.state === 'push' ? { challenges: [open] } : {}),
    ...(all.length > 0 ? { challengedBefore: all.map((at) => ({ at, rejected: rejected.has(at) })) } : {})
  }
}

/** Administrators are what attackers call for, so a second operator must confirm. What is not known counts as one. */
export function needsSecondOperator({ evidence }: CalledCase): boolean {
  const roles = evidence && known(evidence.roles)
  return !roles || roles.length > 0
}

/** Whether an operator may verify callers. A viewer must be signed in by name, not by an API token. */
export function mayVerify(
  { role = 'approver', provider }: Pick<Challenge['by'], 'role' | 'provider'>,
  { startedBy }: Pick<VerificationPolicy, 'startedBy'>
): boolean {
  return role === 'approver' || (startedBy === 'viewer' && provider !== null)
}

/** Whether an operator may see the number of this challenge and enter its code; a viewer only where they started it. */
export function mayAnswer({ by }: Pick<Challenge, 'by'>, operator: Operator, policy: VerificationPolicy): boolean {
  return mayVerify(operator, policy) && (operator.role === 'approver' || by.operatorId === operator.id)
}

/** The operator is the user: by Okta's id, which Okta's sign-in also gives, or by the login or mail address. */
export function isSubject(c: Pick<Case, 'user' | 'evidence'>, by: Operator): boolean {
  const user = c.evidence && known(c.evidence.user)
  const names = [c.user.login, user?.login, user?.email].map((name) => name?.toLowerCase())
  return (c.user.id !== null && by.id.endsWith(` ${c.user.id}`)) || names.includes(by.name.toLowerCase())
}

/** The operator is the manager whom the profile names, and would ask and answer alone. */
export function isManager({ evidence }: Pick<Case, 'evidence'>, by: Operator): boolean {
  const manager = (evidence && known(evidence.user)?.managerId)?.toLowerCase()
  return manager !== undefined && [by.id.split(' ').at(-1), by.name].some((name) => name?.toLowerCase() === manager)
}

/** The brake that stops challenges, in words, or null: they are sent to people, so they obey the brakes of writes. */
export function challengeBrake({ ceiling }: Pick<DecidePolicy, 'ceiling'>, controls: Controls): string | null {
  if (controls.kill?.on) return killed(controls)
  if (ceiling === 'observe') return 'REENROLL_MODE is observe'
  return controls.ceiling === 'observe' ? 'the ceiling set at run time is observe' : null
}

/** Results of Okta's identity check; the guide names ALLOW (facts §11). */
const CHECKED: readonly (string | null)[] = ['ALLOW', 'SUCCESS']

/**
 * What proves the caller for the approval of the proposal with this hash; otherwise the reason why nothing does. Judged by
 * this evidence, so that a factor that was removed or changed since then no longer counts.
 */
export function callerProof(
  c: CalledCase,
  need: VerificationNeed,
  hash: string,
  now: Instant
): CallerProof | { readonly missing: string } {
  if (wasRefusedHere(c)) return { missing: 'The user refused a verification in this case.' }
  const used = new Set(c.usedProofs?.filter((proof) => proof.hash !== hash).map(({ id }) => id))
  const best = callerProofs(c, now).find(
    ({ id, at }) => at <= now && at > plus(now, -need.countsForMs) && !used.has(id)
  )
  if (best && rankOf(best.strength) >= rankOf(need.least)) return best
  const found = best ? ` The last one is ${best.strength}: ${best.factor}.` : ''
  const within = showDuration(need.countsForMs)
  return { missing: `The caller must be verified first: ${need.least} or better, at most ${within} ago.${found}` }
}

/** What proved the caller in this case, the strongest first, whether or not it still counts for an approval. */
export function callerProofs(c: CalledCase, now: Instant): readonly CallerProof[] {
  const all = [...passedChallenges(c, now), ...identityChecks(c)]
  return all.toSorted((a, b) => rankOf(b.strength) - rankOf(a.strength) || b.at.localeCompare(a.at))
}

function passedChallenges(c: CalledCase, now: Instant): readonly CallerProof[] {
  return (c.challenges ?? []).flatMap(({ id, kind, factorId, factor, userId, strength, state, at }) => {
    if (state !== 'passed' || !id.startsWith(`${c.id}/`) || userId !== c.user.id) return []
    const choice = factorChoices(c, { kinds: [kind] }, now).find((one) => one.factorId === factorId)
    if (!choice || choice.refused !== null) return []
    return [{ id, by: kind, factor, strength: weaker(strength, choice.strength), at }]
  })
}

/** Only entries of the log that we read ourselves: an event may be invented (facts §6.1b). Of the time of this case. */
function identityChecks({ evidence, user, openedAt }: CalledCase): readonly CallerProof[] {
  const isOfUser = ({ eventType, result, actorId, at }: LogEntry) =>
    eventType === 'user.identity_verification' && CHECKED.includes(result) && actorId === user.id && at >= openedAt
  return ((evidence && known(evidence.history)) ?? []).filter(isOfUser).map(({ uuid, at }) => ({
    ...{ id: uuid, by: 'identity_check', factor: 'identity check of Okta' },
    ...{ strength: VERIFICATION_WAYS.identity_check.proves, at }
  }))
}

function weaker(a: Strength, b: Strength): Strength {
  return rankOf(a) < rankOf(b) ? a : b
}

function rankOf(strength: Strength): number {
  return STRENGTHS.indexOf(strength)
}
