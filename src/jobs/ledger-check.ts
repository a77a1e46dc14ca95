/**
 * Checks the ledger's chain bit by bit, so that a changed line is found without anybody asking: new lines as they come, and
 * once a day everything again from the first line. How far it is, and what it found, is kept in the store for all replicas.
 */
import { appendFile } from 'node:fs/promises'
import { CLUSTER_STATUS_KEYS, type LedgerCheck, readLedgerCheck } from '../domain/cluster-status.ts'
import type { Store } from '../domain/store.ts'
import { DAY_MS, MINUTE_MS, msBetween, SECOND_MS } from '../domain/time.ts'
import type { Clock, Instant } from '../domain/vocabulary.ts'
import { GENESIS, type LedgerKey, type LedgerLink, lacksSignature, verifyChain } from '../store/ledger.ts'

type LedgerStore = Pick<Store, 'ledger' | 'cursor' | 'setCursor'>

export interface LedgerCheckOptions {
  /** `REENROLL_LEDGER_KEY`: what the lines are signed with. */
  readonly keys?: readonly LedgerKey[]
  readonly onBreak?: (line: number) => void
  /** The end of the ledger, to be kept where the database's administrator cannot change it. */
  readonly onHead?: (head: LedgerLink) => void | Promise<void>
}

const PAGE = 500
/** Lines in one look stay well under a second of work. */
const PAGES_PER_LOOK = 10
const AGAIN_AFTER_MS = DAY_MS
const HEAD_EVERY_MS = 10 * MINUTE_MS

/** One check: resumes where the last one ended. Returns how long to wait for the next. */
export async function checkLedger(
  store: LedgerStore,
  clock: Clock,
  { keys = [], onBreak, onHead }: LedgerCheckOptions = {}
): Promise<number> {
  const before = readLedgerCheck(await store.cursor(CLUSTER_STATUS_KEYS.ledger))
  const walked = await walk(store, begin(before, clock()), keys)
  const isDue = isHeadDue(walked, clock())
  if (isDue) await onHead?.(walked.at)
  const after = isDue ? { ...walked, headAt: clock(), headSeq: walked.at.seq } : walked
  await store.setCursor(CLUSTER_STATUS_KEYS.ledger, JSON.stringify(after))
  if (after.brokenAt !== null && before?.brokenAt !== after.brokenAt) onBreak?.(after.brokenAt)
  return after.isAtEnd ? MINUTE_MS : SECOND_MS
}

/** From the start again a day after the last start, and whenever the chain is broken. */
function begin(before: LedgerCheck | null, now: Instant): LedgerCheck {
  const fresh: LedgerCheck = { at: GENESIS, startedAt: now, isAtEnd: false, isIntact: null, brokenAt: null }
  if (!before) return fresh
  const isOver = before.isAtEnd && msBetween(before.startedAt, now) >= AGAIN_AFTER_MS
  const { isIntact, brokenAt, headAt, headSeq } = before
  const head = headAt === undefined || headSeq === undefined ? {} : { headAt, headSeq }
  return isOver || (before.isAtEnd && brokenAt !== null) ? { ...fresh, ...head, isIntact, brokenAt } : before
}

/** The head is given out when it has moved, and daily when it has not, so that the log always holds a recent one. */
function isHeadDue({ at, isAtEnd, brokenAt, headAt, headSeq }: LedgerCheck, now: Instant): boolean {
  if (!isAtEnd || brokenAt !== null || at.seq === 0) return false
  return headAt === undefined || msBetween(headAt, now) >= (headSeq === at.seq ? DAY_MS : HEAD_EVERY_MS)
}

async function walk(store: LedgerStore, from: LedgerCheck, keys: readonly LedgerKey[]): Promise<LedgerCheck> {
  let { at } = from
  for (let page = 0; page < PAGES_PER_LOOK; page++) {
    // The line checked last is read again: if the end was cut off, it is gone.
    const rows = await store.ledger({ after: Math.max(0, at.seq - 1), limit: PAGE })
    const isThere = at.seq === 0 || rows[0]?.hash === at.hash
    const news = at.seq === 0 ? rows : rows.slice(1)
    const brokenAt = isThere ? verifyChain(news, at, keys) : at.seq
    if (brokenAt !== null) return { ...from, at: GENESIS, isAtEnd: true, isIntact: false, brokenAt }
    const last = news.at(-1)
    if (last) at = { seq: last.seq, hash: last.hash }
    if (rows.length < PAGE && lacksSignature(at, keys)) {
      return { ...from, at: GENESIS, isAtEnd: true, isIntact: false, brokenAt: at.seq }
    }
    if (rows.length < PAGE) return { ...from, at, isAtEnd: true, isIntact: true, brokenAt: null }
  }
  return { ...from, at, isAtEnd: false }
}

/*
 * Gives the end of the ledger to a place that the database's administrator cannot change: a file that can only be
 * appended to, or a web address. `audit verify --expect` compares it.
 */

const TIMEOUT_MS = 10 * SECOND_MS

/** `to` is `file:<path>` or a web address. Rejects when the place did not take it; the next check tries again. */
export async function sendLedgerHead(to: string, { seq, hash }: LedgerLink, at: Instant): Promise<void> {
  // One line as `audit verify --expect` takes it.
  if (to.startsWith('file:')) return appendFile(to.slice('file:'.length), `${at} ${seq}:${hash}\n`, { mode: 0o600 })
  const answer = await fetch(to, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'reenroll.ledger_head', at, seq, hash }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS)
  })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`REENROLL_LEDGER_HEAD_TO: the address answered ${answer.status}; check it.`)
}
