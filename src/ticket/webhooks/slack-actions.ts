/**
 * Slack's buttons: a request signed by Slack no more than five minutes ago
 * (https://docs.slack.dev/authentication/verifying-requests-from-slack), by a person whom the policy names an approver, about
 * exactly the proposal that the message showed. A route of the hook listener, there only when the policy has such people.
 */

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createFailureLimit } from '../../domain/failure-limit.ts'
import { field, parseJson } from '../../domain/json.ts'
import { type CaseCommands, type CommandResult, personOf } from '../../domain/operator-commands.ts'
import type { Clock, Instant } from '../../domain/vocabulary.ts'
import { textAt } from '../targets/http.ts'
import { APPROVE_BUTTON, REJECT_BUTTON } from '../targets/slack-message.ts'

export const SLACK_PATH = '/slack/actions'
const WINDOW_SECONDS = 300
/** Refused requests per address and minute, before all of its requests wait. The pages still work. */
const FAILURES_PER_MINUTE = 30
const BODY_LIMIT = 64 * 1024

export interface SlackActionDeps {
  /** One for each Slack target. */
  readonly apps: readonly SlackApp[]
  readonly commands: Pick<CaseCommands, 'approve' | 'reject'>
  readonly clock: Clock
}

interface SlackApp {
  readonly signingSecret: string
  /** Ids of those who may answer. */
  readonly approvers: readonly string[]
  /** Posts an answer that only the person sees; Slack shows nothing of the response itself. */
  readonly respond: (url: string, message: object) => Promise<void>
}

type SlackPress =
  /** `answer` runs the command and returns the text for the person; null when there is nothing to do. */
  { readonly ok: true; readonly answer: (() => Promise<string>) | null; readonly respond: Respond | null } | Refused

type Respond = (message: object) => Promise<void>

interface Refused {
  readonly ok: false
  readonly status: 400 | 401 | 429
  readonly because: string
}

/** Adds the route, with a body parser of its own, so that the listener's others keep theirs. */
export function addSlackActions(app: FastifyInstance, deps: SlackActionDeps): void {
  async function answerLater({ answer, respond }: Extract<SlackPress, { ok: true }>): Promise<void> {
    const text = await answer?.().catch(() => 'Nothing was done: Reenroll had an error. Try again, or open the case.')
    if (text !== undefined) await respond?.({ response_type: 'ephemeral', replace_original: false, text })
  }

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: BODY_LIMIT },
      async (_request: unknown, body: string | Buffer) => String(body)
    )
    const failures = createFailureLimit(FAILURES_PER_MINUTE, () => performance.now())
    const refused = (reply: FastifyReply, { status, because }: Omit<Refused, 'ok'>) => {
      if (status === 401) failures.count(reply.request.ip)
      return reply.code(status).send({ error: { code: 'refused', message: because } })
    }
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
      const waitS = failures.blockedFor(request.ip)
      if (waitS !== null) return refused(reply.header('retry-after', waitS), { status: 429, because: 'Wait a minute.' })
      const unsigned = checkHeaders(proofOf(request), deps.clock())
      if (unsigned) return refused(reply, unsigned)
    }
    scope.post(SLACK_PATH, { onRequest }, async (request, reply) => {
      const press = readPress(String(request.body), proofOf(request), deps)
      if (!press.ok) return refused(reply, press)
      // Slack shows an error after three seconds (https://docs.slack.dev/interactivity/handling-user-interaction), so the
      // command runs after the answer.
      answerLater(press).catch((error) => request.log.warn({ err: error }, 'slack not answered'))
      return reply.send()
    })
  })
}

interface Proof {
  readonly timestamp: string
  readonly signature: string
}

function proofOf({ headers }: FastifyRequest): Proof {
  return { timestamp: String(headers['x-slack-request-timestamp']), signature: String(headers['x-slack-signature']) }
}

/** Why no body can make this request authentic, so that none needs to be read; or null. */
function checkHeaders({ timestamp, signature }: Proof, now: Instant): Refused | null {
  const age = Math.abs(Date.parse(now) / 1000 - Number(timestamp))
  if (!/^\d{1,12}$/.test(timestamp) || age > WINDOW_SECONDS)
    return refuse(401, 'The request is older than five minutes.')
  return /^v0=[0-9a-f]{64}$/.test(signature) ? null : refuse(401, 'The signature is wrong.')
}

/** One request; the raw body is what is signed. */
function readPress(body: string, { timestamp, signature }: Proof, deps: SlackActionDeps): SlackPress {
  const app = deps.apps.find(({ signingSecret }) => isSigned(body, timestamp, signature, signingSecret))
  if (!app) return refuse(401, 'The signature is wrong.')
  const payload = parseJson(new URLSearchParams(body).get('payload') ?? '')
  const action = field(payload, 'actions', 0)
  const [userId, actionId] = [textAt(payload, 'user', 'id'), textAt(action, 'action_id')]
  // The button that only opens a page is reported too.
  if (actionId !== APPROVE_BUTTON && actionId !== REJECT_BUTTON) return { ok: true, answer: null, respond: null }
  const to = responseUrlOf(payload)
  const respond = to === null ? null : (message: object) => app.respond(to, message)
  if (!userId || !app.approvers.includes(userId)) {
    const answer = 'You are not among the approvers of this channel. Ask one of them, or open the case.'
    return { ok: true, answer: async () => answer, respond }
  }
  const asked = parseJson(textAt(action, 'value') ?? '')
  const [caseId, hash] = [textAt(asked, 'caseId'), textAt(asked, 'hash')]
  if (!caseId || !hash) return refuse(400, 'The button carries no case.')
  const by = personOf('slack', userId, { name: `slack:${userId}`, role: 'approver' })
  const approve = async () =>
    textOf(
      await deps.commands.approve(caseId, { hash, overrides: [] }, by),
      'Approved. The result comes in this thread.'
    )
  const reject = async () =>
    textOf(
      await deps.commands.reject(caseId, { hash, because: 'Rejected in Slack.' }, by),
      'Rejected. The case stays with people.'
    )
  return { ok: true, answer: actionId === APPROVE_BUTTON ? approve : reject, respond }
}

function textOf(result: CommandResult, done: string): string {
  return result.ok ? done : `Nothing was done: ${result.because}`
}

/** Slack's own place for answers, and no other. */
function responseUrlOf(payload: unknown): string | null {
  const url = textAt(payload, 'response_url')
  return url?.startsWith('https://hooks.slack.com/') ? url : null
}

function isSigned(body: string, timestamp: string, signature: string, secret: string): boolean {
  const expected = Buffer.from(`v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`)
  const sent = Buffer.from(signature)
  return sent.length === expected.length && timingSafeEqual(sent, expected)
}

function refuse(status: Refused['status'], because: string): Refused {
  return { ok: false, status, because }
}
