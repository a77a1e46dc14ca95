/**
 * The ledger's chain: every line carries the hash of the line before, so that no line can be changed or left out unseen.
 * Lines name cases and staff; the only text in them that may speak of a person is what somebody typed as a reason
 * (`because`). Such a text goes into the hash as a seal, its own SHA-256, so that it can be erased later while the chain
 * still holds: the seal stays in its place. Pure.
 */

import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { LedgerDraft, LedgerRow } from '../domain/ledger.ts'

/** Where a chain stands: the last line's number and hash. A `LedgerRow` is one, so pages of rows can be checked in turn. */
export interface LedgerLink {
  readonly seq: number
  readonly hash: string
}

/** What the first line follows. */
export const GENESIS: LedgerLink = { seq: 0, hash: '0'.repeat(64) }

/** The draft as line `seq`, bound to the hash of the line before it. */
export function chain(prevHash: string, draft: LedgerDraft, seq: number): LedgerRow {
  const line = { seq, ...storable(draft) }
  return { ...line, prevHash, hash: hashOf(prevHash, line) }
}

/** The `seq` of the first line that does not follow from the lines before it, or null when all do. `from` is the line before the first. */
export function verifyChain(rows: readonly LedgerRow[], from: LedgerLink = GENESIS): number | null {
  let last = from
  for (const row of rows) {
    const { prevHash, hash, ...line } = row
    const follows = row.seq === last.seq + 1 && prevHash === last.hash && hash === hashOf(prevHash, line)
    if (!follows) return row.seq
    last = row
  }
  return null
}

function hashOf(prevHash: string, line: LedgerDraft & { readonly seq: number }): string {
  const { seq, at, kind, caseId, by, entry } = line
  const sealed = mapReasons(entry, (reason) => ({ sealed: sealOf(prevHash, reason) }))
  return sha256(`${prevHash}\n${canonicalize({ seq, at, kind, caseId, by, entry: sealed })}`)
}

/** The line without the reasons in it; it verifies as before. */
export function withoutReasons(row: LedgerRow): LedgerRow {
  const entry = mapReasons(row.entry, (reason) => ({ erased: sealOf(row.prevHash, reason) }))
  return { ...row, entry: entry as LedgerRow['entry'] }
}

/** A reason as it was typed, or what is left of one. */
type Reason = string | { readonly erased: string }

function isReason(key: string, value: unknown): value is Reason {
  if (key !== 'because') return false
  if (typeof value === 'string') return true
  return typeof value === 'object' && value !== null && 'erased' in value && typeof value.erased === 'string'
}

/** The hash of the line before makes equal texts look different, so that a seal cannot be looked up in a list of texts. */
function sealOf(prevHash: string, reason: Reason): string {
  return typeof reason === 'string' ? sha256(`${prevHash}\n${reason}`) : reason.erased
}

/** A copy of JSON data with every reason in it replaced. */
function mapReasons(data: unknown, replace: (reason: Reason) => unknown): unknown {
  if (Array.isArray(data)) return data.map((item) => mapReasons(item, replace))
  if (typeof data !== 'object' || data === null) return data
  const fields = Object.entries(data).map(([key, value]) => [
    key,
    isReason(key, value) ? replace(value) : mapReasons(value, replace)
  ])
  return Object.fromEntries(fields)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/**
 * The draft as it will be read back from any engine: JSON data only; no half of a surrogate pair, which UTF-8 cannot hold and
 * RFC 8785 does not hash; no NUL in a column of text, which PostgreSQL cannot hold. (JSON writes it as an escape.)
 */
function storable(draft: LedgerDraft): LedgerDraft {
  const { at, kind, entry } = draft
  const [caseId, by] = [draft.caseId?.replaceAll('\0', '\ufffd') ?? null, draft.by.replaceAll('\0', '\ufffd')]
  return JSON.parse(JSON.stringify({ at, kind, caseId, by, entry }), (_key, value) =>
    typeof value === 'string' ? value.toWellFormed() : value
  )
}
