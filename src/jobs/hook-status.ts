/** Whether Okta would deliver to us, kept in the store for all replicas: asked rarely, by one of them (facts §1.7). */
import { CLUSTER_STATUS_KEYS, HOOK_STATUS_EVERY_MS, type HookStatus } from '../domain/cluster-status.ts'
import type { Store } from '../domain/store.ts'
import type { Clock } from '../domain/vocabulary.ts'
import type { EventHook, HookAdmin } from '../okta/event-hooks.ts'

export const EVENT_HOOKS_SCOPE = 'okta.eventHooks.read'

/**
 * One check; returns the wait until the next. A refusal is stored as a state of its own. After another failure the last
 * answer counts until it is too old.
 */
export async function checkHooks(
  hooks: Pick<HookAdmin, 'list'>,
  store: Pick<Store, 'cursor' | 'setCursor'>,
  publicUrl: string | null,
  clock: Clock
): Promise<number> {
  const read = await hooks.list()
  const isPassing = !read.ok && (read.error.kind === 'throttled' || read.error.kind === 'unavailable')
  if (!isPassing || (await store.cursor(CLUSTER_STATUS_KEYS.hooks)) === null) {
    const status: HookStatus = {
      at: clock(),
      isVerified: read.ok ? areVerified(read.hooks, publicUrl) : null,
      others: read.ok ? read.hooks.filter((hook) => !isOurs(hook, publicUrl)).map(({ id }) => id) : []
    }
    await store.setCursor(CLUSTER_STATUS_KEYS.hooks, JSON.stringify(status))
  }
  return HOOK_STATUS_EVERY_MS
}

/**
 * Ours are those that deliver to our address or have our name. A rotated secret leaves the hook before beside its
 * successor (`register`), so of those with the same work one must be active and verified. Without any, nothing comes.
 */
export function areVerified(all: readonly EventHook[], publicUrl: string | null): boolean {
  const ours = all.filter((hook) => isOurs(hook, publicUrl))
  const byWork = Map.groupBy(ours, ({ name }) => name.replace(/ \(.*\)$/, ''))
  const works = [...byWork.values()]
  return works.length > 0 && works.every((hooks) => hooks.some(({ isActive, isVerified }) => isActive && isVerified))
}

function isOurs({ uri, name }: EventHook, publicUrl: string | null): boolean {
  return name.startsWith('reenroll') || uri === publicUrl
}
