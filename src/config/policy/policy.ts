/** The policy: everything an admin may tune without touching code. `file.ts` reads it from YAML. */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { ClassifierSettings } from '../../domain/classifier.ts'
import type { DecidePolicy, RuleBounds } from '../../domain/decision.ts'
import type { RetentionAges } from '../../domain/retention.ts'
import {
  DAY_MS,
  HOUR_MS,
  type Hours,
  MINUTE_MS,
  SECOND_MS,
  showDuration,
  WEEKDAYS,
  type Weekday
} from '../../domain/time.ts'
import type { CauseId, Channel, Language } from '../../domain/vocabulary.ts'
import { DEFAULT_TICKETS } from './ticket-policy.ts'

const classifier: Omit<ClassifierSettings, 'ownIds'> = {
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
}

/** The `guide` section of the policy: steps that go to the user first, before there is a ticket. */
export interface GuidePolicy {
  /** The first that reaches the user is used; none: nobody is guided. */
  readonly channels: readonly Channel[]
  readonly causes: readonly CauseId[]
  readonly escalateAfterMs: number
  /** No message is sent within these hours; null: at any time. */
  readonly quiet: Hours | null
  /** For users whose language Okta does not know, or that has no texts. */
  readonly language: Language
  /** How to reach a person; empty: the texts name the service desk only. */
  readonly contact: string
  readonly slackUrl: string
}

export const DEFAULT_GUIDE: GuidePolicy = {
  channels: [],
  causes: ['app_state_stale', 'iphone15_ios17', 'password_expired', 'account_recovery', 'device_replaced'],
  escalateAfterMs: 4 * HOUR_MS,
  quiet: null,
  language: 'en',
  contact: '',
  slackUrl: 'https://slack.com/api/'
}

/** The part of decisions: the causes, where a channel is set up. */
export function guideCausesOf({ channels, causes }: GuidePolicy): readonly CauseId[] {
  return channels.length > 0 ? causes : []
}

const decide: Omit<DecidePolicy, 'ceiling'> = {
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
  verification: {
    kinds: [],
    neededFor: [],
    least: 'medium',
    countsForMs: 15 * MINUTE_MS,
    perHour: 20,
    perOperator: 6,
    startedBy: 'approver'
  }
}

const ruleWatch: RuleBounds = { leastWrites: 10, ineffectivePercent: 50, alerts: 1 }

const retention: RetentionAges = { deliveriesMs: 30 * DAY_MS, dedupeKeysMs: 30 * DAY_MS, closedCasesMs: 180 * DAY_MS }

/** The policy without a file. Each key stands for that of the policy file (`schema.ts` is the manual); `xMs` is its `x`. */
const BUILT_IN = {
  ...{ classifier, decide, ruleWatch, retention, guide: DEFAULT_GUIDE, tickets: DEFAULT_TICKETS },
  evidence: { historyMs: 30 * DAY_MS, maxAgeMs: 2 * MINUTE_MS },
  retries: { maxTries: 4, firstWaitMs: 2 * SECOND_MS, maxWaitMs: 5 * MINUTE_MS },
  /** How long a case waits for the user to enroll after a write, and for a person to answer a proposal. */
  watchMs: 24 * HOUR_MS,
  proposalMs: 12 * HOUR_MS,
  /** How long a user is watched for a takeover after a factor was removed or a suspension lifted (facts §6, 2 h). */
  takeoverWindowMs: 2 * HOUR_MS,
  storm: { cooldownMs: 10 * MINUTE_MS, checkEveryMs: 30 * SECOND_MS, fullReadLimit: 25 },
  /** Following the System Log beside the hook (facts §3.4). */
  log: { pollMs: MINUTE_MS, hookGracePeriodMs: 30 * SECOND_MS, overlapMs: 10 * MINUTE_MS, firstReadMs: HOUR_MS },
  /** Without a recipient there is none. The hour is of Monday, UTC. */
  summary: { to: '', chats: [] as string[], hour: 7, deskMinutes: 15, waitMinutes: 60 },
  canary: { everyMs: 10 * MINUTE_MS },
  /** By severity: nobody has to act on the low ones. The times until the first look stand without a name of their own. */
  targets: {
    ...{ securityMs: HOUR_MS, highMs: 4 * HOUR_MS, normalMs: 8 * HOUR_MS },
    proposal: { securityMs: HOUR_MS, highMs: 4 * HOUR_MS, normalMs: 4 * HOUR_MS },
    resolution: { securityMs: 8 * HOUR_MS, highMs: DAY_MS, normalMs: 3 * DAY_MS },
    ...{ remindPercent: 50, escalatePercent: 90 },
    /** `to` not later than `from`: until that time of the next day. The time of severity security runs on outside. */
    hours: { days: WEEKDAYS as readonly Weekday[], from: '00:00', to: '00:00', zone: 'UTC', holidays: [] as string[] }
  },
  /** Our part of each of Okta's rate-limit buckets, which are the whole org's (facts §3.3). */
  oktaQuotaPercent: 50,
  /** How long a step of a case waits for a used-up rate limit or for Okta to be back; then a person takes over. */
  oktaMaxWaitMs: 20 * MINUTE_MS,
  /** At most this many writes per case, then a person (issue: trust). */
  attemptsPerCase: 2
}

