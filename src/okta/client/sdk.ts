/**
 * The SDK set up so that it only signs and sends: no cache, no retries, no settings but ours (facts §8). The only file
 * that knows its classes.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Settings } from '../../config/settings/settings.ts'
import { createProver, nonceOf, type Prove, patchTokenCache, type Tokens } from './token-cache.ts'
import { createTransport, type SdkRequest, type Transport, type TransportParts, type WireAnswer } from './transport.ts'

/** The SDK's client without its 70 generated APIs, of which we call none: signing, tokens and sending. */
export interface OktaSdk {
  readonly Http: typeof import('@okta/okta-sdk-nodejs/src/http.js').Http
  readonly OAuth: typeof import('@okta/okta-sdk-nodejs/src/oauth.js').OAuth
  readonly RequestExecutor: typeof import('@okta/okta-sdk-nodejs/src/request-executor.js').default
}

/**
 * Loads these parts: half the time and memory of the whole package (90 MiB and about a second), and still too much to be
 * done with the module. The package declares no entry points, so its files are imported as they lie; its
 * version is pinned by the lock file, and `test/okta` signs in with them against a server that checks. One after the other,
 * so that deliveries are answered in between.
 */
export async function importSdk(): Promise<OktaSdk> {
  const { default: RequestExecutor } = await import('@okta/okta-sdk-nodejs/src/request-executor.js')
  await turn()
  const { OAuth } = await import('@okta/okta-sdk-nodejs/src/oauth.js')
  await turn()
  const { Http } = await import('@okta/okta-sdk-nodejs/src/http.js')
  return { Http, OAuth, RequestExecutor }
}

/** The SDK, signed in to one org and sending through our transport. */
export interface SdkConnection {
  readonly http: (url: string, request: SdkRequest) => Promise<WireAnswer>
  readonly transport: Transport
}

export type ConnectParts = Pick<TransportParts, 'rateLimiter' | 'emit' | 'requestTimeoutMs'>

/** Sets the SDK up; sends nothing yet. */
export function connectSdk(okta: Settings['okta'], sdk: OktaSdk, parts: ConnectParts): SdkConnection {
  const executor = new sdk.RequestExecutor()
  const tokens: { mended: Tokens | null } = { mended: null }
  const prove = createProver()
  const nonce: CallNonce = { current: null }
  const transport = createTransport({
    ...parts,
    orgUrl: okta.orgUrl,
    signToken: (request) => withNewProof(request, prove),
    signAgain(request, fresh) {
      nonce.current = fresh
      return provenWithNonce(request, prove, fresh)
    },
    onRefused: (authorization) => tokens.mended?.refused(authorization)
  })
  executor.fetch = transport.fetch
  const { oauth, authorization } = signedIn(okta, sdk, executor)
  if (oauth) tokens.mended = patchTokenCache(oauth)
  // No cache: the SDK's own would answer from memory right before a write (facts §8).
  const http = new sdk.Http({ requestExecutor: executor, cacheMiddleware: null, ...(oauth ? { oauth } : {}) })
  if (oauth) http.prepareRequest = signing(oauth, prove, nonce)
  Object.assign(http.defaultHeaders, { 'User-Agent': 'reenroll' }, authorization && { Authorization: authorization })
  return { http: (url, request) => http.http(url, request), transport }
}

/** As the SDK's client does it for its modes `SSWS` and `PrivateKey`, without its search for settings in files (facts §8). */
function signedIn({ orgUrl, auth }: Settings['okta'], { OAuth }: OktaSdk, requestExecutor: Executor) {
  if (auth.kind === 'token') return { oauth: null, authorization: `SSWS ${auth.token}` }
  const { clientId, privateKey } = auth
  const key = { clientId, scopes: [...auth.scopes], privateKey, keyId: auth.keyId ?? '' }
  const client = { baseUrl: orgUrl, ...key, requestExecutor }
  return { oauth: new OAuth(client), authorization: null }
}

/** What the SDK's own does, with our proof; it has found out about DPoP when it got the token (facts §7). */
function signing(oauth: InstanceType<OktaSdk['OAuth']>, prove: Prove, nonce: CallNonce) {
  return async (request: SdkRequest): Promise<void> => {
    const { access_token: accessToken } = await oauth.getAccessToken()
    const { method = 'GET', url = '' } = request
    const proof = oauth.isDPoP ? { DPoP: prove({ method, url, accessToken, nonce: nonce.current }) } : {}
    const authorization = `${oauth.isDPoP ? 'DPoP' : 'Bearer'} ${accessToken}`
    request.headers = { ...request.headers, Authorization: authorization, ...proof }
  }
}

/** The nonce of Okta's last challenge to a call; null until there is one. */
interface CallNonce {
  current: string | null
}

function provenWithNonce(request: SdkRequest, prove: Prove, nonce: string): SdkRequest {
  const { method = 'GET', url = '', headers = {} } = request
  const accessToken = headers.Authorization?.replace(/^DPoP /, '') ?? ''
  return { ...request, headers: { ...headers, DPoP: prove({ method, url, accessToken, nonce }) } }
}

/** The SDK's request for a token, with our proof in the place of its own. */
function withNewProof(request: SdkRequest, prove: Prove): SdkRequest {
  const { method = 'POST', url = '', headers = {} } = request
  return { ...request, headers: { ...headers, DPoP: prove({ method, url, nonce: nonceOf(headers.DPoP ?? '') }) } }
}

type Executor = InstanceType<OktaSdk['RequestExecutor']>
