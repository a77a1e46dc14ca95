/** `sandbox`: the simulated Okta org alone, with the people of the catalogue, for trying a service against it. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import closeWithGrace from 'close-with-grace'
import type { Command } from 'commander'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { stringify } from 'yaml'
import { SCOPES } from '../config/settings/scopes.ts'
import type { SelfSettings } from '../config/settings/self.ts'
import { readDurationMs, SECOND_MS, showDuration, systemClock } from '../domain/time.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { attachDelivery } from '../sandbox/hooks/delivery.ts'
import { createOrg, type Org } from '../sandbox/org/org.ts'
import { SCENARIOS } from '../sandbox/scenarios/catalogue.ts'
import { type Stage, setStage } from '../sandbox/scenarios/scenario.ts'
import type { OAuthClient } from '../sandbox/server/auth.ts'
import { reenrollRoles } from '../sandbox/server/permissions.ts'
import { startSandbox } from '../sandbox/server/server.ts'
import type { SignInApp } from '../sandbox/server/sign-in.ts'
import { settingLine } from '../setup/init-files.ts'
import { type CliIo, CommandFailed } from './io.ts'
import { portOf } from './options.ts'

/* The people who run Reenroll in the simulated org, and the web app they sign in through. */

const CLIENT_ID = '0oaReenrollPages0000'
const GROUPS = { approvers: 'Reenroll approvers', viewers: 'Service desk' } as const

/** Two approvers, since some proposals take two, and a viewer. */
const STAFF = [
  { firstName: 'Ana', lastName: 'Approver', group: GROUPS.approvers },
  { firstName: 'Ben', lastName: 'Approver', group: GROUPS.approvers },
  { firstName: 'Vera', lastName: 'Viewer', group: GROUPS.viewers }
] as const

/** Adds them; after everybody else, so that nobody's ids change. */
export function addStaff(org: Org): void {
  const ids = new Map(Object.values(GROUPS).map((name) => [name as string, org.addGroup(name).id]))
  for (const { firstName, lastName, group } of STAFF) {
    const email = `${firstName}.${lastName}@example.com`.toLowerCase()
    const user = org.addUser({ profile: { firstName, lastName, login: email, email } })
    user.groupIds = [...user.groupIds, ids.get(group) ?? '']
  }
}

/** The web app of pages that people reach at this address, as an admin registers it. */
export function newSignInApp(secret: string, pagesUrl: string): SignInApp {
  return {
    clientId: CLIENT_ID,
    clientSecret: secret,
    redirectUris: [`${pagesUrl}/sign-in/callback`],
    postLogoutRedirectUris: [`${pagesUrl}/sign-in`]
  }
}

/** The web app of self-service, which everybody may sign in to. */
export function newSelfServiceApp(
  { clientId, clientSecret }: NonNullable<SelfSettings['signIn']>,
  url: string
): SignInApp {
  const redirectUris = [`${url}/sign-in/callback`]
  return { clientId, clientSecret: clientSecret ?? '', redirectUris, postLogoutRedirectUris: [], everybody: true }
}

export function newSandboxSecret(): string {
  return randomBytes(24).toString('base64url')
}

/** The settings of a service whose pages people sign in to through that app. */
export function signInEnv(issuer: string, clientSecret: string, pagesUrl: string): Readonly<Record<string, string>> {
  return {
    REENROLL_PUBLIC_OPS_URL: pagesUrl,
    REENROLL_OIDC_ISSUER: issuer,
    REENROLL_OIDC_CLIENT_ID: CLIENT_ID,
    REENROLL_OIDC_CLIENT_SECRET: clientSecret,
    REENROLL_OIDC_APPROVER_GROUPS: GROUPS.approvers,
    REENROLL_OIDC_VIEWER_GROUPS: GROUPS.viewers
  }
}

