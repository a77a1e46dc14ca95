/** Reads one event: a failure, a recovery, a signal, or a skip with its reason (facts §2.4). Pure, and never throws. */
import type { ClassifierSettings } from '../../domain/classifier.ts'
import type { PendingEvent } from '../../domain/deliveries.ts'
import { isRecord, items, type Json, recordOf, said } from '../../domain/json.ts'
import { sharedSignalKind } from '../../domain/shared-signals.ts'
import { readInstant } from '../../domain/time.ts'
import type { Confidence, Failure, Reading, SkipReason } from '../../domain/vocabulary.ts'
import { isInactiveDevice } from '../../okta/reads/translate-log.ts'
import { REPORT_TYPE } from '../report.ts'
import { actsForAnother, eventFacts, eventTypeOf, isPreview, resultOf } from './event-facts.ts'
import { compileMarks, type Marks } from './event-marks.ts'

/** A verification, listed only for the failed step-up right before an enrollment (facts §2.1). */
const AUTH_VIA_MFA = 'user.authentication.auth_via_mfa'

/** A change to an enrollment, such as a reset: its success proves no enrollment (captures: `User reset OKTA_VERIFY_PUSH factor`). */
const FACTOR_UPDATE = 'user.mfa.factor.update'
/** Reasons of a success that took Okta Verify away. */
const TAKEN_AWAY = /\b(reset|suspend|deactivat|unenroll|remov|delet)/i
/** Okta FastPass refused to sign for another origin (sec.okta.com/fastpassphishingdetection). */
const PHISHING = /phishing/i

/** Types that name Okta Verify on failure and are known to be something else, so no near-misses (facts §2.1, §6.1 G6). */
const NO_ENROLLMENT = new RegExp(
  `^(${[
    'user\\.mfa\\.(okta_verify|promote_enrollment)',
    'user\\.mfa\\.factor\\.(deactivate|reset_all|suspend|unsuspend)$',
    'system\\.push\\.',
    'device\\.custom_push\\.',
    'policy\\.evaluate_sign_on$',
    'application\\.policy\\.sign_on\\.'
  ].join('|')})`
)

/** An event, opened: what the steps below look at. */
interface Look {
  readonly arrived: PendingEvent
  readonly event: Json
  readonly eventType: string
  readonly result: string | null
  /** Any result but those listed as success; a missing one too (facts §2.4 item 2). */
  readonly nonSuccess: boolean
  readonly marks: Marks
}

/** Compiles the settings once; the result reads any number of events. */
export function compileClassifier(settings: ClassifierSettings): (arrived: PendingEvent) => Reading {
  const marksOf = compileMarks(settings)
  const ownIds = new Set(settings.ownIds.filter((id) => id !== ''))
  const listed = new Set(settings.failureTypes)
  const successes = new Set(settings.successResults.map((result) => result.toUpperCase()))
  const isSignal = typeMatcher(settings.signalTypes)

  return (arrived) => {
    const { raw, source } = arrived
    if (!isRecord(raw)) return skipped('unreadable', null)
    const eventType = eventTypeOf(raw)
    if (isOwn(raw, ownIds)) return skipped('own_echo', eventType)
    if (eventType === null) return skipped('not_listed', null)
    const result = resultOf(raw)
    const nonSuccess = result === null || !successes.has(result)
    const look: Look = { arrived, event: raw, eventType, result, nonSuccess, marks: marksOf(eventType, raw) }
    // Other vendors' events say nothing about an enrollment.
    if (source === 'ssf') return sharedSignalKind(eventType) ? signal(look) : skipped('not_listed', eventType)
    if (eventType === REPORT_TYPE && source === 'report') return failure(look, 'medium', settings)
    if (eventType === REPORT_TYPE && source === 'self') return ownReport(look, settings)
    if (listed.has(eventType))
      return eventType === AUTH_VIA_MFA ? verification(look, settings) : enrollment(look, settings)
    return isSignal(eventType) ? signal(look, isNearMiss(look)) : skipped('not_listed', eventType, isNearMiss(look))
  }
}

/** Loop guard: our own client, as actor or as the client of a user we act for (facts §2.4 item 1). */
function isOwn(event: Json, ownIds: ReadonlySet<string>): boolean {
  return [recordOf(event.actor).id, recordOf(event.client).id].some((id) => ownIds.has(said(id) ?? ''))
}

