/** What the rest of Reenroll asks of Okta. The only implementation is this folder's; nothing else imports the SDK. */
import type { Evidence, EvidenceSource } from './evidence.ts'
import type { ChallengeKind } from './verification.ts'
import type { Instant } from './vocabulary.ts'

export interface EvidenceAsk {
  readonly userId: string
  /** Which sources to read; the others come back `unknown` with `because: 'not asked'`. Default: all. */
  readonly sources?: readonly EvidenceSource[]
  /** Start of the System Log window (facts §3.4: at most 90 days back). */
  readonly historySince: Instant
  /** The log about when the user's sessions began, too: where a sign-in came from (facts §11). */
  readonly withSessions?: boolean
  /** Devices named by the failures: their users are read, whether or not the user's device list has them. */
  readonly suspectDeviceIds: readonly string[]
  /** They include the user's blocked devices, so that only a `fresh` read needs the list of devices to look into them. */
  readonly areAllSuspects?: boolean
  /** `default` unless said otherwise. */
  readonly mode?: ReadMode
  readonly signal?: AbortSignal
}

/**
 * How to read. `default`: shared with cases that wait at the same moment. `minimal`: the cheapest way to each source, for one
 * of many cases. `fresh`: for a write under way, so nothing shared, nothing remembered, and before other cases.
 */
export type ReadMode = 'default' | 'minimal' | 'fresh'

/** Reads never throw for Okta's sake: what could not be read is an `unknown` item that says why. */
export interface OktaReader {
  evidence(ask: EvidenceAsk): Promise<Evidence>
}

/** Why a call failed, in our words. Branches only on Okta's `errorCode`, never on its text (facts §3). */
export interface OktaError {
  readonly kind: 'missing' | 'forbidden' | 'unauthenticated' | 'throttled' | 'unavailable' | 'rejected'
  readonly status: number | null
  readonly errorCode: string | null
  readonly because: string
  readonly retryAfterMs: number | null
  /** The call may have reached Okta and taken effect (time-out, dropped connection, 5xx). */
  readonly ambiguous: boolean
  /** Nothing was tried, since a rate limit is used up or the breaker is open: worth a wait, and no failed try. */
  readonly blocked?: true
  /** Cancelled by the caller, not by Okta. */
  readonly calledOff?: true
  readonly requestId: string | null
}

export type OktaWritten =
  | { readonly ok: true; readonly requestId: string | null }
  | { readonly ok: false; readonly error: OktaError }

/** The only writes this product can make (DESIGN §3 "Never built in any mode"). None takes an idempotency key (facts §3.2). */
export interface OktaWriter {
  unsuspendUser(userId: string): Promise<OktaWritten>
  unlockUser(userId: string): Promise<OktaWritten>
  /** `reactivate?sendEmail=true`, always, so that no activation token ever reaches us (facts §3.2). */
  resendActivation(userId: string): Promise<OktaWritten>
  /** Cascades over every Okta Verify method of the user (facts §0.4). */
  unenrollFactor(userId: string, factorId: string): Promise<OktaWritten>
  unsuspendDevice(deviceId: string): Promise<OktaWritten>
}

type OktaFailed = { readonly ok: false; readonly error: OktaError }

/** Challenges on factors. They change nothing in the org, but they reach a person. */
export interface OktaChallenges {
  send(
    userId: string,
    factorId: string,
    kind: Exclude<ChallengeKind, 'manager'>
  ): Promise<
    | {
        readonly ok: true
        readonly requestId: string | null
        /** Of a push. */
        readonly transactionId: string | null
        /** The number to choose in the app; null for a plain push. */
        readonly number: number | null
        readonly expiresAt: Instant | null
      }
    | OktaFailed
  >
  poll(
    userId: string,
    factorId: string,
    transactionId: string
  ): Promise<
    { readonly ok: true; readonly result: 'waiting' | 'passed' | 'rejected' | 'expired' | 'unknown' } | OktaFailed
  >
  check(
    userId: string,
    factorId: string,
    code: string
  ): Promise<{ readonly ok: true; readonly requestId: string | null; readonly isRight: boolean } | OktaFailed>
}
