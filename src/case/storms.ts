/** Detects storms, groups their cases and releases them. The logic is in `machine/storm.ts`. */
import { type Case, isOpen, type Storm } from '../domain/case.ts'
import type { CommandResult, Operator, ReleaseAsk } from '../domain/operator-commands.ts'
import type { FailingNow, Store } from '../domain/store.ts'
import { plus } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import type { CaseContext } from './context.ts'
import { everyCase } from './every-case.ts'
import { caseId } from './hashes.ts'
import { forbidden, refuse } from './machine/operator-commands.ts'
import {
  closeWithStorm,
  joinStorm,
  leaveEndedStorm,
  openStorm,
  releaseFromStorm,
  releasesPart,
  STORM_KEY,
  stormReason,
  updatedStorm
} from './machine/storm.ts'
import type { CaseChange, StepOutcome } from './machine/transitions.ts'

type StormDeps = Pick<CaseContext, 'store' | 'policy' | 'clock'>
type ReleaseDeps = Pick<StormDeps, 'clock'> & { readonly store: Pick<Store, 'getCase' | 'listCases' | 'save'> }

/** Released cases are spread over this period, so that they do not cause a burst of calls. */
const RELEASE_SPREAD_MS = 50

/** After failures: opens the storm's case when there are enough. The store allows only one. */
export async function detectStorm(deps: StormDeps): Promise<void> {
  const now = deps.clock()
  const failing = await failingNow(deps, now)
  const because = stormReason(failing, deps.policy.decide.guards)
  if (!because) return
  const latest = await deps.store.latestCase(STORM_KEY)
  if (latest && isOpen(latest)) {
    if (latest.storm?.releasedAt)
      await retry(latest.id, deps, (c) => ({ next: { ...c, dueAt: now, updatedAt: now }, ledger: [], telemetry: [] }))
    return
  }
  const { next, ledger } = openStorm(caseId(STORM_KEY, now), because, failing, now)
  // A conflict means that another replica was first, which is fine.
  await deps.store.save({ next, ledger })
}

/** The newest storm, if it is active: cases are decided in its light. */
export function activeStormOf(latest: Case | null): Case | null {
  return latest?.storm && isOpen(latest) && !latest.storm.releasedAt ? latest : null
}

export async function activeStorm(store: Pick<Store, 'latestCase'>): Promise<Case | null> {
  return activeStormOf(await store.latestCase(STORM_KEY))
}

/** Whether more users than this fail in the storm that the case belongs to or would join. */
export async function isInStormOf(more: number, c: Case, deps: StormDeps): Promise<boolean> {
  const storm = (c.parentId === null ? await activeStorm(deps.store) : await deps.store.getCase(c.parentId))?.storm
  if (!storm) return false
  if (storm.users > more || storm.releasedAt) return storm.users > more
  // The storm's own count is from its last check, and a storm can grow fast.
  return (await failingNow(deps, deps.clock())).users > more
}

/** Checks a storm: whether it is still active, its cases, and those to release. */
export async function checkStorm(c: Case, deps: CaseContext): Promise<StepOutcome> {
  if (!c.storm) throw new Error('not a storm')
  const now = deps.clock()
  const { policy } = deps
  const failing = await failingNow(deps, now)
  const because = isOpen(c) ? stormReason(failing, policy.decide.guards) : null
  const storm = updatedStorm(c.storm, failing, because, now, policy.storm.cooldownMs)
  if (c.outcome === 'storm_over') await eachChild(c, deps, (child) => leaveStorm(child, now))
  else if (!isOpen(c)) await eachChild(c, deps, (child) => closeWithStorm(child, c.id, now))
  else if (storm.releasedAt) await releaseChildren(c, storm.releasedAt, deps, now)
  else await adoptEarlierCases(c, c.storm, deps, now)
  return { of: 'storm_checked', storm: { ...storm, children: await deps.store.countChildren(c.id) } }
}

