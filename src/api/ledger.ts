/** The ledger, page by page, for `audit verify` and for whoever keeps a copy elsewhere. */
import { Type } from 'typebox'
import type { Api } from './app.ts'
import { badRequest } from './errors.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers, LEDGER_PAGE } from './schemas.ts'

/** Lines of one page; a check of the chain reads many. */
const LIMIT_MAX = 500

/** For the document; values come as text and are read in words below. */
const QUERY = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'Lines after this number' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_MAX }))
})

export function ledgerRoutes(api: Api, { store }: Pick<OpsDeps, 'store'>): void {
  api.get(
    '/ledger',
    {
      schema: {
        operationId: 'listLedger',
        summary: 'The hash-chained record of decisions, approvals and writes, oldest first',
        querystring: QUERY,
        response: answers({ 200: LEDGER_PAGE }, 400)
      },
      validatorCompiler: () => () => true
    },
    async (request) => {
      const query = request.query as Readonly<Record<string, unknown>>
      const after = wholeOf('after', query.after ?? '0', 0, Number.MAX_SAFE_INTEGER)
      const limit = wholeOf('limit', query.limit ?? String(LIMIT_MAX), 1, LIMIT_MAX)
      return { rows: await store.ledger({ after, limit }) }
    }
  )
}

function wholeOf(name: string, value: unknown, least: number, most: number): number {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw badRequest(`\`${name}\` must be a whole number from ${least} to ${most}.`)
}
