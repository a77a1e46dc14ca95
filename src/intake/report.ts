/** A help-desk report as a delivery, so that it takes the same way as Okta's events, with less trust (DESIGN §4). Pure. */
import type { Report } from '../case/commands.ts'
import type { Delivery } from '../store/store.ts'
import type { Instant } from '../vocabulary.ts'

/** No Okta event has this type; only events of source `report` are read as reports. */
export const REPORT_TYPE = 'reenroll.report'

/** Okta user ids have 20 characters and start with 00u (facts appendix A). */
export function isUserId(text: string): boolean {
  return /^00u[A-Za-z0-9]{17}$/.test(text)
}

/** What stands behind a report: when it came in, the id that its one event gets, and who told us. */
export interface Told {
  readonly now: Instant
  readonly id: string
  readonly by: string
  /** Of the login in the report, when Okta knows it: the report then joins the case that the user's events make. */
  readonly userId?: string | null
}

/** The report in the shape of a delivery with one event. */
export function reportDelivery(report: Report, told: Told): Delivery {
  const { now, id } = told
  return {
    source: 'report',
    envelopeId: id,
    hookId: null,
    sentAt: now,
    receivedAt: now,
    body: JSON.stringify({ data: { events: [reportEvent(report, told)] } }),
    events: [{ uuid: id, index: 0, publishedAt: now }],
    unreadable: []
  }
}

function reportEvent(report: Report, { now, id, by, userId = null }: Told) {
  const isId = isUserId(report.user)
  return {
    uuid: id,
    published: now,
    eventType: REPORT_TYPE,
    displayMessage: 'Failed Okta Verify enrollment, reported by the help desk',
    actor: { id: null, type: 'HelpDesk', alternateId: by, displayName: by },
    target: [
      { id: isId ? report.user : userId, type: 'User', alternateId: isId ? null : report.user, displayName: null }
    ],
    device: report.platform === null ? null : { os_platform: report.platform },
    outcome: { result: 'FAILURE', reason: reasonOf(report) }
  }
}

/** Everything that was said, in one line, since that is what the case and its ticket show. */
function reasonOf({ errorCode, text, cause }: Report): string | null {
  const suspected = cause === undefined ? null : `suspected cause: ${cause}`
  return [errorCode, suspected, text].filter((part) => part).join('; ') || null
}
