/** What the fuzz lane sends: for each door valid requests, requests with odd parts, and garbage. */
import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { SHARED_SIGNAL_TYPES } from '../../src/domain/shared-signals.ts'
import { MODES } from '../../src/domain/vocabulary.ts'
import { changed, corrupted, mostly, mostlyText, ODD, TEXT } from './mutate.ts'
import { BEARER, HOOK_SECRET, signedToken, TRACKER_SECRET, TRACKERS, type Tracker, VENDOR } from './service.ts'

export const DOORS = [
  'hook',
  'api',
  'cursors',
  'pages',
  'webhooks',
  'signals',
  'reports',
  'sign-in',
  'policy',
  'sockets'
] as const
export type Door = (typeof DOORS)[number]

export interface Input {
  readonly listener: 'hook' | 'ops'
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What inputs refer to in the running service. */
export interface Known {
  readonly cookie: string
  readonly csrf: string
  readonly caseIds: readonly string[]
  readonly hashes: readonly string[]
  readonly cursors: readonly string[]
}

/** A policy text is read without a listener; bytes go to a socket. */
export type Piece =
  | { readonly kind: 'request'; readonly door: Door; readonly input: Input }
  | { readonly kind: 'policy'; readonly door: 'policy'; readonly text: string }
  | { readonly kind: 'bytes'; readonly door: 'sockets'; readonly listener: 'hook' | 'ops'; readonly text: string }

const SAMPLES = new URL('../samples/', import.meta.url)
const deliveries = readdirSync(SAMPLES)
  .map((name) => JSON.parse(readFileSync(new URL(name, SAMPLES), 'utf8')))
  // The largest would make most of the time.
  .filter(({ data }) => data.events.length < 5)
/** By its sections: the whole takes as long as a hundred requests. */
const policySections = readFileSync(new URL('../../deploy/policy.example.yaml', import.meta.url), 'utf8').split(
  /\n(?=[a-z])/
)

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const USERS = Array.from({ length: 40 }, (_, n) => `00u${String(n).padStart(17, 'a')}`)
const JSON_TEXT = (value: fc.Arbitrary<unknown>) => value.map((it) => JSON.stringify(it) ?? '')
const path = (text: string) => encodeURIComponent(text.toWellFormed())
const query = (fields: Readonly<Record<string, string>>) => {
  const given = Object.entries(fields).map(([key, value]) => `${path(key)}=${path(value)}`)
  return given.length > 0 ? `?${given.join('&')}` : ''
}

const hookInput: fc.Arbitrary<Input> = fc
  .record({
    delivery: fc.tuple(changed(fc.constantFrom(...deliveries)), fc.uuid(), fc.constantFrom(...USERS)).map(renamed),
    text: corrupted(fc.constantFrom(...deliveries.slice(0, 3).map((it) => JSON.stringify(it)))),
    garbage: TEXT,
    which: fc.nat({ max: 9 }),
    secret: fc.nat({ max: 30 }),
    type: fc.nat({ max: 40 })
  })
  .map(({ delivery, text, garbage, which, secret, type }) => ({
    listener: 'hook',
    method: 'POST',
    url: '/okta/event-hooks',
    headers: {
      'content-type': type === 0 ? garbage.replaceAll(/[^\x20-\x7e]/g, '') || 'text/plain' : 'application/json',
      authorization: secret === 0 ? 'not-the-secret' : HOOK_SECRET
    },
    body: which === 0 ? garbage : which < 4 ? text : JSON.stringify(delivery)
  }))

/** With a uuid of its own, about one of few users, so that some deliveries become events of cases. */
function renamed([delivery, uuid, user]: readonly [unknown, string, string]): unknown {
  const events = (delivery as { data?: { events?: unknown } } | null)?.data?.events
  if (!Array.isArray(events)) return delivery
  for (const [n, event] of events.entries()) {
    if (typeof event !== 'object' || event === null) continue
    if (typeof event.uuid === 'string') event.uuid = `${uuid.slice(0, -2)}${String(n).padStart(2, '0')}`
    for (const who of [event.actor, ...(Array.isArray(event.target) ? event.target : [])]) {
      if (typeof who?.id === 'string' && who.id.startsWith('00u')) who.id = user
    }
  }
  return delivery
}

function apiInput(known: Known): fc.Arbitrary<Input> {
  const id = mostlyText(...known.caseIds, 'RE-0')
  const because = mostlyText('a reason of the fuzz lane')
  const get = (url: fc.Arbitrary<string>) => url.map((it) => ({ method: 'GET', url: it }) as const)
  const post = (url: fc.Arbitrary<string>, body: fc.Arbitrary<unknown>) =>
    fc
      .tuple(url, fc.oneof({ weight: 9, arbitrary: JSON_TEXT(changed(body)) }, { weight: 1, arbitrary: TEXT }))
      .map(([it, text]) => ({ method: 'POST', url: it, body: text }) as const)
  const hash = mostly(...known.hashes, 'f'.repeat(64))
  const routes = fc.oneof(
    get(
      fc
        .dictionary(mostlyText('state', 'cause', 'user', 'limit', 'canary'), mostlyText('1', 'true', ...USERS), {
          maxKeys: 3
        })
        .map((it) => `/api/cases${query(it)}`)
    ),
    get(id.map((it) => `/api/cases/${path(it)}`)),
    get(id.map((it) => `/api/tickets/${path(it)}`)),
    get(
      fc.constantFrom(
        '/api/policy',
        '/api/brake',
        '/api/credentials',
        '/api/session',
        '/metrics',
        '/livez',
        '/readyz',
        '/openapi.json'
      )
    ),
    post(
      id.map((it) => `/api/cases/${path(it)}/approve`),
      fc.record({ hash, overrides: fc.array(fc.record({ guard: mostly('G9', 'G1'), because }), { maxLength: 2 }) })
    ),
    post(
      id.map((it) => `/api/cases/${path(it)}/reject`),
      fc.record({ hash, because })
    ),
    post(
      id.map((it) => `/api/cases/${path(it)}/close`),
      fc.record({ because })
    ),
    post(
      id.map((it) => `/api/cases/${path(it)}/retry`),
      fc.constant({})
    ),
    post(
      fc
        .tuple(mostlyText('1', '2'), fc.constantFrom('retry', 'replace'))
        .map(([it, how]) => `/api/outbox/${path(it)}/${how}`),
      fc.constant({})
    ),
    post(fc.constant('/api/brake'), fc.record({ kill: fc.record({ on: mostly(false), because }) })),
    post(
      mostlyText('locked_out', 'otherwise').map((it) => `/api/rules/${path(it)}`),
      fc.record({ mode: mostly(...MODES), paused: fc.record({ because }) })
    ),
    post(fc.constant('/api/mode'), fc.record({ ceiling: mostly(...MODES) })),
    post(fc.constantFrom('/api/people/export', '/api/people/erase'), fc.record({ user: ODD, by: ODD, extra: ODD })),
    post(
      fc.constant('/api/credentials'),
      fc.record({ name: mostly('fuzz'), role: mostly('viewer'), days: mostly(1, 0) })
    ),
    post(
      id.map((it) => `/api/credentials/${path(it)}/end`),
      fc.constant({})
    ),
    post(
      fc.constant('/api/policy'),
      fc.record({ text: mostly('storm: {}', null), by: mostly('fuzz'), dryRun: fc.constant(true), more: ODD })
    )
  )
  const headers = fc.nat({ max: 60 }).map((n) => ({ ...json, authorization: n === 0 ? 'Bearer of-nothing' : BEARER }))
  return fc.tuple(routes, headers).map(([route, given]) => {
    const { 'content-type': _, ...bare } = given
    return { listener: 'ops', headers: 'body' in route ? given : bare, ...route }
  })
}

function cursorInput(known: Known): fc.Arbitrary<Input> {
  const after = corrupted(fc.constantFrom(...known.cursors, '2026-11-28T10:00:00.000Z~RE-1'))
  const encoded = after.map((it) => Buffer.from(it).toString('base64url'))
  const number = mostlyText('0', '1', '500')
  const url = fc.oneof(
    fc.oneof(after, encoded).map((it) => `/api/cases${query({ limit: '3', after: it })}`),
    fc.tuple(number, number).map(([it, limit]) => `/api/ledger${query({ after: it, limit })}`),
    fc.tuple(number, number).map(([it, limit]) => `/api/outbox${query({ after: it, limit })}`),
    fc
      .oneof(after, encoded)
      .chain((it) =>
        fc
          .constantFrom('approval', 'person', 'ended', 'none')
          .map((group) => `/?after=${path(`${group}.${it}`)}&view=all`)
      ),
    fc
      .tuple(mostlyText(...known.caseIds), after)
      .map(([id, it]) => `/cases/${path(id)}${query({ after: it, state: 'open' })}`)
  )
  return url.map((it) => ({
    listener: 'ops',
    method: 'GET',
    url: it,
    headers: { authorization: BEARER, cookie: known.cookie }
  }))
}

function pageInput(known: Known): fc.Arbitrary<Input> {
  const id = mostlyText(...known.caseIds)
  const ids = id.map(path)
  const get = fc.oneof(
    fc
      .dictionary(
        mostlyText('view', 'state', 'cause', 'mode', 'since', 'q', 'canary'),
        mostlyText('open', 'all', 'ended', '24h', '1'),
        { maxKeys: 4 }
      )
      .map((it) => `/${query(it)}`),
    ids.map((it) => `/cases/${it}`),
    fc.tuple(ids, mostlyText('approve', 'reject', 'close', 'snooze')).map(([it, verb]) => `/cases/${it}/${path(verb)}`),
    fc.dictionary(mostlyText('user', 'id', 'subject'), TEXT, { maxKeys: 2 }).map((it) => `/report${query(it)}`),
    fc.record({ id: TEXT, subject: TEXT }).map((it) => `/report/sent${query(it)}`),
    fc.constantFrom('/activity', '/policy', '/brake', '/access', '/assets/none.css'),
    TEXT.map((it) => `/${path(it)}`)
  )
  const verbs = ['approve', 'reject', 'close', 'snooze', 'retry', 'assign', 'unassign', 'wake']
  const posted = fc.oneof(
    fc.tuple(ids, mostlyText(...verbs)).map(([it, verb]) => `/cases/${it}/${path(verb)}`),
    fc.constantFrom('/brake', '/policy/mode', '/access/tokens', '/access/end-others'),
    fc
      .tuple(mostlyText('locked_out', 'otherwise'), fc.constantFrom('', '/pause', '/resume'))
      .map(([it, verb]) => `/policy/rules/${path(it)}${verb}`),
    TEXT.map((it) => `/access/${path(it)}/end`)
  )
  const fields = fc.dictionary(
    mostlyText('because', 'hash', 'for', 'on', 'mode', 'ceiling', 'override_G9', 'name', 'role', 'days', 'ids'),
    mostlyText('a reason', '1', '4', 'auto', 'observe', 'yes', 'viewer', ...known.hashes),
    { maxKeys: 5 }
  )
  const csrf = fc.nat({ max: 20 }).map((n) => (n === 0 ? 'not-the-token' : known.csrf))
  const headers = { cookie: known.cookie }
  return fc.oneof(
    { weight: 1, arbitrary: get.map((url) => ({ listener: 'ops', method: 'GET', url, headers }) as const) },
    {
      weight: 2,
      arbitrary: fc.tuple(posted, fields, csrf).map(
        ([url, given, _csrf]) =>
          ({
            listener: 'ops',
            method: 'POST',
            url,
            headers: { ...headers, ...form },
            body: query({ ...given, _csrf }).slice(1)
          }) as const
      )
    }
  )
}

const TRACKER_BODIES: Readonly<Record<Tracker, unknown>> = {
  github: { action: 'closed', issue: { number: 7, state: 'closed' } },
  jira: { issue: { id: '10007', fields: { status: { name: 'Done' } } } },
  servicenow: { sys_id: '46d44a40', state: '6' },
  pagerduty: {
    event: {
      event_type: 'incident.resolved',
      occurred_at: '2026-11-28T10:00:00Z',
      agent: { type: 'user_reference', summary: 'Kim' },
      data: { incident_key: 'RE-1', title: 'x [RE-1]' }
    }
  },
  webhook: { type: 'ticket.closed', data: { case_id: 'RE-1', by: 'Kim' } }
}
const SLACK_BODY = {
  type: 'block_actions',
  response_url: 'http://127.0.0.1:9/',
  user: { id: 'U0123456789' },
  actions: [{ action_id: 'reenroll_approve', value: '{"caseId":"RE-1","hash":"f"}' }]
}

function webhookInput(nowMs: number): fc.Arbitrary<Input> {
  const hub = (body: string) => createHmac('sha256', TRACKER_SECRET).update(body).digest('hex')
  const at = new Date(nowMs)
  const seconds = String(Math.floor(nowMs / 1_000))
  const signed: Readonly<Record<Tracker | 'slack', (body: string) => Readonly<Record<string, string>>>> = {
    github: (body) => ({ 'x-github-event': 'issues', 'x-hub-signature-256': `sha256=${hub(body)}` }),
    jira: (body) => ({ 'x-hub-signature': `sha256=${hub(body)}` }),
    servicenow: () => ({ 'x-reenroll-secret': TRACKER_SECRET }),
    pagerduty: (body) => ({ 'x-pagerduty-signature': `v1=${hub(body)}` }),
    webhook: (body) => ({
      'webhook-id': 'm',
      'webhook-timestamp': seconds,
      'webhook-signature': new Webhook(TRACKER_SECRET).sign('m', at, body)
    }),
    slack: (body) => ({
      'x-slack-request-timestamp': seconds,
      'x-slack-signature': `v0=${hub(`v0:${seconds}:${body}`)}`
    })
  }
  const bodyOf = (sample: unknown) =>
    fc.oneof(
      { weight: 8, arbitrary: JSON_TEXT(changed(fc.constant(sample))) },
      { weight: 1, arbitrary: corrupted(fc.constant(JSON.stringify(sample))) }
    )
  const isSigned = fc.nat({ max: 15 }).map((n) => n > 0)
  const trackers = fc
    .constantFrom(...TRACKERS)
    .chain((name) =>
      fc
        .tuple(bodyOf(TRACKER_BODIES[name]), isSigned, mostlyText(name, name, name))
        .map(([body, proved, target]) => ({ name, body, proved, url: `/tickets/${path(target)}`, type: json }))
    )
  const slack = fc.tuple(bodyOf(SLACK_BODY), isSigned).map(([body, proved]) => ({
    name: 'slack' as const,
    body: query({ payload: body }).slice(1),
    proved,
    url: '/slack/actions',
    type: form
  }))
  return fc
    .oneof({ weight: 5, arbitrary: trackers }, { weight: 1, arbitrary: slack })
    .map(({ name, body, proved, url, type }) => ({
      listener: 'hook',
      method: 'POST',
      url,
      headers: { ...type, ...(proved ? signed[name](body.toWellFormed()) : {}) },
      body: body.toWellFormed()
    }))
}

const SCHEMAS = 'https://schemas.openid.net/secevent'

/** Events of another vendor: signed ones with odd claims, tokens without a signature, and garbage. */
function signalInput(nowMs: number): fc.Arbitrary<Input> {
  const iat = Math.floor(nowMs / 1_000)
  const subject = fc.constantFrom(
    ...['email', 'iss_sub', 'opaque', 'aliases'].map((format) => ({
      ...{ format, email: 'ann@example.com', iss: VENDOR.issuer, sub: 'ann', id: 'x', identifiers: [] }
    }))
  )
  const type = mostlyText(...SHARED_SIGNAL_TYPES).map((name) => `${SCHEMAS}/${name.replace('.', '/event-type/')}`)
  const claims = fc.tuple(subject, type, fc.uuid()).map(([sub_id, event, jti]) => ({
    ...{ iss: VENDOR.issuer, aud: VENDOR.audience, iat, jti, sub_id },
    events: { [event]: { event_timestamp: iat, change_type: 'update', reason_admin: { en: 'drill' } } }
  }))
  const token = fc
    .tuple(changed(claims), fc.nat({ max: 12 }), ODD)
    .map(([body, which, odd]) => signedToken(which === 0 ? { alg: 'none', kid: odd } : {}, body))
  const body = fc.oneof(
    { weight: 8, arbitrary: token },
    { weight: 2, arbitrary: corrupted(token) },
    { weight: 1, arbitrary: TEXT }
  )
  return fc.tuple(body, fc.nat({ max: 40 })).map(([text, n]) => ({
    listener: 'hook',
    method: 'POST',
    url: '/ssf/events',
    headers: {
      'content-type': n === 0 ? 'application/json' : 'application/secevent+jwt',
      authorization: n === 1 ? 'not-the-header' : VENDOR.authorization
    },
    body: text.toWellFormed()
  }))
}

function reportInput(known: Known): fc.Arbitrary<Input> {
  // An id is not looked up at Okta, so that most reports do not wait for it.
  const report = fc.record(
    {
      user: mostly(...USERS),
      errorCode: mostly('E0000011', null),
      platform: mostly('IOS', null),
      text: mostly('It says invalid token.', null),
      cause: mostly('push_broken')
    },
    { requiredKeys: ['user'] }
  )
  const overApi = JSON_TEXT(changed(report)).map(
    (body) =>
      ({
        listener: 'ops',
        method: 'POST',
        url: '/api/reports',
        headers: { ...json, authorization: BEARER },
        body
      }) as const
  )
  const fields = fc.dictionary(mostlyText('errorCode', 'platform', 'text', 'anyway'), mostlyText('IOS', 'E0000011'), {
    maxKeys: 4
  })
  const overPage = fields.map(
    (given) =>
      ({
        listener: 'ops',
        method: 'POST',
        url: '/report',
        headers: { ...form, cookie: known.cookie },
        body: query({ ...given, _csrf: known.csrf }).slice(1)
      }) as const
  )
  return fc.oneof({ weight: 5, arbitrary: overApi }, { weight: 1, arbitrary: overPage })
}

const signInInput: fc.Arbitrary<Input> = fc
  .record({
    url: fc.oneof(
      fc
        .dictionary(mostlyText('next', 'code', 'state'), mostlyText('/cases/RE-1', '//evil.example'), { maxKeys: 2 })
        .map((it) => `/sign-in${query(it)}`),
      fc.constantFrom('/sign-in/oidc', '/sign-in/callback?code=x', '/sign-out')
    ),
    isPost: fc.boolean(),
    cookie: TEXT,
    body: corrupted(fc.constant('token=wrong&_csrf=none&next=/'))
  })
  .map(({ url, isPost, cookie, body }) => ({
    listener: 'ops',
    method: isPost ? 'POST' : 'GET',
    url,
    headers: { cookie: `reenroll-session=${path(cookie)}`, ...(isPost ? form : {}) },
    ...(isPost ? { body: body.toWellFormed() } : {})
  }))

const bytesInput: fc.Arbitrary<Piece> = fc
  .record({
    listener: fc.constantFrom('hook' as const, 'ops' as const),
    text: corrupted(
      fc.constantFrom(
        `POST /okta/event-hooks HTTP/1.1\r\nhost: a\r\nauthorization: ${HOOK_SECRET}\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
        `GET /api/cases?limit=1 HTTP/1.1\r\nhost: a\r\nauthorization: ${BEARER}\r\nconnection: close\r\n\r\n`,
        'POST /sign-in HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n3\r\na=b\r\n0\r\n\r\n'
      )
    )
  })
  .map(({ listener, text }) => ({ kind: 'bytes', door: 'sockets', listener, text }))

const policyInput: fc.Arbitrary<Piece> = corrupted(
  fc.constantFrom(...policySections, 'storm: {windowMs: 1m}', 'rules: {unlock: auto}\n')
).map((text) => ({ kind: 'policy', door: 'policy', text }))

/** Shares of a hundred: deliveries and the API most, sockets and whole policies least. */
export function pieces(known: Known, nowMs: number): fc.Arbitrary<Piece> {
  const at = (door: Door, weight: number, input: fc.Arbitrary<Input>) => ({
    weight,
    arbitrary: input.map((it) => ({ kind: 'request', door, input: it }) as const)
  })
  return fc.oneof<fc.MaybeWeightedArbitrary<Piece>[]>(
    at('hook', 26, hookInput),
    at('api', 24, apiInput(known)),
    at('cursors', 8, cursorInput(known)),
    at('pages', 9, pageInput(known)),
    at('webhooks', 16, webhookInput(nowMs)),
    at('signals', 4, signalInput(nowMs)),
    at('reports', 7, reportInput(known)),
    at('sign-in', 3, signInInput),
    { weight: 2, arbitrary: policyInput },
    { weight: 1, arbitrary: bytesInput }
  )
}
