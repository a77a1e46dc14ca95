/** Cases for the ticket and ops tests, built on the situations of the remediation tests. */

import type { Case } from '../../../src/domain/case.ts'
import { plus } from '../../../src/domain/time.ts'
import type { Action } from '../../../src/domain/vocabulary.ts'
import { REMEDIATIONS } from '../../../src/remediate/index.ts'
import { type DraftOptions, ticketDraft } from '../../../src/ticket/draft/draft.ts'
import { markdownOf } from '../../../src/ticket/format/markdown.ts'
import { evidenceWith, failure, NOW, USER_ID } from '../../remediate/situations.ts'

export const OPTIONS: DraftOptions = {
  orgUrl: 'https://acme.okta.com',
  caseUrl: (id) => `https://ops.example.com/cases/${id}`,
  remediations: REMEDIATIONS
}

/** The draft with its body as Markdown, as the built-in desk shows it. */
export function shownDraft(c: Case) {
  const draft = ticketDraft(c, OPTIONS)
  return { ...draft, body: markdownOf(draft.body) }
}

export function caseWith(patch: Partial<Case> = {}): Case {
  return {
    id: 'RE-0123456789AB',
    subjectKey: `user:${USER_ID}`,
    user: { id: USER_ID, login: 'anna@example.com', name: 'Anna Example' },
    state: 'with_person',
    openedAt: NOW,
    updatedAt: NOW,
    dueAt: null,
    tries: 0,
    version: 3,
    failures: [failure()],
    signals: [],
    recovery: null,
    evidence: evidenceWith(),
    cause: { id: 'account_suspended', confidence: 'high', because: ['the status is SUSPENDED'], kbOption: 1 },
    considered: [],
    guards: [{ id: 'G1', state: 'clear', because: 'no admin role' }],
    decision: {
      kind: 'ticket',
      rule: 'suspended',
      mode: 'propose',
      because: 'a person suspended the account',
      remediation: 'unsuspend_user',
      stoppedBy: [],
      overridesNeeded: [],
      rows: [{ rule: 'suspended', matched: true, because: 'the status is SUSPENDED' }],
      ruleVersion: 'v1'
    },
    proposal: null,
    approval: null,
    actions: [],
    watchUntil: null,
    vigilUntil: null,
    securityAlert: null,
    parentId: null,
    storm: null,
    ticket: null,
    contentRevision: 1,
    outcome: null,
    timeline: [{ at: NOW, what: 'A failed enrollment opened the case.', by: 'okta' }],
    ...patch
  }
}

export function action(patch: Partial<Action> = {}): Action {
  return {
    id: 'RE-0123456789AB/unsuspend_user/1',
    remediation: 'unsuspend_user',
    attempt: 1,
    state: 'done',
    intendedAt: NOW,
    at: plus(NOW, 1_000),
    by: { kind: 'rule', name: 'suspended_by_automation' },
    because: 'an allow-listed automation suspended the account',
    requestIds: ['req-9'],
    effect: 'pending',
    ...patch
  }
}
