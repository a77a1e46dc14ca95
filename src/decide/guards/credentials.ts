/** G6: recent changes of password, factors, mail address and phone number, and which of them are ordinary (facts §6.1a). Pure. */
import { known, type LogEntry } from '../../domain/evidence.ts'
import { sharedSignalKind } from '../../domain/shared-signals.ts'
import { DAY_MS, MINUTE_MS, msBetween, showDuration } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { isStrongFactor } from '../device-facts.ts'
import { isRecent, subjectIdOf, wasRefused } from '../entries.ts'
import { actorName, eventWords } from '../event-names.ts'
import { BEFORE_SIGN_IN_MS, ownSignIn } from '../own-report.ts'
import { unusualPlace, usualCountriesBefore } from './context.ts'
import { clear, type GuardContext, type GuardResult, onSource, worst } from './guard-result.ts'
import { fromSightings, type Sighting, type SignalId } from './signals.ts'

const CONTACT_CHANGES: readonly string[] = ['user.account.update_primary_email', 'user.account.update_secondary_email']
const PROFILE_CHANGE = 'user.account.update_profile'
const PASSWORD_CHANGES: readonly string[] = ['user.account.reset_password', 'user.account.update_password']
const FACTOR_REMOVALS: readonly string[] = [
  'user.mfa.factor.deactivate',
  'user.mfa.factor.reset_all',
  'user.mfa.factor.suspend'
]

/** Attributes that mail, codes or sign-ins go to. */
const CONTACT_ATTRIBUTES = /mail|phone|login|recovery|question/i

/** A reset writes several entries: those of one actor within this time are one. */
const ONE_REMOVAL_MS = 10 * MINUTE_MS

/** G6. Failed attempts count too: somebody wanted the change. */
export function credentialChange(ground: GuardContext): GuardResult {
  const { input } = ground
  const { credentialChangeMs, passwordChangedMs } = input.policy.guards
  const recent = ground.entries.filter(({ at }) => isRecent(at, credentialChangeMs, input.now))
  const removals = recent.filter(({ eventType }) => FACTOR_REMOVALS.includes(eventType))
  const passwords = passwordChanges(ground, recent, removals)
  const seen: readonly Sighting[] = [
    ...recent.flatMap((entry) => contactChange(ground, entry)),
    ...recent
      .filter(({ eventType }) => sharedSignalKind(eventType) === 'credentials')
      .map((entry) => logged('vendor_credentials', entry)),
    ...removals.map((entry) => logged(removalSignal(ground, entry, removals), entry)),
    ...passwords,
    ...beforeOwnReport(ground, removals, passwords)
  ]
  const none = `No credential was changed in the last ${showDuration(credentialChangeMs)}, no password in ${showDuration(passwordChangedMs)}`
  const result = fromSightings(ground, seen, { what: none, limitMs: credentialChangeMs })
  // Without the account, a password change may be missing: then nothing is ordinary.
  const account = onSource(ground, 'user', () => clear(''))
  return account.state === 'unknown' ? worst(account, result) : result
}

function logged(signal: SignalId, entry: LogEntry): Sighting {
  return { signal, because: `Credentials changed: ${eventWords(entry)} at ${entry.at} by ${actorName(entry)}.` }
}

/** The entry changed, or may have changed, where mail and codes go. */
export function changesContact({ eventType, changedAttributes }: LogEntry): boolean {
  if (CONTACT_CHANGES.includes(eventType)) return true
  if (eventType !== PROFILE_CHANGE) return false
  return !changedAttributes?.length || changedAttributes.some((name) => CONTACT_ATTRIBUTES.test(name))
}

function contactChange({ input }: GuardContext, entry: LogEntry): readonly Sighting[] {
  if (CONTACT_CHANGES.includes(entry.eventType)) return [logged('contact_changed', entry)]
  if (entry.eventType !== PROFILE_CHANGE) return []
  const { changedAttributes } = entry
  if (changedAttributes?.some((name) => CONTACT_ATTRIBUTES.test(name))) return [logged('contact_changed', entry)]
  const isListed = entry.actorId !== null && input.policy.guards.trustedActorIds.includes(entry.actorId)
  const byMachine = isListed || (entry.actorType !== null && entry.actorType !== 'User')
  const isOrdinary = byMachine && changedAttributes !== null && changedAttributes.length > 0 && !wasRefused(entry)
  return [logged(isOrdinary ? 'profile_provisioned' : 'profile_unclear', entry)]
}

function removalSignal(ground: GuardContext, entry: LogEntry, removals: readonly LogEntry[]): SignalId {
  const isOne = removals.every(
    (other) => other.actorId === entry.actorId && isWithin(other.at, entry.at, ONE_REMOVAL_MS)
  )
  const isOrdinary = isOne && entry.actorType === 'User' && isUsual(ground, entry)
  return isOrdinary ? 'factors_once' : 'factors_unclear'
}

