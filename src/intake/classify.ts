/**
 * Reads one event: a failed Okta Verify enrollment, a recovery, a signal, or a skip with its reason (facts §2.4). Pure, and
 * no input makes it throw. No Okta document says which event carries the failure, so everything here is configuration.
 */
import type { Confidence, EventFacts, Reading, SkipReason, Subject } from '../vocabulary.ts'
import { readContext } from './event-context.ts'
import { readAppAgent, readDevice } from './event-device.ts'
import { type Fields, fields, objects, short, text } from './narrow.ts'
import type { ClassifierSettings, RawEvent } from './reading.ts'

export type Classify = (event: RawEvent) => Reading

/** The type under which `report.ts` files a help-desk report. */
export const REPORT_TYPE = 'reenroll.report'
/** Verification; a failure only as the step-up before an enrollment (facts §2.1). */
const VERIFICATION = 'user.authentication.auth_via_mfa'
/** Results that prove that something happened; SKIPPED and the like only say that it did not fail. */
const PROOFS = ['SUCCESS', 'ALLOW']

/** Compiles the patterns once. Throws a `SyntaxError` for a bad pattern; `policy-file.ts` has refused those before. */
export function compileClassifier(settings: ClassifierSettings): Classify {
  const names = anyOf(settings.oktaVerifyNames)
  const factors = anyOf(settings.oktaVerifyFactors)
  const tokens = anyOf(settings.invalidTokenTexts)
  const refusals = anyOf(settings.policyRefusalTexts)
  const isSignal = anyType(settings.signalTypes)
  return (event) => {
    const raw = fields(event.raw)
    const eventType = text(raw.eventType)
    if (eventType === null) return skipped('unreadable', null, false)
    const ownIds = [fields(raw.actor).id, fields(raw.client).id]
    if (ownIds.some((id) => settings.ownIds.some((own) => own === id))) return skipped('own_echo', eventType, false)
    const facts = factsOf(event, raw, eventType)
    const says = wordsOf(raw)
    const okta = oktaVerify(raw, eventType, settings, names, factors)
    const invalidToken = says.some((words) => tokens(words))
    const traits = {
      invalidToken,
      policyRefusal: says.some((words) => refusals(words)),
      actedForAnother: actedForAnother(facts),
      preview: event.source === 'hook' && isPreview(event, settings.previewAfterMs)
    }
    const failure = (confidence: Confidence): Reading => ({ ...facts, kind: 'failure', confidence, ...traits })
    if (eventType === REPORT_TYPE) return failure('medium')
    const failed = facts.result === null || !settings.successResults.includes(facts.result)
    const nearMiss = failed && (okta === 'yes' || invalidToken)
    if (!settings.failureTypes.includes(eventType)) {
      return isSignal(eventType) ? { ...facts, kind: 'signal', nearMiss } : skipped('not_listed', eventType, nearMiss)
    }
    if (eventType === VERIFICATION) {
      if (!failed) return skipped('succeeded_elsewhere', eventType, false)
      const enrolling = text(debugDataOf(raw).factorIntent) === 'CREDENTIAL_ENROLLMENT'
      return enrolling && okta !== 'no' ? failure('low') : { ...facts, kind: 'signal' }
    }
    if (failed) {
      if (okta === 'no') return skipped('not_okta_verify', eventType, invalidToken)
      if (okta === 'unknown' || facts.result === null) return failure('low')
      return failure(invalidToken ? 'high' : 'medium')
    }
    if (okta === 'yes' && PROOFS.includes(facts.result ?? '')) return { ...facts, kind: 'recovery' }
    return isSignal(eventType) ? { ...facts, kind: 'signal' } : skipped('succeeded_elsewhere', eventType, false)
  }
}

function skipped(why: SkipReason, eventType: string | null, nearMiss: boolean): Reading {
  return { kind: 'skipped', why, eventType: short(eventType, 100), nearMiss }
}

