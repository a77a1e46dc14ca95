/** Checks of what the policy names in the org: a misspelt name would protect nobody. Pure. */
import type { EvidenceSource } from '../../domain/evidence.ts'
import { repairsNeeding } from '../../remediate/index.ts'
import { type CheckVerdict, error, info, warning } from '../finding.ts'
import type { Probes, ReferenceProbe } from '../probes/probes.ts'

type Check = (probes: Pick<Probes, 'references' | 'policy'>) => CheckVerdict

export const POLICY_CHECKS = {
  policy_user_unknown: ({ references }) =>
    unknown(references, 'user', 'Write the Okta id or the whole login of a user that exists.'),
  policy_group_unknown: ({ references }) =>
    unknown(references, 'group', 'Write the id or the exact name of a group that exists.'),
  policy_actor_unseen: ({ references }) => {
    const names = missing(references, 'actor')
    return names === ''
      ? null
      : warning(
          `Nobody with these ids did anything in the last 90 days of the System Log: ${names}.`,
          'Write the id of the actor as the log has it (actor.id), or take it out; a name has no effect.'
        )
  },
  absent_source: ({ policy }) => {
    const costs = policy.decide.absentSources.map(costOfAbsence).filter((cost) => cost !== '')
    return costs.length === 0
      ? null
      : info(
          `The policy declares absent sources. ${costs.join(' ')}`,
          'If the org has the source, take it out of absentSources.'
        )
  },
  policy_not_checked: ({ references }) => {
    const open = (references ?? []).filter(({ state }) => state === 'unchecked')
    return open.length === 0
      ? null
      : warning(
          `Okta does not let us check ${open.map(shown).join(', ')}.`,
          'Grant okta.groups.read to the app; until then compare them with the Admin Console: a misspelt name protects nobody.'
        )
  }
} as const satisfies Readonly<Record<string, Check>>

function missing(references: Probes['references'], kind: ReferenceProbe['kind']): string {
  const all = (references ?? []).filter((each) => each.kind === kind && each.state === 'missing')
  return all.map(shown).join(', ')
}

function unknown(references: Probes['references'], kind: ReferenceProbe['kind'], fix: string): CheckVerdict {
  const names = missing(references, kind)
  return names === '' ? null : error(`The policy names what the org does not have: ${names}.`, fix)
}

function shown({ key, name, nearest }: ReferenceProbe): string {
  return `${name} (${key}${nearest === null ? '' : `; did you mean ${nearest}?`})`
}

/** Guards that skip a source declared absent. */
const SKIPPED: Readonly<Partial<Record<EvidenceSource, string>>> = {
  risk: 'G2 knows only the risk that events name',
  devices: 'G11 and G17 do not look at devices',
  device_users: 'G11 does not see who shares a device'
}

/** What declaring the source absent switches off, as a sentence; empty when nothing. */
export function costOfAbsence(source: EvidenceSource): string {
  const repairs = repairsNeeding(source).join(' and ')
  const costs = [SKIPPED[source] ?? '', repairs === '' ? '' : `${repairs} never run`].filter((cost) => cost !== '')
  return costs.length === 0 ? '' : `Without ${source}, ${costs.join(', and ')}.`
}
