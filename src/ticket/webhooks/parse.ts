/** What a tracker's webhook says about one of our tickets. Pure; anything that is not about closing or taking is nothing. */
import type { TicketSystem } from '../../config/policy/tickets-schema.ts'
import { readInstant } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { oneLine } from '../format/document.ts'
import { field, textAt } from '../targets/answer-fields.ts'

import type { Header } from './signatures.ts'

export type WebhookEvent =
  /** Something happened to this ticket: ask the tracker what. An old request sent again then says nothing that is not so. */
  | { readonly of: 'changed'; readonly key: string }
  /** From systems that cannot be asked; `at` tells an old request from a new one. */
  | { readonly of: 'closed' | 'taken'; readonly key: string; readonly at: Instant; readonly by: string }
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
const WEBHOOK_EVENTS: Readonly<Record<string, 'closed' | 'taken'>> = {
  'ticket.closed': 'closed',
  'ticket.taken': 'taken'
}

export const WEBHOOK_PARSERS: Readonly<Record<Exclude<TicketSystem, 'slack'>, Read>> = {
  github: (payload, header) =>
    header('x-github-event') === 'issues' ? changed(textAt(payload, 'issue', 'number')) : NOTHING,
  jira: (payload) => changed(textAt(payload, 'issue', 'key')),
  servicenow: (payload) => changed(textAt(payload, 'sys_id')),
  pagerduty: (payload) => {
    const event = field(payload, 'event')
    const of = PAGERDUTY_EVENTS[textAt(event, 'event_type') ?? '']
    const [key, at] = [textAt(event, 'data', 'incident_key'), readInstant(field(event, 'occurred_at'))]
    if (!of || !key || !at) return NOTHING
    // What our own integration did comes back too, and took nothing from anybody.
    if (of === 'taken' && textAt(event, 'agent', 'type') !== 'user_reference') return NOTHING
    return { of, key, at, by: oneLine(textAt(event, 'agent', 'summary') ?? 'somebody', 60) }
  },
  webhook: (payload, header) => {
    const of = WEBHOOK_EVENTS[textAt(payload, 'type') ?? '']
    const key = textAt(payload, 'data', 'case_id')
    const seconds = Number(header('webhook-timestamp'))
    if (!of || !key || !Number.isFinite(seconds)) return NOTHING
    const by = oneLine(textAt(payload, 'data', 'by') ?? 'somebody', 60)
    return { of, key, at: new Date(seconds * 1_000).toISOString(), by }
  }
}
