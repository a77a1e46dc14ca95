/**
 * PagerDuty's Events API v2 as https://developer.pagerduty.com/docs/events-api-v2-overview describes it: 202 for what is
 * taken, 400 for what is not valid, one open alert per `dedup_key`, a new one when a resolved key is triggered again.
 * Alerts belong to incidents, of which V3 webhooks report (https://developer.pagerduty.com/docs/webhooks-overview): a merge
 * resolves the incident and moves its alerts (https://support.pagerduty.com/main/docs/merge-incidents).
 */
import { field } from '../../src/domain/json.ts'
import { textAt } from '../../src/ticket/targets/http.ts'
import { PAGERDUTY_PRIORITY_UPDATED } from '../ticket/webhooks/published-examples.ts'
import { type Fake, type FakeOptions, openFake, type SeenTicket } from './fake.ts'

const { event: EXAMPLE } = PAGERDUTY_PRIORITY_UPDATED
export const ROUTING_KEY = 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6'

type Alert = { -readonly [K in keyof SeenTicket]: SeenTicket[K] } & { dedupKey: string; incident: Incident }

interface Incident {
  readonly id: string
  readonly key: string
  readonly title: string
}

export interface PagerDutyFake extends Fake {
  /** Called with each webhook that the service would send, until called with null. */
  onEvent(listener: ((payload: object) => void) | null): void
  /** What a person does with the incident that shows this alert; auto-resolve is nobody's act. The alerts that it resolved. */
  act(dedupKey: string, what: 'acknowledge' | 'resolve' | 'auto-resolve'): readonly string[]
  /** Into the incident of another alert. */
  merge(dedupKey: string, into: string): void
}

const OLGA = { id: 'POLGA1', type: 'user_reference', summary: 'Olga' }
const OURSELVES = { id: 'PREENR', type: 'inbound_integration_reference', summary: 'Reenroll' }

export async function openPagerDuty(t: Parameters<typeof openFake>[0], options: FakeOptions): Promise<PagerDutyFake> {
  const alerts: Alert[] = []
  let count = 0
  let listener: ((payload: object) => void) | null = null
  function emit(event: string, { id, key, title }: Incident, agent: object | null, into?: Incident): void {
    const resolve_reason = into
      ? { type: 'merge_resolve_reason', incident: { id: into.id, type: 'incident_reference' } }
      : null
    // Every third lacks the key, as many real ones do.
    const named = Number(id.slice(1)) % 3 === 0 ? { title } : { title, incident_key: key }
    const { incident_key: _, ...published } = EXAMPLE.data
    const data = { ...published, id, ...named, resolve_reason }
    const occurred_at = options.clock.clock()
    listener?.({ event: { ...EXAMPLE, id: `01${count}`, event_type: event, occurred_at, agent, data } })
  }
  const openOf = (dedupKey: string) => alerts.find((alert) => alert.dedupKey === dedupKey && alert.state === 'open')
  const openIn = (incident: Incident) => alerts.filter((it) => it.incident === incident && it.state === 'open')

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
      const open = openOf(dedupKey)
      if (!['trigger', 'acknowledge', 'resolve'].includes(action ?? '')) return refuse('event_action')
      if (action === 'acknowledge' && open) {
        open.notes = [...open.notes, 'acknowledged']
        emit('incident.acknowledged', open.incident, OURSELVES)
      }
      if (action === 'resolve' && open) {
        open.state = 'closed'
        if (openIn(open.incident).length === 0) emit('incident.resolved', open.incident, OURSELVES)
      }
      if (action === 'trigger') {
        const severity = textAt(body, 'payload', 'severity') ?? ''
        if (!summary || summary.length > 1024 || !['critical', 'error', 'warning', 'info'].includes(severity))
          return refuse('payload')
        const details = JSON.stringify(field(body, 'payload', 'custom_details'))
        if (open) open.body = details
        else {
          count += 1
          const incident = { id: `Q${count}`, key: dedupKey, title: summary }
          alerts.push({ key: dedupKey, dedupKey, state: 'open', title: summary, body: details, notes: [], incident })
          emit('incident.triggered', incident, OURSELVES)
        }
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
    tickets: (caseId) => alerts.filter((alert) => alert.dedupKey === caseId),
    onEvent(next) {
      listener = next
    },
    act(dedupKey, what) {
      const incident = openOf(dedupKey)?.incident
      if (!incident) return []
      if (what === 'acknowledge') {
        emit('incident.acknowledged', incident, OLGA)
        return []
      }
      const resolved = openIn(incident)
      for (const alert of resolved) alert.state = 'closed'
      emit('incident.resolved', incident, what === 'resolve' ? OLGA : null)
      return resolved.map((alert) => alert.dedupKey)
    },
    merge(dedupKey, into) {
      const [from, to] = [openOf(dedupKey)?.incident, openOf(into)?.incident]
      if (!from || !to || from === to) return
      for (const alert of openIn(from)) alert.incident = to
      emit('incident.resolved', from, OLGA, to)
    }
  }
}
