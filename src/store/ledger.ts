/** The ledger's chain: every line carries the hash of the line before, so that no line can be changed or left out unseen. Pure. */
import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { LedgerDraft, LedgerRow } from './store.ts'

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
  return createHash('sha256')
    .update(`${prevHash}\n${canonicalize({ seq, at, kind, caseId, by, entry })}`)
    .digest('hex')
}

/**
 * The draft as it will be read back from any engine: JSON data only, and no half of a surrogate pair, which UTF-8 cannot
 * hold and RFC 8785 does not hash.
 */
function storable(draft: LedgerDraft): LedgerDraft {
  const { at, kind, caseId, by, entry } = draft
  return JSON.parse(JSON.stringify({ at, kind, caseId, by, entry }), (_key, value) =>
    typeof value === 'string' ? value.toWellFormed() : value
  )
}