function failingNow({ store, policy }: StormDeps, now: Instant): Promise<FailingNow> {
  const { stormUsers, stormSameNetworkUsers, stormWindowMs } = policy.decide.guards
  return store.failing({ now, windowMs: stormWindowMs, fewest: Math.min(stormUsers, stormSameNetworkUsers) })
}

/** Cases from before the storm was opened: those that wait for a person because of guard G8 or the number of failures. */
async function adoptEarlierCases(parent: Case, storm: Storm, deps: CaseContext, now: Instant): Promise<void> {
  const { stormUsers, stormWindowMs } = deps.policy.decide.guards
  const since = plus(storm.since, -stormWindowMs)
  const crowd = storm.users >= stormUsers
  const states = ['with_person', 'awaiting_approval'] as const
  for await (const c of everyCase(deps.store, { states, openedSince: since })) {
    const byGuard = c.guards.some((guard) => guard.id === 'G8' && guard.state === 'tripped')
    if (c.storm || c.parentId || c.securityAlert || !(crowd || byGuard)) continue
    await retry(c.id, deps, (found) =>
      states.some((s) => s === found.state) ? joinStorm(found, parent.id, now) : null
    )
  }
}

function leaveStorm(child: Case, now: Instant): CaseChange | null {
  return isOpen(child) && !child.securityAlert ? leaveEndedStorm(child, now) : null
}

async function releaseChildren(parent: Case, releasedAt: Instant, deps: CaseContext, now: Instant): Promise<void> {
  let count = 0
  await eachChild(parent, deps, (child) => {
    if (child.state !== 'with_person' || child.updatedAt >= releasedAt || child.securityAlert) return null
    return releaseFromStorm(child, plus(now, RELEASE_SPREAD_MS * count++), now)
  })
}

/** Releases some cases of a storm that is on. The storm's case and the ledger record it first. */
export async function releasePart(
  id: string,
  ask: ReleaseAsk,
  by: Operator,
  deps: ReleaseDeps
): Promise<CommandResult> {
  const now = deps.clock()
  if (by.role !== 'approver') return forbidden()
  const storm = await deps.store.getCase(id)
  if (!storm?.storm) return refuse('not_found', `There is no storm ${id}.`)
  if (!isOpen(storm) || storm.storm.releasedAt)
    return refuse('wrong_state', 'The storm is over: all its cases are decided again.')
  const { cause, facts = {}, most } = ask
  const filter = { parentId: id, states: ['with_person'], facts, order: 'oldest', ...(cause ? { cause } : {}) } as const
  const isQuiet = (child: Case) => child.state === 'with_person' && !child.releasedAt && !child.securityAlert
  const chosen: Case[] = []
  for await (const child of everyCase(deps.store, filter)) {
    if (isQuiet(child)) chosen.push(child)
    if (chosen.length >= most) break
  }
  if (chosen.length === 0) return refuse('incomplete', 'No case of this storm that waits matches.')
  await retry(id, deps, (c) => releasesPart(c, ask, chosen.length, by, now))
  for (const [n, child] of chosen.entries()) {
    const dueAt = plus(now, RELEASE_SPREAD_MS * n)
    await retry(child.id, deps, (c) =>
      isQuiet(c) && c.parentId === id ? releaseFromStorm(c, dueAt, now, by.name) : null
    )
  }
  return { ok: true, case: (await deps.store.getCase(id)) ?? storm }
}

async function eachChild(parent: Case, deps: CaseContext, move: (c: Case) => CaseChange | null): Promise<void> {
  for await (const child of everyCase(deps.store, { parentId: parent.id })) {
    if (move(child)) await retry(child.id, deps, move)
  }
}

/** Applies a transition to the current case, which may have changed meanwhile. */
async function retry(
  id: string,
  deps: Pick<ReleaseDeps, 'store'>,
  move: (c: Case) => CaseChange | null
): Promise<void> {
  for (;;) {
    const c = await deps.store.getCase(id)
    const changed = c && move(c)
    if (!changed) return
    const saved = await deps.store.save({ next: { ...changed.next, version: c.version + 1 }, ledger: changed.ledger })
    if (saved === 'saved') return
  }
}
