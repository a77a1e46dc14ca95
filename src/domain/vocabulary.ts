/**
 * The words of Reenroll, as types. Start reading here.
 *
 * Data flows one way: Okta's delivery holds events; `intake/` reads each as a failure, a recovery, a signal or a
 * counted skip; failures of one person form a case; `okta/` reads evidence; `decide/` names the cause, checks the
 * guards and picks a rule; the outcome is a remediation (a named write in Okta) or a ticket. Everything here is plain
 * data that survives `JSON.stringify`.
 */

/** A moment, ISO 8601 in UTC with milliseconds (`2026-06-15T14:03:11.204Z`), so that comparing strings compares time. */
export type Instant = string

/** Reads the current moment. Injected everywhere, so that tests own the time. */
export type Clock = () => Instant

/** What an operator may do: read and report, or approve too. */
export const OPERATOR_ROLES = ['viewer', 'approver'] as const
export type OperatorRole = (typeof OPERATOR_ROLES)[number]

/**
 * Where an event came from; `ssf`: from another vendor. Help-desk reports never cause an automatic write; `self`: a person who
 * had just signed in.
 */
export const INTAKE_SOURCES = ['hook', 'log', 'report', 'self', 'ssf'] as const
export type IntakeSource = (typeof INTAKE_SOURCES)[number]

/** How sure the classifier is that an event is a failed Okta Verify enrollment (facts §2.4 item 5). */
export const CONFIDENCES = ['low', 'medium', 'high'] as const
export type Confidence = (typeof CONFIDENCES)[number]

/** Why an event does not affect any case. A closed list, because it is a metric label. */
export const SKIP_REASONS = [
  'own_echo', // our own write, seen again: proof at most, never a case (facts §2.4 item 1)
  'not_listed', // an event type that is not listed
  'not_okta_verify', // a failed enrollment of some other authenticator
  'succeeded_elsewhere', // a success that proves nothing about Okta Verify
  'recovery_without_case', // the user enrolled, and no case was open
  'signal_without_case', // context about a user with no open case
  'already_recovered', // a late copy of a failure older than the recovery that closed the case
  'unreadable' // not an object, or without a uuid; kept as a dead letter too
] as const
export type SkipReason = (typeof SKIP_REASONS)[number]

/** What went wrong. Each has a row in `decide/causes.ts` with its signs and what to tell the user (facts §6.2 C1-C15). */
export const CAUSE_IDS = [
  'account_suspended',
  'account_locked_out',
  'activation_pending',
  'account_staged',
  'account_recovery',
  'password_expired',
  'account_deactivated',
  'sign_in_blocked',
  'device_suspended',
  'device_deactivated',
  'enrollment_orphaned',
  'device_replaced',
  'device_jailbroken',
  'iphone15_ios17',
  'policy_denied',
  'app_state_stale',
  'unknown'
] as const
export type CauseId = (typeof CAUSE_IDS)[number]

/** The named writes. Each is one file in `remediate/`. Anything not here is never written to Okta (DESIGN §3). */
export const REMEDIATION_IDS = [
  'unsuspend_user',
  'unlock_user',
  'resend_activation',
  'remove_orphaned_enrollment',
  'remove_replaced_enrollment',
  'unsuspend_device'
] as const
export type RemediationId = (typeof REMEDIATION_IDS)[number]

/** `harmless`: no credential is handed out and no protection lowered; `lowering`: a block is lifted or protection removed. */
export type RepairKind = 'harmless' | 'lowering'

/**
 * Reasons not to write (facts §6.1). G4 has two halves, since a sparse event cannot answer the first while the System
 * Log still answers the second: `G4_event` and `G4_log`.
 */
export const GUARD_IDS = [
  'G1',
  'G2',
  'G3',
  'G4_event',
  'G4_log',
  'G5',
  'G6',
  'G7',
  'G8',
  'G9',
  'G10',
  'G11',
  'G12',
  'G13',
  'G14',
  'G15',
  'G16',
  'G17'
] as const
export type GuardId = (typeof GUARD_IDS)[number]
/** Only `clear` permits a write. `unknown` is not clear. */
export type GuardState = 'clear' | 'tripped' | 'unknown'
export interface GuardVerdict {
  readonly id: GuardId
  readonly state: GuardState
  /** One sentence a person can check. */
  readonly because: string
}

