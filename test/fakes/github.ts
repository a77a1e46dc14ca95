/**
 * GitHub's REST API for issues as https://docs.github.com/en/rest/issues describes it, and as it behaves: lists hold pull
 * requests too, a secondary limit is a 403 with `retry-after`, and labels are made when first used.
 */

import { generateKeyPairSync, verify } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { HOUR_MS, plus } from '../../src/domain/time.ts'
import { listAt, textAt } from '../../src/ticket/targets/http.ts'
import { type Behaviour, type Fake, type FakeOptions, openFake } from './fake.ts'

interface Issue {
  number: number
  title: string
  body: string
  labels: string[]
  state: 'open' | 'closed'
  state_reason: string | null
  closed_by?: { login: string; type: 'User' | 'Bot' } | null
  created_at: string
  updated_at: string
  readonly comments: string[]
}

const CLOSERS = {
  person: { login: 'olga', type: 'User' },
  bot: { login: 'stale[bot]', type: 'Bot' },
  ourselves: { login: 'reenroll', type: 'User' },
  unknown: null
} as const

/** Where issues go that are transferred. */
const OTHER_REPOSITORY = '/repositories/9'

export interface GitHubFake extends Fake {
  /** Transfers the issue to another repository that the token may read. */
  move(key: string): void
}

export const GITHUB_TOKEN = 'ghp_token_of_a_test'
/** How far lists lag behind. */
const LAG_MS = 2_000

export const GITHUB_APP_ID = '4711'
let keys: ReturnType<typeof newKeys> | null = null
/** Takes a while, so only for tests that need them. */
const newKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
/** As GitHub hands it out. */
export function githubAppKey(): string {
  keys ??= newKeys()
  return keys.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
}

