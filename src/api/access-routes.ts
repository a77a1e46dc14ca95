/** Sessions and API tokens over HTTP. */
import { Type } from 'typebox'
import type { Credential } from '../domain/credentials.ts'
import type { Operator } from '../domain/operator-commands.ts'
import { OPERATOR_ROLES } from '../domain/vocabulary.ts'
import { MAX_TOKEN_DAYS, mayManageAccess, TOKEN_NAME } from './access.ts'
import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import { notFound } from './cases.ts'
import { ApiError } from './errors.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers, oneOf, route, strictObject } from './schemas.ts'

const text = Type.String()
const CREDENTIAL = Type.Object({
  id: text,
  kind: oneOf(['session', 'token']),
  name: text,
  role: oneOf(OPERATOR_ROLES),
  createdAt: text,
  createdBy: text,
  seenAt: Type.String({ description: 'Last use, to the minute' }),
  endsAt: text
})
const NEW_TOKEN = strictObject({
  name: Type.String({ pattern: TOKEN_NAME }),
  role: oneOf(OPERATOR_ROLES),
  days: Type.Integer({ minimum: 1, maximum: MAX_TOKEN_DAYS })
})

function credentialJson({ id, kind, operator: { name, role }, createdAt, createdBy, seenAt, endsAt }: Credential) {
  return { id, kind, name, role, createdAt, createdBy, seenAt, endsAt }
}

export function accessRoutes(api: Api, { access }: Pick<OpsDeps, 'access'>): void {
  api.get(
    '/credentials',
    route('listCredentials', 'Sessions and API tokens, newest first', {
      response: answers({ 200: Type.Object({ credentials: Type.Array(CREDENTIAL) }) }, 403)
    }),
    async (request) => {
      requireManager(operatorOf(request))
      return { credentials: (await access.list()).map(credentialJson) }
    }
  )

  api.post(
    '/credentials',
    route('createToken', 'Make an API token; the response is the only place that shows it', {
      body: NEW_TOKEN,
      response: answers({ 201: Type.Object({ token: text, credential: CREDENTIAL }) }, 400, 403)
    }),
    async (request, reply) => {
      const { token, credential } = await access.createToken(request.body, requireManager(operatorOf(request)))
      return reply.code(201).send({ token, credential: credentialJson(credential) })
    }
  )

  api.post(
    '/credentials/:id/end',
    route('endCredential', 'End a session or an API token; takes no body', {
      params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
      response: answers({ 200: Type.Object({ ended: Type.Literal(true) }) }, 403, 404)
    }),
    async (request) => {
      const { id } = request.params
      const ended = await access.end([id], requireManager(operatorOf(request)))
      if (ended === 0) throw notFound('Credential', id)
      return { ended: true as const }
    }
  )
}

function requireManager(operator: Operator): Operator {
  if (mayManageAccess(operator)) return operator
  throw new ApiError(403, 'forbidden', 'Only a signed-in approver or the ops token may manage sessions and API tokens.')
}
