/** Run-time controls over HTTP: kill switch, modes and pauses of rules, the ceiling, and the policy in force. */
import { Type } from 'typebox'
import { POLICY_BYTES } from '../config/policy/policy.ts'
import { RULES } from '../decide/rules.ts'
import type { Operator } from '../domain/operator-commands.ts'
import type { Api } from './app.ts'
import { operatorOf } from './authenticate.ts'
import { notFound } from './cases.ts'
import { ApiError } from './errors.ts'
import type { OpsDeps } from './ops-deps.ts'
import { answers, CEILING, KILL_SWITCH, RULE_SWITCH, refTo, route, strictObject } from './schemas.ts'

export function killSwitchRoutes(api: Api, { controls }: Pick<OpsDeps, 'controls'>): void {
  api.get(
    '/brake',
    route('getBrake', 'The run-time controls in force', { response: answers({ 200: refTo('Controls') }) }),
    () => controls.read()
  )

  api.post(
    '/brake',
    route('setBrake', 'Stop or resume all writes to Okta; tickets never stop', {
      body: KILL_SWITCH,
      response: answers({ 200: refTo('Controls') }, 400, 403)
    }),
    async (request) => {
      return controls.set(request.body, requireApprover(operatorOf(request)))
    }
  )
}

export function switchRoutes(api: Api, { switches }: Pick<OpsDeps, 'switches'>): void {
  api.post(
    '/rules/:id',
    route('setRule', 'Change the mode of a rule, or pause it with a reason; null removes either', {
      params: Type.Object({ id: Type.String({ maxLength: 64 }) }),
      body: RULE_SWITCH,
      response: answers({ 200: refTo('Controls') }, 400, 403, 404, 422)
    }),
    async (request) => {
      const by = requireApprover(operatorOf(request))
      const rule = RULES.find(({ id }) => id === request.params.id)
      if (!rule) throw notFound('Rule', request.params.id)
      if (rule.outcome.do !== 'remediate') {
        throw new ApiError(422, 'no_mode', `Rule ${rule.id} never writes: it has no mode and cannot be paused.`)
      }
      return switches.setRule(rule.id, request.body, by)
    }
  )

  api.post(
    '/mode',
    route('setCeiling', 'Set a ceiling over the modes of all rules; null leaves only REENROLL_MODE', {
      body: CEILING,
      response: answers({ 200: refTo('Controls') }, 400, 403)
    }),
    async (request) => switches.setCeiling(request.body.ceiling, requireApprover(operatorOf(request)))
  )
}

export function requireApprover(operator: Operator): Operator {
  if (operator.role === 'approver') return operator
  throw new ApiError(403, 'forbidden', 'Only an approver may do this.')
}

/* The policy over HTTP: the one in force, another one put into force without a restart, and back. */

const BODY = strictObject({
  text: Type.Union([Type.String({ maxLength: POLICY_BYTES }), Type.Null()], {
    description: 'A policy file; null rolls back to the policy before'
  }),
  by: Type.String({ minLength: 1, maxLength: 256, description: 'Who changes it; recorded in the ledger' }),
  dryRun: Type.Optional(Type.Boolean({ description: 'Only check and compare' }))
})

export function policyRoutes(
  api: Api,
  { policyView, changePolicy }: Pick<OpsDeps, 'policyView' | 'changePolicy'>
): void {
  api.get(
    '/policy',
    route('getPolicy', 'The decision table, guards, causes and thresholds in force', {
      response: answers({ 200: Type.Object({}, { additionalProperties: true }) })
    }),
    () => policyView()
  )

  api.post(
    '/policy',
    {
      // A text may need two characters of JSON for each of its own.
      bodyLimit: 2 * POLICY_BYTES + 1024,
      ...route(
        'changePolicy',
        'Check a policy, compare it over 30 days, and put it into force on all replicas; `faults` says why not',
        { body: BODY, response: answers({ 200: Type.Object({}, { additionalProperties: true }) }, 400, 403) }
      )
    },
    async (request) => {
      const operator = requireApprover(operatorOf(request))
      const { text, by, dryRun = false } = request.body
      return changePolicy({ text, by: `${by} (${operator.name})`, dryRun })
    }
  )
}
