/**
 * A person's own report, right after a sign-in at the org (DESIGN §8). The sign-in proves who reports, not that the person is
 * the account's owner: an attacker who got the credentials an hour ago signs in too. So the log says where the sign-in came from,
 * and only a factor that resists phishing and is older than the guards demand counts as strong. Pure.
 */
import type { DecideInput } from '../domain/decision.ts'
import { known, type LogEntry } from '../domain/evidence.ts'
import { DAY_MS, MINUTE_MS, msBetween, plus } from '../domain/time.ts'
import type { Failure, Instant, ProvedSignIn } from '../domain/vocabulary.ts'
import { isStrongFactor } from './device-facts.ts'
import { isRecent, newestFailureAt, subjectIdOf, wasRefused } from './entries.ts'

/** The log entries of a sign-in are written around `auth_time`; a person needs a minute for several factors. */
const AROUND_MS = 5 * MINUTE_MS
/** Credentials that changed this shortly before a sign-in may be what made it possible. */
export const BEFORE_SIGN_IN_MS = DAY_MS
/** A sign-in "just now". */
const JUST_NOW_MS = 30 * MINUTE_MS

/** The newest sign-in behind the person's own reports; null without one. */
export function ownSignIn(failures: readonly Failure[]): ProvedSignIn | null {
  const signIns = failures.flatMap(({ signIn }) => signIn ?? [])
  return signIns.reduce<ProvedSignIn | null>((newest, one) => (newest && newest.at >= one.at ? newest : one), null)
}

/** The newest attempt is the person's own report. */
export function isOwnAttempt(failures: readonly Failure[]): boolean {
  return newestOf(failures)?.signIn !== undefined
}

function newestOf(failures: readonly Failure[]): Failure | undefined {
  const newest = newestFailureAt(failures)
  return failures.find(({ publishedAt }) => publishedAt === newest)
}

/**
 * Until when places of the person's own actions count as usual: before the attempt, and before a sign-in by a day, since an
 * attacker who got in today made some entries already.
 */
export function usualUntil({ publishedAt, signIn }: Failure): Instant {
  return signIn ? plus(signIn.at, -BEFORE_SIGN_IN_MS) : publishedAt
}

/** The input with the places of own reports: where the log says that their sign-in came from. */
export function withSignInPlaces(input: DecideInput): DecideInput {
  if (!ownSignIn(input.failures)) return input
  const own = ownEntries(input)
  return { ...input, failures: input.failures.map((failure) => placed(failure, own)) }
}

/**
 * What the log says of a sign-in: the user's own entries around it that name a place. Its report is not in the log. They prove
 * the place alone, so the start of a session counts like a verification; which factor it was is in the id token (`amr`).
 */
function entriesAround(signIn: ProvedSignIn, own: readonly LogEntry[]): readonly LogEntry[] {
  return own.filter(({ at, country }) => country !== null && !(Math.abs(msBetween(at, signIn.at)) > AROUND_MS))
}

/** Own reports whose sign-in is not in the log, so that nothing says where it came from. */
export function unplacedReports(input: DecideInput): readonly Failure[] {
  const own = ownEntries(input)
  return input.failures.filter(({ signIn }) => signIn && entriesAround(signIn, own).length === 0)
}

/** Newest first. Only what was read from the log: what came from the hook may be invented to hide where somebody is. */
function ownEntries(input: DecideInput): readonly LogEntry[] {
  const own = (known(input.evidence.history) ?? []).filter(
    (entry) => entry.actorId === subjectIdOf(input) && !wasRefused(entry)
  )
  return own.toSorted((a, b) => (a.at < b.at ? 1 : -1))
}

function placed(failure: Failure, own: readonly LogEntry[]): Failure {
  const { signIn } = failure
  if (!signIn) return failure
  const around = entriesAround(signIn, own)
  const before = usualUntil(failure)
  const usual = new Set(own.filter(({ at }) => at < before).map(({ country }) => country))
  // The user may be at work while somebody else signs in: an unusual place counts.
  const seen = around.find(({ country }) => !usual.has(country)) ?? around[0]
  if (!seen) return failure
  const threat = around.some((entry) => entry.threat) ? 'yes' : 'no'
  return { ...failure, context: { ...failure.context, ip: seen.ip, country: seen.country, anonymizer: threat } }
}

/**
 * `amr` of a factor that resists phishing and is not Okta Verify: `pop` is a passkey or security key, `sc` a smart card.
 * Okta FastPass (`okta_verify`, `phr`) is what a repair would remove (facts §11).
 */
const RESISTANT: readonly string[] = ['pop', 'sc']

/** The newest attempt was reported by the person, after signing in just now with another phishing-resistant factor. */
export function signedInStrongly(input: DecideInput): boolean | undefined {
  const { failures, evidence, now, policy } = input
  const signIn = newestOf(failures)?.signIn
  if (!signIn?.amr.some((method) => RESISTANT.includes(method)) || !isJustNow(signIn.at, now)) return false
  const strong = known(evidence.factors)?.filter(isStrongFactor)
  // The factor that was used is not in Okta's list: nothing says how old it is.
  if (strong?.length === 0) return undefined
  // A stolen session can add a passkey of its own, so none may be new.
  const isOld = (at: Instant | null) => at !== null && !isRecent(at, policy.guards.credentialChangeMs, now)
  return strong?.every(({ createdAt }) => isOld(createdAt))
}

function isJustNow(at: Instant, now: Instant): boolean {
  const agoMs = msBetween(at, now)
  return agoMs >= -MINUTE_MS && agoMs <= JUST_NOW_MS
}
