/** The pages over a memory store, and a browser without a screen: it keeps cookies and sends forms as they were shown. */
import { randomUUID } from 'node:crypto'
import secureSession from '@fastify/secure-session'
import fastify from 'fastify'
import type { Test } from 'tap'
import { createAccess, digestOf } from '../../src/api/access.ts'
import type { Api } from '../../src/api/app.ts'
import { createKillSwitch, createSwitches } from '../../src/api/runtime-controls.ts'
import { reviewDeps, signInOf } from '../../src/app/review.ts'
import { createCommands } from '../../src/case/commands.ts'
import { subjectKey } from '../../src/case/machine/fold-event.ts'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import type { PageTexts } from '../../src/config/settings/review.ts'
import type { Settings } from '../../src/config/settings/settings.ts'
import type { Case } from '../../src/domain/case.ts'
import type { DecidePolicy } from '../../src/domain/decision.ts'
import type { Operator } from '../../src/domain/operator-commands.ts'
import type { Store } from '../../src/domain/store.ts'
import { DAY_MS, plus } from '../../src/domain/time.ts'
import type { VerificationPolicy } from '../../src/domain/verification.ts'
import { createReportDesk } from '../../src/intake/report.ts'
import { addPages } from '../../src/review/pages.ts'
import { createSessions, type SignInSettings } from '../../src/review/session/sessions.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { listenerWith, TOKEN, tickingClock } from '../api/listener-with.ts'
import { NOW, user } from '../remediate/situations.ts'
import { approver, viewer } from '../support/operators.ts'

export { NOW, TOKEN }

export interface PagesOptions {
  readonly cases?: readonly Case[]
  readonly clock?: () => string
  readonly publicUrl?: string
  readonly oidc?: NonNullable<Settings['review']>['oidc']
  /** Logins that Okta knows, with their ids. */
  readonly logins?: Readonly<Record<string, string>>
  /** What the service does while a page waits for it. */
  /** The store of an earlier process. */
  readonly store?: Store
  readonly opsToken?: string
  readonly groupModes?: DecidePolicy['groupModes']
  readonly verification?: VerificationPolicy
  readonly texts?: PageTexts
  readonly meanwhile?: (store: Store) => Promise<unknown>
}

export async function pagesWith(t: Test, options: PagesOptions = {}) {
  const clock = options.clock ?? tickingClock()
  const publicUrl = () => options.publicUrl ?? 'http://localhost'
  const settings: Settings = {
    okta: { orgUrl: 'https://acme.okta.com', auth: { kind: 'token', token: 'none' } },
    hook: { secrets: [], authHeader: 'authorization', host: '127.0.0.1', port: 0 },
    ops: { host: '127.0.0.1', port: 0, token: options.opsToken ?? TOKEN },
    review: {
      publicUrl: publicUrl(),
      sessionKey: 'a key for tests, long enough to be one',
      oidc: options.oidc ?? null,
      texts: options.texts ?? null
    },
    storeUrl: 'memory:',
    mode: 'auto'
  }
  const signIn = signInOf(settings)
  const store = options.store ?? openInMemory()
  const sessions = createSessions({ store, signIn, publicUrl, clock })
  const access = createAccess(store, clock)
  const { app, logged } = await listenerWith(t, { session: sessions, access, clock }, options.cases, store)
  const { meanwhile = async () => {} } = options
  const people = Object.entries(options.logins ?? {}).map(([login, id]) => user({ id, login, status: 'ACTIVE' }))
  const { verification = DEFAULT_POLICY.decide.verification } = options
  const policy = { ...DEFAULT_POLICY, decide: { ...DEFAULT_POLICY.decide, verification } }
  const deps = reviewDeps({
    settings,
    store,
    signIn,
    sessions,
    access,
    reports: createReportDesk({
      store,
      users: {
        find: async (idOrLogin) => {
          const text = idOrLogin.toLowerCase()
          const found = people.find(({ id, login }) => id.toLowerCase() === text || login === text)
          return found ?? (text.startsWith('typo') || text.startsWith('ana') ? 'nobody' : null)
        },
        startingWith: async (start) => people.filter(({ login }) => login?.startsWith(start.toLowerCase()))
      },
      keyOf: subjectKey,
      newId: randomUUID,
      clock,
      sleep: () => meanwhile(store)
    }),
    commands: createCommands({ store, policy, clock, emit: () => {} }),
    killSwitch: createKillSwitch(store, clock),
    switches: createSwitches(store, clock),
    policy: () => ({ ...policy.decide, groupModes: options.groupModes ?? {}, ceiling: 'auto' }),
    targetTimes: () => DEFAULT_POLICY,
    publicUrl,
    clock
  })
  await addPages(app, deps)
  return {
    app,
    store,
    deps,
    logged,
    visitor: () => new Visitor(app),
    as: (who: Pick<Operator, 'name' | 'role'>) =>
      visitorAs(app, { signIn, store }, who.role === 'approver' ? approver(who.name) : viewer(who.name))
  }
}

