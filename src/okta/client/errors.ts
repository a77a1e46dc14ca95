/**
 * What went wrong with a call, in our words. Branches on Okta's `errorCode` and the status alone, and repeats none of
 * Okta's texts: they change, and they name people (facts §3, appendix A). Pure.
 */
import { recordOf, textOf } from '../../domain/json.ts'
import type { OktaError } from '../../domain/okta.ts'
import type { HeaderReader } from './rate-limiter.ts'

/** What was going on when the call failed. */
export interface CallFacts {
  readonly bucket: string
  readonly write: boolean
  /** Handed to the network, so that Okta may have seen it. */
  readonly sent: boolean
  /** We ended it ourselves: out of time, or called off. */
  readonly stopped: 'out_of_time' | 'called_off' | null
  readonly timeoutMs: number
  /** After a 429. */
  readonly retryAfterMs: number | null
}

/** Carries an error out through the SDK, which only throws. */
export class OktaCallFailed extends Error {
  readonly error: OktaError
  constructor(error: OktaError) {
    super(error.because)
    this.name = 'OktaCallFailed'
    this.error = error
  }
}

type Kind = OktaError['kind']

/** Codes whose status alone would mislead, or that deserve a sentence (facts §3). */
const CODES: Readonly<Record<string, readonly [Kind, string]>> = {
  E0000001: ['rejected', 'a value is wrong or the state does not allow it'],
  E0000006: ['forbidden', 'no permission; check scope, admin role and resource set of the service app'],
  E0000007: ['missing', 'no such thing'],
  E0000011: ['unauthenticated', 'our own token is not accepted'],
  E0000016: ['rejected', 'already active'],
  E0000023: ['rejected', 'mastered by another system'],
  E0000032: ['rejected', 'unlock is not allowed for this user'],
  E0000038: ['rejected', "not allowed in the user's present status"],
  E0000047: ['throttled', 'rate limit reached'],
  E0000107: ['rejected', 'not allowed in the present status'],
  E0000112: ['rejected', 'the user is still being activated']
}

/** What was thrown, as an error of Okta's. */
export function oktaErrorOf(thrown: unknown, facts: CallFacts): OktaError {
  if (thrown instanceof OktaCallFailed) return thrown.error
  if (facts.stopped !== null) return stopped(facts)
  const status = recordOf(thrown).status
  return typeof status === 'number' ? refusal(thrown, status, facts) : broken(thrown, facts)
}

function stopped({ bucket, write, sent, stopped, timeoutMs }: CallFacts): OktaError {
  const what = stopped === 'out_of_time' ? `gave no answer within ${timeoutMs} ms` : 'was called off'
  const error = plain('unavailable', `${bucket} ${what}.`, write && sent)
  return stopped === 'called_off' ? { ...error, calledOff: true } : error
}

/** An answer with an error status; `thrown` is the SDK's `OktaApiError` or `HttpError` (facts §8). */
function refusal(thrown: unknown, status: number, facts: CallFacts): OktaError {
  const { errorCode: code, headers } = recordOf(thrown)
  const errorCode = typeof code === 'string' && /^E\d{7}$/.test(code) ? code : null
  const [kind, meaning] = meaningOf(status, errorCode, headerOf(headers, 'www-authenticate'))
  return {
    kind,
    status,
    errorCode,
    because: `${facts.bucket} answered ${[status, errorCode].filter(Boolean).join(' ')}: ${meaning}.`,
    retryAfterMs: kind === 'throttled' ? facts.retryAfterMs : null,
    ambiguous: facts.write && kind === 'unavailable',
    // The limit is the whole org's: when others have used it up, waiting helps as it does when we have.
    ...(kind === 'throttled' ? { blocked: true as const } : {}),
    requestId: headerOf(headers, 'x-okta-request-id')
  }
}

function meaningOf(status: number, errorCode: string | null, challenge: string | null): readonly [Kind, string] {
  const known = status < 500 && errorCode !== null ? CODES[errorCode] : undefined
  if (known) return known
  // A refused proof has an empty body; only the header tells (okta-sdk-nodejs issue 453).
  if (challenge?.includes('invalid_dpop_proof')) {
    return ['unauthenticated', "our DPoP proof is not accepted; check this machine's clock and OKTA_CLIENT_ORGURL"]
  }
  if (status === 401) return ['unauthenticated', 'our credentials are not accepted']
  if (status === 403) return ['forbidden', 'not permitted']
  if (status === 429) return ['throttled', 'rate limit reached']
  if (status === 408 || status >= 500) return ['unavailable', 'Okta has a problem of its own']
  // Also a 404 without Okta's own code: that is a wrong path or a proxy, and says nothing about the user.
  return ['rejected', 'refused']
}

