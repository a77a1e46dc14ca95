/** Ids and hashes that are derived from data: of a case, and of what a proposal shows. */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Verdict } from '../domain/decision.ts'
import type { Evidence } from '../domain/evidence.ts'
import { known } from '../domain/evidence.ts'

/** Crockford's alphabet: no letters that are easily misread. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** `RE-` and twelve characters (60 bits) from the subject and the failure that opens the case. */
export function caseId(subjectKey: string, failureUuid: string): string {
  const digest = createHash('sha256').update(`${subjectKey}\n${failureUuid}`).digest()
  return `RE-${[...digest.subarray(0, 12)].map((byte) => ALPHABET[byte % 32]).join('')}`
}

/**
 * Binds a proposal to exactly what a person is shown: the action, the person, the cause, the guards, the rule version, and
 * the evidence without its read times. The System Log counts through guards and cause only, since every sign-in adds an entry.
 */
export function proposalHash(verdict: Verdict, evidence: Evidence): string {
  const shown = {
    remediation: verdict.decision.remediation,
    takesAlong: verdict.decision.takesAlong ?? [],
    rule: verdict.decision.rule,
    ruleVersion: verdict.decision.ruleVersion,
    cause: verdict.cause.id,
    guards: verdict.guards.map((guard) => [guard.id, guard.state]),
    evidence: seen(evidence)
  }
  return createHash('sha256')
    .update(canonicalize(shown) ?? '')
    .digest('hex')
}

function seen(evidence: Evidence): unknown {
  const user = known(evidence.user)
  return {
    states: Object.fromEntries(Object.entries(evidence).map(([source, item]) => [source, item.state])),
    user: user && [
      user.id,
      user.login,
      user.name,
      user.status,
      user.transitioningTo,
      user.statusChangedAt,
      user.passwordChangedAt,
      user.email
    ],
    blocks: known(evidence.blocks),
    devices: known(evidence.devices)?.map((device) => [device.id, device.status]),
    deviceUsers: known(evidence.device_users),
    factors: known(evidence.factors)?.map((factor) => [factor.id, factor.type, factor.status]),
    enrollments: known(evidence.enrollments)?.map((enrollment) => [enrollment.id, enrollment.status]),
    roles: known(evidence.roles),
    risk: known(evidence.risk)?.level,
    groups: known(evidence.groups)?.map((group) => group.id)
  }
}
