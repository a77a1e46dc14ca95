/** The access page: who is signed in, which API tokens there are, and ending them. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { MAX_TOKEN_DAYS, mayManageAccess, TOKEN_NAME, type TokenAsk } from '../../api/access.ts'
import type { Api } from '../../api/app.ts'
import type { ReviewDeps } from '../review-deps.ts'
import { type Fields, formFieldsOf, viewer } from '../session/access.ts'
import { setNotice } from '../session/session.ts'
import type { Show } from '../show.ts'
import { accessView } from '../views/access.ts'

/** Adds the access page. */
export function accessPages(app: Api, { access, sessions, clock }: ReviewDeps, show: Show): void {
  app.get('/access', (request, reply) => showAccess(request, reply, {}))

  app.post('/access/tokens', async (request, reply) => {
    const operator = viewer(request)
    if (!mayManageAccess(operator)) return refuse(reply)
    const ask = readToken(formFieldsOf(request.body))
    if (typeof ask === 'string') return showAccess(request, reply, { error: ask })
    const { token } = await access.createToken(ask, operator)
    return showAccess(request, reply, { token })
  })

  app.post('/access/end-others', async (request, reply) => {
    const others = (await visible(request)).filter(
      ({ id, kind }) => kind === 'session' && id !== sessions.idOf(request)
    )
    return end(request, reply, others)
  })

  app.post('/access/:id/end', async (request, reply) => {
    const { id } = request.params as { id: string }
    return end(
      request,
      reply,
      (await visible(request)).filter((credential) => credential.id === id)
    )
  })

  /** Those of everybody, or only the operator's own sessions. */
  async function visible(request: FastifyRequest) {
    const operator = viewer(request)
    const all = await access.list()
    return mayManageAccess(operator)
      ? all
      : all.filter((one) => one.kind === 'session' && one.operator.id === operator.id)
  }

  async function end(request: FastifyRequest, reply: FastifyReply, wanted: readonly { readonly id: string }[]) {
    const ids = wanted.map(({ id }) => id)
    const ended = await access.end(ids, viewer(request))
    setNotice(request, ended === 1 ? 'Ended.' : `Ended: ${ended}.`)
    return reply.redirect('/access', 303)
  }

  async function showAccess(
    request: FastifyRequest,
    reply: FastifyReply,
    { token = null, error = null }: { readonly token?: string | null; readonly error?: string | null }
  ) {
    const operator = viewer(request)
    const main = accessView({
      ...{ viewer: operator, mayManage: mayManageAccess(operator), credentials: await visible(request) },
      ...{ current: sessions.idOf(request), token, error, csrf: reply.generateCsrf(), now: clock() }
    })
    return show.page(request, reply, operator, { title: 'Access', nav: 'access', main, status: error ? 422 : 200 })
  }

  function refuse(reply: FastifyReply) {
    return show.approversOnly(reply)
  }
}

/** What the form asks for, or its error. The same limits as the API's. */
function readToken({ name = '', role = '', days = '' }: Fields): TokenAsk | string {
  if (!new RegExp(TOKEN_NAME).test(name)) return 'Name: use up to 60 letters, digits, dots, hyphens and underscores.'
  if (role !== 'viewer' && role !== 'approver') return 'Choose a role.'
  const number = /^\d{1,3}$/.test(days) ? Number(days) : 0
  if (number < 1 || number > MAX_TOKEN_DAYS) return `Days: enter a whole number from 1 to ${MAX_TOKEN_DAYS}.`
  return { name, role, days: number }
}
