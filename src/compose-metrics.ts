/** Metrics over the service's parts. A piece of `compose.ts`, loaded after the hook listens. */
import { currentStorm } from './case/storms.ts'
import { RULES } from './decide/rules.ts'
import { createMetrics, type Metrics, type MetricsDeps } from './ops/metrics.ts'
import type { Policy } from './policy.ts'
import { policyHash } from './policy-hash.ts'
import type { Settings } from './settings.ts'
import type { Store } from './store/store.ts'
import { MAIL_TARGET } from './ticket/mail/mail-policy.ts'
import type { Clock } from './vocabulary.ts'

export interface MetricsParts {
  readonly settings: Settings
  readonly policy: Policy
  readonly store: Store
  readonly clock: Clock
  readonly version: string
  readonly breakers: MetricsDeps['breakers']
}

export function openMetrics({ settings, policy, store, clock, version, breakers }: MetricsParts): Metrics {
  return createMetrics({
    ...{ store, breakers, clock, version },
    canaryEveryMs: settings.hook.publicUrl ? policy.canary.everyMs : undefined,
    config: { hash: policyHash(policy), mode: settings.mode },
    isStorm: async () => (await currentStorm(store)) !== null,
    rules: RULES.map((rule) => rule.id),
    systems: ['local', ...policy.tickets.targets.map((target) => target.name), MAIL_TARGET],
    process: true
  })
}
