/**
 * The signals of the guards as a table: what each shows, and which kinds of repair it stops (facts §6.1a). Ordinary signals
 * stop no harmless repair. A signal is ordinary only by what Okta's log proves; what is unclear stops everything. Pure.
 */
import type { GuardId, RepairKind } from '../../domain/vocabulary.ts'
import { clear, type GuardContext, type GuardResult, onLogSince, tripped } from './guard-result.ts'

export interface SignalRow {
  readonly guard: GuardId
  readonly signal: string
  readonly shows: string
  readonly stops: readonly RepairKind[]
  readonly because: string
  /** The section of the Okta facts, or that it is our own judgement. */
  readonly source: string
}

const BOTH: readonly RepairKind[] = ['harmless', 'lowering']
const LOWERING: readonly RepairKind[] = ['lowering']

export const SIGNALS = {
  contact_changed: {
    guard: 'G6',
    signal: 'mail address, phone number or login changed',
    shows: 'Mail and codes may go to an attacker.',
    stops: BOTH,
    because: 'The activation mail would go to the new address.',
    source: '§6.1a'
  },
  profile_provisioned: {
    guard: 'G6',
    signal: 'profile changed by an application or by Okta, without mail address, phone number or login',
    shows: 'An import from HR or a directory.',
    stops: LOWERING,
    because: 'The log names the changed attributes and the actor. Nothing that signs in was changed.',
    source: '§6.1a'
  },
  profile_unclear: {
    guard: 'G6',
    signal: 'profile changed by a person, or without the changed attributes',
    shows: 'The address may have been changed.',
    stops: BOTH,
    because: 'Nothing proves that the change was ordinary.',
    source: 'own judgement'
  },
  factors_once: {
    guard: 'G6',
    signal:
      'factors removed once, by the user at a usual place, or by the help desk while the failure is at a usual place',
    shows: 'The article’s option 2, which users and help desks try first.',
    stops: LOWERING,
    because: 'It is a part of this problem, and no password was changed within a day.',
    source: '§6.1a'
  },
  factors_unclear: {
    guard: 'G6',
    signal: 'factors removed several times, by another actor, or at a place that is not known as usual',
    shows: 'An attacker may be removing the user’s factors.',
    stops: BOTH,
    because: 'Help desks are persuaded to reset factors for attackers.',
    source: '§6, §6.1a'
  },
  password_alone: {
    guard: 'G6',
    signal: 'password changed, and no factor within a day; at a usual place, or the first password of a new account',
    shows: 'An ordinary change of a password.',
    stops: LOWERING,
    because: 'A password alone does not remove the second factor.',
    source: '§6.1a'
  },
  password_unclear: {
    guard: 'G6',
    signal: 'password change that failed, or at a place that is not known as usual',
    shows: 'Another person may have the password.',
    stops: BOTH,
    because: 'Nothing proves that the change was ordinary.',
    source: 'own judgement'
  },
  vendor_credentials: {
    guard: 'G6',
    signal: 'another vendor reports a changed credential, identifier or recovery',
    shows: 'Somebody may be taking over the person’s accounts one by one.',
    stops: BOTH,
    because: 'Nothing proves that the change was ordinary.',
    source: 'own judgement'
  },
  password_and_factors: {
    guard: 'G6',
    signal: 'password and factors changed within a day',
    shows: 'The usual course of a takeover.',
    stops: BOTH,
    because: 'Both halves of the sign-in changed hands together.',
    source: '§6.1a'
  },
  reset_before_report: {
    guard: 'G6',
    signal: 'password or factors changed within a day before the user signed in to report their own failure',
    shows: 'The sign-in proves only who has the new credentials.',
    stops: BOTH,
    because: 'Help desks are persuaded to reset credentials for attackers.',
    source: '§6, own judgement'
  },
  breached_password: {
    guard: 'G7',
    signal: 'password found in a breach',
    shows: 'Other people have the password.',
    stops: BOTH,
    because: 'Only the second factor still protects the account.',
    source: '§6.1 G7'
  },
  identity_denied: {
    guard: 'G7',
    signal: 'identity check failed',
    shows: 'Somebody could not prove to be the user.',
    stops: BOTH,
    because: 'The person who enrolls may be the one who failed.',
    source: '§6.1 G7'
  },
  phishing_blocked: {
    guard: 'G7',
    signal: 'Okta FastPass blocked a phishing attempt',
    shows: 'An attack on this user.',
    stops: BOTH,
    because: 'Okta itself detected it.',
    source: '§6.1 G7'
  },
  verification_rejected: {
    guard: 'G7',
    signal: 'verification rejected by the user',
    shows: 'Another person has the password.',
    stops: BOTH,
    because: 'The user said no. The words of the reason are a guess.',
    source: '§6.1a'
  },
  verifications_burst: {
    guard: 'G7',
    signal: 'ten or more failed verifications within an hour',
    shows: 'Push bombing.',
    stops: BOTH,
    because: 'Nobody repeats a failed verification that often.',
    source: '§6.1a'
  },
  verifications_elsewhere: {
    guard: 'G7',
    signal: 'failed verifications from a country that is not known as usual',
    shows: 'Another person tries to sign in.',
    stops: BOTH,
    because: 'The user’s own attempts come from where the user is.',
    source: '§6.1a'
  },
  vendor_alert: {
    guard: 'G7',
    signal:
      'another vendor revoked sessions, raised the risk level, lowered the assurance level, found the device not compliant, disabled the account, or found a credential compromised',
    shows: 'Another system sees an attack on this person.',
    stops: BOTH,
    because: 'It sees what Okta does not.',
    source: 'own judgement'
  },
  vendor_sign_out: {
    guard: 'G7',
    signal: 'the user ended a session at another vendor',
    shows: 'A sign-out, or a person who shuts out an attacker.',
    stops: LOWERING,
    because: 'Signing out is ordinary, and a person decides on what lowers protection.',
    source: 'own judgement'
  },
  verifications_before_report: {
    guard: 'G7',
    signal: 'several failed verifications within the hour before the user signed in to report their own failure',
    shows: 'The user may have given in to repeated pushes.',
    stops: BOTH,
    because: 'The sign-in may be the attacker’s.',
    source: '§6, own judgement'
  },
  verifications_missed: {
    guard: 'G7',
    signal: 'failed or unanswered verifications from usual countries, or for enrolling',
    shows: 'The old phone is gone, and nobody answers.',
    stops: LOWERING,
    because: 'They are the reason why the user enrolls again.',
    source: '§6.1a'
  }
} as const satisfies Readonly<Record<string, SignalRow>>

