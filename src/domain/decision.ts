/** Input and output types of `decide/`. */
import type { Evidence, EvidenceSource } from './evidence.ts'
import type { VerificationNeed, VerificationPolicy } from './verification.ts'
import type {
  Action,
  CauseId,
  Confidence,
  DeviceNames,
  Failure,
  GuardId,
  GuardVerdict,
  Instant,
  KbOption,
  Mode,
  RemediationId,
  Signal,
  Subject
} from './vocabulary.ts'

/** What went wrong, with its signs and the article's option that it follows. */
export interface CauseVerdict {
  readonly id: CauseId
  readonly confidence: Confidence
  readonly because: readonly string[]
  readonly kbOption: KbOption | null
}

/** One rule checked against the facts: why it matched, or the first condition that was not met. */
export interface RuleVerdict {
  readonly rule: string
  readonly matched: boolean
  readonly because: string
}

/** The only guard that stopped a repair: without it, the repair would have been made or proposed. */
export interface LoneStop {
  readonly guard: GuardId
  /** The signals that the guard saw; none for a guard without a table of signals. */
  readonly signals: readonly string[]
  readonly mode: Mode
  /** A person could not have overridden it either. */
  readonly final: boolean
}

export interface Decision {
  readonly kind: 'ignore' | 'ticket' | 'guide' | 'remediate'
  /** Id of the row that matched. */
  readonly rule: string
  /** The mode in force: the rule's own, lowered by run-time controls, the ceiling and the facts. */
  readonly mode: Mode
  /** In plain words, for the ticket. */
  readonly because: string
  /** What the rule would do in Okta, also when a guard or the mode prevents it. */
  readonly remediation: RemediationId | null
  /** Binding guards that are not clear, in table order. */
  readonly stoppedBy: readonly GuardId[]
  /** Left out when several guards stopped it, or none. */
  readonly loneStop?: LoneStop
  /** The steps would go to the user, but something speaks against it; perhaps only what is not read yet. */
  readonly guidable?: true
  /** A ticket only until then: the evidence becomes old enough to decide again. */
  readonly decideAgainAt?: Instant
  /** The user began an enrollment minutes ago: a ticket follows then, unless it is finished. */
  readonly enrollingUntil?: Instant
  /** A write or a proposal lacks only the proof of its event: the System Log is looked up again then (facts §6.1b). */
  readonly proofLookAt?: Instant
  /** An event of the case is not in the System Log, although it was looked up long enough: it may be invented. */
  readonly unproved?: true
  /** A run-time control stopped or lowered the write; decided again when the controls change. */
  readonly braked?: true
  /** What a removal takes along: every device with its Okta Verify methods; absent for other writes. */
  readonly takesAlong?: readonly string[]
  /** For proposals: the guards an approver must override, one by one. */
  readonly overridesNeeded: readonly GuardId[]
  /** What a person's approval needs beside: proof of who calls. */
  readonly verifiedCaller?: VerificationNeed
  /** Every row up to and including the one that matched. */
  readonly rows: readonly RuleVerdict[]
  /** Changes whenever the table or its thresholds do; part of the proposal hash and the ledger. */
  readonly ruleVersion: string
}

/** Whether the steps may go to the user, are with the user, or have been (`guideStand` in `case.ts`). */
export type GuideStand = 'possible' | 'running' | 'over'

/** Counts from the store that guards need; read together with the evidence (facts §6.1 G8, G14). */
export interface Recent {
  /** Writes for this user in the last 24 h, in any case, that happened or may have happened. */
  readonly userWrites: number
  /** Such writes for all users in the last hour. */
  readonly writesLastHour: number
  /** Distinct users failing inside the storm window. */
  readonly failingUsers: number
  /** Of those, users from the same IP address, and from the same autonomous system, as this case's failures. */
  readonly sameIpUsers: number
  readonly sameNetworkUsers: number
}

/** Bounds of the guards; all from the policy file (facts §6.1). */
export interface GuardThresholds {
  readonly privilegeGrantMs: number
  readonly riskSignalMs: number
  readonly suspiciousReportMs: number
  readonly passwordChangedMs: number
  readonly credentialChangeMs: number
  readonly threatSignalMs: number
  /** Failed or abandoned MFA verifications inside `threatSignalMs` that count as an attack (facts §6.1 G7). */
  readonly failedMfaCount: number
  readonly deprovisionedMs: number
  readonly stormUsers: number
  readonly stormWindowMs: number
  readonly stormSameNetworkUsers: number
  /** Older failures never cause an automatic write, whatever their source (facts §6.1 G13). */
  readonly staleAfterMs: number
  readonly userWritesPerDay: number
  readonly writesPerHour: number
  /** Per remediation; checked, like the share, in the transaction that writes an intent. */
  readonly remediationWritesPerHour: number
  /** Writes of a day, in percent of the users who failed in that day; never fewer than `shareFloor`. */
  readonly sharePercent: number
  readonly shareFloor: number
  /** Actor ids whose suspensions are routine and may be lifted (facts §6.1 G9). Never `system@okta.com` alone. */
  readonly trustedActorIds: readonly string[]
  /** Group ids or names: suspensions of their members are never routine, no matter who made them. */
  readonly neverRoutineGroups: readonly string[]
  /** Group ids or names whose members are never written to (facts §6.1 G12). */
  readonly protectedGroups: readonly string[]
  /** User ids or logins never written to. */
  readonly protectedUsers: readonly string[]
  readonly requireManagedDevices: boolean
}

