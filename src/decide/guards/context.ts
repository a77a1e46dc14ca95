/** Guards about the origin of the attempt and signs of an attack: G4 (both halves), G5, G7 (facts §6.1). Pure. */
import type { LogEntry } from '../../domain/evidence.ts'
import { sharedSignalKind } from '../../domain/shared-signals.ts'
import { DAY_MS, HOUR_MS, msBetween, showDuration } from '../../domain/time.ts'
import type { Failure, Instant } from '../../domain/vocabulary.ts'
import { isRecent, subjectIdOf, wasRefused } from '../entries.ts'
import { eventWords } from '../event-names.ts'
import { ownSignIn, usualUntil } from '../own-report.ts'
import {
  clear,
  type GuardContext,
  type GuardResult,
  guardUnknown,
  onLog,
  onSignIns,
  onSource,
  tripped
} from './guard-result.ts'
import { fromSightings, type Sighting, type SignalId } from './signals.ts'

/** G4, the event's half: an anonymiser, proxy or Tor, or ThreatInsight. A sparse event leaves it unknown. */
export function anonymousEvent({ input }: GuardContext): GuardResult {
  const { failures, now } = input
  const hit = failures.find(({ context }) => context.anonymizer === 'yes' || context.threat === 'yes')
  if (hit) {
    const what = hit.context.anonymizer === 'yes' ? 'an anonymizer or proxy' : 'a suspected threat'
    return tripped(`The event of ${hit.publishedAt} came through ${what}.`)
  }
  const denial = failures.find(({ context }) => context.anonymizer === 'no' || context.threat === 'no')
  if (denial) return clear(`The event of ${denial.publishedAt} names no anonymizer and no threat.`)
  return guardUnknown(`No event says whether it came through an anonymizer (checked ${now}).`)
}

/** G4, the log's half: Okta logged a threat or an anonymiser for this user recently, outside the failures themselves. */
export function anonymousLog(ground: GuardContext): GuardResult {
  const { failures, policy } = ground.input
  const { threatSignalMs } = policy.guards
  const failing = new Set(failures.map((failure) => failure.uuid))
  const isThreat = ({ eventType, threat, uuid }: LogEntry) =>
    !failing.has(uuid) && (threat || eventType === 'security.threat.detected')
  const seen = onLog(ground, THREAT_SEEN, threatSignalMs, isThreat)
  return seen.state === 'clear' ? onSignIns(ground, THREAT_SEEN, threatSignalMs, seen) : seen
}

const THREAT_SEEN = 'Threat or anonymizer seen'

/** How far back countries are compared (facts §6.1 G5). */
const USUAL_COUNTRY_MS = 30 * DAY_MS

/** G5: a new country, device or impossible velocity, by Okta's behavior detection or by the user's own history. */
export function unusualPlace(ground: GuardContext): GuardResult {
  const { evidence, failures, now } = ground.input
  const countries = usualCountries(ground)
  const findings = failures.map((failure) => placeOf(failure, countries))
  const hit = findings.find((finding) => finding.state === 'tripped')
  if (hit) return hit
  if (evidence.history.state === 'unknown') return onSource(ground, 'history', () => clear(''))
  const denial = findings.find((finding) => finding.state === 'clear')
  return denial ?? guardUnknown(`No event has a country or a behavior result to compare (checked ${now}).`)
}

/** Countries of the user's own successful actions before the failures. */
function usualCountries(ground: GuardContext): ReadonlySet<string> {
  const [first] = ground.input.failures.map(usualUntil).sort()
  return usualCountriesBefore(ground, first ?? ground.input.now)
}

/** Countries of the user's own successful actions in the 30 days before. Failed attempts do not make a country usual. */
export function usualCountriesBefore({ input, entries }: GuardContext, before: Instant): ReadonlySet<string> {
  const failing = new Set(input.failures.map((failure) => failure.uuid))
  const subjectId = subjectIdOf(input)
  const own = entries.filter(
    (entry) =>
      subjectId !== null &&
      entry.actorId === subjectId &&
      !failing.has(entry.uuid) &&
      !wasRefused(entry) &&
      entry.at < before &&
      isRecent(entry.at, USUAL_COUNTRY_MS, input.now)
  )
  return new Set(own.flatMap((entry) => entry.country ?? []))
}

function placeOf({ context, publishedAt }: Failure, usual: ReadonlySet<string>): GuardResult {
  const { country, unusual } = context
  if (unusual === 'yes') return tripped(`Okta detected new behavior (country, device or velocity) at ${publishedAt}.`)
  const comparable = country !== null && usual.size > 0
  if (comparable && !usual.has(country)) {
    return tripped(
      `The event of ${publishedAt} came from ${country}; in the last ${showDuration(USUAL_COUNTRY_MS)} the user was in ${[...usual].sort().join(', ')}.`
    )
  }
  if (unusual === 'no') return clear(`Okta detected no new behavior at ${publishedAt}.`)
  if (comparable) return clear(`The event of ${publishedAt} came from ${country}, where the user usually is.`)
  return guardUnknown(`The event of ${publishedAt} has nothing to compare.`)
}

