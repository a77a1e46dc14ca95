/**
 * Slack's buttons: a request signed by Slack no more than five minutes ago
 * (https://docs.slack.dev/authentication/verifying-requests-from-slack), by a person whom the policy names an approver, about
 * exactly the proposal that the message showed. A route of the hook listener, there only when the policy has such people.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { type CaseCommands, type CommandResult, personOf } from '../../domain/operator-commands.ts'
import type { Clock } from '../../domain/vocabulary.ts'
import { field, textAt } from '../targets/http.ts'
import { APPROVE, REJECT } from '../targets/slack-message.ts'

export const SLACK_PATH = '/slack/actions'
const WINDOW_SECONDS = 300
const BODY_LIMIT = 64 * 1024

export interface SlackActionDeps {
  /** Per Slack target: its signing secret and the ids of those who may answer. */
  readonly apps: readonly { readonly signingSecret: string; readonly approvers: readonly string[] }[]
  readonly commands: Pick<CaseCommands, 'approve' | 'reject'>
  readonly clock: Clock
  /** Posts an answer that only the person sees; Slack shows nothing of the response itself. */
  readonly respond: (url: string, message: object) => Promise<void>
}

type SlackPress =
  /** `answer` runs the command and returns the text for the person; null when there is nothing to do. */
  | { readonly ok: true; readonly answer: (() => Promise<string>) | null; readonly to: string | null }
  | { readonly ok: false; readonly status: 400 | 401; readonly because: string }

/** Adds the route, with a body parser of its own, so that the listener's others keep theirs. */
export function addSlackActions(app: FastifyInstance, deps: SlackActionDeps): void {
  async function answerLater({ answer, to }: Extract<SlackPress, { ok: true }>): Promise<void> {
    const text = await answer?.().catch(() => 'Nothing was done: Reenroll had an error. Try again, or open the case.')
    if (text !== undefined && to !== null)
      await deps.respond(to, { response_type: 'ephemeral', replace_original: false, text })
  }

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: BODY_LIMIT },
      async (_request: unknown, body: string | Buffer) => String(body)
    )
    scope.post(SLACK_PATH, async (request, reply) => {
      const { headers, body } = request
      const press = readPress(
        String(body),
        String(headers['x-slack-request-timestamp']),
        String(headers['x-slack-signature']),
        deps
      )
      if (!press.ok) return reply.code(press.status).send({ error: { code: 'refused', message: press.because } })
      // Slack shows an error after three seconds (https://docs.slack.dev/interactivity/handling-user-interaction), so the
      // command runs after the answer.
      answerLater(press).catch((error) => request.log.warn({ err: error }, 'slack not answered'))
      return reply.send()
    })
  })
}

/** One request; the raw body is what is signed. */
function readPress(body: string, timestamp: string, signature: string, deps: SlackActionDeps): SlackPress {
  const age = Math.abs(Date.parse(deps.clock()) / 1000 - Number(timestamp))
  if (!/^\d{1,12}$/.test(timestamp) || age > WINDOW_SECONDS)
    return refuse(401, 'The request is older than five minutes.')
  const app = deps.apps.find(({ signingSecret }) => isSigned(body, timestamp, signature, signingSecret))
  if (!app) return refuse(401, 'The signature is wrong.')
  const payload = readJson(new URLSearchParams(body).get('payload') ?? '')
  const action = field(payload, 'actions', 0)
  const [userId, actionId] = [textAt(payload, 'user', 'id'), textAt(action, 'action_id')]
  // The button that only opens a page is reported too.
  if (actionId !== APPROVE && actionId !== REJECT) return { ok: true, answer: null, to: null }
  const to = responseUrlOf(payload)
  if (!userId || !app.approvers.includes(userId)) {
    const answer = 'You are not among the approvers of this channel. Ask one of them, or open the case.'
    return { ok: true, answer: async () => answer, to }
  }
  const asked = readJson(textAt(action, 'value') ?? '')
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
  return { ok: true, answer: actionId === APPROVE ? approve : reject, to }
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

function refuse(status: 400 | 401, because: string): SlackPress {
  return { ok: false, status, because }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
