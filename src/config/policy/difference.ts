/** What one policy changes in another, in the words of the policy file. Pure. */
import { showDuration } from '../../domain/time.ts'
import type { Policy } from './policy.ts'

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
