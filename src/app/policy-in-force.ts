/**
 * The policy in force. It comes from `REENROLL_POLICY_FILE`, until somebody applies another one while the service runs: that
 * one is kept with the run-time controls, so that every replica has it and no write begins under the one before.
 */
import { setTimeout as sleepFor } from 'node:timers/promises'
import { guideCausesOf, type Policy, policyHash } from '../config/policy/policy.ts'
import type { AppliedPolicy, Controls, DecidePolicy } from '../domain/decision.ts'
import type { Store } from '../domain/store.ts'
import { SECOND_MS } from '../domain/time.ts'
import type { Mode } from '../domain/vocabulary.ts'
import { startInterval } from '../jobs/interval.ts'

export interface InForce {
  readonly policy: Policy
  /** The part for decisions, with the ceiling of the settings. */
  readonly decide: DecidePolicy
  readonly hash: string
  /** How it was applied; null for the policy of the start. */
  readonly applied: AppliedPolicy | null
}

export interface PolicyInForce {
  /** As of the controls that were read last. */
  current(): InForce
  /** Under these controls. */
  under(controls: Controls): Promise<InForce>
  /** What is made from a policy, made again when another one comes into force. */
  part<Part>(make: (policy: Policy) => Part): () => Part
  /** Calls this whenever another policy comes into force. */
  onChange(listener: (now: InForce) => void): void
}

export interface PolicyInForceOptions {
  /** The policy of the start. */
  readonly atStart: Policy
  readonly mode: Mode
  readonly onError: (error: unknown) => void
}

export function createPolicyInForce({ atStart, mode, onError }: PolicyInForceOptions): PolicyInForce {
  const ofStart = inForce(atStart, mode, null)
  const listeners: ((now: InForce) => void)[] = []
  let now = ofStart
  return {
    current: () => now,
    async under({ policy: applied = null }) {
      if (isSame(applied, now.applied)) return now
      const next = await inForceBy(applied)
      // Several cases may have seen the change at once.
      if (!isSame(next.applied, now.applied)) {
        now = next
        for (const listener of listeners) listener(now)
      }
      return next
    },
    onChange: (listener) => void listeners.push(listener),
    part(make) {
      let [policy, part] = [now.policy, make(now.policy)]
      return () => {
        if (now.policy !== policy) [policy, part] = [now.policy, make(now.policy)]
        return part
      }
    }
  }

  /** A text that this version cannot read, such as one of a newer version, stops the writes of this replica. */
  async function inForceBy(applied: AppliedPolicy | null): Promise<InForce> {
    if (applied === null || applied.text === null) return { ...ofStart, applied }
    const { readPolicy } = await import('../config/policy/file.ts')
    const read = readPolicy(applied.text)
    if (read.ok) return inForce(withoutRestart(read.policy, atStart), mode, applied)
    onError(new Error(`The applied policy cannot be read here, so nothing is written. ${read.errors.join(' ')}`))
    return inForce(now.policy, 'observe', applied)
  }
}

function isSame(a: AppliedPolicy | null, b: AppliedPolicy | null): boolean {
  return a?.at === b?.at && a?.text === b?.text
}

function inForce(policy: Policy, ceiling: Mode, applied: AppliedPolicy | null): InForce {
  return { policy, decide: { ...policy.decide, ceiling }, hash: policyHash(policy), applied }
}

/** The policy as it can apply to a running service: some parts are made once, with credentials and limits of the start. */
export function withoutRestart(policy: Policy, { tickets, canary, oktaQuotaPercent, guide: atStart }: Policy): Policy {
  const guide = { ...policy.guide, channels: atStart.channels, slackUrl: atStart.slackUrl }
  return {
    ...policy,
    decide: { ...policy.decide, guideCauses: guideCausesOf(guide), pageCauses: guide.causes },
    guide,
    tickets: { ...tickets, routes: policy.tickets.routes },
    canary,
    oktaQuotaPercent
  }
}

/** A replica without cases has a policy that was applied at another one after this time, at most. */
const FOLLOW_MS = 5 * SECOND_MS

/** Follows what other replicas put into force; decisions read it themselves. */
export function followPolicy(
  inForce: PolicyInForce,
  store: Pick<Store, 'controls'>,
  onError: (error: unknown) => void
) {
  return startInterval({
    run: async () => {
      await inForce.under(await store.controls())
      return FOLLOW_MS
    },
    retryMs: FOLLOW_MS,
    sleep: async (ms, signal) => void (await sleepFor(ms, undefined, { signal })),
    onError
  })
}
