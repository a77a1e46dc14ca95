/** When a brake ends, the cases that it stopped are decided again. */
import type { Case } from '../domain/case.ts'
import type { Store } from '../domain/store.ts'
import { DAY_MS, plus } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { everyCase } from './every-case.ts'
import { decideAgainAt } from './machine/decide-again.ts'
import { change } from './machine/transitions.ts'

/** Cases are spread over time, so that they do not cause a burst of calls. */
const SPREAD_MS = 50
/** Nothing is written for older failures, so nothing would change (facts §6.1 G13). */
const OLDEST_MS = DAY_MS

/** Marks every recent case that a brake stopped. A brake that is still on stops it again, without a word in the ticket. */
export async function releaseFromBrakes(
  store: Pick<Store, 'listCases' | 'getCase' | 'save'>,
  now: Instant
): Promise<void> {
  const since = plus(now, -OLDEST_MS)
  let count = 0
  for await (const { id, decision } of everyCase(store, { states: ['with_person'], openedSince: since })) {
    if (decision?.braked) await release(store, id, plus(now, SPREAD_MS * count++), now)
  }
}

/** The case may have changed meanwhile; then it is looked at again. */
async function release(store: Pick<Store, 'getCase' | 'save'>, id: string, at: Instant, now: Instant): Promise<void> {
  for (;;) {
    const c = await store.getCase(id)
    const marked = c?.decision?.braked ? decideAgainAt(c, at) : c
    if (!c || !marked || marked === c) return
    const dueAt = earliest(c, at)
    const { next, ledger } = change({ ...marked, dueAt }, now)
    if ((await store.save({ next: { ...next, version: c.version + 1 }, ledger })) === 'saved') return
  }
}

function earliest({ dueAt }: Case, at: Instant): Instant {
  return dueAt !== null && dueAt < at ? dueAt : at
}
