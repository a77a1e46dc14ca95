/**
 * The SDK set up so that it only signs and sends: no cache, no retries, no settings but ours (facts §8). The only file
 * that knows its classes.
 */
import type { Settings } from '../settings.ts'
import { mendTokens, type Tokens } from './tokens.ts'
import { createTransport, type SdkRequest, type Transport, type TransportParts, type WireAnswer } from './transport.ts'

/** The parts of `@okta/okta-sdk-nodejs` in use. */
export type OktaSdk = Pick<typeof import('@okta/okta-sdk-nodejs'), 'Client' | 'RequestExecutor'>

/** Loads the SDK, which takes about a second and is therefore never done with the module (style §2.4). */
export function importSdk(): Promise<OktaSdk> {
  return import('@okta/okta-sdk-nodejs')
}

/** The SDK, signed in to one org and sending through our transport. */
export interface Connection {
  readonly http: (url: string, request: SdkRequest) => Promise<WireAnswer>
  readonly transport: Transport
}

export type ConnectParts = Pick<TransportParts, 'budget' | 'emit' | 'requestTimeoutMs'>

/** Sets the SDK up; sends nothing yet. */
export function connect(okta: Settings['okta'], { Client, RequestExecutor }: OktaSdk, parts: ConnectParts): Connection {
  const executor = new RequestExecutor()
  const tokens: { mended: Tokens | null } = { mended: null }
  const transport = createTransport({
    ...parts,
    orgUrl: okta.orgUrl,
    send: executor.fetch.bind(executor),
    onRefused: (authorization) => tokens.mended?.refused(authorization)
  })
  executor.fetch = transport.fetch
  const client = new Client(sdkOptions(okta, executor))
  if (okta.auth.kind === 'private_key') tokens.mended = mendTokens(client.oauth)
  return { http: (url, request) => client.http.http(url, request), transport }
}

/** Every option the SDK would otherwise take from `okta.yaml` files or the environment is said here (facts §8). */
function sdkOptions({ orgUrl, auth }: Settings['okta'], requestExecutor: InstanceType<OktaSdk['RequestExecutor']>) {
  const common = { orgUrl, userAgent: 'reenroll', cacheMiddleware: null, requestExecutor }
  if (auth.kind === 'token') {
    const none = { clientId: '', scopes: [], privateKey: '', keyId: '' }
    return { ...common, ...none, authorizationMode: 'SSWS', token: auth.token }
  }
  const { clientId, privateKey } = auth
  const key = { clientId, scopes: [...auth.scopes], privateKey, keyId: auth.keyId ?? '' }
  return { ...common, ...key, authorizationMode: 'PrivateKey', token: '' }
}
