/** Sessions: kept in the store, so that they can be listed and ended. The encrypted cookie carries only their secret. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { accessLine, digestOf, newCredentialId, newSecret } from '../../api/access.ts'
import type { SessionAuth } from '../../api/authenticate.ts'
import type { OidcSettings } from '../../config/settings/review.ts'
import type { Credential, Credentials, SignIn } from '../../domain/credentials.ts'
import { OPS_TOKEN, type Operator } from '../../domain/operator-commands.ts'
import { HOUR_MS, MINUTE_MS, plus } from '../../domain/time.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import type { Provider, ProviderTokens } from './oidc.ts'
import { installCookies, isBackground, isForeign } from './session.ts'

/** A working day; then people must sign in again. */
const LONGEST_MS = 8 * HOUR_MS
/** Without a request by a person. Pages that refresh themselves do not count. */
const IDLE_MS = 30 * MINUTE_MS
/** How exact the last use is, and how old a role may be when something is written. */
const CURRENT_MS = MINUTE_MS
/** How long a role counts that the provider cannot confirm, for example because it is unavailable. */
const UNCONFIRMED_MS = 15 * MINUTE_MS

/** How people sign in. */
export interface SignInSettings {
  /** Null: people sign in with the ops token. */
  readonly oidc: OidcSettings | null
  readonly token: string
  /** The pages are served over HTTPS: cookies are secure, and HSTS is sent. */
  readonly https: boolean
  /** 32 bytes; encrypts the session cookie. */
  readonly sessionKey: Buffer
}

interface SessionsDeps {
  readonly store: Credentials
  readonly signIn: SignInSettings
  readonly publicUrl: () => string
  readonly clock: Clock
}

/** The sessions of the pages. */
export interface Sessions extends SessionAuth {
  /** The operator of the request, or null without a valid session. Before a write, the role is read again. */
  viewerOf(request: FastifyRequest): Promise<Operator | null>
  /** The id of the session that `viewerOf` found. */
  idOf(request: FastifyRequest): string | undefined
  /** Starts a session, in place of the one that the browser had. */
  start(request: FastifyRequest, operator: Operator, tokens: ProviderTokens | null): Promise<void>
  /** Ends the session. Returns the provider's tokens, for signing out there. */
  end(request: FastifyRequest): Promise<ProviderTokens | null>
  /** The sign-in provider; null without one. Its libraries are loaded on first use. */
  readonly provider: (() => Promise<Provider>) | null
}

export function createSessions({ store, signIn, publicUrl, clock }: SessionsDeps): Sessions {
  const { oidc, sessionKey } = signIn
  const opsToken = keyed('ops token', signIn.token).toString('hex')
  const tokensKey = keyed('tokens of the provider', '')
  const found = new WeakMap<FastifyRequest, Credential>()
  let loaded: Promise<Provider> | null = null
  const provider = oidc && (() => (loaded ??= import('./oidc.ts').then((it) => it.createProvider(oidc, publicUrl))))

  function keyed(purpose: string, text: string): Buffer {
    return createHmac('sha256', sessionKey).update(`${purpose}\n${text}`).digest()
  }

  /** The stored session of the request's cookie, expired or not. */
  async function stored({ session }: FastifyRequest): Promise<(Credential & { readonly signIn: SignIn }) | null> {
    const secret = session.get('secret')
    const credential = secret === undefined ? null : await store.credential(digestOf(secret))
    return credential?.signIn ? { ...credential, signIn: credential.signIn } : null
  }

  async function viewerOf(request: FastifyRequest): Promise<Operator | null> {
    const session = await stored(request)
    if (!session) return null
    const now = clock()
    const isOver = session.endsAt <= now || plus(session.seenAt, IDLE_MS) <= now
    const isRotated = session.signIn.opsToken !== null && session.signIn.opsToken !== opsToken
    const current = isOver || isRotated ? null : isWrite(request) ? await withRole(session) : session
    if (!current) {
      await store.endCredentials({ ids: [session.id], ledger: [] })
      return null
    }
    const isUse = !isBackground(request) && plus(session.seenAt, CURRENT_MS) <= now
    if (isUse || current !== session) await store.updateCredential({ ...current, seenAt: now })
    found.set(request, current)
    return current.operator
  }

  /** The session with the role that the provider says now; null when there is none, or none that can be relied on. */
  async function withRole(session: Credential & { readonly signIn: SignIn }): Promise<Credential | null> {
    const { operator } = session
    const { sealed, roleReadAt } = session.signIn
    const now = clock()
    if (!provider || operator.id === OPS_TOKEN.id || plus(roleReadAt, CURRENT_MS) > now) return session
    const accessToken = unseal(sealed, tokensKey)?.accessToken ?? null
    const read = accessToken && (await (await provider()).readAgain(accessToken, operator).catch(() => null))
    if (!read) return plus(roleReadAt, UNCONFIRMED_MS) > now ? session : null
    if ('refused' in read) return null
    return { ...session, operator: read, signIn: { ...session.signIn, roleReadAt: now } }
  }

  return {
    provider,
    viewerOf,
    idOf: (request) => found.get(request)?.id,
    install: (app) => installCookies(app, sessionKey, signIn.https),
    async recognise(request) {
      const viewer = await viewerOf(request)
      if (!viewer || !isForeign(request, publicUrl)) return viewer
      return isWrite(request) ? { refused: 'This request came from another site. Nothing was changed.' } : viewer
    },
    checkToken(request, reply, done) {
      if (isWrite(request)) request.server.csrfProtection(request, reply, done)
      else done()
    },
    tokenFor: (reply) => reply.generateCsrf(),
    async start(request, operator, tokens) {
      const before = await stored(request)
      if (before) await store.endCredentials({ ids: [before.id], ledger: [] })
      const [secret, id, now] = [newSecret(), newCredentialId(), clock()]
      const isOpsToken = operator.id === OPS_TOKEN.id
      const sealed = tokens && seal(tokens, tokensKey)
      await store.addCredential({
        digest: digestOf(secret),
        credential: {
          ...{ id, kind: 'session', operator, createdAt: now, createdBy: operator.name, seenAt: now },
          endsAt: plus(now, LONGEST_MS),
          signIn: { roleReadAt: now, opsToken: isOpsToken ? opsToken : null, sealed }
        },
        // The shared token names nobody, so the ledger records at least that it was used.
        ledger: isOpsToken ? [accessLine({ made: 'session', id }, operator, now)] : []
      })
      request.session.regenerate()
      request.session.set('secret', secret)
    },
    async end(request) {
      const session = await stored(request)
      request.session.delete()
      request.draft.delete()
      if (!session) return null
      await store.endCredentials({ ids: [session.id], ledger: [] })
      return unseal(session.signIn.sealed, tokensKey)
    }
  }
}

function isWrite({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

const CIPHER = 'aes-256-gcm'

function seal(tokens: ProviderTokens, key: Buffer): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv(CIPHER, key, nonce)
  const text = Buffer.concat([cipher.update(JSON.stringify(tokens)), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')
}

/** Null for a text that another key has sealed. */
function unseal(sealed: string | null, key: Buffer): ProviderTokens | null {
  if (sealed === null) return null
  const bytes = Buffer.from(sealed, 'base64url')
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(12, 28))
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString())
  } catch {
    return null
  }
}
