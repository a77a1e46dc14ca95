/** Reading cases: the list with its filters, and one case whole. */
import { Type } from 'typebox'
import type { CaseQuery } from '../domain/store.ts'
import { CASE_STATES, CAUSE_IDS } from '../domain/vocabulary.ts'
import type { Api } from './app.ts'
import { caseJson } from './case-json.ts'
import { ApiError, badRequest } from './errors.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers, refTo } from './schemas.ts'

/* Reads the filters of `GET /api/cases`; every fault is a sentence. Pure. */

export const LIMIT_DEFAULT = 50
export const LIMIT_MAX = 200
const MAX_TEXT = 256

/** For the document only: `readCaseQuery` answers in words that name the right values. */
export const CASE_QUERY = Type.Object({
  state: Type.Optional(Type.String({ description: `One or more of ${CASE_STATES.join(', ')}, separated by commas` })),
  cause: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: [...CAUSE_IDS] })),
  user: Type.Optional(Type.String({ description: 'Okta user id or login', maxLength: MAX_TEXT })),
  canary: Type.Optional(
    Type.Unsafe<string>({ type: 'string', enum: ['true'], description: 'Also the case of the canary' })
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })),
  after: Type.Optional(Type.String({ description: 'The `next` of the page before', maxLength: MAX_TEXT }))
})

const KEYS = Object.keys(CASE_QUERY.properties)

/** The query, or what is wrong with it. */
export function readCaseQuery(
  raw: Readonly<Record<string, unknown>>
): CaseQuery | { readonly faults: readonly string[] } {
  const given = Object.entries(raw).filter(([, value]) => value !== '')
  const faults = [
    ...given.flatMap(([key, value]) => faultOf(key, value)),
    ...statesOf(raw.state).flatMap((state) => unknownOf('state', state, CASE_STATES)),
    ...(typeof raw.cause === 'string' ? unknownOf('cause', raw.cause, CAUSE_IDS) : []),
    ...(isGiven(raw.canary) ? unknownOf('canary', raw.canary, ['true']) : []),
    ...limitFault(raw.limit)
  ]
  if (faults.length > 0) return { faults }
  const states = CASE_STATES.filter((state) => statesOf(raw.state).includes(state))
  const cause = CAUSE_IDS.find((id) => id === raw.cause)
  return {
    limit: isGiven(raw.limit) ? Number(raw.limit) : LIMIT_DEFAULT,
    ...(states.length > 0 ? { states } : {}),
    ...(cause ? { cause } : {}),
    ...(raw.canary === 'true' ? { canary: true } : {}),
    ...(isGiven(raw.user) ? { user: raw.user } : {}),
    ...(isGiven(raw.after) ? { after: raw.after } : {})
  }
}

/** An empty value is the same as none, as forms send it. */
function isGiven(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function faultOf(key: string, value: unknown): readonly string[] {
  if (!KEYS.includes(key)) return [`There is no filter \`${key.slice(0, 40)}\`; there are ${KEYS.join(', ')}.`]
  if (typeof value !== 'string') return [`\`${key}\` is given more than once.`]
  return value.length > MAX_TEXT ? [`\`${key}\` is longer than ${MAX_TEXT} characters.`] : []
}

function statesOf(value: unknown): readonly string[] {
  return isGiven(value) ? value.split(',').map((state) => state.trim()) : []
}

function unknownOf(key: string, value: string, set: readonly string[]): readonly string[] {
  if (value === '' && key === 'cause') return []
  return set.includes(value) ? [] : [`\`${value.slice(0, 40)}\` is no ${key}; there are ${set.join(', ')}.`]
}

function limitFault(value: unknown): readonly string[] {
  if (!isGiven(value)) return []
  const right = /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= LIMIT_MAX
  return right ? [] : [`\`limit\` must be a whole number from 1 to ${LIMIT_MAX}, not \`${value.slice(0, 40)}\`.`]
}

const LIST = Type.Object({ cases: Type.Array(refTo('Case')), next: Type.Union([Type.String(), Type.Null()]) })

export const CASE_ID = Type.Object({ id: Type.String({ maxLength: 64 }) })

export function notFound(what: string, key: string): ApiError {
  return new ApiError(404, 'not_found', `There is no ${what} ${key}.`)
}

export function caseRoutes(api: Api, { store }: Pick<OpsDeps, 'store'>): void {
  api.get(
    '/cases',
    {
      schema: {
        operationId: 'listCases',
        summary: 'Cases, newest first',
        querystring: CASE_QUERY,
        response: answers({ 200: LIST }, 400)
      },
      // The schema is for the document; `readCaseQuery` checks and answers in words.
      validatorCompiler: () => () => true
    },
    async (request) => {
      const query = readCaseQuery({ ...request.query })
      if ('faults' in query) throw badRequest(query.faults.join(' '))
      const page = await store.listCases(query).catch((error: unknown) => {
        // What engines throw for an `after` that is no cursor of theirs.
        throw error instanceof RangeError ? badRequest(error.message) : error
      })
      return { cases: page.cases.map(caseJson), next: page.next }
    }
  )

  api.get(
    '/cases/:id',
    {
      schema: {
        operationId: 'getCase',
        summary: 'One case, whole',
        params: CASE_ID,
        response: answers({ 200: refTo('Case') }, 404)
      }
    },
    async ({ params: { id } }) => {
      const found = await store.getCase(id)
      if (!found) throw notFound('case', id)
      return caseJson(found)
    }
  )
}
