/**
 * The I/O of each step: read Okta, decide, write a ticket. A step returns a result and changes no case; `machine/case.ts`
 * applies the result. The write itself is in `act.ts`.
 */

import type { Policy } from '../../config/policy/policy.ts'
import { recoveredSince } from '../../decide/facts.ts'
import type { Case } from '../../domain/case.ts'
import type { Verdict } from '../../domain/decision.ts'
import type { Desk, Draft } from '../../domain/desk.ts'
import { type Evidence, type EvidenceSource, mergeEvidence, unreadEvidence } from '../../domain/evidence.ts'
import type { OktaReader, OktaWriter, ReadMode } from '../../domain/okta.ts'
import type { Remediation } from '../../domain/remediation.ts'
import { type Store, StoreUnavailable } from '../../domain/store.ts'
import type { Emit, StepError, StepName } from '../../domain/telemetry-event.ts'
import { plus } from '../../domain/time.ts'
import type { Trace } from '../../domain/trace.ts'
import type { Clock, RemediationId, TicketRef } from '../../domain/vocabulary.ts'
import { retryAt } from '../machine/backpressure.ts'
import type { Result } from '../machine/case.ts'
import { newestFailureAt } from '../machine/fold-event.ts'
import { lagMs } from '../machine/transitions.ts'
import { tendStorm } from '../storm/tracker.ts'
import { correlate } from './correlate.ts'

/** The dependencies of case steps. */
export interface CaseContext {
  readonly store: Store
  readonly reader: OktaReader
  readonly writer: OktaWriter
  readonly remediations: Readonly<Record<RemediationId, Remediation>>
  readonly desk: Desk
  readonly draft: (c: Case) => Draft
  /** Decides on the case with this evidence, the recent writes and the present controls. */
  readonly evaluate: (c: Case, evidence: Evidence) => Promise<Evaluation>
  readonly policy: Policy
  readonly clock: Clock
  readonly emit: Emit
  /** Default: no tracing. */
  readonly trace?: Pick<Trace, 'step'>
}
export interface Evaluation {
  readonly verdict: Verdict
  /** The active storm, if any: cases that guard G8 stops join it. */
  readonly stormId: string | null
  /** Of `proposalHash`: what a person would approve. */
  readonly hash: string
  /** Version of the controls that applied; a write begins only while they are still in force. */
  readonly controlsVersion: number
}

export type PlainStep = Exclude<StepName, 'act'>

const STEPS: { readonly [S in PlainStep]: (c: Case, deps: CaseContext) => Promise<Result> } = {
  correlate,
  decide: async (c, deps) => {
    const evidence = c.evidence ?? unreadEvidence(deps.clock(), 'not read yet')
    return { of: 'decided', ...(await deps.evaluate(c, evidence)) }
  },
  settle,
  tend_storm: tendStorm,
  close_canary: async () => ({ of: 'canary_done' }),
  check_recovery: async (c, deps) => {
    const evidence = await readForRecovery(c, deps)
    const held = rateLimitedSource('check_recovery', RECOVERY_SOURCES, evidence)
    if (held) return held
    return { of: 'checked', recovered: recoveredSince(evidence, newestFailureAt(c) ?? c.openedAt) }
  },
  expire: async () => ({ of: 'expired' }),
  ticket: async (c, deps) => {
    const ticket = await told('ensure', c, deps, () => deps.desk.ensure(deps.draft(c)))
    return { of: 'ticketed', ticket }
  },
  close_ticket: async (c, deps) => {
    const { ticket } = c
    if (!ticket) throw new Error('there is no ticket to close')
    const because = c.timeline.at(-1)?.what ?? 'The case has ended.'
    const closed = await told('resolve', c, deps, () => deps.desk.resolve(ticket, deps.draft(c), because))
    return { of: 'ticket_closed', ticket: closed }
  }
}