export type SignalId = keyof typeof SIGNALS

/** One signal seen in the log or the account, in a sentence with its time. */
export interface Sighting {
  readonly signal: SignalId
  readonly because: string
}

/** More sentences than this only hide the first ones. */
const SHOWN = 3

/**
 * The result of a guard from its signals: any trips it for writes that lower protection, and only those that stop harmless
 * repairs trip it for these. Without any, "none" needs the log.
 */
export function fromSightings(
  ground: GuardContext,
  seen: readonly Sighting[],
  none: { readonly what: string; readonly limitMs: number }
): GuardResult {
  const noneSeen = onLogSince(ground, none.what, none.limitMs, (at) => clear(`${none.what} (read ${at}).`))
  if (seen.length === 0) return noneSeen
  const stopping = seen.filter(({ signal }) => stops(signal, 'harmless'))
  const harmless = { ...harmlessResult(seen, stopping, noneSeen), signals: signalsOf(stopping) }
  return { ...tripped(sentences(seen)), signals: signalsOf(seen), harmless }
}

function harmlessResult(seen: readonly Sighting[], stopping: readonly Sighting[], noneSeen: GuardResult): GuardResult {
  if (stopping.length > 0) return tripped(sentences(stopping))
  if (noneSeen.state !== 'clear') return noneSeen
  return clear(`Ordinary around this problem, and harmless repairs may proceed: ${sentences(seen)}`)
}

function signalsOf(seen: readonly Sighting[]): readonly SignalId[] {
  return [...new Set(seen.map(({ signal }) => signal))]
}

function stops(signal: SignalId, kind: RepairKind): boolean {
  const { stops }: SignalRow = SIGNALS[signal]
  return stops.includes(kind)
}

function sentences(seen: readonly Sighting[]): string {
  return [...new Set(seen.map(({ because }) => because))].slice(0, SHOWN).join(' ')
}