/** One of the types whose failure may be the failure this product is for, and whose success proves an enrollment. */
function enrollment(look: Look, settings: ClassifierSettings): Reading {
  const { eventType, marks, nonSuccess, result } = look
  if (!nonSuccess) {
    if (result !== 'SUCCESS' || marks.authenticator !== 'okta_verify') return skipped('succeeded_elsewhere', eventType)
    const facts = eventFacts(look.arrived, look.event, eventType)
    const proves = eventType !== FACTOR_UPDATE && !TAKEN_AWAY.test(facts.reason ?? '')
    if (!proves) return { ...facts, kind: 'signal' }
    const isUnfinished = items(look.event.target).map(recordOf).some(isInactiveDevice)
    return { ...facts, kind: 'recovery', ...(isUnfinished ? { unfinished: true } : {}) }
  }
  if (marks.authenticator === 'another') return skipped('not_okta_verify', eventType, isNearMiss(look))
  return failure(look, confidenceOf(look), settings)
}

/** Facts §2.4 item 5. A missing result says too little for more than low. */
function confidenceOf({ marks, result }: Look): Confidence {
  if (result === null || marks.authenticator !== 'okta_verify') return 'low'
  return marks.invalidToken ? 'high' : 'medium'
}

/** Only a failed step-up before an enrollment is a failure, and a weak one; other misses are what guard G7 counts. */
function verification(look: Look, settings: ClassifierSettings): Reading {
  if (!look.nonSuccess) return skipped('succeeded_elsewhere', look.eventType)
  const debug = recordOf(recordOf(look.event.debugContext).debugData)
  const isStepUp = said(debug.factorIntent)?.toUpperCase() === 'CREDENTIAL_ENROLLMENT'
  const isPhishing = PHISHING.test(said(recordOf(look.event.outcome).reason) ?? '')
  return isStepUp && !isPhishing && look.result === 'FAILURE' ? failure(look, 'low', settings) : signal(look)
}

/** The report of a person who had just signed in at the org: nobody else's claim, so its confidence is high (DESIGN §8). */
function ownReport(look: Look, settings: ClassifierSettings): Reading {
  const { at, amr, acr } = recordOf(look.event.signIn)
  const signIn = {
    at: readInstant(at) ?? NEVER,
    amr: items(amr).flatMap((method) => said(method) ?? []),
    acr: said(acr)
  }
  return { ...failure(look, 'high', settings), signIn }
}

/** A sign-in without a time proves nothing. */
const NEVER = '1970-01-01T00:00:00.000Z'

function failure(
  { arrived, event, eventType, marks }: Look,
  confidence: Confidence,
  settings: ClassifierSettings
): Failure {
  const facts = eventFacts(arrived, event, eventType)
  return {
    ...facts,
    kind: 'failure',
    confidence,
    invalidToken: marks.invalidToken,
    policyRefusal: marks.policyRefusal,
    // A report is always somebody else's word; that it may not act on its own is said by its source (guard G13).
    actedForAnother: arrived.source !== 'report' && actsForAnother(facts),
    preview: isPreview(arrived, event, settings.previewAfterMs)
  }
}

/**
 * Signal types cover much; a failed enrollment under a type that nobody listed must not hide among them. A listed type is
 * none of those: every failed sign-in with Okta Verify would be a near miss.
 */
function signal({ arrived, event, eventType }: Look, nearMiss = false): Reading {
  const facts = eventFacts(arrived, event, eventType)
  return nearMiss ? { ...facts, kind: 'signal', nearMiss } : { ...facts, kind: 'signal' }
}

/**
 * A skip that smells of the failure we look for: no success, and it names Okta Verify or an invalid token, yet its type is
 * not listed or another authenticator is named. Counted, never opened; a rise means that the settings miss something.
 */
function isNearMiss({ eventType, marks, nonSuccess }: Look): boolean {
  return nonSuccess && (marks.authenticator === 'okta_verify' || marks.invalidToken) && !NO_ENROLLMENT.test(eventType)
}

function skipped(why: SkipReason, eventType: string | null, nearMiss = false): Reading {
  return { kind: 'skipped', why, eventType, nearMiss }
}

/** Exact types, or everything below a `*`. */
function typeMatcher(patterns: readonly string[]): (eventType: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')))
  const prefixes = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1))
  return (eventType) => exact.has(eventType) || prefixes.some((prefix) => eventType.startsWith(prefix))
}
