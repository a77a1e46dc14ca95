/**
 * Sends a summary of the last week on Monday, by mail and to chats: who was helped, the time that this saved under the policy's
 * assumptions, what people undid, and open risks. At most once a week each way, like mail to users: one that may have gone
 * out is not sent again.
 */
import { everyCase } from '../case/every-case.ts'
import type { Policy } from '../config/policy/policy.ts'
import { isOpen } from '../domain/case.ts'
import { CLUSTER_STATUS_KEYS, readHookStatus, readLedgerCheck } from '../domain/cluster-status.ts'
import type { Controls } from '../domain/decision.ts'
import { isUndoing } from '../domain/remediation.ts'
import type { Activity, Recoveries, Store } from '../domain/store.ts'
import {
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  msBetween,
  plus,
  SECOND_MS,
  showDuration,
  showInstant,
  weekStart
} from '../domain/time.ts'
import { CANARY, CASE_STATES, type Clock, type Instant, type Signal } from '../domain/vocabulary.ts'
import { link, numbered, paragraph } from '../ticket/format/document.ts'
import { mailOf, type UserMessage } from '../ticket/mail/message.ts'
import type { Post, Posted } from '../ticket/mail/smtp.ts'
import type { TargetReason } from '../ticket/targets/answers.ts'
import { type Target, TargetError } from '../ticket/targets/target.ts'

/** A way to the readers. */
export interface SummaryWay {
  readonly name: string
  /** `week`: the Monday after it. */
  send(message: UserMessage, week: Instant): Promise<Posted>
}

export interface SummaryOptions {
  readonly store: Pick<
    Store,
    | 'cursor'
    | 'setCursor'
    | 'activity'
    | 'recoveries'
    | 'controls'
    | 'outboxFigures'
    | 'actionsSince'
    | 'getCase'
    | 'countCases'
    | 'listCases'
  >
  readonly ways: readonly SummaryWay[]
  readonly policy: Pick<Policy, 'summary' | 'canary'>
  /** Whether a canary is sent. */
  readonly hasCanary: boolean
  /** The address of the pages. */
  readonly pages: string
  readonly clock: Clock
}

const MAIL = 'mail'

/** `domain`: of the sender's address, where message ids belong. */
export function mailWay(post: Pick<Post, 'send'>, domain: string, to: string): SummaryWay {
  return {
    name: MAIL,
    send: (message, week) => post.send(to, mailOf(message), `summary.${week.slice(0, 10)}.reenroll@${domain}`)
  }
}

/** What leaves open whether a chat took the message. */
const IN_DOUBT: readonly TargetReason[] = ['timeout', 'server_error', 'unreadable']

/** None for a target that is not a chat. */
export function chatWay({ name, announce }: Pick<Target, 'name' | 'announce'>): readonly SummaryWay[] {
  if (!announce) return []
  const send = async (message: UserMessage): Promise<Posted> => {
    try {
      await announce(message)
      return { of: 'sent' }
    } catch (error) {
      if (!(error instanceof TargetError)) throw error
      return { of: IN_DOUBT.includes(error.reason) ? 'perhaps_sent' : 'refused', because: error.message }
    }
  }
  return [{ name, send }]
}

/** Sends it each way on which it is due; returns the wait until the next look. Throws when one surely did not work. */
export async function sendWeeklySummary(options: SummaryOptions): Promise<number> {
  const { store, ways, policy, clock } = options
  const monday = weekStart(clock())
  const waitMs = msBetween(clock(), plus(monday, policy.summary.hour * HOUR_MS))
  if (waitMs > 0) return Math.min(waitMs, HOUR_MS)
  const sent = await Promise.all(ways.map(({ name }) => store.cursor(cursorOf(name))))
  const due = ways.filter((_, nth) => sent[nth] !== monday)
  if (due.length === 0) return HOUR_MS
  const message = summaryMessage(await readWeek(options, monday), policy.summary)
  const faults = await Promise.all(due.map((way) => sendOnce(way, message, monday, store)))
  const unsent = faults.flatMap((fault) => fault ?? [])
  if (unsent.length > 0) throw new Error(`The weekly summary was not sent: ${unsent.join(' ')}`)
  return HOUR_MS
}

/** Holds the Monday for which the last summary was sent this way, or perhaps sent. */
function cursorOf(way: string): string {
  return way === MAIL ? 'weekly_summary' : `weekly_summary.${way}`
}

/** Why it was not sent, or null. */
async function sendOnce(
  { name, send }: SummaryWay,
  message: UserMessage,
  monday: Instant,
  store: SummaryOptions['store']
): Promise<string | null> {
  // Kept first: after a crash it is unknown whether the message was sent.
  await store.setCursor(cursorOf(name), monday)
  const posted = await send(message, monday)
  if (posted.of === 'sent' || posted.of === 'perhaps_sent') return null
  await store.setCursor(cursorOf(name), '')
  return `${name}: ${posted.because}`
}

interface Week {
  readonly since: Instant
  readonly until: Instant
  readonly activity: Activity
  readonly recoveries: Recoveries
  /** Ids of cases whose repair a person undid in this week. */
  readonly undone: readonly string[]
  readonly risks: readonly string[]
  readonly pages: string
}

/** A later change of the account is hardly about the repair. */
const UNDONE_WITHIN_MS = 28 * DAY_MS

