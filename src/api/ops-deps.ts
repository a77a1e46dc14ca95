/** What the ops listener is handed. */
import type { FastifyBaseLogger } from 'fastify'
import type { CaseCommands, Operator, Report } from '../domain/operator-commands.ts'
import type { Store } from '../domain/store.ts'
import type { Clock } from '../domain/vocabulary.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { SessionAuth } from './authenticate.ts'
import type { Check } from './health.ts'
import type { Brake } from './kill-switch.ts'
import type { OpsOverload } from './overload.ts'
import type { Switches } from './runtime-controls.ts'

export interface OpsDeps {
  readonly store: Pick<
    Store,
    'getCase' | 'listCases' | 'ledger' | 'getTicket' | 'healthy' | 'outboxEntries' | 'retryOutboxEntry'
  >
  readonly clock: Clock
  readonly commands: CaseCommands
  readonly metrics: Metrics
  /** `REENROLL_OPS_TOKEN`. */
  readonly token: string
  /** Of people who are signed in to the pages; without it only the token counts. */
  readonly session?: SessionAuth
  readonly controls: Brake
  readonly switches: Switches
  /** Everything about deciding, as JSON data; reads the run-time switches anew. */
  readonly policyView: () => Promise<unknown>
  /** Takes a help-desk report in; resolves once it is stored. */
  readonly report: (report: Report, by: Operator) => Promise<void>
  /** True once the process is on its way out. */
  readonly isDraining: () => boolean
  /** Further things that must hold for `/readyz`, such as the other listener. */
  readonly checks: readonly Check[]
  readonly version: string
  /** When the process counts as overloaded; left out: the usual bounds. */
  readonly overload?: OpsOverload
  readonly logger: FastifyBaseLogger
}
