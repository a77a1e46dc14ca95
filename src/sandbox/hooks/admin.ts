/** The event hook API: creating, replacing and verifying hooks (facts §1.1, §1.7). Delivery is in `delivery.ts`. */
import { Type } from 'typebox'
import { Check, Clean, Clone, Errors } from 'typebox/value'
import { field, isRecord } from '../../domain/json.ts'
import { actedBy } from '../org/log-event.ts'
import type { Caller, SandboxHook, SandboxLogEvent } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import { ID_PREFIXES } from '../org/seeds.ts'
import { type Call, hookBody, ok, type SandboxRoute, type SimResponse } from '../server/call.ts'
import { objectNotFound, SimError, validationFailed, wrongTransition } from '../server/errors.ts'

const READ = 'okta.eventHooks.read'
const MANAGE = 'okta.eventHooks.manage'
const HOOKS = '/api/v1/eventHooks'
const ONE_HOOK = `${HOOKS}/:hookId`

/** The routes; `verifyTimeoutMs` is how long the verification request may take. */
export function eventHookRoutes(verifyTimeoutMs: number): readonly SandboxRoute[] {
  const read = (path: string, run: SandboxRoute['run']): SandboxRoute => ({ method: 'GET', path, scope: READ, run })
  const manage = (method: SandboxRoute['method'], path: string, run: SandboxRoute['run']): SandboxRoute => ({
    method,
    path,
    scope: MANAGE,
    run
  })
  return [
    read(HOOKS, ({ org }) => ok([...org.hooks.values()].map(hookBody))),
    read(ONE_HOOK, (call) => ok(hookBody(hookOf(call)))),
    manage('POST', HOOKS, ({ org, body, caller }) => wrote(createHook(org, body, caller), 'create')),
    manage('PUT', ONE_HOOK, (call) => {
      const hook = hookOf(call)
      replaceHook(call.org, hook, call.body, call.caller)
      return wrote(hook, 'replace')
    }),
    manage('DELETE', ONE_HOOK, deleteHook),
    manage('POST', `${ONE_HOOK}/lifecycle/activate`, (call) => setStatus(call, 'ACTIVE')),
    manage('POST', `${ONE_HOOK}/lifecycle/deactivate`, (call) => setStatus(call, 'INACTIVE')),
    manage('POST', `${ONE_HOOK}/lifecycle/verify`, async (call) => {
      const hook = hookOf(call)
      await verifyHook(call.org, hook, call.caller, verifyTimeoutMs)
      return wrote(hook, 'verify')
    })
  ]
}

function wrote(hook: SandboxHook, action: string): SimResponse {
  return ok(hookBody(hook), { action: `event_hook.${action}` })
}

function hookOf({ org, params: { hookId = '' } }: Call): SandboxHook {
  const hook = org.hooks.get(hookId)
  if (!hook) throw objectNotFound(hookId, 'EventHook')
  return hook
}

/** Only an inactive hook can be deleted (facts §1.7). */
function deleteHook(call: Call): SimResponse {
  const hook = hookOf(call)
  if (hook.status !== 'INACTIVE') throw wrongTransition(hook.status, 'delete')
  call.org.hooks.delete(hook.id)
  noteHook(call.org, 'event_hook.deleted', hook, call.caller)
  return { status: 204, wrote: { action: 'event_hook.delete' } }
}

function setStatus(call: Call, status: SandboxHook['status']): SimResponse {
  const hook = hookOf(call)
  hook.status = status
  hook.lastUpdated = call.org.clock()
  noteHook(call.org, status === 'ACTIVE' ? 'event_hook.activated' : 'event_hook.deactivated', hook, call.caller)
  return wrote(hook, status === 'ACTIVE' ? 'activate' : 'deactivate')
}

/* Event hook filters: the part of Okta's expression language that facts §1.5 shows. */

type Test = (event: SandboxLogEvent) => boolean

const EQUALS = new Set(['eq', '=='])
/** `event.outcome.result ne 'SUCCESS'`, over the fields that are filterable (facts §1.5). */
const COMPARISON =
  /^event\.(eventType|outcome\.(?:reason|result)|actor\.(?:id|type|alternateId|displayName))\s+(eq|ne|==|!=)\s+'([^']*)'$/
/** `event.target.?[displayName eq 'Okta Verify'].size()>0` */
const ANY_TARGET =
  /^event\.target\.\?\[(id|type|alternateId|displayName)\s+(eq|ne|==|!=)\s+'([^']*)'\]\.size\(\)\s*>\s*0$/

/** The expression as a test, or null when it is outside what Okta accepts: `eq`, `ne`, `&&`, `||`, no parentheses. */
function readHookFilter(expression: string): Test | null {
  const either = expression.split('||').map((part) => part.split('&&').map((clause) => readClause(clause.trim())))
  if (either.flat().includes(null)) return null
  return (event) => either.some((all) => all.every((test) => test?.(event)))
}

function readClause(clause: string): Test | null {
  const [, path, operator, wanted] = COMPARISON.exec(clause) ?? []
  if (path && operator && wanted !== undefined) {
    return (event) => (field(event, ...path.split('.')) === wanted) === EQUALS.has(operator)
  }
  const [, name, nameOperator, nameWanted] = ANY_TARGET.exec(clause) ?? []
  if (name && nameOperator && nameWanted !== undefined) {
    return ({ target }) =>
      Array.isArray(target) && target.some((one) => (field(one, name) === nameWanted) === EQUALS.has(nameOperator))
  }
  return null
}

/** The filter expression the hook has for this event type, or null. */
function filterExpression(hook: SandboxHook, eventType: string): string | null {
  const map = field(hook.events.filter, 'eventFilterMap')
  if (!Array.isArray(map)) return null
  const entry: unknown = map.find((one) => field(one, 'event') === eventType)
  const expression = field(entry, 'condition', 'expression')
  return typeof expression === 'string' ? expression : null
}

