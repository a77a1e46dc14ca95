/**
 * Webhooks of trackers, at the hook listener: `POST /tickets/<target>`, only for targets with a secret for it. What is not
 * proved to come from the tracker is refused before it is parsed; the rest can at most close a case or assign it. Mail that
 * came back is reported to `POST /tickets/mail`, and can only make a ticket.
 */

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { MAIL_TARGET } from '../../config/policy/ticket-policy.ts'
import { isOpen } from '../../domain/case.ts'
import { createFailureLimit } from '../../domain/failure-limit.ts'
import { field, parseJson } from '../../domain/json.ts'
import type { CaseCommands } from '../../domain/operator-commands.ts'
import { type Store, StoreUnavailable } from '../../domain/store.ts'
import { MINUTE_MS, plus, readInstant } from '../../domain/time.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { oneLine } from '../format/document.ts'
import { type CloseCase, followClosing } from '../outbox/close-sync.ts'
import { textAt } from '../targets/http.ts'
import type { Target } from '../targets/target.ts'
import { isFromMail, mayBeFromMail, returnedCases } from './bounces.ts'
import { type Header, lacksProof, type SendingSystem, SIGNATURES, sendsWebhooks } from './signatures.ts'

/* What a tracker's webhook reports about a ticket. Pure; anything but closing or taking is nothing. */

export type WebhookEvent =
  /** The ticket changed: read it from the tracker, so that an old request sent again does no harm. */
  | { readonly of: 'changed'; readonly key: string }
  /** From systems that cannot be read; `at` shows whether the request is old, `id` is the system's own key. */
  | {
      readonly of: 'closed' | 'taken'
      readonly key: string | null
      readonly id: string | null
      readonly at: Instant
      readonly by: string
    }
  /** Shown by another ticket from now on: what happens to that one counts for this one. */
  | { readonly of: 'merged'; readonly key: string | null; readonly id: string | null; readonly into: string }
  | { readonly of: 'nothing' }

type Read = (payload: unknown, header: Header) => WebhookEvent

const NOTHING: WebhookEvent = { of: 'nothing' }

function changed(key: string | null): WebhookEvent {
  return key === null ? NOTHING : { of: 'changed', key }
}

/** PagerDuty's v3 webhooks (https://developer.pagerduty.com/docs/webhooks-v3/webhooks-overview); our key is the incident's. */
const PAGERDUTY_EVENTS: Readonly<Record<string, 'closed' | 'taken'>> = {
  'incident.resolved': 'closed',
  'incident.acknowledged': 'taken'
}
const PAGERDUTY_TITLE = /\[(RE-[\w-]+)\]$/
const WEBHOOK_EVENTS: Readonly<Record<string, 'closed' | 'taken'>> = {
  'ticket.closed': 'closed',
  'ticket.taken': 'taken'
}

const WEBHOOK_PARSERS: Readonly<Record<SendingSystem, Read>> = {
  github: (payload, header) =>
    header('x-github-event') === 'issues' ? changed(textAt(payload, 'issue', 'number')) : NOTHING,
  jira: (payload) => changed(textAt(payload, 'issue', 'id')),
  servicenow: (payload) => changed(textAt(payload, 'sys_id')),
  pagerduty: (payload) => {
    const event = field(payload, 'event')
    const of = PAGERDUTY_EVENTS[textAt(event, 'event_type') ?? '']
    // `incident_key` may be absent; our summaries end with it too.
    const [, inTitle = null] = PAGERDUTY_TITLE.exec(textAt(event, 'data', 'title') ?? '') ?? []
    const key = textAt(event, 'data', 'incident_key') ?? inTitle
    const id = textAt(event, 'data', 'id')
    const at = readInstant(field(event, 'occurred_at'))
    // The surviving incident gets the alerts (https://developer.pagerduty.com/api-reference/PUT-/incidents/{id}/merge), and
    // `resolve_reason` names it. The agent is who merged, and has resolved nothing.
    if (of === 'closed' && field(event, 'data', 'resolve_reason') != null) {
      const into = textAt(event, 'data', 'resolve_reason', 'incident', 'id')
      return into ? { of: 'merged', key, id, into } : NOTHING
    }
    // Only a person's act counts: our own integration's events come back too, and an auto-resolve has no agent.
    if (!of || !at || textAt(event, 'agent', 'type') !== 'user_reference') return NOTHING
    return { of, key, id, at, by: oneLine(textAt(event, 'agent', 'summary') ?? 'somebody', 60) }
  },
  webhook: (payload, header) => {
    const of = WEBHOOK_EVENTS[textAt(payload, 'type') ?? '']
    const key = textAt(payload, 'data', 'case_id')
    const seconds = Number(header('webhook-timestamp'))
    if (!of || !key || !Number.isFinite(seconds)) return NOTHING
    const by = oneLine(textAt(payload, 'data', 'by') ?? 'somebody', 60)
    return { of, key, id: null, at: new Date(seconds * 1_000).toISOString(), by }
  }
}

