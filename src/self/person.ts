/**
 * How a person proves who they are to the self-service pages: a fresh sign-in at the org, kept in a cookie of its own. It
 * never opens the ops listener: another key, another name, another client at the provider, and it holds no role.
 */
import csrf from '@fastify/csrf-protection'
import secureSession from '@fastify/secure-session'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { listed, said } from '../domain/json.ts'
import type { ProvedSubject } from '../domain/subject.ts'
import { MINUTE_MS, SECOND_MS } from '../domain/time.ts'
import { isUserId } from '../intake/report.ts'
import { type BegunSignIn, createSignInFlow, nowS, type SignInFlow } from '../review/session/oidc.ts'

/** The app at the org that people sign in to. */
export interface SelfSignInSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | null
}

/** `strong` asks for a passkey or security key (facts §11). */
export type SignInAsk = 'any' | 'strong'

export interface PersonSignIn {
  begin(ask: SignInAsk): Promise<BegunSignIn & { readonly url: string }>
  /** The person; null for an account that is not a user of the org. Rejects when the org does not confirm a new sign-in. */
  finish(query: string, pending: BegunSignIn): Promise<ProvedSubject | null>
}

/** The clocks of the org and of this machine may differ by this much. In seconds. */
const SKEW_S = 60

export function createPersonSignIn(
  { issuer, clientId, clientSecret }: SelfSignInSettings,
  publicUrl: () => string
): PersonSignIn {
  const redirectUri = () => `${publicUrl()}/sign-in/callback`
  const flow: SignInFlow = createSignInFlow({ issuer, clientId, clientSecret, scopes: ['openid'], redirectUri })
  return {
    begin: (ask) => flow.begin({ max_age: '0', ...(ask === 'strong' ? { acr_values: 'phr' } : {}) }),
    async finish(query, pending) {
      // An older `auth_time` means that a session was used, which may be stolen: the parameter can be cut from the address.
      const { claims } = await flow.finish(query, pending, nowS() - pending.startedAtS + SKEW_S)
      const { sub, auth_time: at, amr, acr } = claims
      if (!isUserId(sub) || at === undefined) return null
      const signIn = {
        at: new Date(at * SECOND_MS).toISOString(),
        amr: listed(amr)
          .slice(0, MOST_METHODS)
          .flatMap((method) => said(method) ?? []),
        acr: typeof acr === 'string' ? acr : null
      }
      return { id: sub, login: null, signIn }
    }
  }
}

const MOST_METHODS = 10

/** The cookie is valid for this long after the sign-in. */
const SESSION_MS = 30 * MINUTE_MS

declare module '@fastify/secure-session' {
  interface SessionData {
    /** On the self-service listener: who signed in. */
    readonly person: ProvedSubject
    /** Their newest report: the id of its event. */
    readonly reported: string
    /** The language that Okta has for them. */
    readonly language: string
  }
}

/** Adds the cookie, and the token of forms. */
export async function installPersonCookie(app: FastifyInstance, key: Buffer, secure: boolean): Promise<void> {
  await app.register(secureSession, {
    sessionName: 'session',
    cookieName: `${secure ? '__Host-' : ''}reenroll-self`,
    key,
    expiry: SESSION_MS / SECOND_MS,
    // Lax: the callback of the org is a navigation from another site.
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: SESSION_MS / SECOND_MS }
  })
  await app.register(csrf, { sessionPlugin: '@fastify/secure-session' })
}

/** Who signed in with this browser, or null. The cookie is renewed whenever it changes, so its own end is not enough. */
export function personOfRequest({ session }: FastifyRequest): ProvedSubject | null {
  const person = session.get('person')
  return person && Date.parse(person.signIn.at) + SESSION_MS > nowS() * SECOND_MS ? person : null
}
