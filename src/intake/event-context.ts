/** Where an attempt came from and what Okta thought of it, from the event alone (facts §6.1 G2, G4, G5). Pure. */
import type { Answer, EventContext } from '../vocabulary.ts'
import { anonymizerOf } from './anonymizer.ts'
import { debugDataOf } from './debug-data.ts'
import { count, type Fields, fields, flag, items, listed, said, text } from './narrow.ts'
import { readAppAgent } from './user-agent.ts'

export function contextOf(event: Fields): EventContext {
  const client = fields(event.client)
  const security = fields(event.securityContext)
  const debug = debugDataOf(event)
  const hop = firstHop(event)
  return {
    ip: said(client.ipAddress) ?? said(hop.ip),
    country: countryOf(client) ?? countryOf(hop),
    asNumber: count(security.asNumber) ?? count(fields(security.ipDetails).asNumber),
    anonymizer: anonymizerOf(security, debug),
    threat: threatOf(debug),
    unusual: unusualOf(security, debug),
    risk: riskOf(security, debug),
    appVersion: readAppAgent(fields(client.userAgent).rawUserAgent)?.appVersion ?? null
  }
}

/** The chain sits under `client` in hooks and under `request` in the System Log (facts §1.2). */
function firstHop(event: Fields): Fields {
  const [hop] = [...items(fields(event.client).ipChain), ...items(fields(event.request).ipChain)]
  return fields(hop)
}

function countryOf(place: Fields): string | null {
  return said(fields(place.geographicalContext).country)
}

/** ThreatInsight: the flag, or any detection by name. */
function threatOf(debug: ReadonlyMap<string, string>): Answer {
  const suspected = flag(debug.get('threatSuspected'))
  if (suspected === true || debug.has('threatDetections')) return 'yes'
  return suspected === false ? 'no' : 'unknown'
}

/** One POSITIVE is a yes; no needs every behaviour to be NEGATIVE. UNKNOWN and BAD_REQUEST answer nothing (facts G5). */
function unusualOf(security: Fields, debug: ReadonlyMap<string, string>): Answer {
  const judged = listed(security.userBehaviors).map((behaviour) => text(fields(behaviour).result))
  const results = [...judged, ...renderedResults(debug.get('behaviors') ?? '')].map((result) => result?.toUpperCase())
  if (results.includes('POSITIVE')) return 'yes'
  return results.length > 0 && results.every((result) => result === 'NEGATIVE') ? 'no' : 'unknown'
}

/** One for each behaviour of `{New Device=POSITIVE, New Country=NEGATIVE}`; undefined for one that cannot be read. */
function renderedResults(behaviors: string): (string | undefined)[] {
  const entries = behaviors.split(/[,{}[\]]/).filter((entry) => entry.trim() !== '')
  return entries.map((entry) => /[=:]\s*"?([A-Z_]+)"?\s*$/i.exec(entry)?.[1])
}

/**
 * The highest level that any place names; rendered as `{reasons=Anomalous Device, level=MEDIUM}`. LOW needs every place to
 * say so: a level that this version does not know may be worse than those it does.
 */
function riskOf(security: Fields, debug: ReadonlyMap<string, string>): EventContext['risk'] {
  const rendered = (debug.get('risk') ?? '').matchAll(/\blevel"?\s*[=:]\s*"?(\w+)/gi)
  const named = [fields(security.risk).level, ...[...rendered].map(([, level]) => level)]
    .map((level) => said(level)?.toUpperCase())
    .filter((level) => level !== undefined)
  if (named.includes('HIGH')) return 'HIGH'
  if (named.includes('MEDIUM')) return 'MEDIUM'
  return named.length > 0 && named.every((level) => level === 'LOW') ? 'LOW' : 'unknown'
}
