/** What has to be done so that the org has the hooks that are wanted; nothing when it has them. Pure. */

import type { Instant } from '../domain/vocabulary.ts'
import type { EventHook } from '../okta/event-hooks.ts'
import { HOOK_KINDS, type HookKind, nameOf, type WantedHook } from './wanted-hooks.ts'

export type HookStep =
  /** Made, then verified. */
  | { readonly do: 'create'; readonly kind: HookKind; readonly hook: WantedHook; readonly because: string }
  /** Replaced, then verified. */
  | {
      readonly do: 'replace'
      readonly kind: HookKind
      readonly id: string
      readonly hook: WantedHook
      readonly because: string
    }
  | { readonly do: 'activate' | 'verify'; readonly kind: HookKind; readonly id: string; readonly because: string }
  /** Deactivated and deleted, after whatever follows it has had time to begin. */
  | { readonly do: 'retire'; readonly kind: HookKind; readonly id: string; readonly because: string }

/** `rotate`: put the wanted secret into force although nobody can see which one is. */
export interface PlanAsk {
  readonly rotate: boolean
  readonly now: Instant
}

/** The steps in their order: everything that makes, then what takes away. */
export function planHooks(
  existing: readonly EventHook[],
  wanted: readonly WantedHook[],
  ask: PlanAsk
): readonly HookStep[] {
  const claimed = new Set<string>()
  const steps = wanted.flatMap((hook) => {
    const ours = existing.filter((candidate) => !claimed.has(candidate.id) && isOurs(candidate, hook))
    for (const { id } of ours) claimed.add(id)
    return planHook(ours, hook, ask)
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
  return [...repairs(kept, hook), ...retired(others, `${kept.name} (${kept.id}) brings the same events`)]
}

/** Names end in a moment after a rotation; a hook that an admin made by hand is known by address and types. */
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
    steps.push({ do: 'replace', kind, id, hook: { ...hook, name: nameAfter(kept, hook) }, because: changes.join('; ') })
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
    kept.uri === hook.uri ? '' : `it points to ${kept.uri}`,
    kept.authKey.toLowerCase() === hook.authKey.toLowerCase() ? '' : `it sends the secret in ${kept.authKey}`,
    missing.length === 0 ? '' : `it lacks ${missing.join(', ')}`,
    extra.length === 0 ? '' : `it also has ${extra.join(', ')}`,
    sameFilters(kept.filters, hook.filters) ? '' : 'its filter differs'
  ]
  return changes.filter((change) => change !== '')
}

function sameFilters(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const types = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...types].every((type) => a[type] === b[type])
}