/** A visitor who is signed in already. */
async function visitorAs(
  app: Api,
  { signIn, store }: { readonly signIn: SignInSettings; readonly store: Store },
  who: Operator
): Promise<Visitor> {
  const seal = fastify()
  await seal.register(secureSession, { key: signIn.sessionKey })
  await seal.ready()
  const now = Math.floor(Date.now() / 1_000)
  const secret = randomUUID()
  // It lasts however the test moves the clock.
  const ends = plus(NOW, 400 * DAY_MS)
  await store.addCredential({
    digest: digestOf(secret),
    credential: {
      ...{
        id: secret,
        kind: 'session',
        operator: who,
        createdAt: NOW,
        createdBy: who.name,
        seenAt: ends,
        endsAt: ends
      },
      signIn: { roleReadAt: ends, opsToken: null, sealed: null }
    },
    ledger: []
  })
  const session = seal.createSecureSession({ secret, __ts: now })
  const visitor = new Visitor(app)
  visitor.cookies.set('reenroll-session', encodeURIComponent(seal.encodeSecureSession(session)))
  await seal.close()
  return visitor
}

export class Visitor {
  readonly #app: Api
  readonly cookies = new Map<string, string>()
  /** The page seen last. */
  html = ''

  constructor(app: Api) {
    this.#app = app
  }

  async get(url: string, headers: Record<string, string> = {}) {
    return this.#keep(await this.#app.inject({ url, headers: { ...headers, cookie: this.#cookie() } }))
  }

  /** Sends fields with the token of the page seen last, or another one. */
  async post(
    url: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = {},
    form = new URLSearchParams({ _csrf: this.csrf(), ...fields })
  ) {
    const payload = form.toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.#keep(
      await this.#app.inject({ method: 'POST', url, payload, headers: { ...type, ...headers, cookie: this.#cookie() } })
    )
  }

  /** Reads the page, then sends the form that stands on it. */
  async send(url: string, fields: Record<string, string> = {}, verb = url) {
    await this.get(url)
    const hash = /name="hash" value="([^"]*)"/.exec(this.html)?.[1]
    return this.post(verb, { ...(hash ? { hash } : {}), ...fields })
  }

  async signIn(token = TOKEN) {
    await this.get('/sign-in')
    return this.post('/sign-in', { token })
  }

  csrf(): string {
    return (/name="_csrf" value="([^"]*)"/.exec(this.html)?.[1] ?? '').replaceAll('&#61;', '=')
  }

  #cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #keep(response: Awaited<ReturnType<Api['inject']>>) {
    for (const { name, value } of response.cookies) {
      if (value) this.cookies.set(name, encodeURIComponent(value))
      else this.cookies.delete(name)
    }
    if (String(response.headers['content-type']).startsWith('text/html')) this.html = response.body
    return response
  }
}
