/** What a route is: data with a function from a call to an answer. The server does everything around it. */

import type { Caller, SandboxDevice, SandboxUser } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import { notFound } from './errors.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** One authenticated, permitted call. */
export interface Call {
  readonly org: Org
  readonly caller: Caller
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Parsed JSON; undefined when the call had no body. */
  readonly body: unknown
  /** Path and query as called. */
  readonly url: string
}

export interface SimResponse {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** The call changed the org; counted as a write. */
  readonly wrote?: Wrote
}

/** What a write changed. The gateway adds who called. */
export interface Wrote {
  readonly action: string
  readonly userId?: string
  readonly deviceId?: string
  readonly clientId?: string | null
}

export interface Route {
  readonly method: Method
  /** With `:name` for variable segments. */
  readonly path: string
  /** The OAuth scope Okta asks for (facts §3.1, §3.2). */
  readonly scope: string
  readonly run: (call: Call) => SimResponse | Promise<SimResponse>
}

/** 200 with a body. */
export function ok(body: unknown, wrote?: Wrote): SimResponse {
  return wrote ? { status: 200, body, wrote } : { status: 200, body }
}

/** The user of `:userId`, which is an id. */
export function userById({ org, params }: Call): SandboxUser {
  const id = params.userId ?? ''
  const user = org.users.get(id)
  if (!user) throw notFound(id, 'User')
  return user
}

/** The user of `:id`, which is an id or a login (facts §3.1). */
export function userByIdOrLogin({ org, params }: Call): SandboxUser {
  const id = params.id ?? ''
  const login = id.toLowerCase()
  const user = org.users.get(id) ?? [...org.users.values()].find((known) => known.profile.login.toLowerCase() === login)
  if (!user) throw notFound(id, 'User')
  return user
}

/** The device of `:deviceId`. */
export function deviceById({ org, params }: Call): SandboxDevice {
  const id = params.deviceId ?? ''
  const device = org.devices.get(id)
  if (!device) throw notFound(id, 'Device')
  return device
}
