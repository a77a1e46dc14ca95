/** What decides, for reading. */
import { Type } from 'typebox'
import type { Api } from './app.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers } from './schemas.ts'

export function policyRoutes(api: Api, { policyView }: Pick<OpsDeps, 'policyView'>): void {
  api.get(
    '/policy',
    {
      schema: {
        operationId: 'getPolicy',
        summary: 'The decision table, guards, causes and thresholds in force',
        response: answers({ 200: Type.Object({}, { additionalProperties: true }) })
      }
    },
    () => policyView()
  )
}
