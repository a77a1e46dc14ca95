/** The policy over HTTP: the one in force, another one put into force without a restart, and back. */
import { Type } from 'typebox'
import { POLICY_BYTES } from '../config/policy/policy.ts'
import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import { requireApprover } from './control-routes.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers } from './schemas.ts'

const BODY = Type.Object(
  {
    text: Type.Union([Type.String({ maxLength: POLICY_BYTES }), Type.Null()], {
      description: 'A policy file; null rolls back to the policy before'
    }),
    by: Type.String({ minLength: 1, maxLength: 256, description: 'Who changes it; recorded in the ledger' }),
    dryRun: Type.Optional(Type.Boolean({ description: 'Only check and compare' }))
  },
  { additionalProperties: false }
)

export function policyRoutes(
  api: Api,
  { policyView, changePolicy }: Pick<OpsDeps, 'policyView' | 'changePolicy'>
): void {
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

  api.post(
    '/policy',
    {
      // A text may need two characters of JSON for each of its own.
      bodyLimit: 2 * POLICY_BYTES + 1024,
      schema: {
        operationId: 'changePolicy',
        summary:
          'Check a policy, compare it over 30 days, and put it into force on all replicas; `faults` says why not',
        body: BODY,
        response: answers({ 200: Type.Object({}, { additionalProperties: true }) }, 400, 403)
      }
    },
    async (request) => {
      const operator = requireApprover(operatorOf(request))
      const { text, by, dryRun = false } = request.body
      return changePolicy({ text, by: `${by} (${operator.name})`, dryRun })
    }
  )
}
