/** Checks of what the policy names in the org: a misspelt name would protect nobody. Pure. */
import { repairsNeeding } from '../../remediate/index.ts'
import { error, info, type Verdict } from '../finding.ts'
import type { Probes, ReferenceProbe } from '../probes/probes.ts'

type Check = (probes: Probes) => Verdict

export const POLICY_CHECKS = {
  policy_user_unknown: ({ references }) =>
    unknown(references, 'user', 'Write the Okta id or the whole login of a user that exists.'),
  policy_group_unknown: ({ references }) =>
    unknown(references, 'group', 'Write the id or the exact name of a group that exists.'),
  absent_source_stops_repairs: ({ policy }) => {
    const stopped = policy.decide.absentSources.flatMap((source) => {
      const repairs = repairsNeeding(source)
      return repairs.length === 0 ? [] : [`without ${source}, ${repairs.join(' and ')}`]
    })
    return stopped.length === 0
      ? null
      : info(
          `The policy declares absent sources that repairs need. These never run: ${stopped.join('; ')}.`,
          'Their cases become tickets. If the org has the source, take it out of absentSources.'
        )
  },
  policy_not_checked: ({ references }) => {
    const open = (references ?? []).filter(({ state }) => state === 'unchecked')
    return open.length === 0
      ? null
      : info(
          `Okta does not let us check ${open.map(shown).join(', ')}.`,
          'Compare them with the Admin Console, or run doctor with okta.groups.read granted.'
        )
  }
} as const satisfies Readonly<Record<string, Check>>

function unknown(references: Probes['references'], kind: ReferenceProbe['kind'], fix: string): Verdict {
  const missing = (references ?? []).filter((each) => each.kind === kind && each.state === 'missing')
  return missing.length === 0
    ? null
    : error(`The policy names what the org does not have: ${missing.map(shown).join(', ')}.`, fix)
}

function shown({ key, name, nearest }: ReferenceProbe): string {
  return `${name} (${key}${nearest === null ? '' : `; did you mean ${nearest}?`})`
}
