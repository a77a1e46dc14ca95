/** When a brake ends, the cases that it stopped are decided again. */
import PQueue from 'p-queue'
import type { Case } from '../domain/case.ts'
import type { Store } from '../domain/store.ts'
import { DAY_MS, plus } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import { everyCase } from './every-case.ts'
import { decideAgainAt } from './machine/decide-again.ts'
import { change } from './machine/transitions.ts'

/** Saves that share a commit: a person waits for the answer, perhaps with thousands of cases behind it. */
const AT_A_TIME = 32
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
  const stopped: string[] = []
  for await (const { id, decision } of everyCase(store, { states: ['with_person'], openedSince: since })) {
    if (decision?.braked) stopped.push(id)
  }
  const queue = new PQueue({ concurrency: AT_A_TIME })
  await queue.addAll(stopped.map((id, n) => () => release(store, id, plus(now, SPREAD_MS * n), now)))
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
