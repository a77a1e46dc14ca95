/**
 * PagerDuty's Events API v2 as https://developer.pagerduty.com/docs/events-api-v2-overview describes it: 202 for what is
 * taken, 400 for what is not valid, one open alert per `dedup_key`, a new one when a resolved key is triggered again.
 */
import { field } from '../../src/domain/json.ts'
import { textAt } from '../../src/ticket/targets/http.ts'
import { type Fake, type FakeOptions, openFake, type SeenTicket } from './fake.ts'

export const ROUTING_KEY = 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6'

type Alert = { -readonly [K in keyof SeenTicket]: SeenTicket[K] } & { dedupKey: string }

export async function openPagerDuty(t: Parameters<typeof openFake>[0], options: FakeOptions): Promise<Fake> {
  const alerts: Alert[] = []
  const { faults } = await openFake(t, options, ({ app }) => {
    app.post('/v2/enqueue', async ({ body }, reply) => {
      const refuse = (error: string) =>
        reply.code(400).send({ status: 'invalid event', message: 'Event object is invalid', errors: [error] })
      if (textAt(body, 'routing_key') !== ROUTING_KEY) return refuse('routing_key is not known')
      if (JSON.stringify(body).length > 512 * 1024) return reply.code(413).send()
      const [action, dedupKey, summary] = [
        textAt(body, 'event_action'),
        textAt(body, 'dedup_key') ?? '',
        textAt(body, 'payload', 'summary')
      ]
      if (dedupKey.length > 255) return refuse('dedup_key is too long')
      const open = alerts.find((alert) => alert.dedupKey === dedupKey && alert.state === 'open')
      if (!['trigger', 'acknowledge', 'resolve'].includes(action ?? '')) return refuse('event_action')
      if (action === 'acknowledge' && open) open.notes = [...open.notes, 'acknowledged']
      if (action === 'resolve' && open) open.state = 'closed'
      if (action === 'trigger') {
        const severity = textAt(body, 'payload', 'severity') ?? ''
        if (!summary || summary.length > 1024 || !['critical', 'error', 'warning', 'info'].includes(severity))
          return refuse('payload')
        const details = JSON.stringify(field(body, 'payload', 'custom_details'))
        if (open) open.body = details
        else alerts.push({ key: dedupKey, dedupKey, state: 'open', title: summary, body: details, notes: [] })
      }
      return reply.code(202).send({ status: 'success', message: 'Event processed', dedup_key: dedupKey })
    })
  })
  return {
    ...faults,
    reset() {
      faults.reset()
      alerts.length = 0
    },
    tickets: (caseId) => alerts.filter((alert) => alert.dedupKey === caseId)
  }
}
