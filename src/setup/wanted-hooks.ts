/**
 * The event hooks that this product wants in an org, from the policy: one for failures and recoveries, one for signals, so
 * that a flood of one does not starve the other (facts §1.7). Pure.
 */

import type { Policy } from '../config/policy/policy.ts'
import type { EventHookDraft } from '../okta/event-hooks.ts'

export const HOOK_KINDS = ['failures', 'signals'] as const
export type HookKind = (typeof HOOK_KINDS)[number]

export interface WantedHook extends EventHookDraft {
  readonly kind: HookKind
}

export interface HookWishes {
  readonly uri: string
  /** In lower case, as the settings have it. */
  readonly authHeader: string
  readonly secret: string
  /** Whether the org has filters for event hooks, which are in Early Access (facts §1.5). */
  readonly filter: boolean
}

/**
 * One for every sign-in of everybody, against Okta's limit of 400,000 events a day (facts §1.4). Without a filter it is
 * left to the System Log, where the query filters.
 */
export const FREQUENT_TYPE = 'user.authentication.auth_via_mfa'
/** Only where a success proves nothing: on the other types it is the recovery that ends a case. */
const FILTERS: Readonly<Record<string, string>> = { [FREQUENT_TYPE]: "event.outcome.result ne 'SUCCESS'" }

/** Of the signals that guards look at, those Okta delivers by hook; the others come from the System Log (facts §2.1). */
export const SIGNALS_BY_HOOK: readonly string[] = [
  'application.policy.sign_on.deny_access',
  'device.lifecycle.activate',
  'device.lifecycle.deactivate',
  'device.lifecycle.delete',
  'device.lifecycle.suspend',
  'device.lifecycle.unsuspend',
  'device.user.remove',
  'security.breached_credential.detected',
  'user.account.lock',
  'user.account.privilege.grant',
  'user.account.report_suspicious_activity_by_enduser',
  'user.account.reset_password',
  'user.account.unlock_by_admin',
  'user.account.update_password',
  'user.identity_verification',
  'user.lifecycle.deactivate',
  'user.lifecycle.suspend',
  'user.lifecycle.unsuspend',
  'user.mfa.factor.deactivate',
  'user.mfa.factor.reset_all',
  'user.mfa.factor.suspend',
  'user.mfa.factor.unsuspend',
  'user.risk.change',
  'user.risk.detect'
]

/** The hooks, in a fixed order; no signals hook when the policy wants no signals that hooks can bring. */
export function wantedHooks(classifier: Policy['classifier'], wishes: HookWishes): readonly WantedHook[] {
  const { uri, authHeader, secret, filter } = wishes
  const failures = classifier.failureTypes.filter((type) => filter || type !== FREQUENT_TYPE)
  const wantsSignal = (type: string) => classifier.signalTypes.some((pattern) => fits(pattern, type))
  const signals = SIGNALS_BY_HOOK.filter((type) => wantsSignal(type) && !failures.includes(type))
  const channel = { uri, authKey: authHeader === 'authorization' ? 'Authorization' : authHeader, secret }
  const filters = Object.fromEntries(Object.entries(FILTERS).filter(([type]) => filter && failures.includes(type)))
  const all: readonly WantedHook[] = [
    { kind: 'failures', name: nameOf('failures'), items: failures, filters, ...channel },
    { kind: 'signals', name: nameOf('signals'), items: signals, filters: {}, ...channel }
  ]
  return all.filter(({ items }) => items.length > 0)
}

/** How a hook of ours is called. A successor, made when the secret is rotated, has a moment in brackets behind it. */
export function nameOf(kind: HookKind): string {
  return `reenroll ${kind}`
}

function fits(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type
}
