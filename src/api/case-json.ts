/** A case as the API returns it. Scripts rely on this format, so each field is listed (DESIGN §4). Pure. */
import type { Case } from '../domain/case.ts'
import type { Decision } from '../domain/decision.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource } from '../domain/evidence.ts'
import { disagreements, subjectOf } from '../domain/subject.ts'
import type { Challenge } from '../domain/verification.ts'
import type { Instant } from '../domain/vocabulary.ts'

/** One source of evidence: its value, or why there is none. */
export interface EvidenceJson {
  readonly source: EvidenceSource
  readonly state: 'known' | 'absent' | 'unknown'
  readonly at: Instant
  readonly because?: string
  readonly value?: unknown
}

export type CaseJson = ReturnType<typeof caseJson>

export function caseJson(c: Case) {
  return {
    id: c.id,
    state: c.state,
    user: personJson(c),
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
    challenges: (c.challenges ?? []).map(challengeJson),
    parentId: c.parentId,
    storm: c.storm,
    timeline: c.timeline
  }
}

/** The person as Okta names them; before Okta was asked, as the event claims. The claim is kept where it differs. */
function personJson(c: Case) {
  const subject = subjectOf(c)
  if (subject.source === 'claim') return { ...subject.claimed, source: subject.source, claimed: null }
  const { id, login, name, source } = subject
  return { id, login, name, source, claimed: disagreements(c.user, subject).length > 0 ? c.user : null }
}

/** Without the number and the code, which are for the operator's eyes and for Okta. */
function challengeJson({ id, kind, factor, strength, state, by, at, expiresAt, because }: Challenge) {
  return { id, kind, factor, strength, state, by: by.name, at, expiresAt, because }
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