function passwordChanges(
  ground: GuardContext,
  recent: readonly LogEntry[],
  removals: readonly LogEntry[]
): readonly Sighting[] {
  const { input } = ground
  const entries = recent.filter(({ eventType }) => PASSWORD_CHANGES.includes(eventType))
  const withFactors = (at: Instant) => removals.some((removal) => isWithin(removal.at, at, DAY_MS))
  const seen = entries.map((entry) => {
    if (withFactors(entry.at)) return logged('password_and_factors', entry)
    const isOrdinary = isFirstPassword(ground, entry.at) || isUsual(ground, entry)
    return logged(isOrdinary && !wasRefused(entry) ? 'password_alone' : 'password_unclear', entry)
  })
  const changedAt = known(input.evidence.user)?.passwordChangedAt ?? null
  if (changedAt === null || !isRecent(changedAt, input.policy.guards.passwordChangedMs, input.now)) return seen
  const because = `The password was changed at ${changedAt}.`
  if (withFactors(changedAt)) return [{ signal: 'password_and_factors', because }, ...seen]
  const isLogged = entries.some(({ at }) => isWithin(at, changedAt, ONE_REMOVAL_MS))
  const isOrdinary = isLogged || isFirstPassword(ground, changedAt) || unusualPlace(ground).state === 'clear'
  return [{ signal: isOrdinary ? 'password_alone' : 'password_unclear', because }, ...seen]
}

/**
 * A reset within a day before the person's own sign-in may be what let somebody else in: help desks are persuaded to make one.
 * A first password is none.
 */
function beforeOwnReport(
  ground: GuardContext,
  removals: readonly LogEntry[],
  passwords: readonly Sighting[]
): readonly Sighting[] {
  const signIn = ownSignIn(ground.input.failures)
  if (!signIn) return []
  const changes = ground.entries.filter(({ eventType }) => PASSWORD_CHANGES.includes(eventType))
  const changedAt = passwords.length > 0 ? (known(ground.input.evidence.user)?.passwordChangedAt ?? null) : null
  // Who got in adds a passkey of their own, and then has "another way in".
  const added = (known(ground.input.evidence.factors) ?? []).filter(isStrongFactor)
  const times = [...[...removals, ...changes].map(({ at }) => at), ...added.flatMap(({ createdAt }) => createdAt ?? [])]
  const found = [...times, ...(changedAt === null ? [] : [changedAt])].find(
    (at) => isRecent(at, BEFORE_SIGN_IN_MS, signIn.at) && !isFirstPassword(ground, at)
  )
  if (found === undefined) return []
  return [
    {
      signal: 'reset_before_report',
      because: `Credentials were changed at ${found}, within a day before the user’s own sign-in.`
    }
  ]
}

/** By the user from a usual country, or by somebody else while the failure, or all that the user did since, is at a usual place. */
function isUsual(ground: GuardContext, entry: LogEntry): boolean {
  if (wasRefused(entry) || entry.threat) return false
  const subjectId = subjectIdOf(ground.input)
  if (entry.actorId === null || entry.actorId !== subjectId) {
    const { state } = unusualPlace(ground)
    return state === 'clear' || (state === 'unknown' && isAtHomeSince(ground, entry.at))
  }
  return entry.country !== null && usualCountriesBefore(ground, entry.at).has(entry.country)
}

/** A sparse failure names no place. A person signs in before enrolling, so the newest sign-in must be at a usual place, and no other elsewhere. */
function isAtHomeSince(ground: GuardContext, since: Instant): boolean {
  const { entries, input } = ground
  const subjectId = subjectIdOf(input)
  const failing = new Set(input.failures.map(({ uuid }) => uuid))
  const own = entries.filter(({ actorId, at, uuid }) => actorId === subjectId && at > since && !failing.has(uuid))
  const usual = usualCountriesBefore(ground, since)
  const isElsewhere = ({ country, threat }: LogEntry) => threat || (country !== null && !usual.has(country))
  return typeof own[0]?.country === 'string' && !own.some(isElsewhere)
}

/** A new account, and the user did nothing before. */
function isFirstPassword({ entries, input }: GuardContext, at: Instant): boolean {
  const createdAt = known(input.evidence.user)?.createdAt ?? null
  const subjectId = subjectIdOf(input)
  if (createdAt === null || !isRecent(createdAt, input.policy.causes.activationMaxAgeMs, input.now)) return false
  return !entries.some((entry) => entry.actorId === subjectId && msBetween(entry.at, at) > ONE_REMOVAL_MS)
}

/** An unreadable time is near everything: guards fail closed. */
function isWithin(a: Instant, b: Instant, limitMs: number): boolean {
  return !(Math.abs(msBetween(a, b)) > limitMs)
}