/** G7: a leaked password, a failed identity check, or rejected or repeated failed verifications. */
export function attackSigns(ground: GuardContext): GuardResult {
  const { entries, input } = ground
  const { failedMfaCount, threatSignalMs } = input.policy.guards
  const recent = entries.filter(({ at }) => isRecent(at, threatSignalMs, input.now))
  const misses = recent.filter(isFailedMfa)
  const burst = hasBurst(misses)
  const usual = usualCountries(ground)
  // One is enough when the user rejected it, or when it came from where the user never is.
  const isForeign = ({ country }: LogEntry) => country !== null && usual.size > 0 && !usual.has(country)
  const counted =
    misses.length >= failedMfaCount ? misses : misses.filter((entry) => isRejected(entry) || isForeign(entry))
  const signIn = ownSignIn(input.failures)
  const before = signIn ? misses.filter(({ at }) => isRecent(at, HOUR_MS, signIn.at)) : []
  const seen = [
    ...recent.flatMap(attackSighting),
    ...(input.refusedChallenges ?? [])
      .filter((at) => isRecent(at, threatSignalMs, input.now))
      .map((at): Sighting => ({ signal: 'verification_rejected', because: rejected({ at }) })),
    ...counted.map((entry): Sighting => {
      const many = `${misses.length} failed verifications in ${showDuration(threatSignalMs)}, the last at ${misses[0]?.at}.`
      const one = `A verification failed from ${entry.country} at ${entry.at}.`
      const because = isRejected(entry) ? rejected(entry) : misses.length < failedMfaCount ? one : many
      return { signal: missSignal(entry, usual, burst), because }
    }),
    ...(before.length >= failedMfaCount
      ? [
          {
            signal: 'verifications_before_report',
            because: `${before.length} verifications failed in the hour before the user’s own sign-in.`
          } as const
        ]
      : [])
  ]
  const none = `No sign of an attack, and ${misses.length} failed verifications in ${showDuration(threatSignalMs)}`
  return fromSightings(ground, seen, { what: none, limitMs: threatSignalMs })
}

/** `FastPass declined phishing attempt`: one is enough (sec.okta.com/fastpassphishingdetection). */
const PHISHING = /phishing/i

function attackSighting(entry: LogEntry): readonly Sighting[] {
  const seen = (signal: SignalId, what: string) => [
    { signal, because: `${what}: ${eventWords(entry)} at ${entry.at}.` }
  ]
  if (entry.eventType.startsWith('security.breached_credential')) {
    return seen('breached_password', 'Password found in a breach')
  }
  if (entry.eventType === 'user.identity_verification' && wasRefused(entry)) {
    return seen('identity_denied', 'Identity check failed')
  }
  const kind = sharedSignalKind(entry.eventType)
  const what = `Reported by ${entry.actorLogin ?? 'another vendor'}`
  if (kind === 'alert') return seen('vendor_alert', what)
  if (kind === 'sign_out') return seen('vendor_sign_out', what)
  if (PHISHING.test(entry.reason ?? '')) return seen('phishing_blocked', 'Okta FastPass blocked a phishing attempt')
  return []
}

/** As many as nobody makes without an attacker (facts §6.1a). */
const BURST = 10

/** Ten failed verifications within one hour. Entries are newest first. */
function hasBurst(misses: readonly LogEntry[]): boolean {
  return misses.some((entry, i) => {
    const tenth = misses[i + BURST - 1]
    return tenth !== undefined && !(msBetween(tenth.at, entry.at) > HOUR_MS)
  })
}

function missSignal(entry: LogEntry, usual: ReadonlySet<string>, burst: boolean): SignalId {
  if (isRejected(entry)) return 'verification_rejected'
  if (burst) return 'verifications_burst'
  const isOrdinary = entry.country !== null && usual.has(entry.country)
  return isOrdinary ? 'verifications_missed' : 'verifications_elsewhere'
}

function isFailedMfa(entry: LogEntry): boolean {
  return entry.eventType === 'user.authentication.auth_via_mfa' && wasRefused(entry)
}

/** The user pressed "No, it's not me". `OV_RESPONSE_DENY` is a guess at the reason (findings of 2026-11-28). */
function isRejected({ result, reason }: LogEntry): boolean {
  return result === 'DENY' || /RESPONSE_DENY|reject|denied/i.test(reason ?? '')
}

function rejected({ at }: Pick<LogEntry, 'at'>): string {
  return `The user rejected a verification at ${at}.`
}
