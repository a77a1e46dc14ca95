/** Whether a request came through an anonymiser, proxy or Tor, by any field that says so (facts §6.1 G4). Pure. */
import type { Answer } from '../vocabulary.ts'
import { type Fields, fields, flag, listed, text } from './narrow.ts'

/** Words that deny it in `anonymizerStatus`; every other word counts as a yes. */
const DENIED = /^(no|not|non|false|inactive)/i
/** Hides who is behind it, whatever `anonymous` says. */
const HIDING = /\b(tor|(residential )?proxy)\b/i

/** `isProxy: false` is the only no: the other fields are left out when there is nothing to tell. */
export function anonymizerOf(security: Fields, debug: ReadonlyMap<string, string>): Answer {
  const isProxy = flag(security.isProxy)
  const signs = [
    isProxy === true,
    listed(fields(security.ipDetails).ipServiceCategories).some(isAnonymous),
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
  const { isAnonymous, type } = fields(category)
  return flag(isAnonymous) !== false || HIDING.test(text(type) ?? '')
}

/** `tunnels` is rendered as a list of `{operator, type, anonymous}`; the same reading as for categories. */
function hidesIn(tunnels: string | undefined): boolean {
  if (tunnels === undefined) return false
  const each = tunnels.split('}').filter((part) => /[^\s,[\]]/.test(part))
  return each.some((part) => !/\banonymous"?\s*[=:]\s*"?false/i.test(part) || HIDING.test(part))
}
