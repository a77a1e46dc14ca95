import t from 'tap'
import {
  type CallFacts,
  noToken,
  notCalled,
  OktaCallFailed,
  oktaErrorOf,
  tokenError
} from '../../../src/okta/client/errors.ts'

const READ: CallFacts = {
  bucket: 'GET /api/v1/users/{userId}/factors',
  write: false,
  sent: true,
  stopped: null,
  timeoutMs: 10_000,
  retryAfterMs: null
}
const WRITE: CallFacts = { ...READ, bucket: 'POST /api/v1/users/{id}/lifecycle/unsuspend', write: true }

/** As the SDK throws it: Okta's text names people. */
function oktaError(status: number, errorCode?: string, headers: Record<string, string> = {}) {
  const text = 'Not found: Resource not found: dana@example.com (User)'
  const all = new Headers({ 'x-okta-request-id': 'req1', ...headers })
  return Object.assign(new Error(text), { status, errorCode, errorSummary: text, url: 'https://x/dana', headers: all })
}

t.test('the error code decides the kind', async (t) => {
  const table: [number, string | undefined, string][] = [
    [400, 'E0000001', 'rejected'],
    [401, 'E0000011', 'unauthenticated'],
    [401, undefined, 'unauthenticated'],
    [403, 'E0000006', 'forbidden'],
    [403, 'E0000022', 'forbidden'],
    [403, 'E0000016', 'rejected'],
    [403, 'E0000023', 'rejected'],
    [403, 'E0000032', 'rejected'],
    [403, 'E0000038', 'rejected'],
    [403, 'E0000107', 'rejected'],
    [404, 'E0000007', 'missing'],
    [404, 'E0000022', 'rejected'],
    [404, undefined, 'rejected'],
    [409, 'E0000112', 'rejected'],
    [429, 'E0000047', 'throttled'],
    [429, undefined, 'throttled'],
    [302, undefined, 'rejected'],
    [408, undefined, 'unavailable'],
    [500, 'E0000009', 'unavailable'],
    [503, 'E0000006', 'unavailable']
  ]
  for (const [status, code, kind] of table) {
    const trouble = oktaErrorOf(oktaError(status, code), READ)
    t.match(
      trouble,
      { kind, status, errorCode: code ?? null, requestId: 'req1', ambiguous: false },
      `${status} ${code}`
    )
  }
})

t.test('the reason names the call, status and code, and never Okta’s text', async (t) => {
  const { because } = oktaErrorOf(oktaError(404, 'E0000007'), READ)
  t.match(because, 'GET /api/v1/users/{userId}/factors answered 404 E0000007')
  t.notMatch(because, /dana|Resource/)
  const odd = oktaErrorOf(oktaError(418, 'dana@example.com'), READ)
  t.equal(odd.errorCode, null)
  t.notMatch(JSON.stringify(odd), /dana/)
})

t.test('a write is ambiguous when Okta may have done it', async (t) => {
  const ambiguous = (thrown: unknown, facts: Partial<CallFacts> = {}) =>
    oktaErrorOf(thrown, { ...WRITE, ...facts }).ambiguous
  for (const status of [500, 502, 503, 504, 408]) t.equal(ambiguous(oktaError(status)), true, `${status}`)
  for (const status of [400, 401, 403, 404, 409, 429]) t.equal(ambiguous(oktaError(status)), false, `${status}`)
  const network = (code: string) =>
    Object.assign(new Error('request to https://x failed'), { name: 'FetchError', code })
  t.equal(ambiguous(network('ECONNRESET')), true)
  t.equal(ambiguous(network('EPIPE')), true)
  for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT']) {
    t.equal(ambiguous(network(code)), false, `${code} comes before the request`)
  }
  t.equal(ambiguous(null, { stopped: 'out_of_time' }), true)
  t.equal(ambiguous(null, { stopped: 'called_off' }), true)
  t.equal(ambiguous(null, { stopped: 'out_of_time', sent: false }), false, 'it never left')
  t.equal(ambiguous(new TypeError('x'), { sent: false }), false)
  t.equal(oktaErrorOf(network('ECONNRESET'), READ).ambiguous, false, 'a read changes nothing')
})

t.test('time-outs and broken connections say what happened and nothing else', async (t) => {
  const late = oktaErrorOf(null, { ...READ, stopped: 'out_of_time' })
  t.match(late, { kind: 'unavailable', status: null, because: /gave no answer within 10000 ms/ })
  t.match(oktaErrorOf(null, { ...READ, stopped: 'called_off' }).because, /was called off/)
  const broken = Object.assign(new Error('https://x/dana'), { code: 'ECONNRESET' })
  t.match(oktaErrorOf(broken, READ), { kind: 'unavailable', because: /\(ECONNRESET\)/ })
  t.match(oktaErrorOf(new SyntaxError('dana in JSON'), READ).because, /\(SyntaxError\)/)
  t.match(oktaErrorOf('dana', READ).because, /\(unknown error\)/)
  t.match(oktaErrorOf(undefined, READ).kind, 'unavailable')
  t.notMatch(oktaErrorOf(broken, READ).because, /dana/)
})

t.test('a 429 says when to come back; other refusals do not', async (t) => {
  t.equal(oktaErrorOf(oktaError(429, 'E0000047'), { ...READ, retryAfterMs: 7000 }).retryAfterMs, 7000)
  t.equal(oktaErrorOf(oktaError(403, 'E0000006'), { ...READ, retryAfterMs: 7000 }).retryAfterMs, null)
})

t.test('a refused DPoP proof is about our credentials, although it is a 400 without body', async (t) => {
  const challenge = 'DPoP algs="RS256", error="invalid_dpop_proof"'
  const trouble = oktaErrorOf(oktaError(400, undefined, { 'www-authenticate': challenge }), READ)
  t.match(trouble, { kind: 'unauthenticated', because: /clock/ })
})

t.test('the token endpoint’s refusals are told apart from users’ invalid tokens', async (t) => {
  const refused = tokenError(401, { error: 'invalid_client', error_description: 'secret' }, 'req2', null)
  t.match(refused, { kind: 'unauthenticated', status: 401, errorCode: 'invalid_client', requestId: 'req2' })
  t.match(refused.because, /OKTA_CLIENT_CLIENTID/)
  t.notMatch(JSON.stringify(refused), /secret|E0000011/)
  t.match(tokenError(400, { error: 'invalid_scope' }, null, null).because, /OKTA_CLIENT_SCOPES/)
  t.match(tokenError(400, { error: 'Something Odd' }, null, null), { errorCode: null, kind: 'unauthenticated' })
  t.match(tokenError(400, { error: 'new_error' }, null, null).because, /\(400 new_error\)\.$/)
  t.match(tokenError(429, null, null, 900), { kind: 'throttled', retryAfterMs: 900 })
  t.match(tokenError(503, null, null, null), { kind: 'unavailable', ambiguous: false })
})

t.test('trouble found earlier comes through as it is', async (t) => {
  const trouble = noToken('the request could not be signed')
  t.equal(oktaErrorOf(new OktaCallFailed(trouble), { ...WRITE, stopped: 'out_of_time' }), trouble)
  t.match(notCalled('throttled', READ.bucket, 'no time', 5), { retryAfterMs: 5, ambiguous: false, status: null })
})