/** Bounds of the causes (facts §4). */
export interface CauseThresholds {
  /** An active enrollment on a device not seen for this long counts as an old phone. */
  readonly oldDeviceMs: number
  /** A second device of the same platform first seen this recently counts as its replacement. */
  readonly newDeviceMs: number
  /** An orphaned enrollment must be at least this old: a younger one may still be in progress (facts §6.2 C10). */
  readonly orphanAgeMs: number
  readonly activationMaxAgeMs: number
  readonly suspendedMaxAgeMs: number
}

/** What was set for a rule at run time. */
export interface RuleControls {
  /** In place of the mode for everybody; the modes of groups cannot exceed it. */
  readonly mode?: Mode
  /** Set by the rule watch: nobody has a higher mode, and everybody with a lower one keeps it. */
  readonly atMost?: Mode
  readonly paused?: { readonly because: string; readonly by: string }
}

/** The present state of the run-time controls. */
export interface Controls {
  /** Increases with every change. */
  readonly version: number
  readonly kill: { readonly on: boolean; readonly because: string; readonly by: string; readonly at: Instant } | null
  /** Per rule. */
  readonly rules: Readonly<Record<string, RuleControls>>
  /** A run-time ceiling over all rules; the lower of this and `REENROLL_MODE` is in force. */
  readonly ceiling: Mode | null
  /** The policy that was applied while the service ran; left out while `REENROLL_POLICY_FILE` is in force. */
  readonly policy?: AppliedPolicy | null
}

/** A policy that was put into force without a restart. */
export interface AppliedPolicy {
  /** The text of the policy file; null stands for `REENROLL_POLICY_FILE` of each replica. */
  readonly text: string | null
  readonly by: string
  readonly at: Instant
  /** The text before, for a rollback; none is kept after one. */
  readonly before?: string | null
}

/** What a rule's writes must keep to; from the policy. */
export interface RuleBounds {
  /** Fewer writes with a known effect say nothing. */
  readonly leastWrites: number
  readonly ineffectivePercent: number
  /** Security alerts after its writes, and cases found to be attacks. */
  readonly alerts: number
}

/** The part of the policy that decisions need. */
export interface DecidePolicy {
  readonly guards: GuardThresholds
  readonly causes: CauseThresholds
  /** Modes per rule id, over the table's own. */
  readonly ruleModes: Readonly<Record<string, Mode>>
  /** Per rule id, modes for members of groups, by id or name of the group; other people have the rule's own mode. */
  readonly groupModes?: Readonly<Record<string, Readonly<Record<string, Mode>>>>
  /** `REENROLL_MODE`. */
  readonly ceiling: Mode
  /** Least confidence at which a write may be automatic (facts §2.4 item 5). */
  readonly minConfidenceForAuto: Confidence
  readonly absentSources: readonly EvidenceSource[]
  /** Causes whose steps go to the user first; none where no channel to users is set up. */
  readonly guideCauses: readonly CauseId[]
  readonly verification: VerificationPolicy
  /** The same for people who signed in to report their own failure: they need no channel. */
  readonly pageCauses: readonly CauseId[]
}

/** Everything a decision depends on. Same input, same verdict, byte for byte. */
export interface DecideInput {
  readonly subject: Subject
  readonly failures: readonly Failure[]
  readonly signals: readonly Signal[]
  readonly actions: readonly Action[]
  readonly evidence: Evidence
  readonly worked?: readonly DeviceNames[]
  readonly recent: Recent
  readonly controls: Controls
  /** The case belongs to a storm that is not over yet: guard G8 stays tripped until its cool-down ends. */
  readonly inStorm: boolean
  /** Left out: the steps may go to the user. */
  readonly guide?: GuideStand
  /** When the user said that the attempts were not theirs. */
  readonly notMeAt?: Instant | undefined
  /** When the user refused a challenge of on-call. */
  readonly refusedChallenges?: readonly Instant[]
  readonly policy: DecidePolicy
  readonly now: Instant
}

export interface Verdict {
  readonly cause: CauseVerdict
  /** Every cause with at least one sign, the most certain first; the first is `cause`. */
  readonly considered: readonly CauseVerdict[]
  readonly guards: readonly GuardVerdict[]
  readonly decision: Decision
}