async function readWeek({ store, pages, ...options }: SummaryOptions, until: Instant): Promise<Week> {
  const since = plus(until, -7 * DAY_MS)
  const actions = await store.actionsSince(plus(until, -UNDONE_WITHIN_MS))
  const cases = await Promise.all([...new Set(actions.map(({ caseId }) => caseId))].map((id) => store.getCase(id)))
  const inWeek = ({ publishedAt }: Signal) => publishedAt >= since && publishedAt < until
  return {
    ...{ since, until, pages },
    activity: await store.activity({ since, until, by: 'day' }),
    recoveries: await store.recoveries({ since, until }),
    undone: cases.flatMap((c) => (c?.signals.some((one) => inWeek(one) && isUndoing(one, c.actions)) ? [c.id] : [])),
    risks: await readRisks({ store, ...options })
  }
}

async function readRisks(options: Omit<SummaryOptions, 'pages'>): Promise<readonly string[]> {
  const { store, policy, hasCanary, clock } = options
  const states = CASE_STATES.filter((state) => isOpen({ state }))
  const [controls, outbox, atSecurity] = await Promise.all([
    store.controls(),
    store.outboxFigures(),
    store.countCases({ states, needs: ['security'] })
  ])
  let missed = 0
  for await (const { clocks = {} } of everyCase(store, { states: ['with_person', 'awaiting_approval'] }))
    if (Object.values(clocks).some(({ step }) => step === 'missed')) missed++
  const doneAt = hasCanary ? (await store.getCase(CANARY.caseId))?.canary?.doneAt : clock()
  const isLate = !doneAt || msBetween(doneAt, clock()) > 2 * policy.canary.everyMs
  const hooks = readHookStatus(await store.cursor(CLUSTER_STATUS_KEYS.hooks), clock())
  const ledger = readLedgerCheck(await store.cursor(CLUSTER_STATUS_KEYS.ledger))
  return [
    ...controlRisks(controls),
    ...(atSecurity > 0 ? [`Open cases that need Security: ${atSecurity}.`] : []),
    ...(missed > 0 ? [`Open cases with a missed target time: ${missed}.`] : []),
    ...(isLate ? ['No canary has arrived lately: failures may not reach Reenroll.'] : []),
    ...(hooks === false ? ['Okta would not deliver: an event hook is missing, inactive or not verified.'] : []),
    ...(ledger?.isIntact === false ? [`The ledger is broken at entry ${ledger.brokenAt}.`] : []),
    ...outbox.flatMap(({ target, dead }) => (dead > 0 ? [`${dead} updates for ${target} were given up.`] : []))
  ]
}

function controlRisks({ kill, ceiling, rules }: Controls): readonly string[] {
  return [
    ...(kill?.on ? [`All writes are stopped since ${showInstant(kill.at)}: ${kill.because}`] : []),
    ...(ceiling && ceiling !== 'auto' ? [`The ceiling over all rules is ${ceiling}.`] : []),
    ...Object.entries(rules).map(([rule, { paused, mode, atMost }]) => {
      if (paused) return `Rule ${rule} is paused: ${paused.because}`
      return atMost
        ? `Rule ${rule} was lowered to at most ${atMost}, as its writes did not help or did harm.`
        : `The mode of rule ${rule} was set to ${mode} at run time.`
    })
  ]
}

/** The message; every estimate with its assumption. */
function summaryMessage(week: Week, assumed: Policy['summary']): UserMessage {
  const { since, until, activity, recoveries, undone, risks, pages } = week
  const sum = (rows: readonly { readonly count: number }[]) => rows.reduce((total, { count }) => total + count, 0)
  const { enrolled, inAll } = recoveries
  const alone = enrolled.filter(({ byPerson }) => byPerson === 0)
  const helped = sum(alone.filter(({ outcome }) => outcome === 'recovered_after_repair'))
  const made = activity.writes.filter(({ state }) => state === 'done' || state === 'unknown')
  const effective = sum(made.filter(({ effect }) => effect === 'effective'))
  const medianMs = (inAll?.medianS ?? 0) * SECOND_MS
  const waitMs = helped * Math.max(0, assumed.waitMinutes * MINUTE_MS - medianMs)
  const from = since.slice(0, 10)
  const body = [
    paragraph(
      `From ${from} to ${until.slice(0, 10)} (UTC): ${sum(activity.cases)} cases, ${sum(enrolled)} users enrolled again.`
    ),
    paragraph(
      `Helped by a repair without a person of your team: ${helped}. Enrolled without a repair and without a person: ${sum(alone) - helped}.`
    ),
    paragraph(
      inAll ? `Median time to enroll again: ${showDuration(medianMs)}.` : 'No enrollment was seen in an event.'
    ),
    paragraph(
      `Estimated desk time saved: ${helped * assumed.deskMinutes} min, at ${assumed.deskMinutes} min for each user helped. Estimated waiting saved: ${Math.round(waitMs / MINUTE_MS)} min, if each had waited ${assumed.waitMinutes} min instead of the median. Change both under summary in the policy.`
    ),
    paragraph(`Writes: ${sum(made)}, of which ${effective} helped so far.`),
    paragraph(undone.length > 0 ? `Repairs that a person undid: ${undone.join(', ')}.` : 'Nobody undid a repair.'),
    paragraph(risks.length > 0 ? 'Open risks:' : 'No open risks.'),
    ...numbered(risks),
    paragraph([link('More', `${pages}/activity?range=week`)])
  ]
  return { subject: `Reenroll: week from ${from}`, language: 'en', body }
}
