/**
 * The pages for a person who cannot enroll and whom no event names: they sign in at the org, say in two taps what fails, and
 * see their own case until it works. Every page is the same for a case that does not exist and one that is not theirs.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Store } from '../domain/store.ts'
import { StoreUnavailable } from '../domain/store.ts'
import type { ProvedSubject } from '../domain/subject.ts'
import { MINUTE_MS } from '../domain/time.ts'
import type { Clock, Language } from '../domain/vocabulary.ts'
import type { ReportDesk } from '../intake/report.ts'
import { formFieldsOf } from '../review/session/access.ts'
import { isForeign, setPendingSignIn, takePendingSignIn } from '../review/session/session.ts'
import { languageOf } from '../ticket/languages/languages.ts'
import { hasReportedEnough, ownCase } from './own-case.ts'
import { chosenDevice, chosenError, type OpenPage, ownCaseViews } from './own-case-views.ts'
import { selfPage } from './page.ts'
import { installPersonCookie, type PersonSignIn, personOfRequest } from './person.ts'

export interface OwnCaseDeps {
  readonly signIn: PersonSignIn
  /** 32 bytes; encrypts the cookie. */
  readonly key: Buffer
  readonly publicUrl: () => string
  readonly reports: Pick<ReportDesk, 'takeOwn' | 'caseOf'>
  readonly store: Pick<Store, 'latestCase'>
  /** The key of a person's cases. */
  readonly keyOf: (person: ProvedSubject) => string
  /** The user says that they did not try to enroll. */
  readonly disown: (caseId: string) => Promise<unknown>
  /** The language that Okta has for the person; null when it has none, or cannot be asked. */
  readonly languageOf: (person: ProvedSubject) => Promise<string | null>
  readonly clock: Clock
}

/** Requests a minute: of one person, and of all at one address who have not signed in, since an office can share one. */
const LIMITED = {
  config: {
    rateLimit: {
      ...{ max: 30, timeWindow: MINUTE_MS },
      keyGenerator: (request: FastifyRequest) => personOfRequest(request)?.id ?? request.ip
    }
  }
}
/** How long the answer to a report waits for the case. */
const WAIT_MS = 2_000
/** How often a page that waits loads itself again. In seconds. */
const REFRESH_S = { looking: 3, steps: 15 }

export async function addOwnCasePages(app: FastifyInstance, deps: OwnCaseDeps): Promise<void> {
  await app.register(async (scope) => {
    await installPersonCookie(scope, deps.key, deps.publicUrl().startsWith('https:'))
    scope.addHook('onRequest', async (request, reply) => {
      // No address here holds a secret, and the check for other sites needs the origin.
      reply.header('referrer-policy', 'same-origin')
      if (request.method === 'POST' && isForeign(request, deps.publicUrl)) return show(request, reply, 403, 'expired')
    })
    scope.setErrorHandler((error: Error & { code?: string; statusCode?: number }, request, reply) => {
      if (error.code?.startsWith('FST_CSRF_')) return show(request, reply, 403, 'expired')
      if (error instanceof StoreUnavailable) return show(request, reply.header('retry-after', '1'), 503, 'later')
      throw error
    })
    signInRoutes(scope, deps)
    caseRoutes(scope, deps)
  })
}

function show(request: FastifyRequest, reply: FastifyReply, status: number, page: OpenPage): FastifyReply {
  return selfPage(reply, wanted(request), { status, ...ownCaseViews(wanted(request))[page] })
}

/** Before the sign-in only the browser says which; afterwards Okta, where it has a language with texts. */
function wanted({ headers, session }: FastifyRequest): Language {
  return languageOf(session.get('language'), languageOf(headers['accept-language']))
}

function signInRoutes(app: FastifyInstance, { signIn, languageOf, clock }: OwnCaseDeps): void {
  app.get('/sign-in', LIMITED, async (request, reply) => {
    const { with: how } = request.query as { with?: unknown }
    const begun = await signIn.begin(how === 'key' ? 'strong' : 'any').catch((error: unknown) => {
      request.log.error({ err: error }, 'the org cannot be asked to sign somebody in')
      return null
    })
    if (!begun) return show(request, reply, 502, 'later')
    const { url, ...pending } = begun
    setPendingSignIn(request, { ...pending, next: '/' })
    return reply.redirect(url, 303)
  })

  app.get('/sign-in/callback', LIMITED, async (request, reply) => {
    const pending = takePendingSignIn(request)
    const query = request.url.split('?')[1] ?? ''
    const person =
      pending && (await signIn.finish(query, pending).catch((error: unknown) => notConfirmed(request, error)))
    if (!person) return show(request, reply, 403, 'refused')
    request.session.regenerate()
    request.session.set('person', person)
    const language = await languageOf(person)
    if (language !== null) request.session.set('language', language)
    request.log.info({ at: clock(), amr: person.signIn.amr }, 'somebody signed in to report a failure')
    return reply.redirect('/', 303)
  })

  app.post('/sign-out', { ...LIMITED, preHandler: app.csrfProtection }, async (request, reply) => {
    request.session.delete()
    return reply.redirect('/', 303)
  })
}

function notConfirmed(request: FastifyRequest, error: unknown): null {
  request.log.warn({ err: error }, 'the org did not confirm a sign-in to self-service')
  return null
}

function caseRoutes(app: FastifyInstance, { reports, store, keyOf, disown, clock }: OwnCaseDeps): void {
  const seenBy = async ({ session }: FastifyRequest, person: ProvedSubject) =>
    ownCase(await store.latestCase(keyOf(person)), session.get('reported') ?? null, person.signIn.at)

  app.post('/not-me', { ...LIMITED, preHandler: app.csrfProtection }, async (request, reply) => {
    const person = personOfRequest(request)
    if (!person) return show(request, reply, 401, 'expired')
    const c = await store.latestCase(keyOf(person))
    if (!c || (await seenBy(request, person)).of === 'ask') return reply.redirect('/', 303)
    await disown(c.id)
    const views = ownCaseViews(wanted(request), reply.generateCsrf())
    return selfPage(reply, wanted(request), { status: 200, ...views.disowned(c.id) })
  })

  app.get('/', LIMITED, async (request, reply) => {
    const person = personOfRequest(request)
    if (!person) return show(request, reply, 200, 'welcome')
    const { device, again } = request.query as { device?: unknown; again?: unknown }
    const views = ownCaseViews(wanted(request), reply.generateCsrf())
    const send = (page: ReturnType<typeof views.ask>) => selfPage(reply, wanted(request), { status: 200, ...page })
    const platform = chosenDevice(device)
    if (platform) return send(views.error(platform))
    const seen = await seenBy(request, person)
    if (seen.of === 'ask' || again !== undefined) return send(views.ask())
    if (seen.of === 'looking' || seen.of === 'steps') reply.header('refresh', String(REFRESH_S[seen.of]))
    return send(views.own(seen))
  })

  app.post('/report', { ...LIMITED, preHandler: app.csrfProtection }, async (request, reply) => {
    const person = personOfRequest(request)
    if (!person) return show(request, reply, 401, 'expired')
    const { device, error } = formFieldsOf(request.body)
    const platform = chosenDevice(device)
    const errorCode = chosenError(error)
    if (!platform || errorCode === undefined) return reply.redirect('/?again=', 303)
    if (!hasReportedEnough(await store.latestCase(keyOf(person)), clock())) {
      const sent = await reports.takeOwn(person, { platform, errorCode })
      request.session.set('reported', sent.id)
      await reports.caseOf(sent, WAIT_MS)
    }
    return reply.redirect('/', 303)
  })
}
