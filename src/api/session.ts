/** Who asks, and the token that their writes must carry. */
import { Type } from 'typebox'
import type { Api } from './app.ts'
import { operatorOf, usesSession } from './authenticate.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers } from './schemas.ts'

const SESSION = Type.Object({
  operator: Type.Object({ name: Type.String(), role: Type.Union([Type.Literal('viewer'), Type.Literal('approver')]) }),
  csrf: Type.Union([Type.String(), Type.Null()], {
    description: 'To send as `x-csrf-token` with every write of a session; null with the bearer token, which needs none'
  })
})

export function sessionRoutes(api: Api, { session }: Pick<OpsDeps, 'session'>): void {
  api.get(
    '/session',
    {
      schema: {
        operationId: 'getSession',
        summary: 'Who asks, and with which right',
        response: answers({ 200: SESSION })
      }
    },
    async (request, reply) => {
      const { name, role } = operatorOf(request)
      reply.header('cache-control', 'no-store')
      return { operator: { name, role }, csrf: session && usesSession(request) ? session.tokenFor(reply) : null }
    }
  )
}
