/** Where an attempt came from and what Okta thought of it, from the event alone (facts §6.1 G2, G4, G5). Pure. */
import { count, flag, isRecord, items, type Json, listed, recordOf, said, text } from '../../domain/json.ts'
import type { EventContext, Ternary } from '../../domain/vocabulary.ts'
import { readAppAgent } from './event-device.ts'

/*
 * `debugContext.debugData`: strings by name, lists and maps rendered into text, no contract (facts §1.2). Should Okta send
 * a real list or map one day, it is rendered here the same way. Pure.
 */

/** Longest value kept; `tunnels` and `risk` are the long ones. */
const VALUE_LIMIT = 4_000
/** Most keys, and most entries of a list or map, looked at; Okta lists about thirty keys (facts §2.2). */
const ENTRY_LIMIT = 200
/** A list of maps is as deep as anything rendered. */
const DEPTH = 2
const EMPTY = /^(null|none|unknown|\[\s*\]|\{\s*\})$/i

/** What `debugData` says: values that say nothing (`null`, `none`, `unknown`, `[]`, `{}`) are left out. */
export function debugDataOf(event: Json): ReadonlyMap<string, string> {
  const data = recordOf(recordOf(event.debugContext).debugData)
  const said = new Map<string, string>()
  for (const [key, value] of Object.entries(data).slice(0, ENTRY_LIMIT)) {
    const words = text(render(value, DEPTH), VALUE_LIMIT)
    if (words !== null && !EMPTY.test(words)) said.set(key, words)
  }
  return said
}

function render(value: unknown, depth: number): string | null {
  if (typeof value === 'boolean') return String(value)
  if (Array.isArray(value))
    return depth > 0
      ? `[${value
          .slice(0, ENTRY_LIMIT)
          .map((v) => render(v, depth - 1))
          .join(', ')}]`
      : '…'
  if (!isRecord(value)) return text(value, VALUE_LIMIT)
  if (depth === 0) return '…'
  const entries = Object.entries(value).slice(0, ENTRY_LIMIT)
  return `{${entries.map(([key, entry]) => `${text(key)}=${render(entry, depth - 1)}`).join(', ')}}`
}

/* Whether a request came through an anonymiser, proxy or Tor, by any field that says so (facts §6.1 G4). Pure. */

/** Words that deny it in `anonymizerStatus`; every other word counts as a yes. */
const DENIED = /^(no|not|non|false|inactive)/i
/** Hides who is behind it, whatever `anonymous` says. */
const HIDING = /\b(tor|(residential )?proxy)\b/i

/** `isProxy: false` is the only no: the other fields are left out when there is nothing to tell. */
function anonymizerOf(security: Json, debug: ReadonlyMap<string, string>): Ternary {
  const isProxy = flag(security.isProxy)
  const signs = [
    isProxy === true,
    listed(recordOf(security.ipDetails).ipServiceCategories).some(isAnonymous),
    debug.has('proxyType'),
    debug.has('associatedProxies'),
    !DENIED.test(debug.get('anonymizerStatus') ?? 'not said'),
    hidesIn(debug.get('tunnels'))
  ]
  if (signs.includes(true)) return 'yes'
  return isProxy === false ? 'no' : 'unknown'
}

/** A service category: a company's own VPN says that it is not anonymous. What says nothing counts as anonymous. */
function isAnonymous(category: unknown): boolean {
  const { isAnonymous, type } = recordOf(category)
  return flag(isAnonymous) !== false || HIDING.test(text(type) ?? '')
}

/** `tunnels` is rendered as a list of `{operator, type, anonymous}`; the same reading as for categories. */
function hidesIn(tunnels: string | undefined): boolean {
  if (tunnels === undefined) return false
  const each = tunnels.split('}').filter((part) => /[^\s,[\]]/.test(part))
  return each.some((part) => !/\banonymous"?\s*[=:]\s*"?false/i.test(part) || HIDING.test(part))
}

export function contextOf(event: Json): EventContext {
  const client = recordOf(event.client)
  const security = recordOf(event.securityContext)
  const debug = debugDataOf(event)
  const hop = firstHop(event)
  return {
    ip: said(client.ipAddress) ?? said(hop.ip),
    country: countryOf(client) ?? countryOf(hop),
    asNumber: count(security.asNumber) ?? count(recordOf(security.ipDetails).asNumber),
    anonymizer: anonymizerOf(security, debug),
    threat: threatOf(debug),
    unusual: unusualOf(security, debug),
    risk: riskOf(security, debug),
    appVersion: readAppAgent(recordOf(client.userAgent).rawUserAgent)?.appVersion ?? null
  }
}

/** The chain sits under `client` in hooks and under `request` in the System Log (facts §1.2). */
function firstHop(event: Json): Json {
  const [hop] = [...items(recordOf(event.client).ipChain), ...items(recordOf(event.request).ipChain)]
  return recordOf(hop)
}

function countryOf(place: Json): string | null {
  return said(recordOf(place.geographicalContext).country)
}

/** ThreatInsight: the flag, or any detection by name. */
function threatOf(debug: ReadonlyMap<string, string>): Ternary {
  const suspected = flag(debug.get('threatSuspected'))
  if (suspected === true || debug.has('threatDetections')) return 'yes'
  return suspected === false ? 'no' : 'unknown'
}

/** One POSITIVE is a yes; no needs every behaviour to be NEGATIVE. UNKNOWN and BAD_REQUEST answer nothing (facts G5). */
function unusualOf(security: Json, debug: ReadonlyMap<string, string>): Ternary {
  const judged = listed(security.userBehaviors)
    .filter((behaviour) => !isNewAddress(text(recordOf(behaviour).name)))
    .map((behaviour) => text(recordOf(behaviour).result))
  const results = [...judged, ...renderedResults(debug.get('behaviors') ?? '')].map((result) => result?.toUpperCase())
  if (results.includes('POSITIVE')) return 'yes'
  return results.length > 0 && results.every((result) => result === 'NEGATIVE') ? 'no' : 'unknown'
}

/** One for each behaviour of `{New Device=POSITIVE, New Country=NEGATIVE}`; undefined for one that cannot be read. */
function renderedResults(behaviors: string): (string | undefined)[] {
  const entries = behaviors
    .split(/[,{}[\]]/)
    .filter((entry) => entry.trim() !== '' && !isNewAddress(entry.split(/[=:]/)[0]))
  return entries.map((entry) => /[=:]\s*"?([A-Z_]+)"?\s*$/i.exec(entry)?.[1])
}

/** A new address alone is ordinary: G5 is about country, device and velocity (facts §6.1). */
function isNewAddress(name: string | null | undefined): boolean {
  return name !== null && name !== undefined && /^\W*New IP\W*$/i.test(name)
}

/**
 * The highest level that any place names; rendered as `{reasons=Anomalous Device, level=MEDIUM}`. LOW needs every place to
 * say so: a level that this version does not know may be worse than those it does.
 */
function riskOf(security: Json, debug: ReadonlyMap<string, string>): EventContext['risk'] {
  const rendered = (debug.get('risk') ?? '').matchAll(/\blevel"?\s*[=:]\s*"?(\w+)/gi)
  const named = [recordOf(security.risk).level, ...[...rendered].map(([, level]) => level)]
    .map((level) => said(level)?.toUpperCase())
    .filter((level) => level !== undefined)
  if (named.includes('HIGH')) return 'HIGH'
  if (named.includes('MEDIUM')) return 'MEDIUM'
  return named.length > 0 && named.every((level) => level === 'LOW') ? 'LOW' : 'unknown'
}
