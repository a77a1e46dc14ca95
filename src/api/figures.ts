/** What past cases show, over HTTP. */
import { Type } from 'typebox'
import type { Api } from './app.ts'
import { badRequest } from './errors.ts'
import { answers, route } from './schemas.ts'

/** How far back the figures may go, in days. */
export const REPORT_DAYS = [7, 30, 90] as const
export type ReportDays = (typeof REPORT_DAYS)[number]

export function readReportDays(text: string | undefined): ReportDays | null {
  return text === undefined ? 30 : (REPORT_DAYS.find((days) => String(days) === text) ?? null)
}

/** What past cases show, as `reenroll guards report --json` and `reenroll rollout --json` print it. */
export interface Figures {
  guards(days: ReportDays): Promise<object>
  rollout(asked: { readonly days: ReportDays; readonly group: string | null }): Promise<object>
}

export function figureRoutes(api: Api, { figures }: { readonly figures: Figures }): void {
  const days = Type.Optional(Type.String({ description: REPORT_DAYS.join(', ') }))
  const group = Type.Optional(Type.String({ maxLength: 255, description: 'Plan for the members of this group only' }))
  const response = answers({ 200: Type.Object({}, { additionalProperties: true }) }, 400)
  const guards = route('getGuardReport', 'What each guard alone stopped, and what became of those people', {
    querystring: Type.Object({ days }),
    response
  })
  api.get('/guards/report', guards, ({ query }) => figures.guards(daysOf(query.days)))
  const rollout = route('getRollout', 'Which rule is ready for its next mode, and why', {
    querystring: Type.Object({ days, group }),
    response
  })
  api.get('/rollout', rollout, ({ query }) => figures.rollout({ days: daysOf(query.days), group: query.group ?? null }))
}

function daysOf(text: string | undefined): ReportDays {
  const days = readReportDays(text)
  if (days === null) throw badRequest(`\`days\` must be one of ${REPORT_DAYS.join(', ')}.`)
  return days
}
