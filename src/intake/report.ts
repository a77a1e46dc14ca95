/** A help-desk report as a delivery: the same pipeline, lower trust. Guard G13 keeps it from ever acting by itself. */
import type { Report } from '../case/commands.ts'
import type { Delivery } from '../store/store.ts'
import type { Instant } from '../vocabulary.ts'
import { REPORT_TYPE } from './classify.ts'

/** Okta ids are 20 characters and begin with two digits and a letter; user ids with `00u`. Anything else is a login. */
const USER_ID = /^00u[A-Za-z0-9]{17}$/

/** `id` becomes the event's uuid; `by` is who reported, for the timeline. */
export function reportDelivery(report: Report, { now, id, by }: { now: Instant; id: string; by: string }): Delivery {
  const isId = USER_ID.test(report.user)
  const event = {
    uuid: id,
    published: now,
    eventType: REPORT_TYPE,
    displayMessage: 'Reported by the help desk',
    actor: { id: null, type: 'HelpDesk', alternateId: by, displayName: null },
    outcome: { result: 'FAILURE', reason: [report.errorCode, report.text].filter(Boolean).join(': ') || null },
    target: [
      { id: isId ? report.user : null, type: 'User', alternateId: isId ? null : report.user, displayName: null }
    ],
    device: report.platform ? { os_platform: report.platform } : null
  }
  return {
    source: 'report',
    envelopeId: null,
    hookId: null,
    sentAt: now,
    receivedAt: now,
    body: JSON.stringify({ data: { events: [event] } }),
    events: [{ uuid: id, index: 0, publishedAt: now }],
    unreadable: []
  }
}