function anyOf(patterns: readonly string[]): (words: string) => boolean {
  const compiled = patterns.map((pattern) => new RegExp(pattern, 'i'))
  return (words) => compiled.some((pattern) => pattern.test(words))
}

function anyType(types: readonly string[]): (eventType: string) => boolean {
  const starts = types.filter((type) => type.endsWith('*')).map((type) => type.slice(0, -1))
  return (eventType) => types.includes(eventType) || starts.some((start) => eventType.startsWith(start))
}

function debugDataOf(raw: Fields): Fields {
  return fields(fields(raw.debugContext).debugData)
}

/** Every text in which a reason may stand (facts §2.4 item 4). Bounded: patterns do not run over megabytes. */
function wordsOf(raw: Fields): readonly string[] {
  const said = [fields(raw.outcome).reason, raw.displayMessage, ...Object.values(debugDataOf(raw))]
  return said.flatMap((value) => short(text(value), 2_000) ?? [])
}

/** Whether Okta Verify is meant: yes, clearly another authenticator, or not said (facts §2.4 item 3). */
function oktaVerify(
  raw: Fields,
  eventType: string,
  settings: ClassifierSettings,
  names: (words: string) => boolean,
  factors: (words: string) => boolean
): 'yes' | 'no' | 'unknown' {
  const debugData = debugDataOf(raw)
  const targets = objects(raw.target)
  const uri = text(debugData.requestUri)
  const factor = [debugData.authenticatorKey, debugData.factor].flatMap((value) => short(text(value)) ?? [])
  const said = [...factor, ...[fields(raw.outcome).reason].flatMap((value) => short(text(value), 2_000) ?? [])]
  const authenticators = targets.filter(
    (target) => target.type === 'AuthenticatorEnrollment' && text(target.displayName)
  )
  if (
    settings.alwaysOktaVerifyTypes.includes(eventType) ||
    targets.some((target) => names(short(text(target.displayName)) ?? '')) ||
    said.some(factors)
  ) {
    return 'yes'
  }
  if (authenticators.length > 0 || factor.length > 0) return 'no'
  return uri !== null && settings.enrollmentUriPrefixes.some((prefix) => uri.startsWith(prefix)) ? 'yes' : 'unknown'
}

function factsOf(event: RawEvent, raw: Fields, eventType: string): EventFacts {
  const debugData = debugDataOf(raw)
  const outcome = fields(raw.outcome)
  const actor = fields(raw.actor)
  const agent = readAppAgent(short(text(fields(fields(raw.client).userAgent).rawUserAgent)))
  return {
    uuid: event.uuid,
    eventType: short(eventType, 100) ?? '',
    publishedAt: event.publishedAt,
    receivedAt: event.receivedAt,
    source: event.source,
    subject: subjectOf(raw),
    actor: { id: short(text(actor.id)), type: short(text(actor.type)), login: short(text(actor.alternateId)) },
    result: short(text(outcome.result), 50),
    reason: short(text(outcome.reason)),
    transactionId: short(text(fields(raw.transaction).id)),
    device: readDevice(raw, agent),
    context: readContext(raw, debugData, agent)
  }
}

/** The first target that is a user, else the actor when it is one; by type, never by position (facts §2.4 item 6). */
function subjectOf(raw: Fields): Subject {
  const actor = fields(raw.actor)
  const target = objects(raw.target).find((one) => one.type === 'User')
  const user = target ?? (actor.type === 'User' ? actor : {})
  return { id: short(text(user.id)), login: short(text(user.alternateId)), name: short(text(user.displayName)) }
}

/** A user acted, and it was not the subject: an admin's doing says little about the subject (facts §2.4 item 6). */
function actedForAnother({ actor, subject }: EventFacts): boolean {
  return actor.type === 'User' && subject.id !== null && actor.id !== subject.id
}

/** "Deliver request" in the Admin Console sends an old event with the time of now (facts §1.6). */
function isPreview({ sentAt, publishedAt }: RawEvent, afterMs: number): boolean {
  return sentAt !== null && Date.parse(sentAt) - Date.parse(publishedAt) > afterMs
}
