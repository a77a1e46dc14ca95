/** API tokens and sessions: made, listed and ended; and who may do that. Changes go into the ledger. */
import { createHash, randomBytes } from 'node:crypto'
import type { Credential, Credentials } from '../domain/credentials.ts'
import type { LedgerDraft } from '../domain/ledger.ts'
import { OPS_TOKEN, type Operator } from '../domain/operator-commands.ts'
import { DAY_MS, MINUTE_MS, plus } from '../domain/time.ts'
import type { Clock, Instant } from '../domain/vocabulary.ts'

/** Longest life of an API token, in days. */
export const MAX_TOKEN_DAYS = 365

/** Names go into the ledger as `token:<name>`. */
export const TOKEN_NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$'

export interface TokenAsk {
  readonly name: string
  readonly role: Operator['role']
  readonly days: number
}

/** Access to the ops listener besides the ops token. */
export interface Access {
  /** Makes an API token. It is shown this once: the store has only its digest. */
  createToken(ask: TokenAsk, by: Operator): Promise<{ readonly token: string; readonly credential: Credential }>
  /** The operator of an API token; null when it does not exist or has expired. */
  tokenOperator(token: string): Promise<Operator | null>
  list(): Promise<readonly Credential[]>
  /** Ends sessions and tokens at once. Returns how many there were. */
  end(ids: readonly string[], by: Operator): Promise<number>
}

export function createAccess(store: Credentials, clock: Clock): Access {
  return {
    async createToken({ name, role, days }, by) {
      const [secret, id, now] = [newSecret(), newCredentialId(), clock()]
      const token = `reenroll_${secret}`
      const operator = { id: `token ${id}`, name: `token:${name}`, role, provider: null }
      const endsAt = plus(now, days * DAY_MS)
      const made = { createdAt: now, createdBy: by.name, seenAt: now, endsAt }
      const credential: Credential = { id, kind: 'token', operator, ...made }
      const ledger = [accessLine({ made: 'token', id, name, role, endsAt }, by, now)]
      await store.addCredential({ digest: digestOf(token), credential, ledger })
      return { token, credential }
    },
    async tokenOperator(token) {
      const found = await store.credential(digestOf(token))
      const now = clock()
      if (found?.kind !== 'token' || found.endsAt <= now) return null
      if (plus(found.seenAt, MINUTE_MS) <= now) await store.updateCredential({ ...found, seenAt: now })
      return found.operator
    },
    async list() {
      const now = clock()
      return (await store.credentials()).filter(({ endsAt }) => endsAt > now)
    },
    end: (ids, by) => store.endCredentials({ ids, ledger: [accessLine({ ended: ids }, by, clock())] })
  }
}

/** The line of the ledger about a change of access. */
export function accessLine(entry: LedgerDraft['entry'], by: Operator, at: Instant): LedgerDraft {
  return { at, kind: 'access', caseId: null, by: by.name, entry: { ...entry, operator: by.id } }
}

/** 256 random bits as text. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function newCredentialId(): string {
  return randomBytes(9).toString('base64url')
}

/** The digest under which the store finds a secret. Its 256 bits are random, so no salt is needed. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Approvers, but not through an API token: one that leaked must not make others that outlive it. */
export function mayManageAccess({ id, role, provider }: Operator): boolean {
  return role === 'approver' && (provider !== null || id === OPS_TOKEN.id)
}
