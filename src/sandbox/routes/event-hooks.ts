/** The event hook API (facts §1.7). */
import { createHook, noteHook, replaceHook, verifyHook } from '../hooks/admin.ts'
import type { SandboxHook } from '../org/model.ts'
import { hookBody } from '../server/bodies.ts'
import { type Call, ok, type SandboxRoute, type SimResponse } from '../server/call.ts'
import { objectNotFound, wrongTransition } from '../server/errors.ts'

const READ = 'okta.eventHooks.read'
const MANAGE = 'okta.eventHooks.manage'
const HOOKS = '/api/v1/eventHooks'
const HOOK = `${HOOKS}/:hookId`

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
    read(HOOK, (call) => ok(hookBody(hookOf(call)))),
    manage('POST', HOOKS, ({ org, body, caller }) => wrote(createHook(org, body, caller), 'create')),
    manage('PUT', HOOK, (call) => {
      const hook = hookOf(call)
      replaceHook(call.org, hook, call.body, call.caller)
      return wrote(hook, 'replace')
    }),
    manage('DELETE', HOOK, deleteHook),
    manage('POST', `${HOOK}/lifecycle/activate`, (call) => setStatus(call, 'ACTIVE')),
    manage('POST', `${HOOK}/lifecycle/deactivate`, (call) => setStatus(call, 'INACTIVE')),
    manage('POST', `${HOOK}/lifecycle/verify`, async (call) => {
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