/** Whether the hook is to hear of this event: active, verified, subscribed, and let through by its filter. */
export function hears(hook: SandboxHook, event: SandboxLogEvent): boolean {
  if (hook.status !== 'ACTIVE' || hook.verificationStatus !== 'VERIFIED') return false
  if (!hook.events.items.includes(event.eventType)) return false
  const expression = filterExpression(hook, event.eventType)
  return expression === null || readHookFilter(expression)?.(event) === true
}

/** Okta waits this long for the echo, and tries once more (facts §1.1). */
export const VERIFY_TIMEOUT_MS = 3_000
const VERIFY_TRIES = 2
/** An org holds at most 25 hooks, a hook at most 300 event types (facts §1.4). */
const MAX_HOOKS = 25
const MAX_TYPES = 300
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

type HookParts = Pick<SandboxHook, 'name' | 'events' | 'channel'>

/** A new hook: active, unverified, and so without deliveries until it is verified. */
export function createHook(org: Org, body: unknown, caller: Caller): SandboxHook {
  const parts = readHook(body)
  if (org.hooks.size >= MAX_HOOKS) throw validationFailed('eventHooks', `an org holds at most ${MAX_HOOKS} event hooks`)
  const now = org.clock()
  const hook: SandboxHook = {
    id: org.ids.id(ID_PREFIXES.hook),
    status: 'ACTIVE',
    verificationStatus: 'UNVERIFIED',
    ...parts,
    created: now,
    lastUpdated: now
  }
  org.hooks.set(hook.id, hook)
  noteHook(org, 'event_hook.created', hook, caller)
  return hook
}

/** Replaces the whole hook. A change of the channel, and so of the secret, asks for a new verification. */
function replaceHook(org: Org, hook: SandboxHook, body: unknown, caller: Caller): void {
  const parts = readHook(body)
  if (JSON.stringify(parts.channel) !== JSON.stringify(hook.channel)) hook.verificationStatus = 'UNVERIFIED'
  Object.assign(hook, parts, { lastUpdated: org.clock() })
  noteHook(org, 'event_hook.updated', hook, caller)
}

/** The log entry of a change to a hook. */
function noteHook(org: Org, eventType: string, hook: SandboxHook, caller: Caller, failure?: string): void {
  org.record({
    eventType,
    ...actedBy(caller),
    outcome: failure === undefined ? { result: 'SUCCESS', reason: null } : { result: 'FAILURE', reason: failure },
    target: [{ id: hook.id, type: 'EventHook', alternateId: 'unknown', displayName: hook.name, detailEntry: null }]
  })
}

/** Calls the endpoint and marks the hook verified, or throws Okta's 400 with what went wrong. */
export async function verifyHook(org: Org, hook: SandboxHook, caller: Caller, timeoutMs: number): Promise<void> {
  let failure: string | null = null
  for (let tries = 0; tries < VERIFY_TRIES; tries++) {
    failure = await challenge(hook.channel.config.uri, org.ids.token(40), timeoutMs)
    if (failure === null) break
  }
  if (failure !== null) {
    noteHook(org, 'event_hook.verified', hook, caller, failure)
    throw new SimError(400, 'E0000001', 'Api validation failed: eventHook', [failure])
  }
  hook.verificationStatus = 'VERIFIED'
  hook.lastUpdated = org.clock()
  noteHook(org, 'event_hook.verified', hook, caller)
}

/** One verification request; null when the endpoint echoes the challenge. Sent without the secret: see facts §1.1. */
async function challenge(uri: string, value: string, timeoutMs: number): Promise<string | null> {
  try {
    const response = await fetch(uri, {
      headers: { accept: 'application/json', 'x-okta-verification-challenge': value },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs)
    })
    if (response.status !== 200) return `the endpoint answered ${response.status} to the verification request`
    const body: unknown = await response.json()
    return isRecord(body) && body.verification === value ? null : 'the endpoint did not echo the challenge'
  } catch (error) {
    return error instanceof DOMException && error.name === 'TimeoutError'
      ? `the endpoint did not answer within ${timeoutMs} ms`
      : 'the endpoint cannot be reached or does not answer with JSON'
  }
}

const text = Type.String({ minLength: 1 })
const HOOK = Type.Object({
  name: text,
  events: Type.Object({
    type: Type.Literal('EVENT_TYPE'),
    items: Type.Array(Type.String(), { minItems: 1, maxItems: MAX_TYPES }),
    filter: Type.Optional(Type.Unknown())
  }),
  channel: Type.Object({
    type: Type.Literal('HTTP'),
    version: Type.Literal('1.0.0'),
    config: Type.Object({
      uri: Type.Refine(text, isTaken, () => 'is not an https URL'),
      headers: Type.Optional(Type.Array(Type.Object({ key: text, value: text }))),
      authScheme: Type.Object({ type: Type.Literal('HEADER'), key: text, value: text })
    })
  })
})

/** Okta takes https alone; the sandbox takes http on the machine itself as well. */
function isTaken(uri: string): boolean {
  const url = URL.parse(uri)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname))
}

function readHook(body: unknown): HookParts {
  const hook = Clean(HOOK, Clone(body))
  if (!Check(HOOK, hook)) {
    const [error] = Errors(HOOK, hook)
    const missing = error?.keyword === 'required' ? error.params.requiredProperties : []
    const where = [...(error?.instancePath.split('/').slice(1) ?? []), ...missing].join('.') || 'body'
    throw validationFailed(where, `${where} ${error?.message}`)
  }
  const { name, events, channel } = hook
  return { name, events, channel: { ...channel, config: { headers: [], ...channel.config } } }
}
