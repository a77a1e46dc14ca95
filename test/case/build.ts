/** Small builders for cases, events and verdicts; every test says only what matters to it. */

import { foldEvent } from '../../src/case/machine/fold-event.ts'
import type { CasePolicy } from '../../src/case/machine/transitions.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { Case } from '../../src/domain/case.ts'
import type { Decision, Verdict } from '../../src/domain/decision.ts'
import { type Evidence, unreadEvidence } from '../../src/domain/evidence.ts'
import type { EventFacts, Failure, Recovery, Signal } from '../../src/domain/vocabulary.ts'

export const NOW = '2026-06-15T14:03:20.000Z'
export const POLICY: CasePolicy = DEFAULT_POLICY

export function eventFacts(over: Partial<EventFacts> = {}): EventFacts {
  return {
    uuid: 'e1',
    eventType: 'user.mfa.factor.activate',
    publishedAt: '2026-06-15T14:03:11.204Z',
    receivedAt: '2026-06-15T14:03:19.881Z',
    source: 'hook',
    subject: { id: '00uDana', login: 'dana@example.com', name: 'Dana' },
    actor: { id: '00uDana', type: 'User', login: 'dana@example.com' },
    result: 'FAILURE',
    reason: 'Invalid token provided',
    transactionId: null,
    device: {
      id: null,
      name: null,
      platform: 'IOS',
      osVersion: null,
      model: null,
      serialNumber: null,
      managed: null,
      jailbroken: null
    },
    context: {
      ip: '198.51.100.24',
      country: 'United States',
      asNumber: 64496,
      anonymizer: 'no',
      threat: 'no',
      unusual: 'no',
      risk: 'unknown',
      appVersion: '9.32.0'
    },
    ...over
  }
}

export function aFailure(over: Partial<Failure> = {}): Failure {
  return {
    ...eventFacts(),
    kind: 'failure',
    confidence: 'high',
    invalidToken: true,
    policyRefusal: false,
    actedForAnother: false,
    preview: false,
    ...over
  }
}

export function aRecovery(over: Partial<Recovery> = {}): Recovery {
  return {
    ...eventFacts({ uuid: 'r1', result: 'SUCCESS', publishedAt: '2026-06-15T14:10:00.000Z' }),
    kind: 'recovery',
    ...over
  }
}

export function aSignal(over: Partial<Signal> = {}): Signal {
  return {
    ...eventFacts({ uuid: 's1', eventType: 'user.lifecycle.suspend', result: 'SUCCESS' }),
    kind: 'signal',
    ...over
  }
}

/** A case as one failure opens it, then whatever the test sets. */
export function aCase(over: Partial<Case> = {}): Case {
  const joined = foldEvent(null, aFailure(), 'RE-TEST', NOW)
  if (!('change' in joined)) throw new Error('a failure opens a case')
  return { ...joined.change.next, ...over }
}

export function someEvidence(over: Partial<Evidence> = {}): Evidence {
  return { ...unreadEvidence(NOW, 'not read in this test'), ...over }
}

export function aVerdict(over: Partial<Decision> = {}): Verdict {
  return {
    cause: { id: 'enrollment_orphaned', confidence: 'high', because: ['all factors are pending'], kbOption: 2 },
    considered: [],
    guards: [{ id: 'G1', state: 'clear', because: 'no admin role' }],
    decision: {
      kind: 'remediate',
      rule: 'orphaned_enrollment',
      mode: 'auto',
      because: 'The enrollment never became active.',
      remediation: 'remove_orphaned_enrollment',
      stoppedBy: [],
      overridesNeeded: [],
      rows: [],
      ruleVersion: 'v1',
      ...over
    }
  }
}

export const TICKET_VERDICT = aVerdict({
  kind: 'ticket',
  mode: 'observe',
  remediation: null,
  rule: 'unknown',
  because: 'Nobody knows.'
})
export const PROPOSAL_VERDICT = aVerdict({
  mode: 'propose',
  remediation: 'unsuspend_user',
  rule: 'suspended',
  overridesNeeded: ['G9']
})
