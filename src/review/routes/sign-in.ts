/** Signing in and out: with the provider, or with the ops token typed once. No other way in, no set-up page. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import type { Operator } from '../../domain/operator-commands.ts'
import { MINUTE_MS } from '../../domain/time.ts'
import type { OidcSettings, ReviewDeps } from '../review-deps.ts'
import { draftPath, fieldsOf } from '../session/draft.ts'
import { idTokenOf, keepIdToken, ownPath, setJourney, signIn, signOut, takeJourney } from '../session/session.ts'
import type { Show } from '../show.ts'

/** Wrong tokens that one address may send within a minute; the same as for the API. */
const WRONG_TOKENS = 10

/** The operator behind the ops token, as the API names it. */
const OPS_TOKEN: Operator = { name: 'ops-token', role: 'approver' }

export async function signInRoutes(app: Api, deps: ReviewDeps, show: Show): Promise<void> {
  app.get('/sign-in', (request, reply) => {
    const { next } = request.query as { next?: unknown }
    return show.signIn(request, reply, { status: 200, next: ownPath(next), fault: null })
  })

  if (deps.signIn.oidc) await providerRoutes(app, deps, deps.signIn.oidc, show)
  else tokenRoutes(app, deps, show)
}

/** On to where the person wanted to go; first to the form whose text was kept. */
function goOn(request: FastifyRequest, reply: FastifyReply, next: string): FastifyReply {
  return reply.redirect(draftPath(request) ?? ownPath(next), 303)
}

function tokenRoutes(app: Api, { signIn: settings, clock }: ReviewDeps, show: Show): void {
  const expected = digest(settings.token)
  const countFailure = app.createRateLimit({ max: WRONG_TOKENS, timeWindow: MINUTE_MS })

  app.post('/sign-out', (request, reply) => {
    signOut(request)
    return reply.redirect('/sign-in', 303)
  })

  app.post('/sign-in', { preHandler: app.csrfProtection }, async (request, reply) => {
    const { token = '', next = '/' } = fieldsOf(request.body)
    if (timingSafeEqual(digest(token.trim()), expected)) {
      signIn(request, OPS_TOKEN, clock())
      return goOn(request, reply, next)
    }
    const limit = await countFailure(request)
    if (!limit.isAllowed && limit.isExceeded) {
      reply.header('retry-after', limit.ttlInSeconds)
      const fault = `Too many wrong tokens from this address. Wait ${limit.ttlInSeconds} s.`
      return show.signIn(request, reply, { status: 429, next: ownPath(next), fault })
    }
    const fault = 'This is not the ops token. It is the value of REENROLL_OPS_TOKEN.'
    return show.signIn(request, reply, { status: 401, next: ownPath(next), fault })
  })
}

async function providerRoutes(
  app: Api,
  { publicUrl, clock }: ReviewDeps,
  oidc: OidcSettings,
  show: Show
): Promise<void> {
  // Its libraries are loaded only where there is a provider.
  const { createProvider } = await import('../session/oidc.ts')
  const provider = createProvider(oidc, publicUrl)
  const sorry = (request: FastifyRequest, reply: FastifyReply, status: number, fault: string) =>
    show.signIn(request, reply, { status, next: '/', fault })

  app.get('/sign-in/oidc', async (request, reply) => {
    const { next } = request.query as { next?: unknown }
    const begun = await provider.begin().catch((error: unknown) => {
      request.log.error({ err: error }, 'the sign-in provider cannot be used')
      return null
    })
    if (!begun) return sorry(request, reply, 502, 'The sign-in provider cannot be reached right now. The log says why.')
    const { url, ...journey } = begun
    setJourney(request, { ...journey, next: ownPath(next) })
    return reply.redirect(url, 303)
  })

  app.get('/sign-in/callback', async (request, reply) => {
    const journey = takeJourney(request)
    if (!journey) return sorry(request, reply, 400, 'This sign-in was not begun in this browser, or too long ago.')
    const query = request.url.split('?')[1] ?? ''
    const answer = await provider.finish(query, journey).catch((error: unknown) => {
      request.log.warn({ err: error }, 'a sign-in failed')
      return { refused: 'The provider did not confirm the sign-in. Try again; the log says why.' }
    })
    if ('refused' in answer) return sorry(request, reply, 403, answer.refused)
    signIn(request, answer.operator, clock())
    keepIdToken(request, answer.idToken)
    return goOn(request, reply, journey.next)
  })

  app.post('/sign-out', async (request, reply) => {
    const idToken = idTokenOf(request)
    // Whatever the provider says or does not say, here the session has ended.
    signOut(request)
    const end = await provider.end(idToken).catch((error: unknown) => {
      request.log.warn({ err: error }, 'the sign-in provider was not told of a sign-out')
      return null
    })
    if (!end) return reply.redirect('/sign-in', 303)
    // The pages' policy lets forms lead to the issuer only; a provider that ends sessions elsewhere is a link away.
    if (end.origin === new URL(oidc.issuer).origin) return reply.redirect(end.href, 303)
    return show.signedOut(reply, end.href)
  })
}

/** Of one length, so that comparing takes the same time for every guess. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
