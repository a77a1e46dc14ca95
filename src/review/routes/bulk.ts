/** One act on several cases of the queue, after one confirmation. Each case is changed and recorded like a single one. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../api/app.ts'
import type { Case } from '../../domain/case.ts'
import { CASE_STATES } from '../../domain/vocabulary.ts'
import { readColleagues } from '../colleagues.ts'
import { html } from '../html.ts'
import { paramsOf, placeHref, readPlace } from '../queue.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { type Fields, formFieldsOf, viewer } from '../session/access.ts'
import { setNotice } from '../session/session.ts'
import type { Show } from '../show.ts'
import { quantity } from '../text.ts'
import { BULK_ACTS, type BulkAct, bulkResult, bulkView } from '../views/bulk.ts'
import { BUTTONS, VERBS, type Verb } from './cases.ts'

/** Most cases of one act: a page of the queue. */
const MOST = 50

const ACTS: Readonly<Record<BulkAct, Pick<Verb, 'act'> & Partial<Pick<Verb, 'validate'>>>> = {
  assign: BUTTONS.assign,
  'hand-over': VERBS['hand-over'],
  retry: BUTTONS.retry,
  send: { act: (id, _fields, by, { commands }) => commands.sendSteps(id, by) },
  snooze: VERBS.snooze,
  close: VERBS.close
}

/** Adds the confirmation and the act. */
export function bulkPages(app: Api, deps: ReviewDeps, show: Show): void {
  app.get('/bulk', (request, reply) => confirm(request, reply, { ...(request.query as object) }, null, 200))

  app.post('/bulk', async (request, reply) => {
    const fields = formFieldsOf(request.body)
    const act = actOf(fields)
    const operator = viewer(request)
    const queue = paramsOf(readPlace(request.body))
    const error = act ? ((await ACTS[act].validate?.(fields, operator, deps)) ?? null) : 'Choose what to do.'
    if (!act || error) return confirm(request, reply, { ...(request.body as object) }, error, 422)
    const refused: { readonly id: string; readonly because: string }[] = []
    const ids = idsOf({ ...(request.body as object) })
    for (const id of ids) {
      const result = await ACTS[act].act(id, fields, operator, deps)
      if (!result.ok) refused.push({ id, because: result.because })
    }
    if (refused.length > 0) {
      const done = html`${BULK_ACTS[act]}: ${quantity(ids.length - refused.length, 'case')} of ${ids.length}.`
      return show.page(request, reply, operator, {
        title: BULK_ACTS[act],
        nav: 'queue',
        main: bulkResult(done, refused, queue),
        status: 409
      })
    }
    setNotice(request, `Done. Cases: ${ids.length}.`)
    return reply.redirect(placeHref(queue), 303)
  })

  async function confirm(
    request: FastifyRequest,
    reply: FastifyReply,
    asked: Readonly<Record<string, unknown>>,
    error: string | null,
    status: number
  ): Promise<FastifyReply> {
    const operator = viewer(request)
    if (operator.role !== 'approver') {
      return show.approversOnly(reply)
    }
    const typed = formFieldsOf(asked)
    const ids = idsOf(asked)
    const act = actOf(typed)
    const found = await Promise.all(ids.map((id) => deps.store.getCase(id)))
    const mine = ids.length === 0 && asked.mine === '1' ? await casesOf(operator.name) : null
    const main = bulkView({
      ...{ act, cases: mine?.cases ?? found.filter((c): c is Case => c !== null), isPart: Boolean(mine?.next) },
      colleagues: act === 'hand-over' ? await readColleagues(deps, operator) : [],
      ...{ queue: paramsOf(readPlace(asked)), csrf: reply.generateCsrf(), typed, error }
    })
    return show.page(request, reply, operator, { title: 'Several cases', nav: 'queue', main, status })
  }

  /** The operator's open cases, the oldest first. */
  function casesOf(assignee: string) {
    const states = CASE_STATES.filter((state) => state !== 'resolved' && state !== 'closed')
    return deps.store.listCases({ states, facts: { assignee }, order: 'oldest', limit: MOST })
  }
}

function actOf({ act }: Fields): BulkAct | null {
  return (Object.keys(BULK_ACTS) as BulkAct[]).find((one) => one === act) ?? null
}

/** The cases that were ticked: one text, or a list. */
function idsOf(asked: Readonly<Record<string, unknown>>): readonly string[] {
  const ids = [asked.case].flat().filter((id): id is string => typeof id === 'string' && /^RE-[\w-]{1,40}$/.test(id))
  return [...new Set(ids)].slice(0, MOST)
}
