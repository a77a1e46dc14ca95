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

/** What past cases show about guards, as `reenroll guards report --json` prints it. */
export interface Figures {
  guards(days: ReportDays): Promise<object>
}

export function figureRoutes(api: Api, { figures }: { readonly figures: Figures }): void {
  api.get(
    '/guards/report',
    {
      schema: {
        operationId: 'getGuardReport',
        summary: 'What each guard alone stopped, and what became of those people',
        querystring: Type.Object({ days: Type.Optional(Type.String({ description: REPORT_DAYS.join(', ') })) }),
        response: answers({ 200: Type.Object({}, { additionalProperties: true }) }, 400)
      }
    },
    async ({ query: { days } }) => {
      const read = readReportDays(days)
      if (read === null) throw badRequest(`\`days\` must be one of ${REPORT_DAYS.join(', ')}.`)
      return figures.guards(read)
    }
  )
}
