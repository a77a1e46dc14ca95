/** What the steps of a case share: their dependencies, and errors as results. */
import type { Policy } from '../config/policy/policy.ts'
import type { Case } from '../domain/case.ts'
import type { Controls, DecidePolicy } from '../domain/decision.ts'
import type { Desk, Draft } from '../domain/desk.ts'
import type { Evidence } from '../domain/evidence.ts'
import type { OktaChallenges, OktaReader, OktaWriter } from '../domain/okta.ts'
import type { Remediation } from '../domain/remediation.ts'
import type { Store } from '../domain/store.ts'
import { StoreUnavailable } from '../domain/store.ts'
import type { Emit, StepError, StepName } from '../domain/telemetry-event.ts'
import type { Trace } from '../domain/trace.ts'
import type { ManagerQuestion } from '../domain/verification.ts'
import type { Clock, RemediationId } from '../domain/vocabulary.ts'
import type { Evaluation, StepOutcome } from './machine/transitions.ts'

/** The dependencies of case steps. */
export interface CaseContext {
  readonly store: Store
  readonly reader: OktaReader
  readonly writer: OktaWriter
  readonly remediations: Readonly<Record<RemediationId, Remediation>>
  readonly desk: Desk
  readonly draft: (c: Case) => Draft
  /** Decides on the case with this evidence, the recent writes and the present controls. */
  readonly evaluate: (c: Case, evidence: Evidence) => Promise<CurrentEvaluation>
  readonly policy: Policy
  readonly clock: Clock
  readonly emit: Emit
  /** Default: no tracing. */
  readonly trace?: Pick<Trace, 'step'>
  /** Verifies callers; left out: nobody is verified. */
  readonly verify?: VerifyParts
}

/** What verifying needs beside the context of every step. */
export interface VerifyParts {
  readonly okta: OktaChallenges
  /** The policy in force under these controls. */
  readonly policy: (controls: Controls) => Promise<DecidePolicy>
  /** Mails a code to the manager; returns why it could not, or null. */
  readonly askManager: (ask: ManagerQuestion) => Promise<string | null>
}

/** An evaluation, with the controls it rests on. */
export interface CurrentEvaluation extends Evaluation {
  /** Version of the controls that applied; a write begins only while they are still in force. */
  readonly controlsVersion: number
}

/** A thrown error as a result. An unexpected one is counted as a bug; the case is still retried. */
export function failedBy(step: StepName, error: unknown): StepOutcome {
  const ticketing = step === 'ticket' || step === 'close_ticket'
  const kind: StepError = error instanceof StoreUnavailable ? 'store' : ticketing ? 'ticket_system' : 'bug'
  const because = error instanceof Error ? error.message : String(error)
  return { of: 'failed', step, error: kind, because, retryAfterMs: null }
}
