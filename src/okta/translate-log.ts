/** System Log entries as our evidence type. Pure; see `translate.ts`. */
import type { LogEntry } from '../evidence.ts'
import { readInstant } from '../time.ts'
import { saysThreat } from './log-threat.ts'
import { type Json, listOf, recordOf, textOf } from './loose.ts'

/** `GET /api/v1/logs`: the entries in the order given. */
export function toLogEntries(body: unknown): readonly LogEntry[] | null {
  return listOf(body, toLogEntry)
}

function toLogEntry(element: unknown): LogEntry | null {
  const entry = recordOf(element)
  const uuid = textOf(entry.uuid)
  const eventType = textOf(entry.eventType)
  const at = readInstant(entry.published)
  if (uuid === null || eventType === null || at === null) return null
  const actor = recordOf(entry.actor)
  const client = recordOf(entry.client)
  const outcome = recordOf(entry.outcome)
  const debugData = recordOf(recordOf(entry.debugContext).debugData)
  const targets = (Array.isArray(entry.target) ? entry.target : []).map(recordOf)
  return {
    uuid,
    eventType,
    at,
    result: textOf(outcome.result),
    reason: textOf(outcome.reason),
    actorId: textOf(actor.id),
    actorType: textOf(actor.type),
    actorLogin: textOf(actor.alternateId),
    transactionType: textOf(recordOf(entry.transaction).type),
    ip: textOf(client.ipAddress),
    country: textOf(recordOf(client.geographicalContext).country),
    targetIds: targets.map((target) => textOf(target.id)).filter((id) => id !== null),
    factorIntent: textOf(debugData.factorIntent),
    isOktaVerify: namesOktaVerify(eventType, textOf(outcome.reason), targets, debugData),
    threat: eventType === THREAT_EVENT || saysThreat(recordOf(entry.securityContext), debugData)
  }
}

/** ThreatInsight's own event: a threat whatever else it says (facts §2.1). */
const THREAT_EVENT = 'security.threat.detected'
/** Event types that are about Okta Verify whatever else they say (facts §2.4 item 3). */
const OKTA_VERIFY_EVENTS: readonly string[] = ['device.enrollment.create', 'device.user.add']
const OKTA_VERIFY_NAME = /^okta verify/i
const OKTA_VERIFY_FACTOR = /okta_verify|signed_nonce|okta_soft_token|\bsoft_token\b/i
const ENROLLMENT_URI = /^\/idp\/(authenticators|myaccount\/app-authenticators)/

/** Okta Verify as target, factor, reason or request (facts §2.4 item 3). */
function namesOktaVerify(eventType: string, reason: string | null, targets: readonly Json[], debugData: Json): boolean {
  const words = [reason, textOf(debugData.factor), textOf(debugData.authenticatorKey)]
  return (
    OKTA_VERIFY_EVENTS.includes(eventType) ||
    targets.some((target) => OKTA_VERIFY_NAME.test(textOf(target.displayName) ?? '')) ||
    words.some((word) => OKTA_VERIFY_FACTOR.test(word ?? '')) ||
    ENROLLMENT_URI.test(textOf(debugData.requestUri) ?? '')
  )
}
