/** What the pages are handed. Types only; `compose.ts` fills them in. */

import type { Brake } from '../api/kill-switch.ts'
import type { Switches } from '../api/runtime-controls.ts'
import type { Case } from '../domain/case.ts'
import type { DecidePolicy } from '../domain/decision.ts'
import type { CaseCommands } from '../domain/operator-commands.ts'
import type { Remediation } from '../domain/remediation.ts'
import type { Store } from '../domain/store.ts'
import type { CauseId, Clock, Platform, RemediationId } from '../domain/vocabulary.ts'
import type { ReportDesk } from '../intake/report.ts'
import type { Guidance } from '../ticket/draft/guidance.ts'

/** How people sign in when a provider is configured. */
export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | null
  /** Claim of the id token or the user info that lists a person's groups. */
  readonly groupsClaim: string
  readonly approverGroups: readonly string[]
  readonly viewerGroups: readonly string[]
  /** Asked for besides `openid profile email`. */
  readonly scopes: readonly string[]
}

export interface SignInSettings {
  /** Null: people type the ops token. */
  readonly oidc: OidcSettings | null
  readonly token: string
  /** People reach the pages over HTTPS: cookies travel there only, and browsers never try without. */
  readonly https: boolean
  /** 32 bytes; encrypts the session cookie. */
  readonly sessionKey: Buffer
}

/** Words and links that tickets use too, so that a page never says otherwise. */
export interface ReviewWords {
  readonly cause: (id: CauseId) => { readonly label: string; readonly todo: string }
  readonly guidance: (cause: CauseId, platform: Platform, repaired: RemediationId | null) => Guidance
  readonly severity: (c: Case) => 'security' | 'high' | 'normal' | 'low'
  readonly userLink: (userId: string) => string
  /** The System Log about a device. */
  readonly deviceLink: (deviceId: string) => string
  readonly transactionLink: (transactionId: string) => string
  readonly remediations: Readonly<Record<RemediationId, Pick<Remediation, 'title' | 'call' | 'undo' | 'proof'>>>
}

export interface ReviewDeps {
  readonly store: Pick<
    Store,
    | 'getCase'
    | 'listCases'
    | 'countCases'
    | 'countChildren'
    | 'ledger'
    | 'activity'
    | 'actionsSince'
    | 'getTicket'
    | 'failing'
  >
  /** The newest storm's case, ended or not. */
  readonly storm: () => Promise<Case | null>
  readonly commands: CaseCommands
  readonly reports: ReportDesk
  readonly brake: Brake
  readonly switches: Switches
  /** What the policy file says, with `REENROLL_MODE`. */
  readonly policy: DecidePolicy
  readonly words: ReviewWords
  readonly signIn: SignInSettings
  /** Where people reach these pages, without a slash at the end. */
  readonly publicUrl: () => string
  readonly clock: Clock
}
