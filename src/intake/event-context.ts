/** Where an attempt came from and what Okta thought of it, from the event alone (facts §6.1 G2, G4, G5). Pure. */
import type { Answer, EventContext } from '../vocabulary.ts'
import type { AppAgent } from './event-device.ts'
import { type Fields, fields, flag, objects, short, text, whole } from './narrow.ts'

export function readContext(event: Fields, debugData: Fields, agent: AppAgent | null): EventContext {
  const client = fields(event.client)
  const security = fields(event.securityContext)
  return {
    ip: short(text(client.ipAddress)),
    country: short(text(fields(client.geographicalContext).country)),
    asNumber: whole(security.asNumber),
    anonymizer: anonymizer(security, debugData),
    threat: threat(debugData),
    unusual: unusual(security, debugData),
    risk: risk(security, debugData),
    appVersion: agent?.appVersion ?? null
  }
}

/** Says something, and not that there is nothing. */
function says(value: unknown): boolean {
  const said = text(value)
  return said !== null && !/^(\[\s*\]|\{\s*\}|none|no|false|not_anonymous|negative)$/i.test(said)
}

function anonymizer(security: Fields, debugData: Fields): Answer {
  const isProxy = flag(security.isProxy)
  const categories = fields(security.ipDetails).ipServiceCategories
  const named = Array.isArray(categories) && categories.some((one) => /proxy|vpn|tor|anonym/i.test(String(one)))
  const hints = [debugData.proxyType, debugData.tunnels, debugData.associatedProxies, debugData.anonymizerStatus]
  if (isProxy === true || named || hints.some(says)) return 'yes'
  return isProxy === false ? 'no' : 'unknown'
}

function threat(debugData: Fields): Answer {
  const suspected = flag(debugData.threatSuspected)
  if (suspected === true || says(debugData.threatDetections)) return 'yes'
  return suspected === false ? 'no' : 'unknown'
}

/** Behavior detection: any POSITIVE is unusual; UNKNOWN and BAD_REQUEST are no answer (facts §6.1 G5). */
function unusual(security: Fields, debugData: Fields): Answer {
  const listed = objects(security.userBehaviors).map((behavior) => String(behavior.result))
  const written = [...(text(debugData.behaviors) ?? '').matchAll(/=\s*([A-Z_]+)/g)].map((match) => match[1] ?? '')
  const results = [...listed, ...written]
  if (results.includes('POSITIVE')) return 'yes'
  return results.length > 0 && results.every((result) => result === 'NEGATIVE') ? 'no' : 'unknown'
}

const LEVELS = ['HIGH', 'MEDIUM', 'LOW'] as const

/** The higher of the two places that may carry a level. */
function risk(security: Fields, debugData: Fields): EventContext['risk'] {
  const written = /\blevel=([A-Z]+)/.exec(text(debugData.risk) ?? '')?.[1]
  const said = [text(fields(security.risk).level), written]
  return LEVELS.find((level) => said.includes(level)) ?? 'unknown'
}
