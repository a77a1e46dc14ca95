/**
 * Gives the end of the ledger to a place that the database's administrator cannot change: a file that can only be appended
 * to, or a web address. `audit verify --expect` compares it.
 */
import { appendFile } from 'node:fs/promises'
import { SECOND_MS } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import type { LedgerLink } from '../store/ledger.ts'

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