/** The settings of a service for this org. Nobody is harmed here, so the repairs may be seen. */
export function serviceEnv(orgUrl: string, { client, privateJwk }: ServiceApp): Readonly<Record<string, string>> {
  return {
    OKTA_CLIENT_ORGURL: orgUrl,
    OKTA_CLIENT_AUTHORIZATIONMODE: 'PrivateKey',
    REENROLL_MODE: 'auto',
    OKTA_CLIENT_CLIENTID: client.clientId,
    OKTA_CLIENT_KEYID: String(privateJwk.kid),
    OKTA_CLIENT_SCOPES: client.scopes.join(' '),
    OKTA_CLIENT_PRIVATEKEY: JSON.stringify(privateJwk)
  }
}

export function addSandboxCommand(program: Command, io: CliIo): void {
  program
    .command('sandbox')
    .description(
      'Run the simulated Okta org alone, with people who cannot enroll, and print the settings for a service.'
    )
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on; 0 picks a free one', '4000')
    .option(
      '--strict',
      'refuse what a real org refuses or may refuse: missing permissions, proofs without nonce, long filters'
    )
    .option('--every <duration>', 'time between two people who fail; 0s: all at once, which is a storm', '6m')
    .option('--write <folder>', 'write answers for init there, with a key and an admin token of this run')
    .action(async ({ host, port, strict, every, write }: SandboxOptions) => {
      const everyMs = readDurationMs(every)
      if (everyMs === null) throw new CommandFailed([`--every: ${every} is not a valid duration; write 90s or 10m.`])
      const onPort = portOf(port)
      if (write !== undefined) mkdirSync(write, { recursive: true, mode: 0o700 })
      const stdout = { write: (text: string) => io.out(text.trimEnd()) }
      const sandbox = await runSandbox({
        host,
        port: onPort,
        strict: strict === true,
        isBrief: write !== undefined,
        ...{ everyMs, clock: systemClock, stdout }
      })
      if (write !== undefined) io.out(writeAnswers(write, sandbox, io.env.REENROLL_HOOK_PORT))
      closeWithGrace({ delay: 5_000, logger: false }, () => sandbox.close())
    })
}

interface SandboxOptions {
  readonly host: string
  readonly port: string
  readonly strict?: true
  readonly every: string
  readonly write?: string
}

/** The answers of `init`, and the two files they name. `hookPort`: of the service to be, on this machine. */
function writeAnswers(folder: string, { url, admin, app }: RunningSandbox, hookPort = '8080'): string {
  const [answers, key, token] = ['answers.yaml', 'app-key.json', 'admin-token'].map((name) => join(folder, name))
  const text = stringify({
    orgUrl: url,
    clientId: app.client.clientId,
    privateKeyFile: key,
    publicUrl: `http://127.0.0.1:${hookPort}/okta/event-hooks`,
    adminTokenFile: token,
    start: 'yes'
  })
  for (const [path, content] of [
    [answers, text],
    [key, JSON.stringify(app.privateJwk)],
    [token, admin]
  ] as const) {
    writeFileSync(path ?? '', content, { mode: 0o600 })
  }
  return `Next, in another terminal:  npx reenroll init --answers ${answers}`
}

export interface SandboxAsk {
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  readonly strict?: boolean
  /** Without the settings of a service, which `init` writes. */
  readonly isBrief?: boolean
  /** Time between two people who fail; left out, they fail all at once. */
  readonly everyMs?: number
  readonly clock: Clock
  readonly stdout: { write(text: string): unknown }
}

export interface RunningSandbox {
  readonly url: string
  readonly org: Org
  /** API token of an admin, and the service app's credentials; good for this run only. */
  readonly admin: string
  readonly app: ServiceApp
  close(): Promise<void>
}

const STRICT_LAG_MS = 5 * SECOND_MS

/** Where a service has its pages when nothing else is set; the org lets people sign in to pages at this address only. */
export const PAGES_URL = 'http://127.0.0.1:9090'

/** What the service app may do: everything Reenroll reads and writes, and the hook it registers (facts §1.7, §7). */
const SANDBOX_SCOPES: readonly string[] = [...SCOPES.map(({ name }) => name), 'okta.eventHooks.manage']

export interface ServiceApp {
  readonly client: OAuthClient
  readonly privateJwk: JWK
}

/** Takes a while to make. */
export const newRsaKey = () => generateKeyPair('RS256', { extractable: true })

