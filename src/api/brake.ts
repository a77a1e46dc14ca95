/** The kill switch over HTTP. */

import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import { ApiError } from './errors.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers, BRAKE, refTo } from './schemas.ts'

export function brakeRoutes(api: Api, { controls }: Pick<OpsDeps, 'controls'>): void {
  api.get(
    '/brake',
    {
      schema: {
        operationId: 'getBrake',
        summary: 'The run-time switches in force',
        response: answers({ 200: refTo('Controls') })
      }
    },
    () => controls.read()
  )

  api.post(
    '/brake',
    {
      schema: {
        operationId: 'setBrake',
        summary: 'Stop all writes in Okta, or let them go on; tickets never stop',
        body: BRAKE,
        response: answers({ 200: refTo('Controls') }, 400, 403)
      }
    },
    async (request) => {
      const operator = operatorOf(request)
      if (operator.role !== 'approver') {
        throw new ApiError(403, 'forbidden', 'Only an approver may set the brake.')
      }
      return controls.set(request.body, operator)
    }
  )
}
