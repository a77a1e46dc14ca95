/** A simulated Okta org and a real service beside it, wired as an admin would: credentials, event hook, API token. */
import { randomBytes } from 'node:crypto'
import { type Service, type ServiceOptions, startService } from '../app/service.ts'
import { DEFAULT_POLICY, type Policy } from '../config/policy/policy.ts'
import { readSettings, type Settings } from '../config/settings/settings.ts'
import type { GuardThresholds } from '../domain/decision.ts'
import { SECOND_MS } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { createHook, verifyHook } from '../sandbox/hooks/admin.ts'
import { attachDelivery, type HookDelivery } from '../sandbox/hooks/delivery.ts'
import type { Caller } from '../sandbox/org/model.ts'
import { createOrg, type Org } from '../sandbox/org/org.ts'
import type { Later } from '../sandbox/people.ts'
import type { CaseView, OpsApi, Theatre } from '../sandbox/play.ts'
import { CATALOGUE_LISTS } from '../sandbox/scenarios/catalogue.ts'
import type { Scenario } from '../sandbox/scenarios/scenario.ts'
import { type Stage, setStage } from '../sandbox/scenarios/scenario.ts'
import { type SandboxOptions, startSandbox } from '../sandbox/server/server.ts'
import {
  addStaff,
  newRsaKey,
  newSandboxSecret,
  newSelfServiceApp,
  newServiceApp,
  newSignInApp,
  PAGES_URL,
  serviceEnv,
  signInEnv
} from './sandbox.ts'

export interface WorldOptions {
  readonly scenarios: readonly Scenario[]
  readonly clock: Clock
  /** Over the catalogue's own lists, such as `CROWD_LIMITS`. */
  readonly guards?: Partial<GuardThresholds>
  readonly policy?: Partial<Policy>
  readonly storeUrl: string
  readonly opsPort?: number
  readonly later?: Later
  /** How people sign in to the pages; by default with the ops token. */
  readonly signIn?: 'token' | 'okta'
  /** Okta's rate limits (none by default, for people who watch), how strict it is, and who is shown every exchange. */
  readonly sandbox?: Pick<SandboxOptions, 'limits' | 'onExchange' | 'strict' | 'maxFilterLength'>
  /** Over the settings of the service. */
  readonly settings?: Partial<Settings>
  /** Over its other options. By default it logs nothing, and does not follow the System Log, since it would replay the past. */
  readonly service?: Partial<ServiceOptions>
}

export interface World extends Theatre {
  readonly org: Org
  readonly okta: HookDelivery
  readonly stage: Stage
  readonly service: Service
  readonly sandboxUrl: string
  readonly opsToken: string
  readonly hookSecret: string
  close(): Promise<void>
}

/** Times for people who watch: a few seconds stand for a day. */
const SHORT_TIMES: Partial<Policy> = {
  watchMs: 4 * SECOND_MS,
  retries: { maxTries: 3, firstWaitMs: 200, maxWaitMs: SECOND_MS }
}
/** The whole catalogue fails within minutes, and each case must still be handled alone. */
export const READ_ALL: Partial<Policy> = { storm: { ...DEFAULT_POLICY.storm, fullReadLimit: 1_000 } }

/** The role for the verification of callers; Okta does not document which permission it needs. */
const CALLER_VERIFIER = { role: ['okta.users.credentials.manage'], resources: ['orn:okta:directory:00o1:users'] }

/** An admin's caller, for what an admin does in the console. */
const ADMIN: Caller = {
  id: '00uDemoAdmin000000d7',
  type: 'User',
  alternateId: 'admin@example.com',
  displayName: 'Demo Admin',
  clientId: null,
  ipAddress: null,
  userAgent: null
}

/** Shared by all worlds of a process. */
let key: ReturnType<typeof newRsaKey> | undefined