/**
 * A service app with a fresh key, if it is given none: RSA, since the SDK's DPoP proofs fail with any other (facts §8.6). With the roles of
 * `deploy/terraform` for everybody in the org, and one to register its hook.
 */
export async function newServiceApp(clientId: string, org?: Org, key = newRsaKey()): Promise<ServiceApp> {
  const kid = `${clientId}-key`
  const { privateKey, publicKey } = await key
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }
  const [everyone] = org?.groups.keys() ?? []
  const hooks = { role: ['okta.eventhooks.manage'], resources: ['orn:okta:workflow:00o1:eventhooks'] }
  const roles = everyone === undefined ? {} : { roles: [...reenrollRoles(everyone), hooks] }
  return {
    client: { clientId, keys: [publicJwk], scopes: SANDBOX_SCOPES, dpop: true, ...roles },
    privateJwk: { ...(await exportJWK(privateKey)), kid, alg: 'RS256' }
  }
}

/** Starts the org, prints how to reach it, and keeps it up until it is closed. */
export async function runSandbox({
  host,
  port,
  strict = false,
  isBrief = false,
  everyMs = 0,
  clock,
  stdout
}: SandboxAsk): Promise<RunningSandbox> {
  const org = createOrg({ clock })
  const app = await newServiceApp('0oaReenrollSandbox0d7', org)
  const delivery = attachDelivery(org)
  // As in a real org, the System Log shows an event some seconds after the hook has it.
  if (strict) org.logLagMs = () => Math.random() * STRICT_LAG_MS
  const stage = setStage(
    org,
    SCENARIOS.filter((scenario) => !scenario.isolated),
    delivery
  )
  const admin = newSandboxSecret()
  const server = await startSandbox({ clock, org, host, port, strict, clients: [app.client], apiTokens: [admin] })
  addStaff(org)
  const secret = newSandboxSecret()
  server.signIn.addApp(newSignInApp(secret, PAGES_URL))
  const stopWaiting = playOnceVerified(org, stage, everyMs, (line) => stdout.write(`${line}\n`))
  const env = isBrief ? null : [serviceEnv(server.url, app), signInEnv(server.url, secret, PAGES_URL)]
  stdout.write(`${welcome(server.url, stage.roles.length, env)}\n`)
  return {
    url: server.url,
    ...{ org, admin, app },
    async close() {
      stopWaiting()
      stage.close()
      delivery.detach()
      await server.close()
    }
  }
}

/**
 * The scenarios begin with the first verified event hook: earlier failures would reach no service. One person after the other,
 * since many who fail together are a storm, in which nothing is repaired.
 */
function playOnceVerified(org: Org, stage: Stage, everyMs: number, say: (line: string) => void): () => void {
  const timers: NodeJS.Timeout[] = []
  const stop = org.onEvent((event) => {
    const isVerified = [...org.hooks.values()].some((hook) => hook.verificationStatus === 'VERIFIED')
    if (event.eventType !== 'event_hook.verified' || !isVerified) return
    stop()
    const pace = everyMs > 0 ? `, one every ${showDuration(everyMs)}` : ''
    say(`An event hook is verified: ${stage.roles.length} people now fail to enroll${pace}.`)
    // After the verification call has had its answer.
    for (const [n, role] of stage.roles.entries()) timers.push(setTimeout(() => void role.cue(), n * everyMs))
  })
  return () => {
    stop()
    for (const timer of timers) clearTimeout(timer)
  }
}

function welcome(url: string, people: number, env: readonly Readonly<Record<string, string>>[] | null): string {
  const [service = [], signIn = []] = (env ?? []).map((part) =>
    Object.entries(part).map(([name, value]) => settingLine(name, value))
  )
  const settings = [
    'Settings for a service (the key was made for this run and is good for nothing else):',
    ...service,
    'Settings to sign in to its pages at this org, as Ana Approver, Ben Approver or Vera Viewer:',
    ...signIn
  ]
  return [
    `A simulated Okta org with ${people} people who cannot enroll is up at ${url}`,
    ...(env === null ? [] : settings),
    `Look at it:  curl ${url}/sandbox/state`,
    'The people begin to fail when an event hook has been registered and verified.'
  ].join('\n')
}