/** How far a rule may go, least first: say what would be done, ask a person, or do it. */
export const MODES = ['observe', 'propose', 'auto'] as const
export type Mode = (typeof MODES)[number]

/** Where a case stands. `with_person`, `resolved` and `closed` are settled: nothing more is due. */
/** What the error of a ticket system concerns: one ticket, the credential, the whole target, or nothing that lasts. */
export const REFUSAL_MEANINGS = ['ticket', 'credential', 'target', 'later'] as const
export type RefusalMeaning = (typeof REFUSAL_MEANINGS)[number]

export const CASE_STATES = [
  'received', // failures are in, nothing has been read yet
  'correlating', // evidence is in, or being read again after an error
  'awaiting_approval', // a proposal and its ticket wait for a person
  'acting', // a write is about to happen, or has happened and is not confirmed
  'watching', // the write is confirmed; waiting for the user to enroll
  'with_user', // the user has or gets the steps; without an enrollment in time, a ticket follows
  'with_person', // a ticket holds the case
  'resolved', // the user is enrolled
  'closed' // ended by a person, or by a rule that says there is nothing to do
] as const
export type CaseState = (typeof CASE_STATES)[number]
export const OPEN_STATES = CASE_STATES.filter((state) => state !== 'resolved' && state !== 'closed')

/** What a user can answer to a message. */
export const ANSWERS = ['works', 'fails', 'not_me'] as const
export type Answer = (typeof ANSWERS)[number]

/** What a user can see when it fails again. */
export const SEEN_ERRORS = ['invalid_token', 'qr_code', 'not_allowed', 'something_else'] as const
export type SeenError = (typeof SEEN_ERRORS)[number]

/** How a message reaches a user. */
export const CHANNELS = ['mail', 'slack'] as const
export type Channel = (typeof CHANNELS)[number]

/** What a write did for the user. `unknown` counts as failure and goes to a person. */
export const EFFECTS = ['pending', 'effective', 'ineffective', 'unknown'] as const
export type Effect = (typeof EFFECTS)[number]

/** The article's options (`deploy/okta-facts.md`); null when the article says nothing. */
export type KbOption = 1 | 2 | 3 | 4 | 5

/** The person as an event or report claims. `id` is null when none has one; such a case only becomes a ticket. */
export interface Subject {
  readonly id: string | null
  readonly login: string | null
  readonly name: string | null
}

export const PLATFORMS = ['IOS', 'ANDROID', 'MACOS', 'WINDOWS', 'unknown'] as const
export type Platform = (typeof PLATFORMS)[number]

/** Systems of devices, as their makers write them. */
export const PLATFORM_NAMES: Readonly<Record<Exclude<Platform, 'unknown'>, string>> = {
  IOS: 'iOS',
  ANDROID: 'Android',
  MACOS: 'macOS',
  WINDOWS: 'Windows'
}

/** The device of an event. Null means that the event does not contain the field. */
export interface EventDevice {
  readonly id: string | null
  readonly name: string | null
  readonly platform: Platform
  readonly osVersion: string | null
  /** Vendor's model identifier, such as `iPhone15,4`. */
  readonly model: string | null
  readonly serialNumber: string | null
  readonly managed: boolean | null
  readonly jailbroken: boolean | null
}

/** What describes a device, in an event or in Okta's lists. */
export type DeviceNames = Pick<EventDevice, 'id' | 'name' | 'platform' | 'model' | 'serialNumber'>

/** Languages in which users are written to; each has a file in `ticket/languages`. */
export const LANGUAGES = ['en', 'de', 'es', 'fr', 'ja'] as const
export type Language = (typeof LANGUAGES)[number]

/** Yes, no or unknown. `unknown` never counts as no. */
export type Ternary = 'yes' | 'no' | 'unknown'

/** Origin and risk of the attempt, from the event alone (facts §6.1 G2, G4, G5). */
export interface EventContext {
  readonly ip: string | null
  readonly country: string | null
  readonly asNumber: number | null
  /** An anonymiser, proxy or Tor, by any field. */
  readonly anonymizer: Ternary
  /** Okta ThreatInsight suspected the request. */
  readonly threat: Ternary
  /** A new country, device or impossible velocity, by Okta's behavior detection. */
  readonly unusual: Ternary
  readonly risk: 'HIGH' | 'MEDIUM' | 'LOW' | 'unknown'
  readonly appVersion: string | null
}