type Frozen<Part> = Part extends readonly unknown[]
  ? Readonly<Part>
  : { readonly [Key in keyof Part]: Frozen<Part[Key]> }

export type Policy = Frozen<typeof BUILT_IN>
export type TargetTimes = Policy['targets']
export type WorkHours = TargetTimes['hours']

/** Used when no policy file is given, and for everything a policy file leaves out. */
export const DEFAULT_POLICY: Policy = BUILT_IN

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

/* What one policy changes in another, in the words of the policy file. */

export interface PolicyDifference {
  /** As in the policy file, such as `guards.stormUsers`. */
  readonly key: string
  readonly from: string
  readonly to: string
}

/** Keys whose place in the file differs from their place in the policy. */
const FILE_KEYS: Readonly<Record<string, string>> = {
  watch: 'watch.duration',
  takeoverWindow: 'watch.takeoverWindow',
  proposal: 'proposals.expireAfter',
  oktaMaxWait: 'okta.maxWait',
  oktaQuotaPercent: 'okta.quotaPercent',
  attemptsPerCase: 'writes.attemptsPerCase',
  minConfidenceForAuto: 'writes.minConfidenceForAuto'
}

/** Lists that name people. A record that is never erased has only their length. */
const PEOPLE = ['guards.protectedUsers']

/** Each setting of the policy file that differs. */
export function policyDifferences(before: Policy, after: Policy): readonly PolicyDifference[] {
  const [from, to] = [leavesOf(before), leavesOf(after)]
  const keys = [...new Set([...from.keys(), ...to.keys()])].toSorted()
  return keys.flatMap((key) => {
    const [was, is] = [from.get(key) ?? 'not set', to.get(key) ?? 'not set']
    return was === is ? [] : [{ key, from: was, to: is }]
  })
}

/** The same for a record that outlives the people in it. */
export function withoutPeople(differences: readonly PolicyDifference[]): readonly PolicyDifference[] {
  return differences.map(({ key, from, to }) =>
    PEOPLE.includes(key) ? { key, from: countOf(from), to: countOf(to) } : { key, from, to }
  )
}

function countOf(list: string): string {
  const people: unknown = JSON.parse(list)
  return `${Array.isArray(people) ? people.length : 0} people`
}

/** Values by their key in the file. */
function leavesOf(policy: Policy): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>()
  const walk = (path: readonly string[], value: unknown) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, nested] of Object.entries(value)) walk([...path, key === 'ruleModes' ? 'rules' : key], nested)
      return
    }
    const isDuration = path.at(-1)?.endsWith('Ms') === true && typeof value === 'number'
    const key = path.filter((part) => part !== 'decide').join('.')
    const name = isDuration ? key.slice(0, -2) : key
    leaves.set(
      FILE_KEYS[name] ?? name,
      isDuration ? showDuration(value) : typeof value === 'string' ? value : JSON.stringify(value)
    )
  }
  walk([], policy)
  return leaves
}
