/**
 * Checks the ledger's chain bit by bit, so that a changed line is found without anybody asking: new lines as they come, and
 * once a day everything again from the first line. How far it is, and what it found, is kept in the store for all replicas.
 */
import { CLUSTER_STATUS_KEYS, type LedgerCheck, readLedgerCheck } from '../domain/cluster-status.ts'
import type { Store } from '../domain/store.ts'
import { DAY_MS, MINUTE_MS, msBetween, SECOND_MS } from '../domain/time.ts'
import type { Clock, Instant } from '../domain/vocabulary.ts'
import { GENESIS, verifyChain } from '../store/ledger.ts'

type LedgerStore = Pick<Store, 'ledger' | 'cursor' | 'setCursor'>

const PAGE = 500
/** Lines in one look stay well under a second of work. */
const PAGES_PER_LOOK = 10
const AGAIN_AFTER_MS = DAY_MS

/** One look: goes on where the last one ended. Returns how long to wait for the next. */
export async function checkLedger(
  store: LedgerStore,
  clock: Clock,
  onBreak: (line: number) => void = () => {}
): Promise<number> {
  const before = readLedgerCheck(await store.cursor(CLUSTER_STATUS_KEYS.ledger))
  const after = await walk(store, begin(before, clock()))
  await store.setCursor(CLUSTER_STATUS_KEYS.ledger, JSON.stringify(after))
  if (after.brokenAt !== null && before?.brokenAt !== after.brokenAt) onBreak(after.brokenAt)
  return after.isAtEnd ? MINUTE_MS : SECOND_MS
}

/** From the start again a day after the last start, and whenever the chain is broken. */
function begin(before: LedgerCheck | null, now: Instant): LedgerCheck {
  const fresh: LedgerCheck = { at: GENESIS, startedAt: now, isAtEnd: false, isIntact: null, brokenAt: null }
  if (!before) return fresh
  const isOver = before.isAtEnd && msBetween(before.startedAt, now) >= AGAIN_AFTER_MS
  const { isIntact, brokenAt } = before
  return isOver || (before.isAtEnd && brokenAt !== null) ? { ...fresh, isIntact, brokenAt } : before
}

async function walk(store: LedgerStore, from: LedgerCheck): Promise<LedgerCheck> {
  let { at } = from
  for (let page = 0; page < PAGES_PER_LOOK; page++) {
    // The line checked last is read again: whoever cut the end off has taken it away.
    const rows = await store.ledger({ after: Math.max(0, at.seq - 1), limit: PAGE })
    const isThere = at.seq === 0 || rows[0]?.hash === at.hash
    const news = at.seq === 0 ? rows : rows.slice(1)
    const brokenAt = isThere ? verifyChain(news, at) : at.seq
    if (brokenAt !== null) return { ...from, at: GENESIS, isAtEnd: true, isIntact: false, brokenAt }
    const last = news.at(-1)
    if (last) at = { seq: last.seq, hash: last.hash }
    if (rows.length < PAGE) return { ...from, at, isAtEnd: true, isIntact: true, brokenAt: null }
  }
  return { ...from, at, isAtEnd: false }
}
