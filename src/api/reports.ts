/** Help-desk reports: the same pipeline, lower trust, never automatic (DESIGN §4). */
import { Type } from 'typebox'
import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers, REPORT } from './schemas.ts'

const ACCEPTED = Type.Object({ accepted: Type.Literal(true) })

export function reportRoutes(api: Api, { report }: Pick<OpsDeps, 'report'>): void {
  api.post(
    '/reports',
    {
      schema: {
        operationId: 'report',
        summary: 'Tell Reenroll of a user whose enrollment failed',
        body: REPORT,
        response: answers({ 202: ACCEPTED }, 400, 503)
      }
    },
    async (request, reply) => {
      const { user, errorCode = null, platform = null, text = null, cause } = request.body
      const told = { user: user.trim(), errorCode, platform, text, ...(cause ? { cause } : {}) }
      await report(told, operatorOf(request))
      return reply.code(202).send({ accepted: true })
    }
  )
}
