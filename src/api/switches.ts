/** Modes and pauses over HTTP: how far rules may go right now. */
import { Type } from 'typebox'
import { RULES } from '../decide/rules.ts'
import type { Operator } from '../domain/operator-commands.ts'
import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import { notFound } from './cases.ts'
import { ApiError } from './errors.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers, CEILING, RULE_SWITCH, refTo } from './schemas.ts'

export function switchRoutes(api: Api, { switches }: Pick<OpsDeps, 'switches'>): void {
  api.post(
    '/rules/:id',
    {
      schema: {
        operationId: 'setRule',
        summary: 'Change the mode of a rule, or pause it with a reason; null takes either back',
        params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
        body: RULE_SWITCH,
        response: answers({ 200: refTo('Controls') }, 400, 403, 404, 422)
      }
    },
    async (request) => {
      const by = approver(operatorOf(request))
      const rule = RULES.find(({ id }) => id === request.params.id)
      if (!rule) throw notFound('rule', request.params.id)
      if (rule.outcome.do !== 'remediate') {
        throw new ApiError(422, 'no_mode', `The rule ${rule.id} never writes, so it has no mode and nothing to pause.`)
      }
      return switches.setRule(rule.id, request.body, by)
    }
  )

  api.post(
    '/mode',
    {
      schema: {
        operationId: 'setCeiling',
        summary: 'Set a ceiling over the modes of all rules; null leaves REENROLL_MODE alone in force',
        body: CEILING,
        response: answers({ 200: refTo('Controls') }, 400, 403)
      }
    },
    async (request) => switches.setCeiling(request.body.ceiling, approver(operatorOf(request)))
  )
}

function approver(operator: Operator): Operator {
  if (operator.role === 'approver') return operator
  throw new ApiError(403, 'forbidden', 'Only an approver may change how far rules go.')
}