/* Applies it to the case, with the same effect as the poll (`close-sync.ts`). */

export interface WebhookDeps {
  readonly store: Pick<Store, 'outboxEntries' | 'retryOutboxEntry' | 'getCase' | 'cursor' | 'setCursor'>
  readonly commands: Pick<CaseCommands, 'assign'>
  readonly closeCase: CloseCase
  readonly clock: Clock
}

function notNow(error: unknown): false {
  if (error instanceof StoreUnavailable) return false
  throw error
}

/** The tracker's clock and ours may differ by this much. */
const SKEW_MS = 2 * MINUTE_MS

/** False: not now, the sender should come again. */
async function applyWebhook(target: Target, event: WebhookEvent, deps: WebhookDeps): Promise<boolean> {
  if (event.of === 'nothing') return true
  if (event.of === 'changed') {
    const closing = await target.readOne(event.key)
    if (closing) await followClosing(target.name, closing, deps.store, deps.clock())
    return true
  }
  const { store } = deps
  const keys = [...(await mergedInto(target, event.id, store)), ...(event.key ? [event.key] : [])]
  if (event.of === 'merged') {
    const all = new Set([...(await mergedInto(target, event.into, store)), ...keys])
    await store.setCursor(mergedCursor(target, event.into), JSON.stringify([...all]))
    if (event.id) await store.setCursor(mergedCursor(target, event.id), '[]')
    return true
  }
  const applied = await Promise.all(keys.map((key) => applyTo(target, key, event, deps)))
  return applied.every(Boolean)
}

const mergedCursor = (target: Target, id: string) => `merged:${target.name}:${id}`

/** The keys of our tickets that this ticket of the system shows. */
async function mergedInto(target: Target, id: string | null, store: WebhookDeps['store']): Promise<readonly string[]> {
  const kept = id === null ? null : await store.cursor(mergedCursor(target, id))
  return kept === null ? [] : (JSON.parse(kept) as string[])
}

type PersonsAct = Extract<WebhookEvent, { of: 'closed' | 'taken' }>

async function applyTo(target: Target, key: string, { of, at, by }: PersonsAct, deps: WebhookDeps): Promise<boolean> {
  const [entry] = await deps.store.outboxEntries({ target: target.name, key, limit: 1 })
  // News for a resolved alert of PagerDuty opens an incident, which nobody has resolved yet.
  const opens = of === 'closed' && target.system === 'pagerduty' ? entry?.deliveredAt : null
  if (!entry?.ticket || isOld(at, opens ?? entry.ticket.since)) return true
  const c = await deps.store.getCase(entry.caseId)
  if (!c || !isOpen(c)) return true
  if (of === 'closed') return deps.closeCase(c.id, target.name, { how: `it was closed in ${target.name}`, by, at })
  const tracker = {
    id: `ticket:${target.name}`,
    name: `ticket:${target.name}`,
    role: 'approver',
    provider: null
  } as const
  if (!c.assignee) await deps.commands.assign(c.id, { to: by }, tracker)
  return true
}

/** From before the ticket's state, or its incident: a request that is late or repeated. */
function isOld(at: Instant, since: Instant): boolean {
  return at < plus(since, -SKEW_MS)
}

interface AskRoute {
  Params: { target: string }
}
type Ask = FastifyRequest<AskRoute>

const WRONG_SIGNATURE = 'The signature is wrong.'
/** Refused requests per address and minute, before all of its requests wait. The poll finds what they would have reported. */
const FAILURES_PER_MINUTE = 30
const TICKETS_PATH = '/tickets'
/** GitHub's payloads hold the whole issue; ours are far below. */
const BODY_LIMIT = 1024 * 1024
/** Senders give up after some seconds; the poll finds what they could not deliver. */
const RETRY_AFTER_SECONDS = 30
/** Reads of a tracker under way because of its webhooks; more would keep tickets waiting for the tracker's rate limit. */
const MAX_READS = 10

