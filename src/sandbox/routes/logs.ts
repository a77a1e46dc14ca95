/** The System Log (facts §3.4). */
import { ok, type Route } from '../server/call.ts'
import { asLogEntry, queryLog } from '../server/log-query.ts'
import { linkHeader } from '../server/paging.ts'

export const logRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/api/v1/logs',
    scope: 'okta.logs.read',
    run: ({ org, query, url }) => {
      const stored = org.log.map((event) => ({ event, persistedAt: org.persistedAt(event) }))
      const { events, next } = queryLog(stored, query, org.clock())
      // The cursor knows where the query started; `since` beside `after` is refused.
      return { ...ok(events.map(asLogEntry)), headers: { link: linkHeader(org.url, url, next, ['since']) } }
    }
  }
]
