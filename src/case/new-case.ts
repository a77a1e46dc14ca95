/** A case before anything is known about it. Pure; part of the case machine. */
import type { Instant } from '../vocabulary.ts'
import type { Case } from './case-file.ts'

/** Due at once and not saved yet; `over` is what its kind of case begins with. */
export function newCase(id: string, subjectKey: string, now: Instant, over: Partial<Case>): Case {
  return {
    id,
    subjectKey,
    user: { id: null, login: null, name: null },
    state: 'received',
    openedAt: now,
    updatedAt: now,
    dueAt: now,
    tries: 0,
    version: 0,
    failures: [],
    signals: [],
    recovery: null,
    evidence: null,
    cause: null,
    considered: [],
    guards: [],
    decision: null,
    proposal: null,
    approval: null,
    actions: [],
    watchUntil: null,
    vigilUntil: null,
    alarm: null,
    parentId: null,
    storm: null,
    ticket: null,
    story: 0,
    outcome: null,
    timeline: [],
    ...over
  }
}