export interface InboundDeps extends WebhookDeps {
  /** With the secret that the tracker signs with. */
  readonly sources: readonly { readonly target: Target; readonly secret: string }[]
  /** Where mail that came back is reported. */
  readonly mail?: { readonly secret: string; readonly onReturn: (caseId: string) => Promise<unknown> } | undefined
  readonly onError: (error: unknown, target: string) => void
}

export function addTicketHooks(app: FastifyInstance, deps: InboundDeps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: BODY_LIMIT },
      async (_: unknown, body: unknown) => body
    )
    const failures = createFailureLimit(FAILURES_PER_MINUTE, () => performance.now())
    const reads = new Map<string, number>()
    const proofOf = ({ params: { target: name }, headers }: Ask) => {
      const source = deps.sources.find(({ target }) => target.name === name)
      const header: Header = (name) => String(headers[name] ?? '')
      const system = source?.target.system
      return source && system && sendsWebhooks(system) ? { source, system, header } : null
    }
    const refuse = (reply: FastifyReply, status: number, message: string) => {
      if (status !== 400) failures.count(reply.request.ip)
      return reply.code(status).send({ error: { code: 'refused', message } })
    }
    const comeAgain = (reply: FastifyReply) => reply.header('retry-after', RETRY_AFTER_SECONDS).code(503).send()
    // Before the body is read: whatever it says, these are refused.
    scope.addHook('onRequest', async (request, reply) => {
      const waitS = failures.blockedFor(request.ip)
      if (waitS !== null)
        return refuse(reply.header('retry-after', waitS), 429, 'Too many wrong requests. Wait a minute.')
    })
    const onRequest = async (request: Ask, reply: FastifyReply) => {
      const proof = proofOf(request)
      if (!proof) return refuse(reply, 404, 'No ticket target of this name takes webhooks.')
      if (lacksProof(proof.system, proof.header, proof.source.secret)) return refuse(reply, 401, WRONG_SIGNATURE)
    }
    scope.post<AskRoute>(`${TICKETS_PATH}/:target`, { onRequest }, async (request, reply) => {
      const proof = proofOf(request)
      const body = String(request.body ?? '')
      if (!proof || !SIGNATURES[proof.system](body, proof.header, proof.source.secret)) {
        return refuse(reply, 401, WRONG_SIGNATURE)
      }
      const { source, system, header } = proof
      const payload = parseJson(body)
      if (payload === undefined) {
        return refuse(
          reply,
          400,
          'The body is not JSON, or has too many levels. Let the webhook send application/json.'
        )
      }
      const event = WEBHOOK_PARSERS[system](payload, header)
      const { name } = source.target
      const under = reads.get(name) ?? 0
      // Reading the tracker takes longer than some senders wait; the poll covers what fails.
      if (event.of === 'changed' && under < MAX_READS) {
        reads.set(name, under + 1)
        applyWebhook(source.target, event, deps)
          .catch((error) => deps.onError(error, name))
          .finally(() => reads.set(name, (reads.get(name) ?? 1) - 1))
        return reply.code(202).send()
      }
      if (event.of !== 'changed' && (await applyWebhook(source.target, event, deps).catch(notNow))) {
        return reply.code(202).send()
      }
      return comeAgain(reply)
    })
    if (deps.mail) addMailRoute(scope, deps.mail, refuse, comeAgain)
  })
}

function addMailRoute(
  scope: FastifyInstance,
  { secret, onReturn }: NonNullable<InboundDeps['mail']>,
  refuse: (reply: FastifyReply, status: number, message: string) => FastifyReply,
  comeAgain: (reply: FastifyReply) => FastifyReply
): void {
  const headerOf =
    ({ headers }: FastifyRequest): Header =>
    (name) =>
      String(headers[name] ?? '')
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) =>
    mayBeFromMail(headerOf(request), secret) ? undefined : refuse(reply, 401, WRONG_SIGNATURE)
  scope.post(`${TICKETS_PATH}/${MAIL_TARGET}`, { onRequest }, async (request, reply) => {
    const body = String(request.body ?? '')
    if (!isFromMail(body, headerOf(request), secret)) return refuse(reply, 401, WRONG_SIGNATURE)
    const kept = await Promise.all(returnedCases(body).map((id) => onReturn(id).catch(notNow)))
    return kept.includes(false) ? comeAgain(reply) : reply.code(202).send()
  })
}
