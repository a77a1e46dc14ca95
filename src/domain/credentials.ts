/** What opens the ops listener besides the ops token: sessions of the pages, and API tokens. */
import type { LedgerDraft } from './ledger.ts'
import type { Operator } from './operator-commands.ts'
import type { Instant } from './vocabulary.ts'

/** A session or an API token. The store keeps the digest of its secret, never the secret. */
export interface Credential {
  readonly id: string
  readonly kind: 'session' | 'token'
  readonly operator: Operator
  readonly createdAt: Instant
  /** The name of the operator who made it. */
  readonly createdBy: string
  /** When it was last used, to the minute. */
  readonly seenAt: Instant
  readonly endsAt: Instant
  /** How a session began; absent for an API token. */
  readonly signIn?: SignIn
}

export interface SignIn {
  /** When the provider last confirmed the role. */
  readonly roleReadAt: Instant
  /** Signed in with this ops token, as a keyed digest: the session ends when the token changes. Null at the provider. */
  readonly opsToken: string | null
  /** The provider's tokens, encrypted; null without any. */
  readonly sealed: string | null
}

/** Where credentials are stored. */
export interface Credentials {
  /** Also deletes those that have expired by `createdAt`. */
  addCredential(ask: {
    readonly digest: string
    readonly credential: Credential
    readonly ledger: readonly LedgerDraft[]
  }): Promise<void>
  credential(digest: string): Promise<Credential | null>
  /** All of them, the newest first. */
  credentials(): Promise<readonly Credential[]>
  /** Replaces what is stored. One that was ended meanwhile stays ended. */
  updateCredential(credential: Credential): Promise<void>
  /** Deletes those with these ids. Returns how many there were; nothing is written to the ledger when there were none. */
  endCredentials(ask: { readonly ids: readonly string[]; readonly ledger: readonly LedgerDraft[] }): Promise<number>
}
