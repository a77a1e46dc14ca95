/** Who calls, and may they: DPoP and bearer tokens, API tokens, scopes, admin roles (facts §7). */

import type { Caller } from '../org/model.ts'
import { checkProof, PROOF_ALGORITHMS } from './dpop.ts'
import { accessDenied, invalidToken, SimError } from './errors.ts'
import type { AccessToken, OAuth } from './oauth.ts'

/** The parts of a request that say who calls. */
export interface Credentials {
  readonly authorization: string | undefined
  readonly proof: string | undefined
  readonly method: string
  /** The called URL without query, as the org itself writes it. */
  readonly url: string
  /** The clock that wrote the proof. */
  readonly signedAt: Date
  readonly ipAddress: string | null
  readonly userAgent: string | null
}

export interface Admission {
  readonly caller: Caller
  /** Throws 403 unless the caller holds the scope and an admin role. */
  readonly permit: (scope: string) => void
}

/** A refusal of the proof: 400 with an empty-handed body, the reason in `WWW-Authenticate` (okta-sdk-nodejs issue 453). */
export class ProofRefused extends SimError {
  readonly challenge: string
  constructor(because: string, url: string) {
    super(400, 'invalid_dpop_proof', because)
    const algorithms = PROOF_ALGORITHMS.join(' ')
    this.challenge = `DPoP algs="${algorithms}", error="invalid_dpop_proof", error_description="${because}", resource="${new URL(url).pathname}"`
  }
}

/** Recognizes the caller, or throws Okta's 401 or the refusal of the proof. */
export async function admit(
  credentials: Credentials,
  oauth: OAuth,
  apiTokens: ReadonlySet<string>
): Promise<Admission> {
  const [scheme, token] = (credentials.authorization ?? '').split(' ')
  if (!token) throw invalidToken()
  if (scheme === 'SSWS' && apiTokens.has(token)) return { caller: adminOf(credentials), permit: () => {} }
  const known = scheme === 'Bearer' || scheme === 'DPoP' ? oauth.find(token) : null
  // A bound token shown as a bearer token is worth nothing, and the other way round.
  if (!known || (known.boundTo === null) !== (scheme === 'Bearer')) throw invalidToken()
  if (known.boundTo !== null) await checkBinding(known, credentials, oauth)
  return { caller: appOf(known, credentials), permit: (scope) => permit(known, scope) }
}

async function checkBinding(token: AccessToken, credentials: Credentials, oauth: OAuth): Promise<void> {
  const { method, url, signedAt: now } = credentials
  const reading = await checkProof(credentials.proof, { method, url, now, accessToken: token.token }, oauth.proofs)
  if (!reading.ok) throw new ProofRefused(reading.because, url)
  if (reading.thumbprint !== token.boundTo) {
    throw new ProofRefused('The DPoP proof JWT is signed by another key than the token is bound to.', url)
  }
}

/** `manage` includes `read`. */
function permit(token: AccessToken, scope: string): void {
  const enough = [scope, scope.replace(/\.read$/, '.manage')]
  if (!token.scopes.some((held) => enough.includes(held))) {
    throw accessDenied(`The access token provided does not contain the required scopes: ${scope}`)
  }
  if (token.client.roles?.length === 0) throw accessDenied('The service app has no admin role')
}

function appOf({ client }: AccessToken, { ipAddress, userAgent }: Credentials): Caller {
  const { clientId } = client
  return {
    id: clientId,
    type: 'PublicClientAppEntity',
    alternateId: clientId,
    displayName: clientId,
    clientId,
    ipAddress,
    userAgent
  }
}

/** An API token acts as the admin who made it (facts §7). */
function adminOf({ ipAddress, userAgent }: Credentials): Caller {
  return {
    id: '00u0sandboxadmin00d7',
    type: 'User',
    alternateId: 'admin@example.com',
    displayName: 'Sandbox Admin',
    clientId: null,
    ipAddress,
    userAgent
  }
}
