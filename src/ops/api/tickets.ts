/** The built-in desk's tickets, for reading. */
import { Type } from 'typebox'
import type { OpsDeps } from '../ops-deps.ts'
import type { Api } from './app.ts'
import { notFound } from './cases.ts'
import { answers, refTo } from './schemas.ts'

export function ticketRoutes(api: Api, { store }: Pick<OpsDeps, 'store'>): void {
  api.get(
    '/tickets/:key',
    {
      schema: {
        operationId: 'getTicket',
        summary: 'A ticket of the built-in desk',
        params: Type.Object({ key: Type.String({ maxLength: 64 }) }),
        response: answers({ 200: refTo('Ticket') }, 404)
      }
    },
    async ({ params: { key } }) => {
      const ticket = await store.getTicket(key)
      if (!ticket) throw notFound('ticket', key)
      return ticket
    }
  )
}
