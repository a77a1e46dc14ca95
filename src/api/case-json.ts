/** A case as the API returns it. Scripts rely on this format, so each field is listed (DESIGN §4). Pure. */
import type { Case, Outcome, Storm, TimelineEntry } from '../domain/case.ts'
import type { CauseVerdict, Decision, RuleVerdict } from '../domain/decision.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource } from '../domain/evidence.ts'
import type {
  Action,
  CaseState,
  Failure,
  GuardVerdict,
  Instant,
  Proposal,
  Subject,
  TicketRef
} from '../domain/vocabulary.ts'

/** One source of evidence: its value, or why there is none. */
export interface EvidenceJson {
  readonly source: EvidenceSource
  readonly state: 'known' | 'absent' | 'unknown'
  readonly at: Instant
  readonly because?: string
  readonly value?: unknown
}

/** The JSON of a case. */
export interface CaseJson {
  readonly id: string
  readonly state: CaseState
  readonly user: Subject
  readonly openedAt: Instant
  readonly updatedAt: Instant
  readonly failures: readonly Failure[]
  readonly evidence: readonly EvidenceJson[]
  readonly cause: CauseVerdict | null
  readonly considered: readonly CauseVerdict[]
  readonly guards: readonly GuardVerdict[]
  readonly decision: Omit<Decision, 'rows'> | null
  /** Every row of the table up to the one that matched. */
  readonly rows: readonly RuleVerdict[]
  readonly proposal: Proposal | null
  readonly actions: readonly Action[]
  readonly ticket: Pick<TicketRef, 'system' | 'key' | 'url' | 'state'> | null
  readonly outcome: Outcome | null
  /** Signs of a takeover after our write. */
  readonly alarm: string | null
  /** The storm case that this case belongs to. */
  readonly parentId: string | null
  readonly storm: Storm | null
  readonly timeline: readonly TimelineEntry[]
}

/** The case as JSON data. */
export function caseJson(c: Case): CaseJson {
  return {
    id: c.id,
    state: c.state,
    user: c.user,
    openedAt: c.openedAt,
    updatedAt: c.updatedAt,
    failures: c.failures,
    evidence: c.evidence ? evidenceJson(c.evidence) : [],
    cause: c.cause,
    considered: c.considered,
    guards: c.guards,
    decision: c.decision && decisionJson(c.decision),
    rows: c.decision?.rows ?? [],
    proposal: c.proposal,
    actions: c.actions,
    ticket: c.ticket && { system: c.ticket.system, key: c.ticket.key, url: c.ticket.url, state: c.ticket.state },
    outcome: c.outcome,
    alarm: c.securityAlert,
    parentId: c.parentId,
    storm: c.storm,
    timeline: c.timeline
  }
}

function decisionJson({ rows: _rows, ...decision }: Decision): Omit<Decision, 'rows'> {
  return decision
}

function evidenceJson(evidence: Evidence): readonly EvidenceJson[] {
  return EVIDENCE_SOURCES.map((source) => {
    const item = evidence[source]
    return item.state === 'known'
      ? { source, state: item.state, at: item.at, value: item.value }
      : { source, state: item.state, at: item.at, because: item.because }
  })
}
