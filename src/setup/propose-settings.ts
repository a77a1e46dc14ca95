/** What the shapes of an org's own log say about the classifier, as YAML for the policy file. Pure. */
import { stringify } from 'yaml'
import type { Policy } from '../config/policy/policy.ts'
import { FREQUENT_TYPE } from './hook-plan.ts'
import type { Shape } from './shapes.ts'

/** Names under which Okta Verify may appear after its split (facts §1.5). */
const MAYBE_OKTA_VERIFY = /okta|fastpass/i

export interface ProposedSettings {
  /** A policy file with the classifier's lists. */
  readonly policy: string
  /** Filter expressions per event type, for `register --filter` or by hand. */
  readonly hookFilter: Readonly<Record<string, string>>
  /** What was seen, in sentences. */
  readonly remarks: readonly string[]
}

export function proposeSettings(shapes: readonly Shape[], classifier: Policy['classifier']): ProposedSettings {
  const missed = distinct(shapes.filter(({ nearMiss }) => nearMiss).map(({ eventType }) => eventType))
  const added = missed.filter((type) => !classifier.failureTypes.includes(type))
  const names = distinct(shapes.filter(isFailed).flatMap(({ authenticators }) => authenticators)).filter(
    (name) =>
      MAYBE_OKTA_VERIFY.test(name) && !classifier.oktaVerifyNames.some((known) => new RegExp(known, 'i').test(name))
  )
  const failureTypes = [...classifier.failureTypes, ...added]
  const oktaVerifyNames = [...classifier.oktaVerifyNames, ...names.map((name) => `^${escaped(name)}$`)]
  const frequent = failureTypes.includes(FREQUENT_TYPE)
  return {
    policy: stringify({ classifier: { failureTypes, oktaVerifyNames } }, { lineWidth: 0, singleQuote: true }),
    hookFilter: frequent ? { [FREQUENT_TYPE]: "event.outcome.result ne 'SUCCESS'" } : {},
    remarks: [
      ...added.map(
        (type) => `${type} failed in words of an Okta Verify enrollment, and is not listed: added to failureTypes.`
      ),
      ...names.map(
        (name) => `The authenticator "${name}" may be Okta Verify under another name: added to oktaVerifyNames.`
      ),
      ...classifier.failureTypes.map((type) => seen(type, shapes))
    ]
  }
}

function seen(type: string, shapes: readonly Shape[]): string {
  const all = shapes.filter(({ eventType }) => eventType === type)
  const count = (some: readonly Shape[]) => some.reduce((sum, shape) => sum + shape.count, 0)
  const failures = count(all.filter(({ readsAs }) => readsAs.startsWith('failure')))
  const recoveries = count(all.filter(({ readsAs }) => readsAs === 'recovery'))
  if (all.length === 0) return `${type} was not seen.`
  return `${type}: ${count(all)} seen, ${failures} read as failures, ${recoveries} as recoveries.`
}

function isFailed({ result, readsAs }: Shape): boolean {
  return result !== 'SUCCESS' && readsAs !== 'recovery'
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)]
}

/** The name as a regular expression that means just it. */
function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
