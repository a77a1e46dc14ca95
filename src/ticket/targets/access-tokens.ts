/** Logins whose access tokens expire: an OAuth client, and a GitHub App. A token is fetched when needed and kept until near its end. */

import { createPrivateKey, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import type { GitHubSettings } from '../../config/policy/ticket-policy.ts'
import { field } from '../../domain/json.ts'
import { MINUTE_MS, plus, readInstant, SECOND_MS } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { at, textAt } from './http.ts'
import { missingRights } from './rights.ts'
import { type TargetDeps, TargetError } from './target.ts'

interface AccessToken {
  readonly token: string
  readonly endsAt: Instant
}

export interface TokenSource {
  /** The token in force. */
  token(): Promise<string>
  /** It was refused: the next call fetches another. */
  forget(): void
}

function createTokenSource(fetchToken: () => Promise<AccessToken>, clock: Clock): TokenSource {
  let kept: AccessToken | null = null
  let asked: Promise<AccessToken> | null = null
  return {
    async token() {
      if (kept && plus(clock(), MINUTE_MS) < kept.endsAt) return kept.token
      asked ??= fetchToken().finally(() => {
        asked = null
      })
      kept = await asked
      return kept.token
    },
    forget() {
      kept = null
    }
  }
}

/** The login that a call used was refused: its token is not used again. */
export async function forgettingRefused<T>(source: TokenSource, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof TargetError && error.reason === 'denied') source.forget()
    throw error
  }
}

/** By the form that the endpoint takes: the client credentials grant (RFC 6749 §4.4), or a refresh token (§6). */
export function grantedToken(
  name: string,
  { url, form }: { readonly url: string; readonly form: Readonly<Record<string, string>> },
  { http, clock }: TargetDeps
): TokenSource {
  const grant = 'refresh_token' in form ? 'refresh_token' : 'client_credentials'
  const sent = new URLSearchParams({ grant_type: grant, ...form }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return createTokenSource(async () => {
    const { status, body } = await http.call('POST', url, { headers, body: sent, expect: [400, 401] })
    if (status >= 400) {
      throw new TargetError('denied', `${name} gives no access token: ${textAt(body, 'error') ?? status}.`, { status })
    }
    return tokenOf(name, textAt(body, 'access_token'), plus(clock(), Number(field(body, 'expires_in')) * SECOND_MS))
  }, clock)
}

/** GitHub takes ten minutes at most. */
const APP_JWT_MS = 9 * MINUTE_MS

/**
 * The installation token of a GitHub App for one repository
 * (https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation).
 */
export function installationToken(
  name: string,
  { url, repository, appId }: GitHubSettings,
  privateKey: string,
  { http, clock }: TargetDeps
): TokenSource {
  const key = keyOf(name, privateKey)
  const [, repo = ''] = repository.split('/')
  return createTokenSource(async () => {
    const seconds = (instant: Instant) => Math.floor(Date.parse(instant) / SECOND_MS)
    // The clocks may differ.
    const jwt = new SignJWT().setProtectedHeader({ alg: 'RS256' }).setIssuer(appId)
    const signed = await jwt
      .setIssuedAt(seconds(plus(clock(), -MINUTE_MS)))
      .setExpirationTime(seconds(plus(clock(), APP_JWT_MS - MINUTE_MS)))
      .sign(key)
    const headers = { authorization: `Bearer ${signed}` }
    const found = await http.call('GET', `${at(`${url}/repos`, ...repository.split('/'))}/installation`, { headers })
    const asked = { repositories: [repo], permissions: { issues: 'write' } }
    const address = at(`${url}/app/installations`, textAt(found.body, 'id') ?? '', 'access_tokens')
    const { status, body } = await http.call('POST', address, { headers, body: asked, expect: [422] })
    // The installation was not granted it (https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app).
    if (status === 422) throw new TargetError('denied', missingRights(name, 'github', ['Issues: write']).join(' '))
    return tokenOf(name, textAt(body, 'token'), readInstant(field(body, 'expires_at')))
  }, clock)
}

function tokenOf(name: string, token: string | null, endsAt: Instant | null): AccessToken {
  if (token !== null && endsAt !== null) return { token, endsAt }
  throw new TargetError('unreadable', `${name} answered without an access token or its end.`)
}

function keyOf(name: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new Error(`The secret for ${name} is not a private key. With appId it is the App's key as PEM text.`)
  }
}
