/** What a person may do to a case: approve, reject, close, retry. */
import type { TSchema } from 'typebox'
import type { CommandResult } from '../domain/operator-commands.ts'
import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import { type CaseJson, caseJson } from './case-json.ts'
import { CASE_ID } from './cases.ts'
import { ApiError } from './errors.ts'
import type { OpsDeps } from './ops-deps.ts'
import { APPROVE, answers, CLOSE, REJECT, refTo } from './schemas.ts'

type Refused = Extract<CommandResult, { ok: false }>

const STATUSES: Readonly<Record<Refused['kind'], number>> = {
  not_found: 404,
  forbidden: 403,
  stale: 409,
  wrong_state: 409,
  incomplete: 422
}

/** The case as it is now, or the error that the refusal answers with. */
function answer(result: CommandResult): CaseJson {
  if (result.ok) return caseJson(result.case)
  throw new ApiError(STATUSES[result.kind], result.kind, result.because, result.changes)
}

function schemaOf<B extends TSchema>(operationId: string, summary: string, body: B) {
  return {
    operationId,
    summary,
    params: CASE_ID,
    body,
    response: answers({ 200: refTo('Case') }, 400, 403, 404, 409, 422)
  }
}

export function commandRoutes(api: Api, { commands }: Pick<OpsDeps, 'commands'>): void {
  api.post(
    '/cases/:id/approve',
    { schema: schemaOf('approveCase', 'Approve exactly the proposal with this hash', APPROVE) },
    async (request) => {
      const { hash, overrides = [] } = request.body
      return answer(await commands.approve(request.params.id, { hash, overrides }, operatorOf(request)))
    }
  )

  api.post(
    '/cases/:id/reject',
    { schema: schemaOf('rejectCase', 'Turn the proposal with this hash down', REJECT) },
    async (request) => answer(await commands.reject(request.params.id, request.body, operatorOf(request)))
  )

  api.post('/cases/:id/close', { schema: schemaOf('closeCase', 'End the case', CLOSE) }, async (request) =>
    answer(await commands.close(request.params.id, request.body, operatorOf(request)))
  )

  api.post(
    '/cases/:id/retry',
    {
      schema: {
        operationId: 'retryCase',
        summary: 'Read everything again and decide anew; takes no body',
        params: CASE_ID,
        response: answers({ 200: refTo('Case') }, 403, 404, 409)
      }
    },
    async (request) => answer(await commands.retry(request.params.id, operatorOf(request)))
  )
}
