/** What `doctor` looks at, as plain data; the checks read nothing else. Types only. */
import type { Policy } from '../../config/policy/policy.ts'
import type { ScopeName } from '../../config/settings/scopes.ts'
import type { Settings } from '../../config/settings/settings.ts'
import type { OktaError } from '../../domain/okta.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import type { EventHook } from '../../okta/event-hooks.ts'
import type { WantedHook } from '../hook-plan.ts'
import type { AppRole } from '../rights.ts'
import type { TicketProbe } from './tickets.ts'

/** A read that the service needs, tried once. `failure` is null when it worked. */
export interface ReadProbe {
  /** The call, such as `GET /api/v1/logs`. */
  readonly call: string
  readonly scope: ScopeName
  /** The evidence that comes from it, when an org may lack it (`absentSources`). */
  readonly source: 'devices' | 'device_users' | 'enrollments' | 'risk' | null
  readonly failure: OktaError | null
}

/** One rate-limit bucket, as the last answer showed it. */
export interface BucketProbe {
  readonly call: string
  readonly limit: number
  readonly remaining: number
}

export interface HistoryProbe {
  /** Those that were read. */
  readonly entries: number
  /** Older successful verifications were not read; nothing needs them. */
  readonly isCut: boolean
  /** Older entries are too many to read; null when all were read. */
  readonly completeSince: Instant | null
}

export interface Probes {
  readonly settings: Settings
  readonly policy: Policy
  readonly okta: {
    /** Why nothing can be asked of Okta at all, or null. */
    readonly failure: OktaError | null
    /** Why the app that writes gets no token; null when it does, or when there is none. */
    readonly actuatorFailure: OktaError | null
    /** Okta's clock before ours, negative behind; null when unknown. */
    readonly clockAheadMs: number | null
    readonly reads: readonly ReadProbe[]
    readonly buckets: readonly BucketProbe[]
    /** Admin roles of the app that writes; null when they cannot be read. */
    readonly writerRoles: readonly AppRole[] | null
    /** The log about a typical active user; null when there is none, or it cannot be read. */
    readonly history: HistoryProbe | null
    /** Deliveries that Okta gave up in the last day, per hook id; null when the log could not be read. */
    readonly failedDeliveries: Readonly<Record<string, number>> | null
  }
  /** The hooks of the org, or why they cannot be read; null when nothing can be asked. */
  readonly hooks:
    | { readonly ok: true; readonly all: readonly EventHook[] }
    | { readonly ok: false; readonly error: OktaError }
    | null
  /** As `register` would make them. */
  readonly wanted: readonly WantedHook[]
  readonly endpoint: EndpointProbe | null
  readonly store: StoreProbe
  /** The ticket systems of the policy, or why they cannot be asked; null without any. */
  readonly tickets: { readonly all: readonly TicketProbe[] } | { readonly failure: string }
  /** What the policy names in the org; null when Okta cannot be called. */
  readonly references: readonly ReferenceProbe[] | null
  /** Figures of the running service; null when it does not answer. */
  readonly service: {
    readonly recovered: number
    /** Null while another replica reads the System Log. */
    readonly logReadAgeMs: number | null
  } | null
}

/** A user, group or actor that the policy names. */
export interface ReferenceProbe {
  readonly kind: 'user' | 'group' | 'actor'
  /** The key of the policy that names it. */
  readonly key: string
  /** Id, login or name, as the policy has it. */
  readonly name: string
  readonly state: 'found' | 'missing' | 'unchecked'
  /** What may be meant instead. */
  readonly nearest: string | null
}

/** The hook listener, called at its public address as Okta calls it. */
export interface EndpointProbe {
  readonly url: string
  readonly challenge: 'echoed' | 'no_echo' | 'unreachable'
  /** HTTP status for each secret of the settings, in order; null without an answer. */
  readonly secrets: readonly (number | null)[]
  /** How long the challenge took. */
  readonly ms: number
}

export interface StoreProbe {
  readonly kind: 'sqlite' | 'postgres' | 'memory'
  /** Where it lies, without credentials. */
  readonly place: string
  /** Why nothing can be written there, or null. */
  readonly failure: string | null
  /** The file system keeps its files in memory only. */
  readonly isVolatile: boolean
  /** The slowest of some real writes with a sync of the disk; null when none was made. */
  readonly syncMs: number | null
  /** The database's role of the service may change or remove ledger entries. */
  readonly mayChangeLedger: boolean
}
