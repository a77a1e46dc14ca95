/** Dependencies of the review pages. Types only. */
import type { Access } from '../api/access.ts'
import type { KillSwitch, Switches } from '../api/runtime-controls.ts'
import type { PageTexts } from '../config/settings/review.ts'
import type { Case } from '../domain/case.ts'
import type { DecidePolicy } from '../domain/decision.ts'
import type { CaseCommands } from '../domain/operator-commands.ts'
import type { Remediation } from '../domain/remediation.ts'
import type { Store } from '../domain/store.ts'
import type { CauseId, Clock, Instant, RemediationId } from '../domain/vocabulary.ts'
import type { ReportDesk } from '../intake/report.ts'
import type { Guidance } from '../ticket/draft/guidance.ts'
import type { Sessions, SignInSettings } from './session/sessions.ts'

/** Texts and links shared with tickets. */
export interface ReviewWords {
  readonly cause: (id: CauseId) => { readonly label: string }
  readonly guidance: (c: Case) => Guidance
  /** As a mail may say it. */
  readonly messageGuidance: (c: Case) => Guidance
  readonly severity: (c: Case) => 'security' | 'high' | 'normal' | 'low'
  /** Until when a person should have acted; null when the case needs nobody. */
  readonly dueAt: (c: Case) => Instant | null
  readonly userLink: (userId: string) => string
  /** The System Log about a device. */
  readonly deviceLink: (deviceId: string) => string
  /** Okta’s settings page of the signed-in user. */
  readonly userSettingsLink: () => string
  readonly transactionLink: (transactionId: string) => string
  readonly remediations: Readonly<Record<RemediationId, Pick<Remediation, 'title' | 'call' | 'undo' | 'proof'>>>
}

/** Everything that the pages use. */
export interface ReviewDeps {
  readonly store: Pick<
    Store,
    | 'getCase'
    | 'listCases'
    | 'countCases'
    | 'countByState'
    | 'countChildren'
    | 'stormFacets'
    | 'ledger'
    | 'controlChanges'
    | 'recentOperators'
    | 'activity'
    | 'recoveries'
    | 'loneStops'
    | 'guidedCases'
    | 'actionsSince'
    | 'getTicket'
    | 'failing'
    | 'outboxEntries'
    | 'outboxFigures'
    | 'retryOutboxEntry'
    | 'onChange'
  >
  /** The newest storm's case, ended or not. */
  readonly storm: () => Promise<Case | null>
  readonly commands: CaseCommands
  readonly reports: ReportDesk
  readonly killSwitch: KillSwitch
  readonly switches: Switches
  /** The policy in force, with `REENROLL_MODE`. */
  readonly policy: () => DecidePolicy
  readonly words: ReviewWords
  /** The texts of the pages in another language; null: English. */
  readonly texts: PageTexts | null
  readonly signIn: SignInSettings
  readonly sessions: Sessions
  readonly access: Access
  /** The address of the pages, without a slash at the end. */
  readonly publicUrl: () => string
  readonly clock: Clock
}