/** Calls the ticket system and counts the result. */
async function told(
  op: 'ensure' | 'resolve',
  c: Case,
  deps: CaseContext,
  call: () => Promise<TicketRef>
): Promise<TicketRef> {
  const count = (result: 'ok' | 'failed') =>
    deps.emit({ type: 'ticket', caseId: c.id, system: deps.desk.system, op, result, lagMs: lagMs(c, deps.clock()) })
  try {
    const ticket = await call()
    count('ok')
    return ticket
  } catch (error) {
    count('failed')
    throw error
  }
}

/** Performs a step. Every error becomes a `failed` result, so that the case waits and is retried. */
export async function perform(step: PlainStep, c: Case, deps: CaseContext): Promise<Result> {
  try {
    return await STEPS[step](c, deps)
  } catch (error) {
    return failedBy(step, error)
  }
}

/** A thrown error as a result. An unexpected one is counted as a bug; the case is still retried. */
export function failedBy(step: StepName, error: unknown): Result {
  const ticketing = step === 'ticket' || step === 'close_ticket'
  const trouble: StepError = error instanceof StoreUnavailable ? 'store' : ticketing ? 'ticket_system' : 'bug'
  const because = error instanceof Error ? error.message : String(error)
  return { of: 'failed', step, trouble, because, retryAfterMs: null }
}

const RECOVERY_SOURCES = ['factors', 'enrollments', 'history'] as const

/** The log first, which cases share: it shows most recoveries, and then nothing else is read. */
async function readForRecovery(c: Case, deps: CaseContext): Promise<Evidence> {
  const logged = await read(c, deps, ['history'])
  if (recoveredSince(logged, newestFailureAt(c) ?? c.openedAt) === 'yes') return logged
  const lists = ['factors', 'enrollments'] as const
  return mergeEvidence(logged, await read(c, deps, lists), lists)
}

/** After a crash or an ambiguous response: what reading again proves about the write. */
async function settle(c: Case, deps: CaseContext): Promise<Result> {
  const action = c.actions.at(-1)
  const remediation = action && deps.remediations[action.remediation]
  if (!action || !remediation || !c.evidence) return { of: 'settled', landed: 'unknown' }
  const evidence = mergeEvidence(c.evidence, await read(c, deps, remediation.needs, 'fresh'), remediation.needs)
  const held = rateLimitedSource('settle', remediation.needs, evidence)
  if (held) return held
  const unread = unreadSource(remediation.needs, evidence)
  if (unread) return { of: 'failed', step: 'settle', trouble: 'okta', because: unread, retryAfterMs: null }
  const situation = { userId: c.user.id ?? '', failures: c.failures, evidence, now: deps.clock() }
  return { of: 'settled', landed: remediation.landed(situation, action.intendedAt) }
}

/** A result when one of these sources is rate limited; otherwise null. */
export function rateLimitedSource(
  step: StepName,
  sources: readonly EvidenceSource[],
  evidence: Evidence
): Result | null {
  const until = retryAt(evidence, sources)
  if (until === null) return null
  const because = sources.flatMap((source) => {
    const item = evidence[source]
    return item.state === 'unknown' && item.heldUntil !== undefined ? item.because : []
  })
  return { of: 'held', step, because: because[0] ?? '', until }
}

/** Why one of these sources could not be read now, or null. */
export function unreadSource(sources: readonly EvidenceSource[], evidence: Evidence): string | null {
  for (const source of sources) {
    const item = evidence[source]
    if (item.state === 'unknown' && item.retryable) return item.because
  }
  return null
}

/** Reads evidence for a case, all of it or some sources; without a user there is nothing to read. */
export async function read(
  c: Case,
  deps: CaseContext,
  sources?: readonly EvidenceSource[],
  mode?: ReadMode
): Promise<Evidence> {
  const userId = c.user.id ?? c.user.login
  const now = deps.clock()
  if (!userId) return unreadEvidence(now, 'no event named a user')
  return deps.reader.evidence({
    userId,
    ...(sources ? { sources } : {}),
    ...(mode ? { mode: mode } : {}),
    historySince: plus(now, -deps.policy.evidence.historyMs),
    suspectDeviceIds: [...new Set(c.failures.flatMap((failure) => failure.device.id ?? []))]
  })
}
