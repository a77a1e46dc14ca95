/** Reading cases: the list with its filters, and one case whole. */
import { Type } from 'typebox'
import type { OpsDeps } from '../ops-deps.ts'
import type { Api } from './app.ts'
import { caseJson } from './case-json.ts'
import { CASE_QUERY, readCaseQuery } from './case-query.ts'
import { ApiError, badRequest } from './errors.ts'
import { answers, refTo } from './schemas.ts'

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
