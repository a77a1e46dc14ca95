/** Every scenario, and what the policy must say for all of them to be played in one org at once. */
import type { GuardThresholds } from '../../domain/decision.ts'
import { PROTECTED_GROUP, ROUTINE_WORKFLOW } from './cast.ts'
import { ACCOUNT_SCENARIOS, DEVICE_CAUSES } from './cause-scenarios.ts'
import { EVENT_GUARDS, PACE_GUARDS, PERSON_GUARDS } from './guard-scenarios.ts'
import { REPAIR_SCENARIOS } from './repair-scenarios.ts'
import type { Scenario } from './scenario.ts'

/** In the order in which the demo tells them: those who are helped first. */
export const SCENARIOS: readonly Scenario[] = [
  ...REPAIR_SCENARIOS,
  ...ACCOUNT_SCENARIOS,
  ...DEVICE_CAUSES,
  ...PERSON_GUARDS,
  ...EVENT_GUARDS,
  ...PACE_GUARDS
]

/** Whom the policy lists as a routine actor and which group it protects; every scenario needs these. */
export const CATALOGUE_LISTS: Pick<GuardThresholds, 'trustedActorIds' | 'protectedGroups'> = {
  trustedActorIds: [ROUTINE_WORKFLOW.id],
  protectedGroups: [PROTECTED_GROUP]
}

/**
 * For playing many scenarios at once: without it the crowd itself is a storm and uses up the writes of the hour. Not for
 * isolated scenarios.
 */
export const CROWD_LIMITS: Partial<GuardThresholds> = {
  stormUsers: 10_000,
  stormSameNetworkUsers: 10_000,
  writesPerHour: 10_000,
  remediationWritesPerHour: 10_000,
  sharePercent: 100
}

/** As `CROWD_LIMITS`, but for people in one office: an isolated scenario may follow once the crowd is at rest. */
export const CROWD_THEN_STORM_LIMITS: Partial<GuardThresholds> = { ...CROWD_LIMITS, stormSameNetworkUsers: 10 }
