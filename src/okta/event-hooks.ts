/** The org's event hooks, for `register` and `doctor`: the running service never changes them (facts §1.7). */
import { isRecord, type Json, listOf, recordOf, textOf } from '../domain/json.ts'
import type { OktaError } from '../domain/okta.ts'
import type { OktaCall } from './client/calls.ts'
import type { OktaClient, OktaReply } from './client/client.ts'

/** An event hook as Okta shows it. The secret is write-only, so nobody can compare it (facts §1.7). */
export interface EventHook {
  readonly id: string
  readonly name: string
  readonly isActive: boolean
  /** Okta delivers nothing before. */
  readonly isVerified: boolean
  readonly items: readonly string[]
  /** Expression per event type; empty without a filter (facts §1.5). */
  readonly filters: Readonly<Record<string, string>>
  readonly uri: string
  /** Header that carries the secret. */
  readonly authKey: string
  readonly created: string
}

/** A whole hook, as Okta takes it. */
export interface EventHookDraft extends Pick<EventHook, 'name' | 'items' | 'filters' | 'uri' | 'authKey'> {
  readonly secret: string
}

export type HookDone = { readonly ok: true } | { readonly ok: false; readonly error: OktaError }
export type HooksRead =
  | { readonly ok: true; readonly hooks: readonly EventHook[] }
  | { readonly ok: false; readonly error: OktaError }

/** Never rejects. */
export interface HookAdmin {
  list(): Promise<HooksRead>
  /** Active and unverified afterwards. */
  create(draft: EventHookDraft): Promise<HookDone>
  /** A changed address, header or secret has to be verified again (facts §1.3). */
  replace(id: string, draft: EventHookDraft): Promise<HookDone>
  activate(id: string): Promise<HookDone>
  deactivate(id: string): Promise<HookDone>
  /** Okta calls the endpoint and wants its challenge back within 3 s (facts §1.1). */
  verify(id: string): Promise<HookDone>
  /** Deactivates and deletes. */
  remove(id: string): Promise<HookDone>
}

const HOOKS = '/api/v1/eventHooks'
const ONE = '/api/v1/eventHooks/{eventHookId}'

/** Before everything else by default: a person waits. */
export function createHookAdmin(client: OktaClient, priority: NonNullable<OktaCall['priority']> = 'acting'): HookAdmin {
  const call = (asked: OktaCall) => client.call({ ...asked, priority })
  const write = async (
    method: 'POST' | 'PUT' | 'DELETE',
    pattern: string,
    id: string,
    body?: Json
  ): Promise<HookDone> => doneOf(await call({ method, pattern, ids: { eventHookId: id }, ...(body ? { body } : {}) }))
  const step = (action: string, id: string) => write('POST', `${ONE}/lifecycle/${action}`, id)

  return {
    async list() {
      const reply = await call({ method: 'GET', pattern: HOOKS })
      if (!reply.ok) return reply
      const hooks = listOf(reply.answer.body, readHook)
      return hooks ? { ok: true, hooks } : { ok: false, error: UNREADABLE }
    },
    create: (draft) => write('POST', HOOKS, '', bodyOf(draft)),
    replace: (id, draft) => write('PUT', ONE, id, bodyOf(draft)),
    activate: (id) => step('activate', id),
    deactivate: (id) => step('deactivate', id),
    verify: (id) => step('verify', id),
    async remove(id) {
      const off = await step('deactivate', id)
      return off.ok ? write('DELETE', ONE, id) : off
    }
  }
}

function doneOf(reply: OktaReply): HookDone {
  return reply.ok ? { ok: true } : reply
}

function readHook(value: unknown): EventHook | null {
  const hook = recordOf(value)
  const { items, filter } = recordOf(hook.events)
  const config = recordOf(recordOf(hook.channel).config)
  const [id, name, uri] = [textOf(hook.id), textOf(hook.name), textOf(config.uri)]
  if (id === null || name === null || uri === null || !Array.isArray(items)) return null
  return {
    id,
    name,
    isActive: hook.status === 'ACTIVE',
    isVerified: hook.verificationStatus === 'VERIFIED',
    items: items.filter((item) => typeof item === 'string'),
    filters: readFilters(filter),
    uri,
    authKey: textOf(recordOf(config.authScheme).key) ?? '',
    created: textOf(hook.created) ?? ''
  }
}

function readFilters(filter: unknown): Readonly<Record<string, string>> {
  const map = recordOf(filter).eventFilterMap
  const entries = (Array.isArray(map) ? map : []).filter(isRecord).flatMap(({ event, condition }) => {
    const expression = textOf(recordOf(condition).expression)
    return typeof event === 'string' && expression ? [[event, expression] as const] : []
  })
  return Object.fromEntries(entries)
}

function bodyOf({ name, items, filters, uri, authKey, secret }: EventHookDraft): Json {
  const map = Object.entries(filters).map(([event, expression]) => ({ event, condition: { expression } }))
  // Left out when the org has no filters: the feature is in Early Access (facts §1.7).
  const filter = map.length > 0 ? { filter: { type: 'EXPRESSION_LANGUAGE', eventFilterMap: map } } : {}
  const authScheme = { type: 'HEADER', key: authKey, value: secret }
  return {
    name,
    events: { type: 'EVENT_TYPE', items: [...items], ...filter },
    channel: { type: 'HTTP', version: '1.0.0', config: { uri, headers: [], authScheme } }
  }
}

const UNREADABLE: OktaError = {
  kind: 'unavailable',
  status: 200,
  errorCode: null,
  because: 'GET /api/v1/eventHooks gave an answer that cannot be read.',
  retryAfterMs: null,
  ambiguous: false,
  requestId: null
}
