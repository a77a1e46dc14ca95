/** Takes help-desk reports in, whichever way they come, and finds the case that a report became part of. */
import type { Case } from '../case/case-file.ts'
import type { Operator, Report } from '../case/commands.ts'
import type { Store } from '../store/store.ts'
import type { Clock, Subject } from '../vocabulary.ts'
import { said } from './narrow.ts'
import { isUserId, reportDelivery } from './report.ts'

/** A report that is stored, under the id of its event, about the subject of this key. */
export interface SentReport {
  readonly id: string
  readonly subject: string
}

export interface ReportedCase {
  readonly case: Case
  /** The user had an open case already; the report is one more failure of it. */
  readonly joined: boolean
}

export interface ReportDesk {
  /** Resolves when the report is stored. */
  take(report: Report, by: Operator): Promise<SentReport>
  /** The case that the report is part of, or null when it has not been read within that time. */
  caseOf(sent: SentReport, withinMs: number): Promise<ReportedCase | null>
}

export interface ReportDeskDeps {
  readonly store: Pick<Store, 'receive' | 'latestCase'>
  /** The Okta id behind a login; null when nobody has it or Okta cannot be asked. */
  readonly findUserId: (login: string) => Promise<string | null>
  /** The key under which cases of the subject are kept. */
  readonly keyOf: (event: { readonly uuid: string; readonly subject: Subject }) => string
  readonly newId: () => string
  readonly clock: Clock
  readonly sleep: (ms: number) => Promise<unknown>
}

/** Between two looks for the case. */
const LOOK_EVERY_MS = 100

export function createReportDesk({ store, findUserId, keyOf, newId, clock, sleep }: ReportDeskDeps): ReportDesk {
  async function look({ id, subject }: SentReport): Promise<ReportedCase | null> {
    const found = await store.latestCase(subject)
    if (!found?.failures.some(({ uuid }) => uuid === id)) return null
    return { case: found, joined: found.failures[0]?.uuid !== id }
  }

  return {
    async take(report, by) {
      const isId = isUserId(report.user)
      const userId = isId ? null : await findUserId(report.user)
      const id = newId()
      await store.receive(reportDelivery(report, { now: clock(), id, by: by.name, userId }))
      const login = isId ? null : said(report.user)
      return { id, subject: keyOf({ uuid: id, subject: { id: isId ? report.user : userId, login, name: null } }) }
    },
    async caseOf(sent, withinMs) {
      for (let waited = 0; ; waited += LOOK_EVERY_MS) {
        const found = await look(sent)
        if (found || waited >= withinMs) return found
        await sleep(LOOK_EVERY_MS)
      }
    }
  }
}
