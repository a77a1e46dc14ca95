/** Small cases, deliveries and their parts for tests. Everything has a default; a test names only what it is about. */

import { newCase } from '../../src/case/machine/fold-event.ts'
import type { Case, NamedRepair } from '../../src/domain/case.ts'
import type { LoneStop } from '../../src/domain/decision.ts'
import type { Delivery, FailureTrace } from '../../src/domain/deliveries.ts'
import type { LedgerDraft } from '../../src/domain/ledger.ts'
import { plus } from '../../src/domain/time.ts'
import type { Action, Instant } from '../../src/domain/vocabulary.ts'

/** Noon of a day; tests count from here. */
export const NOON: Instant = '2026-06-15T12:00:00.000Z'

/** The instant so many minutes after noon, or before it when negative. */
export function minute(n: number): Instant {
  return plus(NOON, n * 60_000)
}

/** A case of `user`, new and due at noon. */
export function aCase(user: string, over: Partial<Case> = {}): Case {
  const begun = { user: { id: user, login: `${user}@example.com`, name: null }, version: 1, contentRevision: 1 }
  return newCase(`RE-${user}`, `user:${user}`, NOON, { ...begun, ...over })
}

/** A repair that this guard alone stopped. */
export function aRepair(loneStop: LoneStop): NamedRepair {
  return { rule: 'enrollment_orphaned', mode: loneStop.mode, stoppedBy: [loneStop.guard], loneStop }
}

/** The case after one more change. */
export function changed(c: Case, over: Partial<Case> = {}): Case {
  return { ...c, ...over, version: c.version + 1 }
}

/** An action that is about to happen. */
export function anAction(over: Partial<Action> = {}): Action {
  const remediation = over.remediation ?? 'resend_activation'
  const attempt = over.attempt ?? 1
  return {
    id: `${remediation}/${attempt}`,
    remediation,
    attempt,
    state: 'intended',
    intendedAt: NOON,
    at: NOON,
    by: { kind: 'rule', name: 'activation-pending' },
    because: 'the activation mail has expired',
    requestIds: [],
    effect: 'pending',
    ...over
  }
}

/** The body of a delivery with one event per uuid. */
export function aBody(uuids: readonly string[]): string {
  return JSON.stringify({ data: { events: uuids.map((uuid) => ({ uuid, eventType: 'user.mfa.factor.activate' })) } })
}

/** A delivery of these events, received at noon. */
export function aDelivery(uuids: readonly string[], over: Partial<Delivery> = {}): Delivery {
  return {
    source: 'hook',
    envelopeId: 'envelope-1',
    hookId: 'who1',
    sentAt: NOON,
    receivedAt: NOON,
    body: aBody(uuids),
    events: uuids.map((uuid, index) => ({ uuid, index, publishedAt: NOON })),
    unreadable: [],
    ...over
  }
}

/** One failure as storm detection counts it. */
export function aTrace(user: string, over: Partial<FailureTrace> = {}): FailureTrace {
  return {
    subjectKey: `user:${user}`,
    publishedAt: NOON,
    ip: '198.51.100.24',
    asNumber: 64500,
    appVersion: '9.32.0',
    platform: 'IOS',
    ...over
  }
}

/** A ledger line before it is chained. */
export function aLine(over: Partial<LedgerDraft> = {}): LedgerDraft {
  return { at: NOON, kind: 'decision', caseId: 'RE-anna', by: 'reenroll', entry: { rule: 'unknown' }, ...over }
}
