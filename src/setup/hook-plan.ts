/** Plans the steps from the org's event hooks to the wanted ones. Pure. */
import type { Policy } from '../config/policy/policy.ts'
import type { Instant } from '../domain/vocabulary.ts'
import type { EventHook, EventHookDraft } from '../okta/event-hooks.ts'

/*
 * The event hooks that an org should have by the policy: one for failures and recoveries, one for signals, so
 * that a flood of one does not starve the other (facts §1.7). Pure.
 */

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
const SIGNALS_BY_HOOK: readonly string[] = [
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

/** The name of our hook. A successor, created when the secret is rotated, has a time stamp in brackets behind it. */
function nameOf(kind: HookKind): string {
  return `reenroll ${kind}`
}

function fits(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type
}

export type HookStep =
  /** Created, then verified. */
  | { readonly do: 'create'; readonly kind: HookKind; readonly hook: WantedHook; readonly because: string }
  /** Replaced, then verified. */
  | {
      readonly do: 'replace'
      readonly kind: HookKind
      readonly id: string
      readonly hook: WantedHook
      /** As it is now, to return to when the new one cannot be verified. */
      readonly before: EventHook
      readonly because: string
    }
  | { readonly do: 'activate' | 'verify'; readonly kind: HookKind; readonly id: string; readonly because: string }
  /** Deactivated and deleted, after its successor has had time to begin. */
  | { readonly do: 'retire'; readonly kind: HookKind; readonly id: string; readonly because: string }

/** `rotate`: switch to the wanted secret, since Okta does not show which one is in use. */
export interface PlanAsk {
  readonly rotate: boolean
  readonly now: Instant
}

/** The steps in their order: first those that create, then those that remove. */
export function planHooks(
  existing: readonly EventHook[],
  wanted: readonly WantedHook[],
  ask: PlanAsk
): readonly HookStep[] {
  const claimed = new Set<string>()
  const steps = wanted.flatMap((hook) => {
    const own = existing.filter((candidate) => !claimed.has(candidate.id) && isOurs(candidate, hook))
    for (const { id } of own) claimed.add(id)
    return planHook(own, hook, ask)
  })
  return [...steps.filter((step) => step.do !== 'retire'), ...steps.filter((step) => step.do === 'retire')]
}

function planHook(ours: readonly EventHook[], hook: WantedHook, { rotate, now }: PlanAsk): readonly HookStep[] {
  const { kind } = hook
  const [kept, ...others] = ours.toSorted(bestFirst)
  const retired = (all: readonly EventHook[], because: string) =>
    all.map(({ id }): HookStep => ({ do: 'retire', kind, id, because }))
  if (!kept) return [{ do: 'create', kind, hook, because: 'the org has no such hook' }]
  if (rotate) {
    // Okta needs minutes before events flow through a new or changed hook (facts §1.4): the old one stays meanwhile.
    const successor = { ...hook, name: `${nameOf(kind)} (${now})` }
    const create: HookStep = { do: 'create', kind, hook: successor, because: 'it carries the new secret' }
    return [create, ...retired(ours, 'its successor carries the new secret')]
  }
  const moves = kept.isActive && kept.isVerified ? movesOf(kept, hook) : []
  if (moves.length > 0) {
    // A hook that delivers is left alone until its successor is verified.
    const successor = { ...hook, name: `${nameOf(kind)} (${now})` }
    const create: HookStep = { do: 'create', kind, hook: successor, because: `${kept.name}: ${moves.join('; ')}` }
    return [create, ...retired(ours, 'its successor has taken over')]
  }
  return [...repairs(kept, hook), ...retired(others, `${kept.name} (${kept.id}) brings the same events`)]
}

/** Names end in a time stamp after a rotation; a hook made by hand is recognized by address and types. */
export function isOurs({ name, uri, items }: EventHook, { kind, ...wanted }: WantedHook): boolean {
  if (name === nameOf(kind) || name.startsWith(`${nameOf(kind)} (`)) return true
  if (HOOK_KINDS.some((other) => name.startsWith(nameOf(other)))) return false
  return uri === wanted.uri && items.some((item) => wanted.items.includes(item))
}

/** Those that deliver first, then the newest. */
export function bestFirst(a: EventHook, b: EventHook): number {
  const delivers = (hook: EventHook) => Number(hook.isActive && hook.isVerified)
  return delivers(b) - delivers(a) || (a.created < b.created ? 1 : -1)
}

function repairs(kept: EventHook, hook: WantedHook): readonly HookStep[] {
  const { kind } = hook
  const { id } = kept
  const steps: HookStep[] = []
  if (!kept.isActive) steps.push({ do: 'activate', kind, id, because: 'it is not active' })
  const changes = changesOf(kept, hook)
  if (changes.length > 0) {
    const replacement = { ...hook, name: nameAfter(kept, hook) }
    steps.push({ do: 'replace', kind, id, hook: replacement, before: kept, because: changes.join('; ') })
  } else if (!kept.isVerified) {
    steps.push({ do: 'verify', kind, id, because: 'Okta delivers nothing to a hook that is not verified' })
  }
  return steps
}

/** A successor keeps its name. */
function nameAfter(kept: EventHook, { kind }: WantedHook): string {
  return kept.name.startsWith(nameOf(kind)) ? kept.name : nameOf(kind)
}

function changesOf(kept: EventHook, hook: WantedHook): readonly string[] {
  const missing = hook.items.filter((item) => !kept.items.includes(item))
  const extra = kept.items.filter((item) => !hook.items.includes(item))
  const changes = [
    ...movesOf(kept, hook),
    missing.length === 0 ? '' : `it lacks ${missing.join(', ')}`,
    extra.length === 0 ? '' : `it also has ${extra.join(', ')}`,
    sameFilters(kept.filters, hook.filters) ? '' : 'its filter differs'
  ]
  return changes.filter((change) => change !== '')
}

/** Changes after which Okta delivers nothing until the hook is verified again (facts §1.3). */
function movesOf(kept: EventHook, hook: WantedHook): readonly string[] {
  const moves = [
    kept.uri === hook.uri ? '' : `it points to ${kept.uri}`,
    kept.authKey.toLowerCase() === hook.authKey.toLowerCase() ? '' : `it sends the secret in ${kept.authKey}`
  ]
  return moves.filter((move) => move !== '')
}

function sameFilters(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const types = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...types].every((type) => a[type] === b[type])
}
