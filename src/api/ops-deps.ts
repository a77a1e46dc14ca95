/** Dependencies of the ops listener. */
import type { FastifyBaseLogger } from 'fastify'
import type { PersonRecords } from '../case/person.ts'
import type { CaseCommands, Operator, Report } from '../domain/operator-commands.ts'
import type { Store } from '../domain/store.ts'
import type { Clock } from '../domain/vocabulary.ts'
import type { RecentLines } from '../telemetry/logging.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Access } from './access.ts'
import type { SessionAuth } from './authenticate.ts'
import type { Figures } from './figures.ts'
import type { Check } from './health.ts'
import type { OpsOverload } from './overload.ts'
import type { ChangePolicy, KillSwitch, Switches } from './runtime-controls.ts'

/** Everything that the routes of the ops listener use. */
export interface OpsDeps {
  readonly store: Pick<
    Store,
    'getCase' | 'listCases' | 'ledger' | 'getTicket' | 'healthy' | 'outboxEntries' | 'retryOutboxEntry'
  >
  readonly clock: Clock
  readonly commands: CaseCommands
  readonly people: PersonRecords
  readonly metrics: Metrics
  /** `REENROLL_OPS_TOKEN`. */
  readonly token: string
  /** Sessions of the pages; without it only the token is accepted. */
  readonly session?: SessionAuth
  /** Host names, in lower case, under which the listener is reached, besides addresses and names without a dot. */
  readonly hosts: readonly string[]
  /** Proxies whose `X-Forwarded-For` is believed; none by default. */
  readonly trustedProxies?: string[]
  /** API tokens and sessions. */
  readonly access: Access
  readonly controls: KillSwitch
  readonly switches: Switches
  /** The policy in force as JSON, with the current run-time controls. */
  readonly policyView: () => Promise<unknown>
  readonly changePolicy: ChangePolicy
  readonly figures: Figures
  /** The newest warnings and errors of this replica. */
  readonly recentLines: RecentLines['all']
  /** Stores a help-desk report; resolves once it is durable. */
  readonly report: (report: Report, by: Operator) => Promise<void>
  /** True during graceful shutdown. */
  readonly isDraining: () => boolean
  /** Further readiness checks, such as the other listener. */
  readonly checks: readonly Check[]
  readonly version: string
  /** When the process counts as overloaded; defaults to `OPS_OVERLOAD`. */
  readonly overload?: OpsOverload
  readonly logger: FastifyBaseLogger
}