/** Starts both on free ports and registers the event hook; everybody of the scenarios is set up, nobody has failed yet. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { clock } = options
  const org = createOrg({ clock })
  key ??= newRsaKey()
  const made = await newServiceApp('0oaReenrollDemo000d7', org, key)
  const { kinds = [] } = options.policy?.decide?.verification ?? {}
  const roles = [...(made.client.roles ?? []), ...(kinds.length > 0 ? [CALLER_VERIFIER] : [])]
  const app = { ...made, client: { ...made.client, roles } }
  const okta = attachDelivery(org)
  const stage = setStage(org, options.scenarios, okta, options.later)
  if (options.signIn === 'okta') addStaff(org)
  const sandbox = await startSandbox({
    clock,
    org,
    clients: [app.client],
    limits: 'none',
    strict: true,
    ...options.sandbox
  })
  const secret = randomBytes(24).toString('base64url')
  const opsToken = randomBytes(24).toString('base64url')
  const signInSecret = newSandboxSecret()
  const env = {
    ...serviceEnv(sandbox.url, app),
    ...{ REENROLL_HOOK_SECRETS: secret, REENROLL_HOOK_HOST: '127.0.0.1', REENROLL_HOOK_PORT: '0' },
    ...{ REENROLL_OPS_TOKEN: opsToken, REENROLL_OPS_PORT: String(options.opsPort ?? 0) },
    REENROLL_STORE_URL: options.storeUrl,
    ...(options.signIn === 'okta' ? signInEnv(sandbox.url, signInSecret, PAGES_URL) : {})
  }
  const read = readSettings(env)
  if (!read.ok) throw new Error(read.errors.join(' '))
  // The port of the pages is known late.
  const review = { sessionKey: null, oidc: null, ...read.settings.review, publicUrl: null }
  const service = await startService({
    settings: { ...read.settings, review, ...options.settings },
    policy: policyOf(options),
    clock,
    ...{ logLevel: 'silent', worker: { pollMs: 100 }, followLog: false },
    ...options.service
  })
  sandbox.signIn.addApp(newSignInApp(signInSecret, service.opsUrl))
  const selfApp = options.settings?.self?.signIn
  if (selfApp && service.selfUrl) sandbox.signIn.addApp(newSelfServiceApp(selfApp, service.selfUrl))
  await registerHook(org, service.hookUrl, secret)
  const api = createOpsApi(service.opsUrl, opsToken)
  return {
    org,
    okta,
    stage,
    api,
    service,
    sandboxUrl: sandbox.url,
    opsToken,
    hookSecret: secret,
    pause: () => new Promise((resolve) => setTimeout(resolve, 150)),
    async close() {
      stage.close()
      okta.detach()
      await service.close()
      await sandbox.close()
    }
  }
}

function policyOf({ guards, policy }: WorldOptions): Policy {
  const base: Policy = { ...DEFAULT_POLICY, ...SHORT_TIMES, ...policy }
  return { ...base, decide: { ...base.decide, guards: { ...base.decide.guards, ...CATALOGUE_LISTS, ...guards } } }
}

/** What an admin does once (facts §1.7). No filter, so that recoveries arrive too (facts §1.5). */
async function registerHook(org: Org, uri: string, secret: string): Promise<void> {
  const body = {
    name: 'reenroll',
    events: {
      type: 'EVENT_TYPE',
      items: [
        'user.mfa.factor.activate',
        'user.mfa.factor.update',
        'device.enrollment.create',
        'device.user.add',
        'user.authentication.auth_via_mfa',
        'user.lifecycle.suspend',
        'user.risk.change',
        'user.account.report_suspicious_activity_by_enduser'
      ]
    },
    channel: {
      type: 'HTTP',
      version: '1.0.0',
      config: { uri, headers: [], authScheme: { type: 'HEADER', key: 'Authorization', value: secret } }
    }
  }
  await verifyHook(org, createHook(org, body, ADMIN), ADMIN, 3 * SECOND_MS)
}

/** On-call's side of the API. */
function createOpsApi(url: string, token: string): OpsApi {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return {
    async newestCase(userId) {
      const ask = () => fetch(`${url}/api/cases?limit=1&user=${encodeURIComponent(userId)}`, { headers })
      let response = await ask()
      // A busy machine turns such requests away before deliveries (`api/overload.ts`).
      for (let tries = 0; response.status === 503 && tries < 30; tries++) {
        await new Promise((resolve) => setTimeout(resolve, SECOND_MS))
        response = await ask()
      }
      if (!response.ok) throw new Error(`The service answered ${response.status} to a question for the newest case.`)
      const page = (await response.json()) as { cases: CaseView[] }
      return page.cases[0] ?? null
    },
    async approve(caseId, ask) {
      const body = JSON.stringify(ask)
      const response = await fetch(`${url}/api/cases/${caseId}/approve`, { method: 'POST', headers, body })
      await response.arrayBuffer()
      return response.status
    }
  }
}
