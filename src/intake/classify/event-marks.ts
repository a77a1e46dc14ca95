/** What an event's words say: which authenticator, an invalid token, a refusal by policy (facts §2.4 items 3 and 4). Pure. */
import type { ClassifierSettings } from '../../domain/classifier.ts'
import { items, type Json, recordOf, said, text } from '../../domain/json.ts'
import { debugDataOf } from './event-context.ts'

/** `another`: one is named, and it is clearly not Okta Verify. `not_said`: nothing names one, or by a name it may share. */
export type Authenticator = 'okta_verify' | 'another' | 'not_said'

export interface Marks {
  readonly authenticator: Authenticator
  readonly invalidToken: boolean
  readonly policyRefusal: boolean
}

/** Longest reason or message that is searched. */
const WORDS_LIMIT = 4_000
/**
 * Names that may be Okta Verify under another name: Okta may split it into `okta_verify_totp`, `…_push` and `…_fastpass`
 * with new display names (facts §1.5), and other vendors have push and TOTP factors too.
 */
const MAYBE_OKTA_VERIFY = /fastpass|push|totp|nonce|^app$|^okta$/i
/** Reasons name the factor like `User set up EMAIL_FACTOR factor` (facts §2.2). */
const FACTOR_IN_REASON = /\b(?:set up|reset|suspended|activated|updated) ([\w-]+) factor\b/i

/** Compiles the settings once; the result reads one event of the given type. */
export function compileMarks(settings: ClassifierSettings): (eventType: string, event: Json) => Marks {
  const isName = anyOf(settings.oktaVerifyNames)
  const isFactor = anyOf(settings.oktaVerifyFactors)
  const isInvalidToken = anyOf(settings.invalidTokenTexts)
  const isRefusal = anyOf(settings.policyRefusalTexts)
  const always = new Set(settings.alwaysOktaVerifyTypes)

  function authenticatorOf(eventType: string, words: Words): Authenticator {
    if (words.names.some(isName) || words.factors.some(isFactor)) return 'okta_verify'
    // A named authenticator decides before any text, path or type: other apps use Okta's Devices SDK and its paths too.
    if ([...words.enrollments, ...words.factors].some(isAnother)) return 'another'
    const isOktaVerify =
      always.has(eventType) ||
      isName(words.reason) ||
      isFactor(words.reason) ||
      settings.enrollmentUriPrefixes.some((prefix) => words.requestUri.startsWith(prefix))
    if (isOktaVerify) return 'okta_verify'
    return isAnother(FACTOR_IN_REASON.exec(words.reason)?.[1] ?? '') ? 'another' : 'not_said'
  }

  return (eventType, event) => {
    const words = wordsOf(event)
    return {
      authenticator: authenticatorOf(eventType, words),
      invalidToken: words.all.some(isInvalidToken),
      policyRefusal: words.all.some(isRefusal)
    }
  }
}

function isAnother(name: string): boolean {
  return name !== '' && !MAYBE_OKTA_VERIFY.test(name)
}

interface Words {
  /** Display names of all targets but people: nobody makes a case by calling themselves Okta Verify. */
  readonly names: readonly string[]
  /** Of those, the names of authenticators. */
  readonly enrollments: readonly string[]
  readonly factors: readonly string[]
  readonly reason: string
  readonly requestUri: string
  readonly all: readonly string[]
}

function wordsOf(event: Json): Words {
  const targets = items(event.target)
    .map(recordOf)
    .filter((target) => target.type !== 'User')
  const authenticators = targets.filter((target) => /^Authenticator/.test(text(target.type) ?? ''))
  const debug = debugDataOf(event)
  const reason = text(recordOf(event.outcome).reason, WORDS_LIMIT) ?? ''
  return {
    names: targets.map(nameOf),
    enrollments: authenticators.map(nameOf),
    factors: [debug.get('authenticatorKey') ?? '', debug.get('factor') ?? ''],
    reason,
    requestUri: debug.get('requestUri') ?? '',
    all: [reason, text(event.displayMessage, WORDS_LIMIT) ?? '', ...debug.values()]
  }
}

function nameOf(target: Json): string {
  return said(target.displayName) ?? ''
}

function anyOf(patterns: readonly string[]): (words: string) => boolean {
  const compiled = patterns.map((pattern) => new RegExp(pattern, 'i'))
  return (words) => words !== '' && compiled.some((pattern) => pattern.test(words))
}
