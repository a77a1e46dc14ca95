/** What past cases show, over HTTP. */
import { Type } from 'typebox'
import type { Api } from './app.ts'
import { badRequest } from './errors.ts'
import { answers } from './schemas.ts'

/** How far back the figures may go, in days. */
export const REPORT_DAYS = [7, 30, 90] as const
export type ReportDays = (typeof REPORT_DAYS)[number]

export function readReportDays(text: string | undefined): ReportDays | null {
  return text === undefined ? 30 : (REPORT_DAYS.find((days) => String(days) === text) ?? null)
}

/** What past cases show, as `reenroll guards report --json` and `reenroll rollout --json` print it. */
export interface Figures {
  guards(days: ReportDays): Promise<object>
  rollout(days: ReportDays): Promise<object>
}

export function figureRoutes(api: Api, { figures }: { readonly figures: Figures }): void {
  const figuresOf = (path: string, operationId: string, summary: string, read: (days: ReportDays) => Promise<object>) =>
    api.get(
      path,
      {
        schema: {
          ...{ operationId, summary },
          querystring: Type.Object({ days: Type.Optional(Type.String({ description: REPORT_DAYS.join(', ') })) }),
          response: answers({ 200: Type.Object({}, { additionalProperties: true }) }, 400)
        }
      },
      ({ query }) => {
        const days = readReportDays(query.days)
        if (days === null) throw badRequest(`\`days\` must be one of ${REPORT_DAYS.join(', ')}.`)
        return read(days)
      }
    )
  const ofGuards = 'What each guard alone stopped, and what became of those people'
  figuresOf('/guards/report', 'getGuardReport', ofGuards, figures.guards)
  figuresOf('/rollout', 'getRollout', 'Which rule is ready for its next mode, and why', figures.rollout)
}
