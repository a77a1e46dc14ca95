/** Help-desk reports by a form; the same as `POST /api/reports`. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import { mayVerify } from '../../decide/caller.ts'
import { REPORT_LIMITS } from '../../domain/operator-commands.ts'
import { PLATFORMS } from '../../domain/vocabulary.ts'
import type { FoundCaller } from '../../intake/report.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { draftOf, dropDraft, type Fields, formFieldsOf, pathOf, viewer } from '../session/access.ts'
import { setNotice } from '../session/session.ts'
import type { Show } from '../show.ts'
import { plain } from '../text.ts'
import { reportView, reportWaiting } from '../views/report.ts'

/** How long the answer to the form waits for the case. A report is read as soon as it is stored. */
const WAIT_MS = 2_000

/** Adds the report pages. */
export function reportPages(
  app: Api,
  { reports, words, policy, clock }: Pick<ReviewDeps, 'reports' | 'words' | 'policy' | 'clock'>,
  show: Show
): void {
  app.get('/report', async (request, reply) => {
    const { user } = request.query as { user?: unknown }
    const asked = typeof user === 'string' ? plain(user.trim(), REPORT_LIMITS.user) : ''
    const typed = { ...draftOf(request, pathOf(request)), ...(asked ? { user: asked } : {}) }
    return showForm(request, reply, typed, {}, 200, asked ? await reports.lookUp(asked) : null)
  })

  app.post('/report', async (request, reply) => {
    const fields = formFieldsOf(request.body)
    const errors = errorsOf(fields)
    const { user = '', error = '', errorCode = '', platform = '', text = '', anyway } = fields
    const caller = errors.user ? null : await reports.lookUp(user.trim())
    if (Object.keys(errors).length > 0) return showForm(request, reply, fields, errors, 422, caller)
    if (anyway === undefined && caller?.of === 'nobody') return showForm(request, reply, fields, {}, 422, caller)
    const report = {
      user: caller?.of === 'found' ? caller.user.id : user.trim(),
      errorCode: [error, errorCode.trim()].filter((part) => part).join(', ') || null,
      platform: platform && platform !== 'unknown' ? platform : null,
      text: text.trim() || null
    }
    const sent = await reports.take(report, viewer(request))
    dropDraft(request, pathOf(request))
    return goOn(request, reply, sent, WAIT_MS)
  })

  app.get('/report/sent', (request, reply) => {
    const { id, subject } = request.query as { id?: unknown; subject?: unknown }
    return goOn(request, reply, { id: String(id ?? ''), subject: String(subject ?? '') }, 0)
  })

  /** Redirects to the case, or shows a waiting page until it exists. */
  async function goOn(
    request: FastifyRequest,
    reply: FastifyReply,
    sent: { readonly id: string; readonly subject: string },
    withinMs: number
  ): Promise<FastifyReply> {
    const found = await reports.caseOf(sent, withinMs)
    if (found) {
      setNotice(
        request,
        found.joined
          ? 'This user already has an open case. The report was added to it.'
          : 'The report opened this case.'
      )
      return reply.redirect(`/cases/${found.case.id}`, 303)
    }
    const here = `/report/sent?${new URLSearchParams({ ...sent })}`
    if (request.method === 'POST') return reply.redirect(here, 303)
    const main = reportWaiting(here)
    return show.page(request, reply, viewer(request), { title: 'Report', nav: 'report', main })
  }

  function showForm(
    request: FastifyRequest,
    reply: FastifyReply,
    typed: Fields,
    errors: Fields,
    status: number,
    caller: FoundCaller | null
  ) {
    const by = viewer(request)
    const { verification } = policy()
    const verifies = mayVerify(by, verification) && verification.kinds.length > 0
    const main = reportView({ csrf: reply.generateCsrf(), typed, errors, caller, verifies, words, now: clock() })
    return show.page(request, reply, by, { title: 'Report', nav: 'report', main, status })
  }
}

/** Errors by field. The same limits as the API's. */
function errorsOf({ user = '', error = '', errorCode = '', platform = '', text = '' }: Fields): Fields {
  const errors: Record<string, string> = {}
  const bound = (field: 'user' | 'errorCode' | 'text', words: string, value: string) => {
    const most = REPORT_LIMITS[field]
    if (value.length > most) errors[field] = `${words} is ${value.length} characters long; the limit is ${most}.`
  }
  if (!user.trim()) errors.user = 'Enter the login or Okta id of the user.'
  bound('user', 'The user', user)
  bound('errorCode', 'The error', `${error}, ${errorCode}`)
  bound('text', 'The text', text)
  if (platform && !PLATFORMS.some((one) => one === platform)) errors.platform = 'Choose a device from the list.'
  return errors
}
