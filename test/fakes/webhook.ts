/**
 * A receiver of webhooks as https://www.standardwebhooks.com asks for: verifies the signature, answers 204, and drops what
 * it has seen before by `webhook-id`.
 */

import { Webhook } from 'standardwebhooks'
import { field } from '../../src/domain/json.ts'
import { listAt, textAt } from '../../src/ticket/targets/http.ts'
import { type Fake, type FakeOptions, openFake } from './fake.ts'

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of a test, no more').toString('base64')}`

interface Ticket {
  state: 'open' | 'closed'
  title: string
  body: string
  notes: string[]
}

export async function openWebhook(t: Parameters<typeof openFake>[0], options: FakeOptions): Promise<Fake> {
  const seen = new Set<string>()
  const tickets = new Map<string, Ticket>()
  // The library looks at the system's clock; the test's clock is what both sides agree on here.
  const verifier = new Webhook(WEBHOOK_SECRET)
  const { faults } = await openFake(t, options, ({ app }) => {
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body))
    app.head('/hook', async (_request, reply) => reply.code(405).send())
    app.post('/hook', async (request, reply) => {
      const id = String(request.headers['webhook-id'])
      const raw = String(request.body)
      const at = new Date(Number(request.headers['webhook-timestamp']) * 1000)
      if (verifier.sign(id, at, raw) !== request.headers['webhook-signature']) return reply.code(401).send()
      if (seen.has(id)) return reply.code(204).send()
      seen.add(id)
      const message: unknown = JSON.parse(raw)
      const key = textAt(message, 'data', 'case_id') ?? ''
      const ticket = tickets.get(key) ?? { state: 'open', title: '', body: '', notes: [] }
      ticket.state = field(message, 'type') === 'case.resolved' ? 'closed' : 'open'
      ticket.title = textAt(message, 'data', 'title') ?? ''
      ticket.body = textAt(message, 'data', 'text') ?? ''
      ticket.notes.push(`${listAt(message, 'data', 'news').join('\n')} (${id})`)
      tickets.set(key, ticket)
      return reply.code(204).send()
    })
  })
  return {
    ...faults,
    reset() {
      faults.reset()
      seen.clear()
      tickets.clear()
    },
    tickets: (caseId) => [...tickets].filter(([key]) => key === caseId).map(([key, ticket]) => ({ key, ...ticket }))
  }
}
