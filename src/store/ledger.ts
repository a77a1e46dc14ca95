/**
 * The ledger's chain: every line carries the hash of the line before, so that no line can be changed or left out unseen.
 * Lines name cases and staff; the only text in them that may speak of a person is what somebody typed as a reason
 * (`because`). Such a text goes into the hash as a seal, its own SHA-256, so that it can be erased later while the chain
 * still holds: the seal stays in its place.
 *
 * With a key the hash is a MAC, `<id of the key>:<HMAC-SHA-256>`, which somebody who can only write the database cannot make.
 * The first line of each key names the key before it and itself. Pure.
 */
import { createHash, createHmac } from 'node:crypto'
import canonicalize from 'canonicalize'
import { mapJson } from '../domain/json.ts'
import type { LedgerDraft, LedgerRow } from '../domain/ledger.ts'
import type { Instant } from '../domain/vocabulary.ts'

/** Where a chain stands: the last line's number and hash. A `LedgerRow` is one, so pages of rows can be checked in turn. */
export interface LedgerLink {
  readonly seq: number
  readonly hash: string
}

/** What the first line follows. */
export const GENESIS: LedgerLink = { seq: 0, hash: '0'.repeat(64) }

/** A key that signs ledger lines. The id names it in the chain and does not give it away. */
export interface LedgerKey {
  readonly id: string
  readonly secret: string
}

/** The keys of `REENROLL_LEDGER_KEY`: the first signs, all verify. */
export function ledgerKeys(secrets: readonly string[]): readonly LedgerKey[] {
  return secrets.map((secret) => ({ secret, id: hmac(secret, 'id of a ledger key').slice(0, 12) }))
}

/** The id of the key that signed the line with this hash; null when none did. */
export function keyIdOf(hash: string): string | null {
  const colon = hash.indexOf(':')
  return colon < 0 ? null : hash.slice(0, colon)
}

/** The line with which a key starts. `isAdopted`: a person took over the lines before it, which no key signed. */
export function keyChange(last: LedgerLink, key: LedgerKey, at: Instant, by: string, isAdopted = false): LedgerDraft {
  const ledgerKey = { from: keyIdOf(last.hash), to: key.id, ...(isAdopted ? { adopted: true } : {}) }
  return { at, kind: 'control', caseId: null, by, entry: { ledgerKey } }
}

/** The draft as line `seq`, bound to the hash of the line before it, and signed when there is a key. */
export function chain(prevHash: string, draft: LedgerDraft, seq: number, key: LedgerKey | null = null): LedgerRow {
  const line = { seq, ...storable(draft) }
  return { ...line, prevHash, hash: hashOf(prevHash, line, key) }
}

/**
 * The `seq` of the first line that does not follow from the lines before it, or null when all do. `from` is the line before
 * the first. A line signed by a key that is not among `keys` does not follow.
 */
export function verifyChain(
  rows: readonly LedgerRow[],
  from: LedgerLink = GENESIS,
  keys: readonly LedgerKey[] = []
): number | null {
  let last = from
  for (const row of rows) {
    const { prevHash, hash, ...line } = row
    const id = keyIdOf(hash)
    const key = keys.find((known) => known.id === id) ?? null
    const isSigned = id === null || key !== null
    const follows = row.seq === last.seq + 1 && prevHash === last.hash && mayFollow(last, row)
    if (!follows || !isSigned || hash !== hashOf(prevHash, line, key)) return row.seq
    last = row
  }
  return null
}

/** True when the chain has ended without the signature that the keys promise: signed lines may have been cut off or replaced. */
export function lacksSignature(last: LedgerLink, keys: readonly LedgerKey[]): boolean {
  return keys.length > 0 && last.seq > 0 && keyIdOf(last.hash) === null
}

/** The key changes only in a line that says so. Lines without a signature are followed by signed ones only when a person adopted them. */
function mayFollow(last: LedgerLink, row: LedgerRow): boolean {
  const [from, to] = [keyIdOf(last.hash), keyIdOf(row.hash)]
  if (from === to || last.seq === 0) return true
  if (to === null) return false
  const { ledgerKey } = row.entry
  return canonicalize(ledgerKey) === canonicalize(from === null ? { from, to, adopted: true } : { from, to })
}

function hashOf(prevHash: string, line: LedgerDraft & { readonly seq: number }, key: LedgerKey | null): string {
  const { seq, at, kind, caseId, by, entry } = line
  const sealed = mapReasons(entry, (reason) => ({ sealed: sealOf(prevHash, reason) }))
  const text = `${prevHash}\n${canonicalize({ seq, at, kind, caseId, by, entry: sealed })}`
  return key === null ? sha256(text) : `${key.id}:${hmac(key.secret, text)}`
}

/** The line without the reasons in it; it verifies as before. */
export function withoutReasons(row: LedgerRow): LedgerRow {
  const entry = mapReasons(row.entry, (reason) => ({ erased: sealOf(row.prevHash, reason) }))
  return { ...row, entry: entry as LedgerRow['entry'] }
}

/** A reason as it was typed, or what is left of one. */
type Reason = string | { readonly erased: string }

function isReason(key: string | undefined, value: unknown): value is Reason {
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
  return mapJson(data, (value, path) => (isReason(path.at(-1), value) ? replace(value) : undefined))
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
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
