/** Guards about the person and recent changes of the account: G1, G2, G3, G10, G12 (facts §6.1). Pure. */
import { known, type LogEntry, type OktaUser } from '../../domain/evidence.ts'
import { msBetween } from '../../domain/time.ts'
import { isRecent, listedGroup } from '../entries.ts'
import {
  clear,
  type GuardContext,
  type GuardResult,
  guardUnknown,
  onLog,
  onSource,
  tripped,
  worst
} from './guard-result.ts'

/** G1: an admin role, direct or through a group, or a recently granted privilege. Never overridden. */
export function adminRole(ground: GuardContext): GuardResult {
  const { privilegeGrantMs } = ground.input.policy.guards
  const roles = onSource(ground, 'roles', (value, at) =>
    value.length > 0
      ? tripped(`The user holds admin roles (${value.map((role) => role.type).join(', ')}, read ${at}).`)
      : clear(`The user holds no admin role (read ${at}).`)
  )
  const grants = onLog(ground, 'Admin rights granted', privilegeGrantMs, ofType('user.account.privilege.grant'))
  return { ...worst(roles, grants), override: 'never' }
}

/** G2: risk is HIGH or MEDIUM in the risk API or the event, or was raised recently. HIGH is never overridden. */
export function userRisk(ground: GuardContext): GuardResult {
  const { failures, policy } = ground.input
  const api = onSource(ground, 'risk', ({ level }, at) => riskOf(level, `the risk API, read ${at}`))
  const events = failures
    .filter(({ context }) => context.risk !== 'unknown')
    .map(({ context, publishedAt }) => riskOf(context.risk, `the event of ${publishedAt}`))
  const raised = onLog(
    ground,
    'Risk raised',
    policy.guards.riskSignalMs,
    ofType('user.risk.detect', 'user.risk.change')
  )
  return worst(api, ...events, raised)
}

function riskOf(level: string, where: string): GuardResult {
  if (level === 'HIGH') return tripped(`Risk is HIGH (${where}).`, 'never')
  if (level === 'MEDIUM') return tripped(`Risk is MEDIUM (${where}).`)
  if (level === 'LOW' || level === 'NONE') return clear(`Risk is ${level} (${where}).`)
  return guardUnknown(`The risk level is not one that this version knows (${where}).`)
}

/** G3: the user reported suspicious activity. */
export function suspiciousReport(ground: GuardContext): GuardResult {
  const { suspiciousReportMs } = ground.input.policy.guards
  const type = 'user.account.report_suspicious_activity_by_enduser'
  const { notMeAt, now } = ground.input
  if (notMeAt && isRecent(notMeAt, suspiciousReportMs, now))
    return tripped(`The user answered at ${notMeAt} that the attempts were not theirs.`)
  return onLog(ground, 'Suspicious activity reported by the user', suspiciousReportMs, ofType(type))
}

/** G10: the account is in transition, or was recently deactivated or reactivated. */
export function statusMoves(ground: GuardContext): GuardResult {
  const { input } = ground
  const { deprovisionedMs } = input.policy.guards
  const account = onSource(ground, 'user', ({ status, transitioningTo }, at) => {
    if (transitioningTo !== null) return tripped(`Okta is moving the account to ${transitioningTo} (read ${at}).`)
    if (status === 'DEPROVISIONED' || status === 'MISSING') return tripped(`The account is ${status} (read ${at}).`)
    return clear(`The account is not in transition (read ${at}).`)
  })
  const user = known(input.evidence.user)
  const log = onLog(ground, 'Account deactivated or brought back', deprovisionedMs, (entry) =>
    isDeprovisioning(entry, user, input.policy.causes.activationMaxAgeMs)
  )
  return worst(account, log)
}

/**
 * A deactivation, or an activation that was not the first. The log uses one name for every activation, so one counts when
 * the account was too old for a first activation, or had signed in before.
 */
function isDeprovisioning(entry: LogEntry, user: OktaUser | undefined, firstActivationMs: number): boolean {
  if (entry.eventType.startsWith('user.lifecycle.delete')) return true
  if (entry.eventType === 'user.lifecycle.deactivate') return true
  if (entry.eventType !== 'user.lifecycle.activate') return false
  if (!user?.createdAt) return true
  const signedInBefore = user.lastLoginAt !== null && user.lastLoginAt < entry.at
  return signedInBefore || msBetween(user.createdAt, entry.at) > firstActivationMs
}

/** G12: a protected person or a member of a protected group. */
export function protectedPerson(ground: GuardContext): GuardResult {
  const { protectedGroups, protectedUsers } = ground.input.policy.guards
  const named = namedPerson(ground, lowerCased(protectedUsers))
  const { groups: item } = ground.input.evidence
  if (protectedGroups.length === 0 && item.state === 'absent' && item.unused) return named
  const groups = onSource(ground, 'groups', (value, at) => {
    const hit = listedGroup(value, protectedGroups)
    if (hit) return tripped(`The user is in the protected group ${hit} (read ${at}).`)
    return clear(`The user is in no protected group (read ${at}).`)
  })
  return worst(named, groups)
}

function namedPerson({ input }: GuardContext, names: ReadonlySet<string>): GuardResult {
  const { subject, evidence, now } = input
  const user = known(evidence.user)
  const ids = [subject.id, subject.login, user?.id, user?.login]
  const hit = ids.find((id) => isListed(names, id))
  if (hit) return tripped(`The user is on the list of protected users (checked ${now}).`)
  // The list may hold logins, and only the account's own login is certain.
  if (names.size > 0 && !user?.login) return guardUnknown(`The user's login is not known (checked ${now}).`)
  return clear(`The user is not on the list of protected users (checked ${now}).`)
}

function lowerCased(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.toLowerCase()))
}

function isListed(names: ReadonlySet<string>, name: string | null | undefined): boolean {
  return typeof name === 'string' && names.has(name.toLowerCase())
}

function ofType(...types: readonly string[]): (entry: LogEntry) => boolean {
  return (entry) => types.includes(entry.eventType)
}
