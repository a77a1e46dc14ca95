/**
 * Webhooks of trackers, at the hook listener: `POST /tickets/<target>`, only for targets with a secret for it. What is not
 * proved to come from the tracker is refused before it is read; what is, can at most close a case or say who looks after it.
 */
import type { FastifyInstance } from 'fastify'
import type { Target } from '../targets/target.ts'
import { applyWebhook, type WebhookDeps } from './apply.ts'
import { WEBHOOK_PARSERS } from './parse.ts'
import { type Header, SIGNATURES } from './signatures.ts'

export const TICKETS_PATH = '/tickets'
/** GitHub's payloads hold the whole issue; ours are far below. */
const BODY_LIMIT = 1024 * 1024
/** Senders give up after some seconds; the regular look finds what was not heard. */
const RETRY_AFTER_SECONDS = 30

export interface InboundDeps extends WebhookDeps {
  /** With the secret that the tracker signs with. */
  readonly sources: readonly { readonly target: Target; readonly secret: string }[]
  readonly onTrouble: (error: unknown, target: string) => void
}

export function addTicketHooks(app: FastifyInstance, deps: InboundDeps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      '*',
      { parseAs: 'string', bodyLimit: BODY_LIMIT },
      async (_: unknown, body: unknown) => body
    )
    scope.post<{ Params: { target: string } }>(`${TICKETS_PATH}/:target`, async (request, reply) => {
      const source = deps.sources.find(({ target }) => target.name === request.params.target)
      const header: Header = (name) => String(request.headers[name] ?? '')
      const { system } = source?.target ?? { system: 'slack' }
      const refuse = (status: number, message: string) =>
        reply.code(status).send({ error: { code: 'refused', message } })
      if (!source || system === 'slack') return refuse(404, 'No ticket target of this name takes webhooks.')
      const body = String(request.body ?? '')
      if (!SIGNATURES[system](body, header, source.secret)) return refuse(401, 'The signature is wrong.')
      const payload = readJson(body)
      if (payload === undefined) return refuse(400, 'The body is not JSON. Let the webhook send application/json.')
      const heard = WEBHOOK_PARSERS[system](payload, header)
      // The tracker is asked, which takes longer than some senders wait; the regular look makes up for what fails.
      if (heard.of === 'changed') {
        applyWebhook(source.target, heard, deps).catch((error) => deps.onTrouble(error, source.target.name))
        return reply.code(202).send()
      }
      if (await applyWebhook(source.target, heard, deps)) return reply.code(202).send()
      return reply.header('retry-after', RETRY_AFTER_SECONDS).code(503).send()
    })
  })
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
