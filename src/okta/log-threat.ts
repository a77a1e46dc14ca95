/**
 * Whether a System Log entry speaks of a threat or of an anonymiser (facts §6.1 G4). Reads the fields as `intake/` reads
 * them in events: what is not plainly a no counts as a yes. Pure.
 */
import { isRecord, type Json, recordOf, textOf } from './loose.ts'

/** Fields of `debugData` that mean trouble as soon as they say anything but no. */
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
export function saysThreat(securityContext: Json, debugData: Json): boolean {
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
