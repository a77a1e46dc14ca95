/** The real service for the fuzz lane: both listeners, all ticket systems, an Okta that nobody can reach. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { type Service, startService } from '../../src/app/service.ts'
import { readPolicy } from '../../src/config/policy/file.ts'
import type { Settings } from '../../src/config/settings/settings.ts'

/** A port of loopback where nothing listens: discard (RFC 863), which no system here serves. */
const NOBODY = 'http://127.0.0.1:9'
export const HOOK_SECRET = 'hook-secret-of-the-fuzz-lane-5d1c'
const OPS_TOKEN = 'ops-token-of-the-fuzz-lane-77ab01'
/** Also a valid secret of Standard Webhooks: base64 behind a prefix. */
export const TRACKER_SECRET = 'whsec_c2VjcmV0IG9mIHRoZSBmdXp6IGxhbmU='
export const TRACKERS = ['github', 'jira', 'pagerduty', 'servicenow', 'webhook'] as const
export type Tracker = (typeof TRACKERS)[number]

/** Another vendor, which sends security events. */
export const VENDOR = {
  issuer: 'https://vendor.example',
  audience: 'https://reenroll.example',
  authorization: 'header-of-the-vendor-of-the-fuzz-lane-93be'
} as const
const KEY = generateKeyPairSync('rsa', { modulusLength: 2_048 })

/** A token of the vendor, signed with its key, whatever its header says. */
export function signedToken(header: object, claims: unknown): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '').toString('base64url')
  const text = `${part({ alg: 'RS256', typ: 'secevent+jwt', kid: 'k1', ...header })}.${part(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), KEY.privateKey).toString('base64url')}`
}

