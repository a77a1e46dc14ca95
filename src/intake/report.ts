/** Takes reports in, by the help desk and by people about themselves, and finds the case that a report became part of. */
import { closestFirst } from '../config/did-you-mean.ts'
import type { Case } from '../domain/case.ts'
import type { Delivery } from '../domain/deliveries.ts'
import type { OktaUser } from '../domain/evidence.ts'
import { said } from '../domain/json.ts'
import type { Operator, OwnReport, Report } from '../domain/operator-commands.ts'
import type { Store } from '../domain/store.ts'
import type { ProvedSubject } from '../domain/subject.ts'
import type { Clock, Instant, IntakeSource, Subject } from '../domain/vocabulary.ts'
import type { UserDirectory } from '../okta/org.ts'

/* A report as a delivery, so that it takes the same way as Okta's events (DESIGN §4). Pure. */

/** No Okta event has this type; only events of source `report` and `self` are read as reports. */
export const REPORT_TYPE = 'reenroll.report'

/** Okta user ids have 20 characters and start with 00u (facts appendix A). */
export function isUserId(text: string): boolean {
  return /^00u[A-Za-z0-9]{17}$/.test(text)
}

/** What stands behind a report: when it came in, the id that its one event gets, and who reported it. */
export interface SubmittedReport {
  readonly now: Instant
  readonly id: string
  readonly by: string
  /** Of the login in the report, when Okta knows it: the report then joins the case that the user's events make. */
  readonly userId?: string | null
}

/** The report of the help desk in the shape of a delivery with one event. */
export function reportDelivery(report: Report, submitted: SubmittedReport): Delivery {
  const { by, userId = null } = submitted
  const isId = isUserId(report.user)
  const user = isId ? { id: report.user, alternateId: null } : { id: userId, alternateId: report.user }
  return delivery('report', report, submitted, {
    displayMessage: 'Failed Okta Verify enrollment, reported by the help desk',
    actor: { id: null, type: 'HelpDesk', alternateId: by, displayName: by },
    target: [{ ...user, type: 'User', displayName: null }]
  })
}

/** The report of a person about themselves, right after their sign-in. */
export function ownReportDelivery(
  person: ProvedSubject,
  report: OwnReport,
  submitted: Pick<SubmittedReport, 'now' | 'id'>
): Delivery {
  const { id, login: alternateId, signIn } = person
  const user = { id, type: 'User', alternateId, displayName: null }
  return delivery('self', report, submitted, {
    displayMessage: 'Failed Okta Verify enrollment, reported by the user after signing in',
    ...{ actor: user, target: [user], signIn }
  })
}

function delivery(
  source: IntakeSource,
  report: OwnReport & Pick<Partial<Report>, 'text' | 'cause'>,
  { now, id }: Pick<SubmittedReport, 'now' | 'id'>,
  people: object
): Delivery {
  const event = {
    uuid: id,
    published: now,
    eventType: REPORT_TYPE,
    ...people,
    device: report.platform === null ? null : { os_platform: report.platform },
    outcome: { result: 'FAILURE', reason: reasonOf(report) }
  }
  return {
    source,
    envelopeId: id,
    hookId: null,
    sentAt: now,
    receivedAt: now,
    body: JSON.stringify({ data: { events: [event] } }),
    events: [{ uuid: id, index: 0, publishedAt: now }],
    unreadable: []
  }
}

/** Everything that was said, in one line, since that is what the case and its ticket show. */
function reasonOf({
  errorCode,
  text = null,
  cause
}: OwnReport & Pick<Partial<Report>, 'text' | 'cause'>): string | null {
  const suspected = cause === undefined ? null : `suspected cause: ${cause}`
  return [errorCode, suspected, text].filter((part) => part).join('; ') || null
}

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

/** Who calls, and the newest case of that person, open or not. */
export type FoundCaller =
  | { readonly of: 'found'; readonly user: OktaUser; readonly latest: Case | null }
  /** Okta shows nobody with this id or login; `close` are users with a similar name. */
  | { readonly of: 'nobody'; readonly close: readonly OktaUser[] }
  /** Okta cannot be asked. */
  | { readonly of: 'unasked'; readonly latest: Case | null }

export interface ReportDesk {
  lookUp(text: string): Promise<FoundCaller>
  /** Resolves when the report is stored. */
  take(report: Report, by: Operator): Promise<SentReport>
  /** The same for a person's report about themselves. */
  takeOwn(person: ProvedSubject, report: OwnReport): Promise<SentReport>
  /** The case that the report is part of, or null when it has not been read within that time. */
  caseOf(sent: SentReport, withinMs: number): Promise<ReportedCase | null>
}

export interface ReportDeskDeps {
  readonly store: Pick<Store, 'receive' | 'latestCase'>
  readonly users: UserDirectory
  /** The key under which cases of the subject are kept. */
  readonly keyOf: (event: { readonly uuid: string; readonly subject: Subject }) => string
  readonly newId: () => string
  readonly clock: Clock
  readonly sleep: (ms: number) => Promise<unknown>
}

/** Most users offered for a text that fits nobody. */
const MOST_CLOSE = 5
/** A misspelt name mostly begins right. */
const SHORT_START = 2

/** Users whose names are close to a text that is not a login. */
async function closeTo(text: string, users: UserDirectory): Promise<readonly OktaUser[]> {
  const [word = ''] = text.split(/[\s@.]/)
  const exact = word ? await users.startingWith(word) : []
  const found =
    exact.length > 0 || word.length <= SHORT_START ? exact : await users.startingWith(word.slice(0, SHORT_START))
  const namesOf = ({ id, login, name }: OktaUser) => [login ?? id, name ?? id]
  return closestFirst(text, found, namesOf).slice(0, MOST_CLOSE)
}

/** Between two looks for the case. */
const LOOK_EVERY_MS = 100

export function createReportDesk({ store, users, keyOf, newId, clock, sleep }: ReportDeskDeps): ReportDesk {
  async function look({ id, subject }: SentReport): Promise<ReportedCase | null> {
    const found = await store.latestCase(subject)
    if (!found?.failures.some(({ uuid }) => uuid === id)) return null
    return { case: found, joined: found.failures[0]?.uuid !== id }
  }

  return {
    async lookUp(text) {
      const user = await users.find(text)
      if (user === 'nobody') return { of: 'nobody', close: await closeTo(text, users) }
      const subject = user ?? (isUserId(text) ? { id: text, login: null } : { id: null, login: said(text) })
      const { id, login } = subject
      const latest = await store.latestCase(keyOf({ uuid: '', subject: { id, login, name: null } }))
      return user ? { of: 'found', user, latest } : { of: 'unasked', latest }
    },
    async take(report, by) {
      const isId = isUserId(report.user)
      const user = isId ? null : await users.find(report.user)
      const userId = user === 'nobody' ? null : (user?.id ?? null)
      const id = newId()
      await store.receive(reportDelivery(report, { now: clock(), id, by: by.name, userId }))
      const login = isId ? null : said(report.user)
      return { id, subject: keyOf({ uuid: id, subject: { id: isId ? report.user : userId, login, name: null } }) }
    },
    async takeOwn(person, report) {
      const id = newId()
      await store.receive(ownReportDelivery(person, report, { now: clock(), id }))
      return { id, subject: keyOf({ uuid: id, subject: { ...person, name: null } }) }
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
