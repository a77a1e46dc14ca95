/** Who is signed in, kept in one encrypted cookie; beside it, a second one for text that must not be lost. */
import type { Session } from '@fastify/secure-session'
import type { FastifyRequest } from 'fastify'
import type { Operator } from '../../domain/operator-commands.ts'
import { HOUR_MS, plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'

/** What the two cookies hold. */
declare module '@fastify/secure-session' {
  interface SessionData {
    readonly viewer: Operator & { readonly until: Instant }
    readonly journey: Journey
    /** A sentence for the next page. */
    readonly told: string
    /** Of the provider's cookie: the id token, which ends the session there too. */
    readonly idToken: string
    /** Of the draft: the form's path and what was typed. */
    readonly path: string
    readonly fields: Readonly<Record<string, string>>
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Text typed by somebody whose session had ended. */
    draft: Session
    /** What signing out at the provider needs. */
    provider: Session
  }
}

/** A working day; then people sign in again. */
const SESSION_MS = 8 * HOUR_MS

/** What a sign-in at the provider needs when the person comes back. */
export interface Journey {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly next: string
}

/** The person behind the request, or null when nobody is signed in or the session has ended. */
export function viewerOf({ session }: FastifyRequest, now: Instant): Operator | null {
  const viewer = session.get('viewer')
  return viewer && viewer.until > now ? { name: viewer.name, role: viewer.role } : null
}

/** Starts a session of its own, so that nothing of the one before is taken along. */
export function signIn({ session }: FastifyRequest, { name, role }: Operator, now: Instant): void {
  session.regenerate()
  session.set('viewer', { name, role, until: plus(now, SESSION_MS) })
}

export function signOut({ session, draft, provider }: FastifyRequest): void {
  session.delete()
  draft.delete()
  provider.delete()
}

/** Browsers drop a cookie above 4,096 bytes; encrypting and encoding make a text about a third longer. In characters. */
const MAX_ID_TOKEN = 2_700

/** Keeps the id token for the sign-out. One too long for a cookie is left: signing out then works without it. */
export function keepIdToken({ provider }: FastifyRequest, idToken: string | null): void {
  if (idToken !== null && idToken.length <= MAX_ID_TOKEN) provider.set('idToken', idToken)
}

export function idTokenOf({ provider }: FastifyRequest): string | null {
  return provider.get('idToken') ?? null
}

export function setJourney({ session }: FastifyRequest, journey: Journey): void {
  session.set('journey', journey)
}

/** The journey, once. */
export function takeJourney({ session }: FastifyRequest): Journey | null {
  const journey = session.get('journey')
  if (journey) session.set('journey', undefined)
  return journey ?? null
}

/** Leaves a sentence for the next page. */
export function tell({ session }: FastifyRequest, what: string): void {
  session.set('told', what)
}

/** The sentence, once; a background refresh leaves it for the page. */
export function takeTold({ session, headers }: FastifyRequest): string | null {
  const told = session.get('told')
  if (!told || headers['x-refresh'] !== undefined) return null
  session.set('told', undefined)
  return told
}

/** A path of ours to go on to; anything else leads to the queue. */
export function ownPath(text: unknown): string {
  return typeof text === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) && text.length <= 500 ? text : '/'
}
