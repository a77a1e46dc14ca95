/** All checks over one set of probes. Pure. */
import { PLACE_CHECKS } from './checks/environment.ts'
import { HOOK_CHECKS } from './checks/hooks.ts'
import { OKTA_CHECKS } from './checks/okta.ts'
import { POLICY_CHECKS } from './checks/policy.ts'
import { TICKET_CHECKS } from './checks/tickets.ts'
import { type Finding, SEVERITIES } from './finding.ts'
import type { Probes } from './probes/probes.ts'

const CHECKS = { ...OKTA_CHECKS, ...HOOK_CHECKS, ...PLACE_CHECKS, ...TICKET_CHECKS, ...POLICY_CHECKS }

/** Ids of everything that can be found. */
export const FINDING_IDS: readonly string[] = Object.keys(CHECKS)

/** The problems, the worst first. */
export function examine(probes: Probes): readonly Finding[] {
  const findings = Object.entries(CHECKS).flatMap(([id, check]) => {
    const verdict = check(probes)
    return verdict ? [{ id, ...verdict }] : []
  })
  return findings.toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
}
