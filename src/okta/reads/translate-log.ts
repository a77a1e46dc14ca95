/** System Log entries as our evidence type. Pure; see `translate.ts`. */
import type { LogEntry } from '../../domain/evidence.ts'
import { isRecord, type Json, listOf, recordOf, said, textOf } from '../../domain/json.ts'
import { readInstant } from '../../domain/time.ts'

/*
 * Whether a System Log entry speaks of a threat or of an anonymiser (facts §6.1 G4). Reads the fields as `intake/` reads
 * them in events: what is not plainly a no counts as a yes. Pure.
 */

/** Fields of `debugData` that are a sign of a threat when they say anything but no. */
const THREAT_KEYS = [
  'threatSuspected',
  'threatDetections',
  'proxyType',
  'associatedProxies',
  'anonymizerStatus'
] as const
/** Hides who is behind it, whatever `anonymous` says. */
const HIDING = /\b(tor|(residential )?proxy)\b/i

/** A threat, a proxy or an anonymiser, by any field that says so. */
function saysThreat(securityContext: Json, debugData: Json): boolean {
  const services = recordOf(securityContext.ipDetails).ipServiceCategories
  return (
    isTrue(securityContext.isProxy) ||
    (Array.isArray(services) && services.some(hidesUser)) ||
    THREAT_KEYS.some((key) => saysYes(debugData[key])) ||
    tunnelHides(debugData.tunnels)
  )
}

/** A company's own VPN says that it is not anonymous; what does not say so counts as anonymous. */
function hidesUser(service: unknown): boolean {
  const { isAnonymous, type } = recordOf(service)
  return (isAnonymous !== false && isAnonymous !== 'false') || HIDING.test(textOf(type) ?? '')
}

/** `tunnels` is a list of `{operator, type, anonymous}`, mostly as text; each is read like a service category. */
function tunnelHides(tunnels: unknown): boolean {
  if (!saysYes(tunnels)) return false
  const written = typeof tunnels === 'string' ? tunnels : JSON.stringify(tunnels)
  const each = written.split('}').filter((part) => /\w/.test(part))
  return each.some((part) => !/\banonymous"?\s*[=:]\s*"?false/i.test(part) || HIDING.test(part))
}

/** Words that say "nothing of the kind". Values are text, and no contract (facts §1.2); any other word counts as a yes. */
const NOTHING = /^\s*(null|none|no|not[\s_-].*|non[\s_-].*|inactive|false|unknown|n\/a|0|\{\s*\}|\[\s*\])?\s*$/i

function saysYes(value: unknown): boolean {
  if (typeof value === 'string') return !NOTHING.test(value)
  if (Array.isArray(value)) return value.length > 0
  return isRecord(value) ? Object.keys(value).length > 0 : value === true
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}

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
    actorName: textOf(actor.displayName),
    transactionType: textOf(recordOf(entry.transaction).type),
    ip: textOf(client.ipAddress),
    country: textOf(recordOf(client.geographicalContext).country),
    targetIds: targets.map((target) => textOf(target.id)).filter((id) => id !== null),
    factorIntent: textOf(debugData.factorIntent),
    changedAttributes: attributesOf(debugData.changedAttributes),
    isOktaVerify: namesOktaVerify(eventType, textOf(outcome.reason), targets, debugData),
    ...(targets.some(isInactiveDevice) ? { unfinished: true } : {}),
    threat: eventType === THREAT_EVENT || saysThreat(recordOf(entry.securityContext), debugData)
  }
}

/** A device that is not active, or not yet. `device.enrollment.create` names it `CREATED` in the one capture (facts §2.2). */
export function isInactiveDevice(target: Json): boolean {
  const status = said(recordOf(target.detailEntry).deviceStatus)
  return status !== null && status !== 'ACTIVE' && status !== 'UNSUSPENDED'
}

/** Names separated by commas, also in brackets; null when none can be read. */
function attributesOf(value: unknown): readonly string[] | null {
  const names = (textOf(value) ?? '').split(/[\s,;[\]"]+/).filter((name) => name !== '')
  return names.length > 0 ? names : null
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
