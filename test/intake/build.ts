/** Small events and envelopes for the intake tests. Everything has a default; a test names only what it is about. */
import { readFileSync } from 'node:fs'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { ClassifierSettings } from '../../src/domain/classifier.ts'
import type { PendingEvent } from '../../src/domain/deliveries.ts'
import { plus } from '../../src/domain/time.ts'
import type { Failure, Instant, Reading, Signal } from '../../src/domain/vocabulary.ts'
import { compileClassifier } from '../../src/intake/classify/classify.ts'
import { readEnvelope } from '../../src/intake/envelope.ts'

export const NOW: Instant = '2026-06-15T14:03:12.000Z'
export const OWN_ID = '0oaREENROLLSERVICEd7'
export const SETTINGS: ClassifierSettings = { ...DEFAULT_POLICY.classifier, ownIds: [OWN_ID] }

export const USER = {
  id: '00uDANAEXAMPLE0000d7',
  type: 'User',
  alternateId: 'dana@example.com',
  displayName: 'Dana Example'
}
export const OKTA_VERIFY = { id: 'pfdEXAMPLE0000000d7', type: 'AuthenticatorEnrollment', displayName: 'Okta Verify' }
export const GOOGLE = {
  id: 'uftEXAMPLE0000000d7',
  type: 'AuthenticatorEnrollment',
  displayName: 'Google Authenticator'
}

/** A failed `user.mfa.factor.activate` that names no authenticator, unless `over` says otherwise. */
export function anEvent(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    uuid: 'b0a1c2d3-0000-4000-8000-000000000001',
    published: plus(NOW, -1_000),
    eventType: 'user.mfa.factor.activate',
    actor: USER,
    outcome: { result: 'FAILURE', reason: null },
    target: [USER],
    ...over
  }
}

export function withDebug(debugData: Record<string, unknown>, over: Record<string, unknown> = {}) {
  return anEvent({ debugContext: { debugData }, ...over })
}

/** The event as the store hands it out. */
export function arrived(raw: unknown, over: Partial<PendingEvent> = {}): PendingEvent {
  const published = typeof raw === 'object' && raw !== null && 'published' in raw ? raw.published : null
  return {
    uuid: 'b0a1c2d3-0000-4000-8000-000000000001',
    source: 'hook',
    raw,
    publishedAt: typeof published === 'string' ? published : NOW,
    receivedAt: plus(NOW, 500),
    sentAt: NOW,
    ...over
  }
}

/** What the default classifier makes of the raw event. */
export function read(raw: unknown, over: Partial<PendingEvent> = {}): Reading {
  return compileClassifier(SETTINGS)(arrived(raw, over))
}

/** The same, for events that must be failures. */
export function readFailure(raw: unknown, over: Partial<PendingEvent> = {}): Failure {
  const reading = read(raw, over)
  if (reading.kind !== 'failure') throw new Error(`read as ${reading.kind}, not as a failure`)
  return reading
}

/** The same, for events that must be signals. */
export function readSignal(raw: unknown): Signal {
  const reading = read(raw)
  if (reading.kind !== 'signal') throw new Error(`read as ${reading.kind}, not as a signal`)
  return reading
}

/** One word for a reading: `failure high`, `recovery`, `signal`, `skipped not_listed`, with `near miss` where it is one. */
export function brief(reading: Reading): string {
  if (reading.kind === 'failure') return `failure ${reading.confidence}`
  if (reading.kind !== 'skipped') return reading.kind
  return `skipped ${reading.why}${reading.nearMiss ? ', near miss' : ''}`
}

export function envelope(events: unknown, over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    source: 'https://id.example.com/api/v1/eventHooks/who1evthookEXAMPL0d7',
    eventId: 'a32e9b89-52fb-4eff-a779-f1b6af47e525',
    data: { events },
    eventTime: NOW,
    contentType: 'application/json',
    ...over
  }
}

/** A delivery from `fixtures/`, as text. */
export function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')
}

/** Every event of a fixture, read the way the service reads it: envelope, store, classifier. */
export function readFixture(name: string): Reading[] {
  const raw = fixture(name)
  const body: { data: { events: unknown[] } } = JSON.parse(raw)
  const opened = readEnvelope(body, raw, { receivedAt: '2026-06-15T15:10:00.000Z' })
  if (!opened.ok) throw new Error(opened.fault)
  const { events, receivedAt, sentAt } = opened.delivery
  return events.map(({ uuid, index, publishedAt }) =>
    compileClassifier(SETTINGS)({ uuid, source: 'hook', raw: body.data.events[index], publishedAt, receivedAt, sentAt })
  )
}
