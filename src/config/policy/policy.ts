/** The policy: everything an admin may tune without touching code. `file.ts` reads it from YAML. */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { ClassifierSettings } from '../../domain/classifier.ts'
import type { DecidePolicy, RuleBounds } from '../../domain/decision.ts'
import { WEEKDAYS, type Weekday } from '../../domain/hours.ts'
import type { RetentionAges } from '../../domain/retention.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts'
import { DEFAULT_GUIDE, type GuidePolicy, guideCausesOf } from './guide-policy.ts'
import { DEFAULT_TICKETS, type TicketPolicy } from './ticket-policy.ts'

/** By severity. Nobody has to act on the low ones. */
export interface SeverityTimes {
  readonly securityMs: number
  readonly highMs: number
  readonly normalMs: number
}

/** When people work. The time of a case of severity security runs on outside of it. */
export interface WorkHours {
  readonly days: readonly Weekday[]
  /** `HH:MM`. Not later than `from`: until that time of the next day. */
  readonly from: string
  readonly to: string
  readonly zone: string
  /** Dates on which nobody works. */
  readonly holidays: readonly string[]
}

/** How long a case that needs a person may wait for a first look, from its opening. */
export interface TargetTimes extends SeverityTimes {
  /** For an answer to a proposal, and until the case ends. */
  readonly proposal: SeverityTimes
  readonly resolution: SeverityTimes
  /** Parts of each time after which people are reminded, and the case goes to `tickets.escalateTo` too. */
  readonly remindPercent: number
  readonly escalatePercent: number
  readonly hours: WorkHours
}

export interface Policy {
  readonly classifier: Omit<ClassifierSettings, 'ownIds'>
  readonly decide: Omit<DecidePolicy, 'ceiling'>
  readonly evidence: {
    /** How far back the System Log is read; Okta keeps 90 days (facts §3.4). */
    readonly historyMs: number
    /** Evidence older than this is read again in full before a write. */
    readonly maxAgeMs: number
  }
  readonly retries: {
    /** Failed tries of one step before the case goes to a person. */
    readonly maxTries: number
    readonly firstWaitMs: number
    readonly maxWaitMs: number
  }
  /** How long a case waits for the user to enroll after a write, and for a person to answer a proposal. */
  readonly watchMs: number
  readonly proposalMs: number
  /** How long a user is watched for a takeover after a factor was removed or a suspension lifted (facts §6, 2 h). */
  readonly takeoverWindowMs: number
  readonly storm: {
    /** The storm is over when its bounds have not been exceeded for this long; then its cases are decided again. */
    readonly cooldownMs: number
    /** How often the storm's own case looks at its children. */
    readonly checkEveryMs: number
    /** Storms of at most so many users are read whole; of larger ones only what decisions need, to fit Okta's limits. */
    readonly fullReadLimit: number
  }
  /** Following the System Log beside the hook (facts §3.4). */
  readonly log: {
    readonly pollMs: number
    /** How long the hook has to bring an event before the log does. */
    readonly hookGracePeriodMs: number
    /** Read again after a restart, or when Okta rejects the stored position. */
    readonly overlapMs: number
    /** How far back the very first read starts. */
    readonly firstReadMs: number
  }
  /** The weekly summary by mail; without a recipient there is none. */
  readonly summary: {
    readonly to: string
    /** Of Monday, UTC. */
    readonly hour: number
    /** Assumed for each user helped without a person: what the service desk needs, and how long the user waits for it. */
    readonly deskMinutes: number
    readonly waitMinutes: number
  }
  /** When a rule that writes automatically is lowered to `propose`. */
  readonly ruleWatch: RuleBounds
  /** How often a synthetic delivery goes through the public address of the hook, where that is known. */
  readonly canary: { readonly everyMs: number }
  readonly targets: TargetTimes
  /** Our part of each of Okta's rate-limit buckets, which are the whole org's (facts §3.3). In percent. */
  readonly oktaQuotaPercent: number
  /** How long a step of a case waits for a used-up rate limit or for Okta to be back; then a person takes over. */
  readonly oktaMaxWaitMs: number
  /** At most this many writes per case, then a person (issue: trust). */
  readonly attemptsPerCase: number
  /** Steps that go to the user first. */
  readonly guide: GuidePolicy
  /** Ticket systems beyond the built-in desk. */
  readonly tickets: TicketPolicy
  /** How long records are kept. */
  readonly retention: RetentionAges
}

