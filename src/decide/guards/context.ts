/** Guards about the origin of the attempt and signs of an attack: G4 (both halves), G5, G7 (facts §6.1). Pure. */
import type { LogEntry } from '../../domain/evidence.ts'
import { DAY_MS, showDuration } from '../../domain/time.ts'
import type { Failure } from '../../domain/vocabulary.ts'
import { isRecent, subjectIdOf, wasRefused } from '../entries.ts'
import {
  clear,
  type GuardContext,
  type GuardResult,
  guardUnknown,
  onLog,
  onLogSince,
  onSignIns,
  onSource,
  tripped,
  worst
} from './guard-result.ts'

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

/** Countries of the user's own successful actions before the failures. Failed attempts do not make a country usual. */
function usualCountries({ input, entries }: GuardContext): ReadonlySet<string> {
  const failing = new Set(input.failures.map((failure) => failure.uuid))
  const subjectId = subjectIdOf(input)
  const own = entries.filter(
    (entry) =>
      subjectId !== null &&
      entry.actorId === subjectId &&
      !failing.has(entry.uuid) &&
      !wasRefused(entry) &&
      input.failures.every((failure) => entry.at < failure.publishedAt) &&
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

/** G7: a leaked password, a failed identity check, or repeated failed verifications. */
export function attackSigns(ground: GuardContext): GuardResult {
  const { entries, input } = ground
  const { failedMfaCount, threatSignalMs } = input.policy.guards
  const breached = onLog(ground, 'Password found in a breach', threatSignalMs, (entry) =>
    entry.eventType.startsWith('security.breached_credential')
  )
  const identity = onLog(
    ground,
    'Identity check failed',
    threatSignalMs,
    (entry) => entry.eventType === 'user.identity_verification' && wasRefused(entry)
  )
  const phishing = onLog(ground, 'Okta FastPass blocked a phishing attempt', threatSignalMs, (entry) =>
    PHISHING.test(entry.reason ?? '')
  )
  const misses = entries.filter((entry) => isFailedMfa(entry) && isRecent(entry.at, threatSignalMs, input.now))
  const window = showDuration(threatSignalMs)
  const repeated =
    misses.length >= failedMfaCount
      ? tripped(`${misses.length} failed verifications in ${window}, the last at ${misses[0]?.at}.`)
      : onLogSince(ground, 'Failed verifications', threatSignalMs, (at) =>
          clear(`${misses.length} failed verifications in ${window} (read ${at}).`)
        )
  return worst(breached, identity, phishing, repeated)
}

/** `FastPass declined phishing attempt`: one is enough (sec.okta.com/fastpassphishingdetection). */
const PHISHING = /phishing/i

function isFailedMfa(entry: LogEntry): boolean {
  return entry.eventType === 'user.authentication.auth_via_mfa' && wasRefused(entry)
}
