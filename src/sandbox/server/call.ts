/** What a route is: data with a function from a call to an answer. The server does everything around it. */
import type { Caller, SandboxDevice, SandboxFactor, SandboxGroup, SandboxHook, SandboxUser } from '../org/model.ts'
import type { Org } from '../org/org.ts'
import { objectNotFound, validationFailed } from './errors.ts'
import { findUser } from './permissions.ts'

/* Lists in pages, with the `Link` header Okta gives: `self`, and `next` while there is more (facts §3.3). */

export interface ListPage<T> {
  readonly items: T[]
  readonly next: string | null
}

/** The page after the item whose id is the cursor. */
export function pageOf<T extends { id: string }>(
  all: readonly T[],
  params: Readonly<Record<string, string | undefined>>,
  defaultLimit: number,
  maxLimit: number
): ListPage<T> {
  const limit = params.limit === undefined ? defaultLimit : Number(params.limit)
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw validationFailed('limit', `limit is 1 to ${maxLimit}`)
  }
  const start = params.after === undefined ? 0 : all.findIndex((item) => item.id === params.after) + 1
  if (params.after !== undefined && start === 0) throw validationFailed('after', 'the cursor is not known')
  const items = all.slice(start, start + limit)
  return { items, next: start + limit < all.length ? (items.at(-1)?.id ?? null) : null }
}

/** The value of `Link`. The next page keeps every parameter but those named in `without`. */
export function linkHeader(
  orgUrl: string,
  requestUrl: string,
  next: string | null,
  without: readonly string[] = []
): string[] {
  const self = new URL(requestUrl, orgUrl)
  const links = [`<${self.href}>; rel="self"`]
  if (next !== null) {
    const target = new URL(self)
    for (const name of without) target.searchParams.delete(name)
    target.searchParams.set('after', next)
    links.push(`<${target.href}>; rel="next"`)
  }
  return links
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** One authenticated, permitted call. */
export interface Call {
  readonly org: Org
  readonly caller: Caller
  /** Whether the caller's roles reach this user. */
  readonly mayTouch: (user: SandboxUser) => boolean
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

export interface SandboxRoute {
  readonly method: Method
  /** With `:name` for variable segments. */
  readonly path: string
  /** The OAuth scope Okta asks for (facts §3.1, §3.2). */
  readonly scope: string
  readonly run: (call: Call) => SimResponse | Promise<SimResponse>
}

/** A route by its parts, in the order of a line of Okta's documentation. */
export function routeFor(method: Method, path: string, scope: string, run: SandboxRoute['run']): SandboxRoute {
  return { method, path, scope, run }
}

/** 200 with a body. */
export function ok(body: unknown, wrote?: Wrote): SimResponse {
  return wrote ? { status: 200, body, wrote } : { status: 200, body }
}

export function userById({ org, params }: Call): SandboxUser {
  const id = params.userId ?? ''
  const user = org.users.get(id)
  if (!user) throw objectNotFound(id, 'User')
  return user
}

/** The user of `:id`, which is an id or a login (facts §3.1). */
export function userByIdOrLogin({ org, params }: Call): SandboxUser {
  const id = params.id ?? ''
  const user = findUser(org, id)
  if (!user) throw objectNotFound(id, 'User')
  return user
}

export function deviceById({ org, params }: Call): SandboxDevice {
  const id = params.deviceId ?? ''
  const device = org.devices.get(id)
  if (!device) throw objectNotFound(id, 'Device')
  return device
}

/* The org's state in the shapes Okta answers with (facts appendix A), without links, which nobody follows. */

type Json = Record<string, unknown>

/** A user; `withBlocks` adds what `?expand=blocks` embeds. */
export function userBody(user: SandboxUser, withBlocks = false): Json {
  const { transitioningToStatus, providerType, blocks, groupIds, roles, risk, factors, ...shown } = user
  return {
    ...shown,
    ...(transitioningToStatus === null ? {} : { transitioningToStatus }),
    type: { id: 'oty1sandboxdefault0d7' },
    credentials: {
      ...(shown.passwordChanged === null ? {} : { password: {} }),
      provider: { type: providerType, name: providerType }
    },
    ...(withBlocks ? { _embedded: { blocks } } : {})
  }
}

export function deviceBody({ users, ...device }: SandboxDevice): Json {
  return {
    ...device,
    resourceId: device.id,
    resourceDisplayName: { value: device.profile.displayName, sensitive: false },
    resourceType: 'UDDevice',
    resourceAlternateId: null
  }
}

/** The devices a user is linked to, as `GET /users/{id}/devices` lists them. */
export function userDevices(org: Org, userId: string): Json[] {
  return [...org.devices.values()].flatMap((device) =>
    device.users
      .filter((link) => link.userId === userId)
      .map((link) => ({ created: link.created, deviceUserId: link.deviceUserId, device: deviceBody(device) }))
  )
}

/** The users of a device; links to users who are gone are left out. */
export function deviceUsers(org: Org, device: SandboxDevice): Json[] {
  return device.users.flatMap(({ userId, created, managementStatus }) => {
    const user = org.users.get(userId)
    return user ? [{ created, managementStatus, screenLockType: 'BIOMETRIC', user: userBody(user) }] : []
  })
}

/** A factor. A pending TOTP shows its live secret, as Okta's does (facts appendix A). */
export function factorBody(factor: SandboxFactor): Json {
  const { deviceId: _ours, sharedSecret, ...shown } = factor
  const activation = { timeStep: 30, sharedSecret, encoding: 'base32', keyLength: 16 }
  return { ...shown, ...(sharedSecret === undefined ? {} : { _embedded: { activation } }) }
}

export function groupBody({ id, created, type, profile }: SandboxGroup): Json {
  return {
    ...{ id, created, type, profile },
    lastUpdated: created,
    lastMembershipUpdated: created,
    objectClass: ['okta:user_group']
  }
}

/** An event hook, without the secret: `authScheme.value` is write-only (facts §1.7). */
export function hookBody(hook: SandboxHook): Json {
  const { config } = hook.channel
  const { type, key } = config.authScheme
  return { ...hook, channel: { ...hook.channel, config: { ...config, method: 'POST', authScheme: { type, key } } } }
}
