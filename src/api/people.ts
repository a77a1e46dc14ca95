/** The personal data of one user over HTTP: export and erasure. */
import { Type } from 'typebox'
import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import { requireApprover } from './control-routes.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers } from './schemas.ts'

const USER = Type.String({ minLength: 1, maxLength: 256, description: 'Okta user id or login' })
const RECORDS = Type.Object({}, { additionalProperties: true })

export function peopleRoutes(api: Api, { people }: Pick<OpsDeps, 'people'>): void {
  api.post(
    '/people/export',
    {
      schema: {
        operationId: 'exportPerson',
        summary: 'Everything kept about a user',
        body: Type.Object({ user: USER }, { additionalProperties: false }),
        response: answers({ 200: RECORDS }, 400, 403)
      }
    },
    async (request) => {
      requireApprover(operatorOf(request))
      return people.export(request.body.user)
    }
  )

  api.post(
    '/people/erase',
    {
      schema: {
        operationId: 'erasePerson',
        summary: 'Close and erase everything kept about a user; `refused` says why nothing was erased',
        body: Type.Object(
          {
            user: USER,
            by: Type.String({ minLength: 1, maxLength: 256, description: 'Who erases; recorded in the ledger' }),
            dryRun: Type.Optional(Type.Boolean({ description: 'Only count' }))
          },
          { additionalProperties: false }
        ),
        response: answers({ 200: RECORDS }, 400, 403)
      }
    },
    async (request) => {
      const operator = requireApprover(operatorOf(request))
      const { user, by, dryRun = false } = request.body
      return dryRun ? people.count(user) : people.erase(user, { ...operator, name: `${by} (${operator.name})` })
    }
  )
}
