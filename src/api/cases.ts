/** Cases over HTTP: the list with its filters, one case, the commands of people, and help-desk reports. */
import { type TSchema, Type } from 'typebox'
import type { CommandResult } from '../domain/operator-commands.ts'
import type { CaseQuery } from '../domain/store.ts'
import { CASE_STATES, CAUSE_IDS } from '../domain/vocabulary.ts'
import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import { type CaseJson, caseJson } from './case-json.ts'
import { ApiError, badRequest } from './errors.ts'
import type { OpsDeps } from './ops-deps.ts'
import {
  APPROVE_BODY,
  answers,
  CLOSE_BODY,
  CODE_BODY,
  REJECT_BODY,
  RELEASE_BODY,
  REPORT_BODY,
  refTo,
  route,
  VERIFY_BODY
} from './schemas.ts'

const LIMIT_DEFAULT = 50
const LIMIT_MAX = 200
const MAX_TEXT = 256

/** For the API description only; `readCaseQuery` checks the values and lists what is allowed. */
const CASE_QUERY = Type.Object({
  state: Type.Optional(Type.String({ description: `One or more of ${CASE_STATES.join(', ')}, separated by commas` })),
  cause: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: [...CAUSE_IDS] })),
  user: Type.Optional(Type.String({ description: 'Okta user id or login', maxLength: MAX_TEXT })),
  canary: Type.Optional(
    Type.Unsafe<string>({ type: 'string', enum: ['true'], description: 'Include the case of the canary' })
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })),
  after: Type.Optional(Type.String({ description: 'The `next` of the previous page', maxLength: MAX_TEXT }))
})

const KEYS = Object.keys(CASE_QUERY.properties)

/** The query, or its errors as sentences. An empty value counts as not given, since forms send empty values. Pure. */
function readCaseQuery(raw: Readonly<Record<string, unknown>>): CaseQuery | { readonly errors: readonly string[] } {
  const given = Object.entries(raw).filter(([, value]) => value !== '')
  const texts = given.map(([key, value]) => [key, String(value)] as const)
  const { state, cause, canary, user, limit = String(LIMIT_DEFAULT), after } = Object.fromEntries<string>(texts)
  const asked = state?.split(',').map((each) => each.trim()) ?? []
  const errors = [
    ...given.flatMap(([key, value]) => errorOf(key, value)),
    ...asked.flatMap((each) => unknownOf('state', each, CASE_STATES)),
    ...(cause === undefined ? [] : unknownOf('cause', cause, CAUSE_IDS)),
    ...(canary === undefined ? [] : unknownOf('canary', canary, ['true'])),
    ...(/^\d{1,4}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= LIMIT_MAX
      ? []
      : [`\`limit\` must be a whole number from 1 to ${LIMIT_MAX}, not \`${limit.slice(0, 40)}\`.`])
  ]
  if (errors.length > 0) return { errors }
  const states = CASE_STATES.filter((each) => asked.includes(each))
  const known = CAUSE_IDS.find((id) => id === cause)
  return {
    limit: Number(limit),
    ...(states.length > 0 ? { states } : {}),
    ...(known ? { cause: known } : {}),
    ...(canary ? { canary: true } : {}),
    ...(user ? { user } : {}),
    ...(after ? { after } : {})
  }
}

function errorOf(key: string, value: unknown): readonly string[] {
  if (!KEYS.includes(key)) return [`\`${key.slice(0, 40)}\` is not a filter; use ${KEYS.join(', ')}.`]
  if (typeof value !== 'string') return [`\`${key}\` is given more than once.`]
  return value.length > MAX_TEXT ? [`\`${key}\` is longer than ${MAX_TEXT} characters.`] : []
}

function unknownOf(key: string, value: string, set: readonly string[]): readonly string[] {
  return set.includes(value)
    ? []
    : [`\`${key}\`: \`${value.slice(0, 40)}\` is not a valid ${key}; use ${set.join(', ')}.`]
}

const LIST = Type.Object({ cases: Type.Array(refTo('Case')), next: Type.Union([Type.String(), Type.Null()]) })

const CASE_ID = Type.Object({ id: Type.String({ maxLength: 64 }) })

/** 404: this does not exist. */
export function notFound(what: string, key: string): ApiError {
  return new ApiError(404, 'not_found', `${what} ${key.slice(0, 80)} does not exist.`)
}

