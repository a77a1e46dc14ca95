/** Builders for tests of deciding: a user for whom every guard is clear, to be changed one thing at a time. */

import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { Controls, DecideInput, DecidePolicy, Recent } from '../../src/domain/decision.ts'
import type { LogEntry } from '../../src/domain/evidence.ts'
import { MINUTE_MS } from '../../src/domain/time.ts'
import type { Action, EventContext, EventDevice, Failure, Signal } from '../../src/domain/vocabulary.ts'
import { ago, anEntry, knownEvidence, LOGIN, NOW, USER_ID } from './build-evidence.ts'

export * from './build-evidence.ts'

export function aContext(overrides: Partial<EventContext> = {}): EventContext {
  return {
    ip: '203.0.113.9',
    country: 'United States',
    asNumber: 64496,
    anonymizer: 'no',
    threat: 'no',
    unusual: 'no',
    risk: 'LOW',
    appVersion: '9.32.0',
    ...overrides
  }
}

/** What a sparse event says about where it came from: nothing. */
export const SPARSE_CONTEXT: EventContext = {
  ip: null,
  country: null,
  asNumber: null,
  anonymizer: 'unknown',
  threat: 'unknown',
  unusual: 'unknown',
  risk: 'unknown',
  appVersion: null
}

export function anEventDevice(overrides: Partial<EventDevice> = {}): EventDevice {
  return {
    id: null,
    name: null,
    platform: 'unknown',
    osVersion: null,
    model: null,
    serialNumber: null,
    managed: null,
    jailbroken: null,
    ...overrides
  }
}

/** A failure five minutes ago, certain and from home, on a device that the event does not describe. */
export function aFailure(overrides: Partial<Failure> = {}): Failure {
  return {
    kind: 'failure',
    uuid: 'failure-1',
    eventType: 'user.mfa.factor.activate',
    publishedAt: ago(5 * MINUTE_MS),
    receivedAt: ago(5 * MINUTE_MS),
    source: 'hook',
    subject: { id: USER_ID, login: LOGIN, name: 'Dana Example' },
    actor: { id: USER_ID, type: 'User', login: LOGIN },
    result: 'FAILURE',
    reason: 'E0000011: Invalid token provided',
    transactionId: 'tx1',
    device: anEventDevice(),
    context: aContext(),
    confidence: 'high',
    invalidToken: true,
    policyRefusal: false,
    actedForAnother: false,
    preview: false,
    ...overrides
  }
}

export function aSignal(eventType: string, overrides: Partial<Signal> = {}): Signal {
  const { confidence, invalidToken, policyRefusal, actedForAnother, preview, ...event } = aFailure()
  return {
    ...event,
    kind: 'signal',
    uuid: `signal-${eventType}`,
    eventType,
    result: 'SUCCESS',
    reason: null,
    publishedAt: ago(60 * MINUTE_MS),
    ...overrides
  }
}

export function anAction(overrides: Partial<Action> = {}): Action {
  return {
    id: 'RE-1/resend_activation/1',
    remediation: 'resend_activation',
    attempt: 1,
    state: 'done',
    intendedAt: ago(10 * MINUTE_MS),
    at: ago(10 * MINUTE_MS),
    by: { kind: 'rule', name: 'activation_pending' },
    because: 'a test',
    requestIds: [],
    effect: 'pending',
    ...overrides
  }
}

export const QUIET_RECENT: Recent = {
  userWrites: 0,
  writesLastHour: 0,
  failingUsers: 1,
  sameIpUsers: 1,
  sameNetworkUsers: 1
}
export const NO_CONTROLS: Controls = { version: 1, kill: null, rules: {}, ceiling: null }
export const KILLED: Controls['kill'] = { on: true, because: 'drill', by: 'olga', at: NOW }

/** The default policy with the ceiling off. */
export function aPolicy(overrides: Partial<DecidePolicy> = {}): DecidePolicy {
  return { ...DEFAULT_POLICY.decide, ceiling: 'auto', ...overrides }
}
/** The default policy with other guard thresholds. */
export function aPolicyWithGuards(guards: Partial<DecidePolicy['guards']>): DecidePolicy {
  return aPolicy({ guards: { ...DEFAULT_POLICY.decide.guards, ...guards } })
}

/** The System Log entry of a failure, as it was delivered. */
export function entryOf({ uuid, eventType, publishedAt, result, reason, actor, context }: Failure): LogEntry {
  return anEntry(eventType, {
    uuid,
    at: publishedAt,
    result,
    reason,
    actorId: actor.id,
    actorLogin: actor.login,
    ip: context.ip,
    country: context.country,
    isOktaVerify: true,
    threat: context.anonymizer === 'yes' || context.threat === 'yes'
  })
}

/** The input with the log entries of its failures; a log that was not read stays so. */
export function proved(input: DecideInput): DecideInput {
  const { history } = input.evidence
  if (history.state !== 'known') return input
  const value = [...input.failures.map(entryOf), ...history.value]
  return { ...input, evidence: { ...input.evidence, history: { ...history, value } } }
}

/** One failure of one quiet, active user, in the System Log. Every guard is clear. */
export function anInput(overrides: Partial<DecideInput> = {}): DecideInput {
  return proved(anUnprovedInput(overrides))
}

/** As `anInput`, but the System Log does not hold the failures. */
export function anUnprovedInput(overrides: Partial<DecideInput> = {}): DecideInput {
  return {
    subject: { id: USER_ID, login: LOGIN, name: 'Dana Example' },
    failures: [aFailure()],
    signals: [],
    actions: [],
    evidence: knownEvidence(),
    recent: QUIET_RECENT,
    controls: NO_CONTROLS,
    inStorm: false,
    policy: aPolicy(),
    now: NOW,
    ...overrides
  }
}