/** Used when no policy file is given, and for everything a policy file leaves out. */
export const DEFAULT_POLICY: Policy = {
  classifier: {
    failureTypes: [
      'user.mfa.factor.activate',
      'user.mfa.factor.update',
      'device.enrollment.create',
      'device.user.add',
      'user.authentication.auth_via_mfa'
    ],
    alwaysOktaVerifyTypes: ['device.enrollment.create', 'device.user.add'],
    signalTypes: [
      'user.lifecycle.*',
      'user.risk.*',
      'user.account.*',
      'user.mfa.factor.*',
      'device.*',
      'security.*',
      'user.identity_verification',
      'application.policy.sign_on.deny_access'
    ],
    successResults: ['SUCCESS', 'ALLOW', 'SKIPPED', 'DEFERRED', 'SCHEDULED'],
    oktaVerifyNames: ['^okta verify'],
    oktaVerifyFactors: ['okta_verify|signed_nonce|okta_soft_token|\\bsoft_token\\b'],
    invalidTokenTexts: ['invalid[\\s_-]?token|E0000011'],
    policyRefusalTexts: ['E0000158|E0000159|E0000229|account management policy'],
    enrollmentUriPrefixes: ['/idp/authenticators', '/idp/myaccount/app-authenticators'],
    previewAfterMs: HOUR_MS
  },
  decide: {
    guards: {
      privilegeGrantMs: 30 * DAY_MS,
      riskSignalMs: 7 * DAY_MS,
      suspiciousReportMs: 30 * DAY_MS,
      passwordChangedMs: 72 * HOUR_MS,
      credentialChangeMs: 7 * DAY_MS,
      threatSignalMs: 7 * DAY_MS,
      failedMfaCount: 3,
      deprovisionedMs: 30 * DAY_MS,
      stormUsers: 5,
      stormWindowMs: 10 * MINUTE_MS,
      stormSameNetworkUsers: 3,
      staleAfterMs: 30 * MINUTE_MS,
      userWritesPerDay: 1,
      writesPerHour: 10,
      remediationWritesPerHour: 10,
      sharePercent: 50,
      shareFloor: 5,
      trustedActorIds: [],
      neverRoutineGroups: [],
      protectedGroups: [],
      protectedUsers: [],
      requireManagedDevices: false
    },
    causes: {
      oldDeviceMs: 30 * DAY_MS,
      newDeviceMs: 48 * HOUR_MS,
      orphanAgeMs: 15 * MINUTE_MS,
      activationMaxAgeMs: 60 * DAY_MS,
      suspendedMaxAgeMs: 30 * DAY_MS
    },
    ruleModes: {},
    minConfidenceForAuto: 'medium',
    absentSources: [],
    guideCauses: guideCausesOf(DEFAULT_GUIDE),
    pageCauses: DEFAULT_GUIDE.causes,
    verification: { kinds: [], neededFor: [], least: 'medium', countsForMs: 15 * MINUTE_MS, perHour: 20 }
  },
  evidence: { historyMs: 30 * DAY_MS, maxAgeMs: 2 * MINUTE_MS },
  retries: { maxTries: 4, firstWaitMs: 2 * SECOND_MS, maxWaitMs: 5 * MINUTE_MS },
  watchMs: 24 * HOUR_MS,
  proposalMs: 12 * HOUR_MS,
  takeoverWindowMs: 2 * HOUR_MS,
  storm: { cooldownMs: 10 * MINUTE_MS, checkEveryMs: 30 * SECOND_MS, fullReadLimit: 25 },
  log: { pollMs: MINUTE_MS, hookGracePeriodMs: 30 * SECOND_MS, overlapMs: 10 * MINUTE_MS, firstReadMs: HOUR_MS },
  ruleWatch: { leastWrites: 10, ineffectivePercent: 50, alerts: 1 },
  summary: { to: '', hour: 7, deskMinutes: 15, waitMinutes: 60 },
  canary: { everyMs: 10 * MINUTE_MS },
  targets: {
    ...{ securityMs: HOUR_MS, highMs: 4 * HOUR_MS, normalMs: 8 * HOUR_MS },
    proposal: { securityMs: HOUR_MS, highMs: 4 * HOUR_MS, normalMs: 4 * HOUR_MS },
    resolution: { securityMs: 8 * HOUR_MS, highMs: DAY_MS, normalMs: 3 * DAY_MS },
    ...{ remindPercent: 50, escalatePercent: 90 },
    hours: { days: WEEKDAYS, from: '00:00', to: '00:00', zone: 'UTC', holidays: [] }
  },
  oktaQuotaPercent: 50,
  oktaMaxWaitMs: 20 * MINUTE_MS,
  guide: DEFAULT_GUIDE,
  tickets: DEFAULT_TICKETS,
  attemptsPerCase: 2,
  retention: { deliveriesMs: 30 * DAY_MS, dedupeKeysMs: 30 * DAY_MS, closedCasesMs: 180 * DAY_MS }
}

/** Of a policy file; far larger than any, and the YAML reader needs seconds for some megabytes. */
export const POLICY_BYTES = 256 * 1024

/** Whether anything depends on the user's groups, so that they must be read. */
export function namesGroups({ decide, tickets }: Policy): boolean {
  const { guards } = decide
  const routed = tickets.routes.map(({ groups }) => groups ?? [])
  const lists = [guards.protectedGroups, guards.neverRoutineGroups, groupsWithModes(decide), ...routed]
  return lists.some((groups) => groups.length > 0)
}

/** Ids or names of the groups whose members have modes of their own. */
export function groupsWithModes({ groupModes = {} }: Pick<DecidePolicy, 'groupModes'>): readonly string[] {
  return [...new Set(Object.values(groupModes).flatMap((modes) => Object.keys(modes)))]
}

/** SHA-256 over the policy in force, so that comments, order and restated defaults do not change it. */
export function policyHash(policy: Policy): string {
  return createHash('sha256')
    .update(canonicalize(policy) ?? '')
    .digest('hex')
}
