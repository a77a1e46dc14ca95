/** The simulated org's own routes as an Okta client, without HTTP; told to fail, it fails as a network does. */
import { bucketOf, callUrl, isWrite, type OktaCall } from '../../src/okta/client/calls.ts'
import type { OktaClient, OktaReply } from '../../src/okta/client/client.ts'
import { oktaErrorOf } from '../../src/okta/client/errors.ts'
import type { Caller } from '../../src/sandbox/org/model.ts'
import type { Org } from '../../src/sandbox/org/org.ts'
import type { SandboxRoute, SimResponse } from '../../src/sandbox/server/call.ts'
import { allRoutes } from '../../src/sandbox/server/server.ts'

/** Our own service app; its events are echoes. */
export const OWN_CLIENT_ID = '0oaReenrollModel00d7'

const CALLER: Caller = {
  id: OWN_CLIENT_ID,
  type: 'PublicClientAppEntity',
  alternateId: 'reenroll',
  displayName: 'Reenroll',
  clientId: OWN_CLIENT_ID,
  ipAddress: null,
  userAgent: null
}

/** How the next write goes wrong: refused with 400, throttled, or no answer with or without the effect. */
export const WRITE_TROUBLES = ['refused', 'throttled', 'lost_before_effect', 'lost_after_effect'] as const
export type WriteTrouble = (typeof WRITE_TROUBLES)[number]

/** What goes wrong right now; the world sets it. */
export interface OktaWeather {
  readsDown: boolean
  /** Sees every call, as `GET /api/v1/logs`; whether this one fails. */
  failing?: (bucket: string) => boolean
  nextWrite: WriteTrouble | null
}

export interface OktaParts {
  readonly org: Org
  readonly weather: OktaWeather
  /** Comes before every call and after it, and may throw: the process has died. */
  readonly around: <T>(name: string, run: () => Promise<T>) => Promise<T>
  /** Sees every write call right before it is made. */
  readonly onWrite: (call: OktaCall) => void
}

export function createModelClient(parts: OktaParts): OktaClient {
  return {
    requestTimeoutMs: 10_000,
    call: (call) => parts.around(`okta ${bucketOf(call)}`, () => answer(call))
  }

  async function answer(call: OktaCall): Promise<OktaReply> {
    const isFailing = parts.weather.failing?.(bucketOf(call)) ?? false
    return isWrite(call) ? write(call) : read(call, isFailing)
  }

  async function read(call: OktaCall, isFailing: boolean): Promise<OktaReply> {
    return isFailing || parts.weather.readsDown ? refused(call, { status: 503 }) : perform(call)
  }

  async function write(call: OktaCall): Promise<OktaReply> {
    const { nextWrite } = parts.weather
    parts.weather.nextWrite = null
    parts.onWrite(call)
    if (nextWrite === 'refused') return refused(call, { status: 400, errorCode: 'E0000001' })
    if (nextWrite === 'throttled') return refused(call, { status: 429, errorCode: 'E0000047' })
    if (nextWrite === 'lost_before_effect') return refused(call, new Error('no answer'))
    const reply = await perform(call)
    return nextWrite === 'lost_after_effect' ? refused(call, new Error('no answer')) : reply
  }

  async function perform(call: OktaCall): Promise<OktaReply> {
    try {
      const { body, headers, wrote } = await route(parts.org, call)
      if (wrote) parts.org.noteWrite({ ...noteOf(call), ...PEOPLE, ...wrote, status: 200, ok: true })
      const links = [headers?.link ?? []].flat().join(', ')
      const next = /<([^>]+)>;\s*rel="next"/.exec(links)?.[1] ?? null
      return { ok: true, answer: { body: isWrite(call) ? null : structuredClone(body), next, requestId: 'req' } }
    } catch (error) {
      return refused(call, error)
    }
  }
}

const PEOPLE = { userId: null, deviceId: null, clientId: OWN_CLIENT_ID }

function noteOf(call: OktaCall) {
  return { method: call.method, path: call.pattern }
}

/** As the real client tells it. */
function refused(call: OktaCall, thrown: unknown): OktaReply {
  const facts = { write: isWrite(call), sent: true, stopped: null, timeoutMs: 10_000, retryAfterMs: null }
  return { ok: false, error: oktaErrorOf(thrown, { ...facts, bucket: bucketOf(call) }) }
}

const ROUTES = allRoutes().map((one) => ({ one, segments: one.path.split('/') }))

async function route(org: Org, call: OktaCall): Promise<SimResponse> {
  const target = callUrl(call, org.url)
  if (!target.ok) throw new Error(target.because)
  const { pathname, search, searchParams } = new URL(target.url)
  const path = pathname.split('/').map(decodeURIComponent)
  const found = ROUTES.find(({ one, segments }) => one.method === call.method && fits(segments, path))
  if (!found) throw new Error(`the sandbox has no route for ${call.method} ${pathname}`)
  const query = Object.fromEntries(searchParams)
  const caller = { caller: CALLER, mayTouch: () => true }
  return found.one.run({ org, ...caller, params: paramsOf(found, path), query, url: pathname + search, body: {} })
}

function fits(segments: readonly string[], path: readonly string[]): boolean {
  return segments.length === path.length && segments.every((part, n) => part.startsWith(':') || part === path[n])
}

function paramsOf({ segments }: { one: SandboxRoute; segments: readonly string[] }, path: readonly string[]) {
  return Object.fromEntries(
    segments.flatMap((part, n) => (part.startsWith(':') ? [[part.slice(1), path[n] ?? ''] as const] : []))
  )
}
