/** Help-desk reports over a form: the same way in as `POST /api/reports`. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import { REPORT_LIMITS } from '../../domain/operator-commands.ts'
import { PLATFORMS } from '../../domain/vocabulary.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { pathOf, viewer } from '../session/access.ts'
import { draftOf, dropDraft, type Fields, fieldsOf } from '../session/draft.ts'
import { tell } from '../session/session.ts'
import type { Show } from '../show.ts'
import { plain } from '../text.ts'
import { reportView, reportWaiting } from '../views/report.ts'

/** How long the answer to the form waits for the case. A report is read as soon as it is stored. */
const WAIT_MS = 2_000

export function reportRoutes(app: Api, { reports }: Pick<ReviewDeps, 'reports'>, show: Show): void {
  app.get('/report', (request, reply) => {
    const { user } = request.query as { user?: unknown }
    const asked = typeof user === 'string' ? { user: plain(user, REPORT_LIMITS.user) } : {}
    return showForm(request, reply, { ...asked, ...draftOf(request, pathOf(request)) }, {}, 200)
  })

  app.post('/report', async (request, reply) => {
    const fields = fieldsOf(request.body)
    const faults = faultsOf(fields)
    if (Object.keys(faults).length > 0) return showForm(request, reply, fields, faults, 422)
    const { user = '', errorCode = '', platform = '', text = '' } = fields
    const report = {
      user: user.trim(),
      errorCode: errorCode.trim() || null,
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

  /** To the case; or, while there is none, to a page from which it can be reached. */
  async function goOn(
    request: FastifyRequest,
    reply: FastifyReply,
    sent: { readonly id: string; readonly subject: string },
    withinMs: number
  ): Promise<FastifyReply> {
    const found = await reports.caseOf(sent, withinMs)
    if (found) {
      tell(
        request,
        found.joined ? 'This user has an open case already; the report joined it.' : 'The report opened this case.'
      )
      return reply.redirect(`/cases/${found.case.id}`, 303)
    }
    const here = `/report/sent?${new URLSearchParams({ ...sent })}`
    if (request.method === 'POST') return reply.redirect(here, 303)
    const main = reportWaiting(here)
    return show.page(request, reply, viewer(request), { title: 'Report', place: 'report', main })
  }

  function showForm(request: FastifyRequest, reply: FastifyReply, typed: Fields, faults: Fields, status: number) {
    const main = reportView({ csrf: reply.generateCsrf(), typed, faults })
    return show.page(request, reply, viewer(request), { title: 'Report', place: 'report', main, status })
  }
}

/** What is wrong, by field. The same bounds as the API's. */
function faultsOf({ user = '', errorCode = '', platform = '', text = '' }: Fields): Fields {
  const faults: Record<string, string> = {}
  const bound = (field: 'user' | 'errorCode' | 'text', words: string, value: string) => {
    const most = REPORT_LIMITS[field]
    if (value.length > most) faults[field] = `Keep ${words} below ${most} characters; this has ${value.length}.`
  }
  if (!user.trim()) faults.user = 'Say who it is about: a login or an Okta id.'
  bound('user', 'the user', user)
  bound('errorCode', 'the error', errorCode)
  bound('text', 'the text', text)
  if (platform && !PLATFORMS.some((one) => one === platform)) faults.platform = 'Choose the device from the list.'
  return faults
}