export async function openGitHub(t: Parameters<typeof openFake>[0], options: FakeOptions): Promise<GitHubFake> {
  const issues: Issue[] = []
  /** With their ends. */
  const appTokens = new Map<string, string>()
  /** A JWT that the App signed, for at most ten minutes. */
  function isApp(authorization: string): boolean {
    const [head, payload = '', signature = ''] = authorization.replace('Bearer ', '').split('.')
    const signed = Buffer.from(`${head}.${payload}`)
    if (!keys || !verify('sha256', signed, keys.publicKey, Buffer.from(signature, 'base64url'))) return false
    const { iss, iat, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return iss === GITHUB_APP_ID && exp - iat <= 600 && exp * 1_000 > Date.parse(now())
  }
  let numbers = 0
  const now = options.clock.clock
  /**
   * An issue that was transferred to a repository which the token may not read answers 404
   * (https://docs.github.com/en/rest/issues/issues#get-an-issue), and the list of its old repository lacks it.
   */
  let hidden: string | null = null
  const find = (number: string) =>
    number === hidden ? undefined : issues.find((issue) => issue.number === Number(number))
  const deleted = new Set<string>()
  /** An issue that was deleted answers 410 (https://docs.github.com/en/rest/issues/issues#get-an-issue). */
  const notThere = (reply: FastifyReply, number: string) =>
    deleted.has(number)
      ? reply.code(410).send({ message: 'This issue was deleted', status: '410' })
      : reply.code(404).send(missing)
  const missing = { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' }

  const transferred = new Set<string>()
  const shown = ({ comments, labels, ...issue }: Issue) => ({
    ...issue,
    comments: comments.length,
    labels: labels.map((name) => ({ name })),
    html_url: `https://github.com/acme/ops/issues/${issue.number}`
  })
  const { faults } = await openFake(t, options, ({ app, faults }) => {
    app.addHook('onRequest', async (request, reply) => {
      const sent = request.headers.authorization ?? ''
      if (isApp(sent) && /\/installation(s\/|$)/.test(request.url)) return undefined
      const endsAt = appTokens.get(sent.replace('token ', ''))
      if (sent !== `token ${GITHUB_TOKEN}` && !(endsAt && now() < endsAt))
        return reply.code(401).send({ message: 'Bad credentials' })
      return undefined
    })
    // https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app: tokens end after an hour.
    app.get('/repos/acme/ops/installation', async () => ({ id: 77, app_id: 4711 }))
    app.post('/app/installations/77/access_tokens', async (_request, reply) => {
      const token = `ghs_${appTokens.size}`
      appTokens.set(token, plus(now(), HOUR_MS))
      return reply.code(201).send({ token, expires_at: appTokens.get(token) })
    })
    app.get('/repos/acme/ops', async () => ({
      has_issues: true,
      archived: false,
      permissions: { push: true, triage: true }
    }))
    // https://docs.github.com/en/rest/issues/assignees#list-assignees
    app.get('/repos/acme/ops/assignees', async () => [{ login: 'octocat' }, { login: 'hubot' }])
    app.post('/repos/acme/ops/issues', async ({ body }, reply) => {
      const [title, text] = [textAt(body, 'title') ?? '', textAt(body, 'body') ?? '']
      const labels = listAt(body, 'labels').map(String)
      if (title === '' || title.length > 256 || text.length > 65_536 || labels.some((label) => label.length > 50)) {
        return reply.code(422).send({ message: 'Validation Failed', errors: [] })
      }
      numbers += 1
      const times = { created_at: now(), updated_at: now() }
      const issue: Issue = {
        number: numbers,
        title,
        body: text,
        labels,
        state: 'open',
        state_reason: null,
        ...times,
        comments: []
      }
      issues.push(issue)
      return reply.code(201).send(shown(issue))
    })
    app.get<{ Querystring: Record<string, string> }>('/repos/acme/ops/issues', async ({ query }) => {
      const wanted = (query.labels ?? '').split(',').filter((label) => label !== '')
      const found = issues.filter(
        (issue) =>
          wanted.every((label) => issue.labels.includes(label)) &&
          String(issue.number) !== hidden &&
          !transferred.has(String(issue.number)) &&
          (query.state === 'all' || issue.state === query.state) &&
          (!query.since || issue.updated_at >= query.since) &&
          plus(issue.created_at, LAG_MS) <= now()
      )
      const pull = {
        number: 9_999,
        title: 'A pull request',
        state: 'closed',
        labels: [],
        pull_request: {},
        created_at: now()
      }
      // That the list does not name who closed is a guess; one issue alone does.
      return [pull, ...found.toReversed().map((issue) => ({ ...shown(issue), closed_by: null }))]
    })
    // A transferred issue answers with a redirect to its new place (https://docs.github.com/en/rest/issues/issues#get-an-issue),
    // and its old repository lists it no longer.
    app.addHook('preHandler', async ({ method, url }, reply) => {
      const [, number = '', rest = ''] = /^\/repos\/acme\/ops\/issues\/(\d+)(.*)$/.exec(url) ?? []
      if (!transferred.has(number)) return undefined
      const location = `${faults.url}${OTHER_REPOSITORY}/issues/${number}${rest}`
      return reply
        .code(method === 'GET' ? 301 : 307)
        .header('location', location)
        .send({ message: 'Moved Permanently' })
    })
    for (const place of ['/repos/acme/ops', OTHER_REPOSITORY]) issueRoutes(app, place)
  })

  function issueRoutes(app: FastifyInstance, place: string): void {
    app.get<{ Params: { n: string } }>(`${place}/issues/:n`, async ({ params }, reply) => {
      const issue = find(params.n)
      return issue ? shown(issue) : notThere(reply, params.n)
    })
    app.patch<{ Params: { n: string } }>(`${place}/issues/:n`, async ({ params, body }, reply) => {
      const issue = find(params.n)
      if (!issue) return notThere(reply, params.n)
      // Our own account is a user like any other, unless it is an App's.
      const closed = textAt(body, 'state') === 'closed' ? { closed_by: CLOSERS.ourselves } : {}
      Object.assign(issue, body, closed, { updated_at: now() })
      return shown(issue)
    })
    app.get<{ Params: { n: string } }>(`${place}/issues/:n/comments`, async ({ params }) =>
      (find(params.n)?.comments ?? []).map((body, id) => ({ id, body }))
    )
    app.post<{ Params: { n: string } }>(`${place}/issues/:n/comments`, async ({ params, body }, reply) => {
      const issue = find(params.n)
      if (!issue) return notThere(reply, params.n)
      issue.comments.push(textAt(body, 'body') ?? '')
      return reply.code(201).send({ id: issue.comments.length, body: issue.comments.at(-1) })
    })
  }

  function known(key: string): Issue {
    const issue = issues.find(({ number }) => number === Number(key))
    if (!issue) throw new Error(`no issue ${key}`)
    return issue
  }

  return {
    ...faults,
    reset() {
      faults.reset()
      issues.length = 0
      numbers = 0
      deleted.clear()
      hidden = null
      transferred.clear()
    },
    tickets: (caseId) =>
      issues
        // One issue may have shown an earlier case of the same person.
        .filter(({ body, comments }) => `${body}${comments.join('')}`.match(`Reenroll (keeps [^(]*\\()?${caseId}\\b`))
        .map(({ number, state, title, body, comments }) => ({
          key: String(number),
          state,
          title,
          body,
          notes: [...comments]
        })),
    move: (key) => void transferred.add(key),
    person: {
      close: (key, how, by = 'person') =>
        void Object.assign(known(key), {
          state: 'closed',
          state_reason: how === 'done' ? 'completed' : 'not_planned',
          // https://docs.github.com/en/rest/issues/issues#get-an-issue; bots have the type `Bot`.
          closed_by: CLOSERS[by],
          updated_at: now()
        }),
      edit: (key, change) => void Object.assign(known(key), change),
      remove(key) {
        issues.splice(issues.indexOf(known(key)), 1)
        deleted.add(key)
      },
      hide(key) {
        hidden = key
      }
    }
  }
}

/**
 * The repository was renamed: GitHub answers 301, and 307 where the method must stay, with a `location` by the repository's
 * number (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects). The
 * new place is at `host`.
 */
export const movedTo =
  (host: string): Behaviour =>
  ({ method, url }) => {
    if (!url.startsWith('/repos/acme/ops') || url.includes('moved=')) return null
    const location = `${host}${url}${url.includes('?') ? '&' : '?'}moved=1`
    return {
      status: method === 'GET' ? 301 : 307,
      headers: { location },
      body: { message: 'Moved Permanently', url: location }
    }
  }

/**
 * Labels of an account without push access are dropped without an error
 * (https://docs.github.com/en/rest/issues/issues#create-an-issue).
 */
export const dropsLabels: Behaviour = ({ body }) => {
  if (typeof body === 'object' && body !== null) Reflect.deleteProperty(body, 'labels')
  return null
}

/** A locked conversation refuses comments (https://docs.github.com/en/rest/issues/comments#create-an-issue-comment). */
export const locked =
  (key: string): Behaviour =>
  ({ method, url }) =>
    method === 'POST' && url === `/repos/acme/ops/issues/${key}/comments`
      ? { status: 403, body: { message: 'Unable to create comment because issue is locked.' } }
      : null

/**
 * A token without the scope `repo` reads a public repository; writing answers 404 (https://github.com/octokit/octokit.rb/issues/1093).
 * Only tokens that are not fine-grained name their scopes
 * (https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps).
 */
export const classicToken =
  (scopes: string): Behaviour =>
  ({ method, url }) => {
    const headers = { 'x-oauth-scopes': scopes }
    const body = { has_issues: true, archived: false, permissions: { push: true, triage: true } }
    if (url === '/repos/acme/ops') return { status: 200, headers, body }
    return method === 'GET' || scopes !== '' ? null : { status: 404, headers, body: { message: 'Not Found' } }
  }

/**
 * An App whose installation was not granted a permission gets no token with it
 * (https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app).
 */
export const notGranted: Behaviour = ({ url }) =>
  url.endsWith('/access_tokens')
    ? { status: 422, body: { message: 'The permissions requested are not granted to this installation.' } }
    : null

/**
 * A token without a permission, and a role below triage (https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api;
 * without `Metadata` the repository cannot be seen).
 */
export const withoutPermission =
  (right: string): Behaviour =>
  ({ method, url }) => {
    const refused = {
      status: 403,
      body: { message: 'Resource not accessible by personal access token', status: '403' }
    }
    if (url === '/repos/acme/ops') {
      if (right === 'Metadata: read') return { status: 404, body: { message: 'Not Found', status: '404' } }
      const permissions = { admin: false, maintain: false, push: false, triage: right !== 'Triage role', pull: true }
      return { status: 200, body: { has_issues: true, archived: false, permissions } }
    }
    return right === (method === 'GET' ? 'Issues: read' : 'Issues: write') ? refused : null
  }