/** Where the vendor publishes its key. */
async function vendorKeys(): Promise<Server> {
  const body = JSON.stringify({
    keys: [{ ...KEY.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }]
  })
  const server = createServer((_, response) => void response.setHeader('content-type', 'application/json').end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server.unref()
}

const POLICY = `
tickets:
  targets:
    - { name: github, system: github, url: '${NOBODY}', repository: acme/ops }
    - { name: jira, system: jira, url: '${NOBODY}', user: ops@example.com, project: OPS }
    - { name: pagerduty, system: pagerduty, url: '${NOBODY}' }
    - { name: servicenow, system: servicenow, url: '${NOBODY}', user: reenroll }
    - { name: webhook, system: webhook, url: '${NOBODY}/hook' }
    - { name: slack, system: slack, url: '${NOBODY}/api/', channel: C0123456789, approvers: [U0123456789] }
  routes:
    - to: [github]
`

function settingsFor(storeUrl: string, jwksUri: string): Settings {
  const tokens = Object.fromEntries([...TRACKERS, 'slack'].map((name) => [name, TRACKER_SECRET]))
  const hooks = Object.fromEntries(TRACKERS.map((name) => [`${name}.hook`, TRACKER_SECRET]))
  return {
    okta: { orgUrl: NOBODY, auth: { kind: 'token', token: '00token-of-the-fuzz-lane-that-opens-nothing' } },
    hook: { secrets: [HOOK_SECRET], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
    ops: { host: '127.0.0.1', port: 0, token: OPS_TOKEN },
    storeUrl,
    ticketSecrets: { ...tokens, ...hooks, 'slack.signing': TRACKER_SECRET },
    mode: 'auto',
    transmitters: [{ ...VENDOR, jwksUri, events: null, state: null }],
    tracing: null,
    logUserKey: null
  }
}

export interface FuzzedService {
  readonly service: Service
  readonly hook: FastifyInstance
  readonly ops: FastifyInstance
  /** Log lines of level error, by their message. */
  readonly errors: ReadonlyMap<string, { count: number; example: string }>
  /** Error lines of a store that did not answer in time. */
  lateLines(): number
  /** Cookie and CSRF token of a signed-in approver. */
  signIn(): Promise<{ readonly cookie: string; readonly csrf: string }>
}

export const BEARER = `Bearer ${OPS_TOKEN}`

/** Fastify announces every instance that it makes, so that requests can be given to the real listeners without a socket. */
export async function startFuzzedService(storeUrl: string): Promise<FuzzedService> {
  const made: FastifyInstance[] = []
  const onMade = (message: unknown) => void made.push((message as { fastify: FastifyInstance }).fastify)
  const read = readPolicy(POLICY)
  if (!read.ok) throw new Error(read.errors.join('\n'))
  const errors = new Map<string, { count: number; example: string }>()
  let lateLines = 0
  const keys = await vendorKeys()
  subscribe('fastify.initialization', onMade)
  const service = await startService({
    settings: settingsFor(storeUrl, `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`),
    policy: read.policy,
    logLevel: 'error',
    logTo: {
      write: (line) => {
        if (noteError(errors, line) === 'late') lateLines += 1
      }
    },
    followLog: false,
    oktaTimeoutMs: 500
  })
  unsubscribe('fastify.initialization', onMade)
  const at = (url: string) => {
    const found = made.find(({ server }) => {
      const address = server.address()
      return typeof address === 'object' && address?.port === Number(new URL(url).port)
    })
    if (!found) throw new Error(`no listener at ${url}`)
    return found
  }
  const ops = at(service.opsUrl)
  return { service, ops, hook: at(service.hookUrl), errors, lateLines: () => lateLines, signIn: () => signIn(ops) }
}

/** What a store on a busy machine reports; any other reason is an error. */
const LATE =
  /did not commit within|has not answered for|due to connection timeout|All connections of the store were busy for/

function noteError(errors: Map<string, { count: number; example: string }>, line: string): 'late' | 'other' {
  const { msg, err, job, target, outcome } = JSON.parse(line) as Record<string, unknown> & {
    err?: { message?: string; type?: string }
  }
  // Nobody is at the trackers' addresses.
  if (target && /gave no answer|since the service stops/.test(err?.message ?? '')) return 'other'
  // `run.ts` counts the answers.
  if (outcome === 'overloaded' || outcome === 'store_unavailable') return 'other'
  if (err?.type === 'StoreUnavailable' && LATE.test(err.message ?? '')) return 'late'
  const key = [msg, job, target].filter(Boolean).join(' ')
  const known = errors.get(key)
  if (known) known.count += 1
  else errors.set(key, { count: 1, example: JSON.stringify(err ?? null).slice(0, 1_500) })
  return 'other'
}

const TOKEN_FIELD = /name="_csrf" value="([^"]+)"/

/** Tried again, as a person would, while a busy machine sheds the page. */
async function signIn(ops: FastifyInstance, tries = 5): Promise<{ cookie: string; csrf: string }> {
  const cookiesOf = (headers: Readonly<Record<string, unknown>>) =>
    [headers['set-cookie'] ?? []].flat().map((cookie) => String(cookie).split(';')[0])
  const form = await ops.inject({ url: '/sign-in' })
  if (form.statusCode === 503 && tries > 1) {
    await sleep(2_000)
    return signIn(ops, tries - 1)
  }
  const [, before = ''] = TOKEN_FIELD.exec(form.body) ?? []
  const signedIn = await ops.inject({
    method: 'POST',
    url: '/sign-in',
    headers: { cookie: cookiesOf(form.headers).join('; '), 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ token: OPS_TOKEN, _csrf: before }).toString()
  })
  const cookie = cookiesOf(signedIn.headers).join('; ')
  const page = await ops.inject({ url: '/report', headers: { cookie } })
  if (page.statusCode === 503 && tries > 1) return signIn(ops, tries - 1)
  const [, csrf = ''] = TOKEN_FIELD.exec(page.body) ?? []
  if (signedIn.statusCode !== 303 || csrf === '') throw new Error(`the sign-in failed: ${signedIn.statusCode}`)
  return { cookie: [cookie, ...cookiesOf(page.headers)].at(-1) ?? '', csrf }
}