function headerOf(headers: unknown, name: string): string | null {
  return isHeaderReader(headers) ? textOf(headers.get(name)) : null
}

function isHeaderReader(value: unknown): value is HeaderReader {
  return typeof value === 'object' && value !== null && 'get' in value && typeof value.get === 'function'
}

/** Network errors that end before a request could be sent. */
const NEVER_SENT: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']
/** TLS refusals come before the request as well. */
const TLS_REFUSAL = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|^ERR_(TLS|SSL)_/

/** No answer at all: a broken connection, or a fault inside the SDK. */
function broken(thrown: unknown, { bucket, write, sent }: CallFacts): OktaError {
  const errno = textOf(recordOf(thrown).code) ?? ''
  const code = /^[A-Z][A-Z0-9_]{1,60}$/.test(errno) ? errno : null
  const reached = code === null || !(NEVER_SENT.includes(code) || TLS_REFUSAL.test(code))
  const what = code ?? (thrown instanceof Error && /^\w{1,40}$/.test(thrown.name) ? thrown.name : 'unknown error')
  return plain('unavailable', `${bucket} got no usable answer (${what}).`, write && sent && reached)
}

/** A call that was not made: it would be wrong, or nobody has the time. */
export function notCalled(kind: Kind, bucket: string, because: string, retryAfterMs: number | null): OktaError {
  const error = { ...plain(kind, `${bucket} was not called: ${because}.`, false), retryAfterMs }
  return kind === 'throttled' ? { ...error, blocked: true } : error
}

/** A call that was not made because Okta gave no answer to those before it. */
export function notCalledWhileAway(bucket: string, retryAfterMs: number): OktaError {
  const because = 'Okta has not answered the last calls, so it is left alone for a while'
  return { ...notCalled('unavailable', bucket, because, retryAfterMs), blocked: true }
}

function plain(kind: Kind, because: string, ambiguous: boolean): OktaError {
  return { kind, status: null, errorCode: null, because, retryAfterMs: null, ambiguous, requestId: null }
}

/** OAuth errors of the token endpoint, and what to do about them (facts §7). */
const TOKEN_ERRORS: Readonly<Record<string, string>> = {
  invalid_client:
    'client id and private key do not belong together; check OKTA_CLIENT_CLIENTID, _PRIVATEKEY and _KEYID (of the app that writes: REENROLL_ACTUATOR_…)',
  invalid_scope:
    'a scope in OKTA_CLIENT_SCOPES (of the app that writes: REENROLL_ACTUATOR_SCOPES) is not granted to the service app',
  invalid_dpop_proof: "the DPoP proof is not accepted; check this machine's clock and OKTA_CLIENT_ORGURL",
  unauthorized_client: 'the service app may not use client credentials'
}

/**
 * The token endpoint's refusal. The SDK would swallow it and call on with `Bearer undefined`, which Okta answers with
 * E0000011, the very code that users' failures carry (facts §8 finding 7).
 */
export function tokenError(
  status: number,
  body: unknown,
  requestId: string | null,
  retryAfterMs: number | null
): OktaError {
  const error = textOf(recordOf(body).error) ?? ''
  const errorCode = /^[a-z_]{3,40}$/.test(error) ? error : null
  const kind = status === 429 ? 'throttled' : status >= 500 ? 'unavailable' : 'unauthenticated'
  const hint = errorCode === null ? undefined : TOKEN_ERRORS[errorCode]
  const because = `Okta gives us no access token (${[status, errorCode].filter(Boolean).join(' ')})${hint ? `: ${hint}` : ''}.`
  return { kind, status, errorCode, because, retryAfterMs, ambiguous: false, requestId }
}

/** No token, for a reason on our own side. */
export function noToken(because: string): OktaError {
  return plain('unauthenticated', `Okta gives us no access token: ${because}.`, false)
}