/** How a person signed in at the org right before reporting their own failure: the claims of the id token (facts §11). */
export interface ProvedSignIn {
  /** `auth_time`. */
  readonly at: Instant
  /** Authentication methods, such as `pwd` or `pop`. */
  readonly amr: readonly string[]
  readonly acr: string | null
}

/** What every event has, whatever its kind. */
export interface EventFacts {
  readonly uuid: string
  readonly eventType: string
  /** When it happened, by Okta. */
  readonly publishedAt: Instant
  /** When we stored it. */
  readonly receivedAt: Instant
  readonly source: IntakeSource
  readonly subject: Subject
  readonly actor: { readonly id: string | null; readonly type: string | null; readonly login: string | null }
  readonly result: string | null
  readonly reason: string | null
  readonly transactionId: string | null
  readonly device: EventDevice
  readonly context: EventContext
}

/** An event that reads as a failed Okta Verify enrollment. */
export interface Failure extends EventFacts {
  readonly kind: 'failure'
  readonly confidence: Confidence
  /** `E0000011`, the article's "invalidToken", is named (facts §2.3). */
  readonly invalidToken: boolean
  /** A policy or compliance refusal is named: E0000158, E0000159, E0000229 (facts §2.3). */
  readonly policyRefusal: boolean
  /** Somebody else acted for the subject, so the event says little about the subject (facts §2.4 item 6). */
  readonly actedForAnother: boolean
  /** Looks like "Deliver request" in the Admin Console: published long before it was sent (facts §1.6). */
  readonly preview: boolean
  /** Only of source `self`. */
  readonly signIn?: ProvedSignIn
}

/** An event that proves the user did enroll. */
export interface Recovery extends EventFacts {
  readonly kind: 'recovery'
  /** The device was registered only: whether it was enrolled is for Okta to say (facts §2.2). */
  readonly unfinished?: true
}

/** Another event about the user, kept as evidence and able to trip guards. */
export interface Signal extends EventFacts {
  readonly kind: 'signal'
  /** It resembles a failed enrollment but has an unlisted type. Near misses are counted, so that they are noticed. */
  readonly nearMiss?: boolean
}

/** The classifier's result for one event. */
export type Reading =
  | Failure
  | Recovery
  | Signal
  | {
      readonly kind: 'skipped'
      readonly why: SkipReason
      readonly eventType: string | null
      readonly nearMiss: boolean
    }

/** A write in Okta, from intent to proof. Written to the store before the call (DESIGN §5 *act*). */
export interface Action {
  readonly id: string
  readonly remediation: RemediationId
  /** 1 or 2; at most two attempts per case, then a person. */
  readonly attempt: number
  /**
   * `intended`: recorded, possibly called; `done`: Okta confirmed, or a re-read proved it; `refused`: the re-check right
   * before the call failed; `failed`: Okta refused; `unknown`: cannot be proved either way.
   */
  readonly state: 'intended' | 'done' | 'refused' | 'failed' | 'unknown'
  readonly intendedAt: Instant
  readonly at: Instant
  /** Who caused it: the rule, or the person who approved. */
  readonly by: { readonly kind: 'rule' | 'person'; readonly name: string }
  readonly because: string
  /** `X-Okta-Request-Id` of each call made. */
  readonly requestIds: readonly string[]
  readonly effect: Effect
  /** When its effect was known, or the wait for it was over; left out before, and by earlier versions. */
  readonly watchedUntil?: Instant
}

/** A remediation that waits for approval, bound to exactly what the person saw. */
export interface Proposal {
  /** Over action, evidence and rule version; approving any other hash answers 409. */
  readonly hash: string
  readonly remediation: RemediationId
  readonly expiresAt: Instant
  /** Guards the approver must override one by one, each with a reason. */
  readonly overridesNeeded: readonly GuardId[]
  /** Two for people whom the policy protects (four eyes). */
  readonly approvalsNeeded?: 1 | 2
}

/** The tracker's copy of the case. */
export interface TicketRef {
  readonly system: string
  readonly key: string
  readonly url: string
  readonly state: 'open' | 'resolved'
  /** The case's `contentRevision` that this ticket shows; an older one needs an update. */
  readonly story: number
}

/** Identifies the canary, a synthetic delivery through the hook, and its case. */
export const CANARY = { eventType: 'reenroll.canary', subjectKey: 'canary', caseId: 'RE-CANARY' } as const
