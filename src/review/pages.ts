import formbody from '@fastify/formbody'
import helmet from '@fastify/helmet'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../api/app.ts'
import { StoreUnavailable } from '../domain/store.ts'
import type { ReviewDeps } from './review-deps.ts'
import { accessPages } from './routes/access.ts'
import { activityPage } from './routes/activity.ts'
import { bulkPages } from './routes/bulk.ts'
import { casePages } from './routes/cases.ts'
import { changeStream } from './routes/changes.ts'
import { controlPages } from './routes/controls.ts'
import { queuePages } from './routes/queue.ts'
import { reportPages } from './routes/report.ts'
import { signInPages } from './routes/sign-in.ts'
import { ticketPages } from './routes/tickets.ts'
import { refuseOtherSites, requireSession, sendAgain } from './session/access.ts'
import { createShow, type Show, serveAssets } from './show.ts'

/** Adds the pages. Needs `@fastify/rate-limit` and the sessions (`session/session.ts`) on the instance. */
export async function addPages(app: Api, deps: ReviewDeps): Promise<void> {
  await app.register(async (pages: Api) => {
    pages.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true }
    })
    await protect(pages, deps)
    const show = createShow(deps, serveAssets(pages))
    pages.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, show))
    signInPages(pages, deps, show)
    await pages.register(async (inside: Api) => {
      requireSession(inside, show, deps.sessions)
      queuePages(inside, deps, show)
      changeStream(inside, deps)
      bulkPages(inside, deps, show)
      casePages(inside, deps, show)
      reportPages(inside, deps, show)
      controlPages(inside, deps, show)
      activityPage(inside, deps, show)
      ticketPages(inside, deps, show)
      accessPages(inside, deps, show)
    })
    pages.get('/*', (request, reply) => {
      const wantsPage = request.headers.accept?.includes('text/html') && !request.url.startsWith('/api/')
      if (!wantsPage) return reply.callNotFound()
      return show.message(reply, 404, 'Page not found', 'Search for the case in the queue.')
    })
  })
}

async function protect(pages: Api, { signIn, publicUrl }: ReviewDeps): Promise<void> {
  await pages.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        // Browsers apply this to redirects after a form too; signing out redirects to the provider.
        formAction: ["'self'", ...(signIn.oidc ? [new URL(signIn.oidc.issuer).origin] : [])],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"]
      }
    },
    // Links to other sites never reveal the case; the checks of forms need the origin within this site.
    referrerPolicy: { policy: 'same-origin' },
    frameguard: { action: 'deny' },
    hsts: signIn.https ? { maxAge: 31_536_000 } : false
  })
  await pages.register(formbody)
  refuseOtherSites(pages, publicUrl)
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply, show: Show): FastifyReply {
  if (error.code?.startsWith('FST_CSRF_')) {
    if (request.url.startsWith('/sign-in')) {
      const error = 'This page has expired. Sign in again.'
      return show.signIn(request, reply, { status: 403, next: '/', error })
    }
    return sendAgain(request, reply)
  }
  if (error instanceof StoreUnavailable) {
    reply.header('retry-after', '1')
    return show.message(reply, 503, 'The store is unavailable', 'Nothing is lost. Try again in a moment.')
  }
  const status = error.statusCode ?? 500
  if (status < 500) return show.message(reply, status, 'The request failed', error.message)
  request.log.error({ err: error }, 'page failed')
  return show.message(reply, 500, 'Internal error', 'See the log for details.')
}
