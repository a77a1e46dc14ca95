/** Signing in and out: at the provider, or with the ops token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import { OPS_TOKEN } from '../../domain/operator-commands.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { draftPath, formFieldsOf } from '../session/access.ts'
import { ownPath, setPendingSignIn, takePendingSignIn } from '../session/session.ts'
import type { Sessions } from '../session/sessions.ts'
import type { Show } from '../show.ts'

/** Wrong tokens per address and minute, as for the API. */
const WRONG_TOKENS = 10

/** Requests per address and minute to what anybody may reach. People behind one proxy share an address. */
const LIMITED = { config: { rateLimit: { max: 120, timeWindow: MINUTE_MS } } }

export function signInPages(app: Api, deps: ReviewDeps, show: Show): void {
  app.get('/sign-in', LIMITED, (request, reply) => {
    const { next } = request.query as { next?: unknown }
    return show.signIn(request, reply, { status: 200, next: ownPath(next), error: null })
  })

  if (deps.sessions.provider) providerRoutes(app, deps.sessions, deps.sessions.provider, show)
  else tokenRoutes(app, deps, show)
}

/** Redirects to the page that was asked for, or first to the form whose text was kept. */
function continueTo(request: FastifyRequest, reply: FastifyReply, next: string): FastifyReply {
  return reply.redirect(draftPath(request) ?? ownPath(next), 303)
}

function tokenRoutes(app: Api, { signIn: settings, sessions }: ReviewDeps, show: Show): void {
  const expected = digest(settings.token)
  const countFailure = app.createRateLimit({ max: WRONG_TOKENS, timeWindow: MINUTE_MS })

  app.post('/sign-out', LIMITED, async (request, reply) => {
    await sessions.end(request)
    return reply.redirect('/sign-in', 303)
  })

  app.post('/sign-in', { ...LIMITED, preHandler: app.csrfProtection }, async (request, reply) => {
    const { token = '', next = '/' } = formFieldsOf(request.body)
    if (timingSafeEqual(digest(token.trim()), expected)) {
      await sessions.start(request, OPS_TOKEN, null)
      return continueTo(request, reply, next)
    }
    const limit = await countFailure(request)
    if (!limit.isAllowed && limit.isExceeded) {
      reply.header('retry-after', limit.ttlInSeconds)
      const error = `Too many wrong tokens from this address. Wait ${limit.ttlInSeconds} s.`
      return show.signIn(request, reply, { status: 429, next: ownPath(next), error })
    }
    const error = 'Wrong ops token. It is the value of REENROLL_OPS_TOKEN.'
    return show.signIn(request, reply, { status: 401, next: ownPath(next), error })
  })
}

function providerRoutes(
  app: Api,
  sessions: Sessions,
  openProvider: NonNullable<Sessions['provider']>,
  show: Show
): void {
  const refuse = (request: FastifyRequest, reply: FastifyReply, status: number, error: string) =>
    show.signIn(request, reply, { status, next: '/', error })

  app.get('/sign-in/oidc', LIMITED, async (request, reply) => {
    const { next } = request.query as { next?: unknown }
    const begun = await openProvider()
      .then((provider) => provider.begin())
      .catch((error: unknown) => {
        request.log.error({ err: error }, 'sign-in provider unavailable')
        return null
      })
    if (!begun) return refuse(request, reply, 502, 'The sign-in provider is unavailable. See the log for the reason.')
    const { url, ...pending } = begun
    setPendingSignIn(request, { ...pending, next: ownPath(next) })
    return reply.redirect(url, 303)
  })

  app.get('/sign-in/callback', LIMITED, async (request, reply) => {
    const pending = takePendingSignIn(request)
    if (!pending)
      return refuse(
        request,
        reply,
        400,
        'This sign-in was not started in this browser, or it has expired. Sign in again.'
      )
    const query = request.url.split('?')[1] ?? ''
    const provider = await openProvider()
    const result = await provider.finish(query, pending).catch((error: unknown) => {
      request.log.warn({ err: error }, 'sign-in failed')
      return { refused: 'The sign-in provider did not confirm the sign-in. Try again, or see the log for the reason.' }
    })
    if ('refused' in result) return refuse(request, reply, 403, result.refused)
    await sessions.start(request, result.operator, result.tokens)
    return continueTo(request, reply, pending.next)
  })

  app.post('/sign-out', LIMITED, async (request, reply) => {
    // The session here ends even if the provider cannot be reached.
    const tokens = await sessions.end(request)
    const provider = await openProvider()
    const end = await provider.end(tokens?.idToken ?? null).catch((error: unknown) => {
      request.log.warn({ err: error }, 'sign-out at the sign-in provider failed')
      return null
    })
    if (!end) return reply.redirect('/sign-in', 303)
    // The content security policy allows form redirects to the issuer only. Elsewhere the page shows a link.
    if (end.origin === provider.origin) return reply.redirect(end.href, 303)
    return show.signedOut(reply, end.href)
  })
}

/** A fixed length, so that the comparison takes constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
