/** Identifiers of Okta's form, the same ones for the same seed, so that a scenario reads alike on every run. */

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** Okta ids are 20 characters: a prefix that names the kind, then letters and digits (facts appendix A). */
const ID_LENGTH = 20

/** How the ids of each kind start. Factor prefixes: facts appendix A; the others are invented where Okta shows none. */
export const ID_PREFIXES = {
  user: '00u',
  group: '00g',
  device: 'guo',
  deviceUser: 'lnk',
  role: 'ra1',
  hook: 'who',
  error: 'oae',
  userType: 'oty'
} as const

/** Prefixes of factor ids by `factorType`. */
export const FACTOR_PREFIXES: Readonly<Record<string, string>> = {
  push: 'opf',
  signed_nonce: 'pfd',
  'token:software:totp': 'ost',
  'token:hardware': 'uft',
  webauthn: 'fwf',
  u2f: 'fuf',
  sms: 'mbl',
  call: 'clf',
  email: 'emf',
  question: 'ufs'
}

export interface Ids {
  /** A 20 character id that starts with the prefix. */
  id(prefix: string): string
  uuid(): string
  /** Letters and digits, for tokens, cursors and request ids. */
  token(length: number): string
}

/** A source of ids. Not for secrets: the same seed gives the same ids. */
export function createIds(seed: number): Ids {
  const next = mulberry32(seed)
  const token = (length: number) =>
    Array.from({ length }, () => LETTERS[Math.floor(next() * LETTERS.length)] ?? '0').join('')
  const hex = (length: number) => Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join('')
  return {
    token,
    id: (prefix) => `${prefix}${token(ID_LENGTH - prefix.length - 2)}d7`,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`
  }
}

/** A small pseudo-random generator with 32 bits of state; evenly spread is all that is asked of it. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