export function caseRoutes(api: Api, { store }: Pick<OpsDeps, 'store'>): void {
  api.get(
    '/cases',
    {
      // The schema is for the description; `readCaseQuery` validates.
      validatorCompiler: () => () => true,
      ...route('listCases', 'Cases, newest first', { querystring: CASE_QUERY, response: answers({ 200: LIST }, 400) })
    },
    async (request) => {
      const query = readCaseQuery({ ...request.query })
      if ('errors' in query) throw badRequest(query.errors.join(' '))
      const page = await store.listCases(query).catch((error: unknown) => {
        // The store throws RangeError for an `after` that is not a valid cursor.
        throw error instanceof RangeError ? badRequest(error.message) : error
      })
      return { cases: page.cases.map(caseJson), next: page.next }
    }
  )

  api.get(
    '/cases/:id',
    route('getCase', 'One case with all its data', { params: CASE_ID, response: answers({ 200: refTo('Case') }, 404) }),
    async ({ params: { id } }) => {
      const found = await store.getCase(id)
      if (!found) throw notFound('Case', id)
      return caseJson(found)
    }
  )
}

type Refused = Extract<CommandResult, { ok: false }>

const STATUSES: Readonly<Record<Refused['kind'], number>> = {
  not_found: 404,
  forbidden: 403,
  stale: 409,
  wrong_state: 409,
  incomplete: 422
}

/** The case as it is now; throws the error for a refused command. */
function caseOrError(result: CommandResult): CaseJson {
  if (result.ok) return caseJson(result.case)
  throw new ApiError(STATUSES[result.kind], result.kind, result.because, result.changes)
}

/** A command that takes no body. */
function withoutBody(operationId: string, summary: string) {
  const response = answers({ 200: refTo('Case') }, 403, 404, 409)
  return route(operationId, `${summary}; takes no body`, { params: CASE_ID, response })
}

function withBody<Body extends TSchema>(operationId: string, summary: string, body: Body) {
  const response = answers({ 200: refTo('Case') }, 400, 403, 404, 409, 422)
  return route(operationId, summary, { params: CASE_ID, body, response })
}

export function commandRoutes(api: Api, { commands }: Pick<OpsDeps, 'commands'>): void {
  api.post(
    '/cases/:id/approve',
    withBody('approveCase', 'Approve exactly the proposal with this hash', APPROVE_BODY),
    async (request) => {
      const { hash, overrides = [] } = request.body
      return caseOrError(await commands.approve(request.params.id, { hash, overrides }, operatorOf(request)))
    }
  )

  api.post(
    '/cases/:id/reject',
    withBody('rejectCase', 'Reject the proposal with this hash', REJECT_BODY),
    async (request) => caseOrError(await commands.reject(request.params.id, request.body, operatorOf(request)))
  )

  api.post(
    '/cases/:id/close',
    withBody('closeCase', 'Close the case, or mark an ended one as an attack', CLOSE_BODY),
    async (request) => caseOrError(await commands.close(request.params.id, request.body, operatorOf(request)))
  )

  api.post(
    '/cases/:id/release',
    withBody('releaseCases', 'Release cases of a storm that is on, under all guards', RELEASE_BODY),
    async (request) => caseOrError(await commands.release(request.params.id, request.body, operatorOf(request)))
  )

  api.post('/cases/:id/retry', withoutBody('retryCase', 'Read everything again and decide again'), async (request) =>
    caseOrError(await commands.retry(request.params.id, operatorOf(request)))
  )

  api.post(
    '/cases/:id/verify',
    withBody('verifyCaller', 'Verify the caller on a factor that the user still has', VERIFY_BODY),
    async (request) => caseOrError(await commands.verify(request.params.id, request.body, operatorOf(request)))
  )

  api.post(
    '/cases/:id/verify/code',
    withBody('enterCode', 'The code that the caller, or the manager, reads out', CODE_BODY),
    async (request) => caseOrError(await commands.enterCode(request.params.id, request.body, operatorOf(request)))
  )

  api.post(
    '/cases/:id/verify/confirm',
    withoutBody('confirmVerification', 'Confirm the verification of an administrator, as the second operator'),
    async (request) => caseOrError(await commands.confirmVerification(request.params.id, operatorOf(request)))
  )
}

const ACCEPTED = Type.Object({ accepted: Type.Literal(true) })

export function reportRoutes(api: Api, { report }: Pick<OpsDeps, 'report'>): void {
  api.post(
    '/reports',
    route('report', 'Report a user whose enrollment failed', {
      body: REPORT_BODY,
      response: answers({ 202: ACCEPTED }, 400, 503)
    }),
    async (request, reply) => {
      const { user, errorCode = null, platform = null, text = null, cause } = request.body
      const filed = { user: user.trim(), errorCode, platform, text, ...(cause ? { cause } : {}) }
      await report(filed, operatorOf(request))
      return reply.code(202).send({ accepted: true })
    }
  )
}
