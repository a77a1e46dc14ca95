/**
 * Mails a summary of the last week on Monday: who was helped, the time that this saved under the policy's assumptions, what
 * people undid, and open risks. At most once a week, like mail to users: one that may have gone out is not sent again.
 */
import type { Policy } from '../config/policy/policy.ts'
import { CLUSTER_STATUS_KEYS, readHookStatus, readLedgerCheck } from '../domain/cluster-status.ts'
import type { Controls } from '../domain/decision.ts'
import type { Activity, Recoveries, Store } from '../domain/store.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, msBetween, plus, SECOND_MS, showDuration, weekStart } from '../domain/time.ts'
import { type Action, CANARY, type Clock, type Instant, type RemediationId } from '../domain/vocabulary.ts'
import { numbered, paragraph } from '../ticket/format/document.ts'
import { type MailMessage, mailOf } from '../ticket/mail/message.ts'
import type { Post } from '../ticket/mail/smtp.ts'

export interface SummaryOptions {
  readonly store: Pick<
    Store,
    'cursor' | 'setCursor' | 'activity' | 'recoveries' | 'controls' | 'outboxFigures' | 'actionsSince' | 'getCase'
  >
  readonly post: Pick<Post, 'send'>
  /** Of the sender's address: where message ids belong. */
  readonly domain: string
  readonly policy: Pick<Policy, 'summary' | 'canary'>
  /** Whether a canary is sent. */
  readonly hasCanary: boolean
  /** The address of the pages. */
  readonly pages: string
  readonly clock: Clock
}

/** The Monday for which the last summary was sent, or perhaps sent. */
const SENT = 'weekly_summary'

/** Sends it when it is due; returns the wait until the next look. Throws when it surely was not sent. */
export async function sendWeeklySummary(options: SummaryOptions): Promise<number> {
  const { store, post, domain, policy, clock } = options
  const monday = weekStart(clock())
  const before = await store.cursor(SENT)
  const waitMs = msBetween(clock(), plus(monday, policy.summary.hour * HOUR_MS))
  if (before === monday || waitMs > 0) return waitMs > 0 ? Math.min(waitMs, HOUR_MS) : HOUR_MS
  const message = summaryMessage(await readWeek(options, monday), policy.summary)
  // Kept first: after a crash it is unknown whether the message was sent.
  await store.setCursor(SENT, monday)
  const posted = await post.send(policy.summary.to, message, `summary.${monday.slice(0, 10)}.reenroll@${domain}`)
  if (posted.of === 'sent' || posted.of === 'perhaps_sent') return HOUR_MS
  await store.setCursor(SENT, before ?? '')
  throw new Error(`The weekly summary was not sent. ${posted.because}`)
}

interface Week {
  readonly since: Instant
  readonly until: Instant
  readonly activity: Activity
  readonly recoveries: Recoveries
  /** Ids of cases whose repair somebody undid while the case was open. */
  readonly undone: readonly string[]
  readonly risks: readonly string[]
  readonly pages: string
}

async function readWeek({ store, pages, ...options }: SummaryOptions, until: Instant): Promise<Week> {
  const since = plus(until, -7 * DAY_MS)
  const actions = (await store.actionsSince(since)).filter(({ intendedAt }) => intendedAt < until)
  const cases = await Promise.all([...new Set(actions.map(({ caseId }) => caseId))].map((id) => store.getCase(id)))
  return {
    ...{ since, until, pages },
    activity: await store.activity({ since, until, by: 'day' }),
    recoveries: await store.recoveries({ since, until }),
    undone: cases.flatMap((c) => (c?.actions.some((action) => isUndone(action, c.signals)) ? [c.id] : [])),
    risks: await readRisks({ store, ...options })
  }
}

/** What Okta logs when somebody undoes a repair (event catalogue). A removed enrollment cannot be put back. */
const UNDOES: Readonly<Record<RemediationId, readonly string[]>> = {
  unsuspend_user: ['user.lifecycle.suspend', 'user.lifecycle.deactivate'],
  unlock_user: ['user.account.lock', 'user.lifecycle.suspend'],
  resend_activation: ['user.lifecycle.deactivate'],
  remove_orphaned_enrollment: [],
  remove_replaced_enrollment: [],
  unsuspend_device: ['device.lifecycle.suspend', 'device.lifecycle.deactivate']
}

function isUndone(
  { remediation, state, at }: Action,
  signals: readonly { readonly eventType: string; readonly publishedAt: Instant }[]
): boolean {
  return (
    state === 'done' &&
    signals.some(({ eventType, publishedAt }) => publishedAt > at && UNDOES[remediation].includes(eventType))
  )
}

async function readRisks(options: Omit<SummaryOptions, 'pages'>): Promise<readonly string[]> {
  const { store, policy, hasCanary, clock } = options
  const [controls, outbox] = await Promise.all([store.controls(), store.outboxFigures()])
  const doneAt = hasCanary ? (await store.getCase(CANARY.caseId))?.canary?.doneAt : clock()
  const isLate = !doneAt || msBetween(doneAt, clock()) > 2 * policy.canary.everyMs
  const hooks = readHookStatus(await store.cursor(CLUSTER_STATUS_KEYS.hooks), clock())
  const ledger = readLedgerCheck(await store.cursor(CLUSTER_STATUS_KEYS.ledger))
  return [
    ...controlRisks(controls),
    ...(isLate ? ['No canary has arrived lately: failures may not reach Reenroll.'] : []),
    ...(hooks === false ? ['Okta would not deliver: an event hook is missing, inactive or not verified.'] : []),
    ...(ledger?.isIntact === false ? [`The ledger is broken at entry ${ledger.brokenAt}.`] : []),
    ...outbox.flatMap(({ target, dead }) => (dead > 0 ? [`${dead} updates for ${target} were given up.`] : []))
  ]
}

function controlRisks({ kill, ceiling, rules }: Controls): readonly string[] {
  return [
    ...(kill?.on ? [`All writes are stopped since ${kill.at.slice(0, 10)}: ${kill.because}`] : []),
    ...(ceiling && ceiling !== 'auto' ? [`The ceiling over all rules is ${ceiling}.`] : []),
    ...Object.entries(rules).map(([rule, { paused, mode }]) =>
      paused ? `Rule ${rule} is paused: ${paused.because}` : `The mode of rule ${rule} was set to ${mode} at run time.`
    )
  ]
}

/** The message; every estimate with its assumption. */
function summaryMessage(week: Week, assumed: Policy['summary']): MailMessage {
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
    paragraph(
      undone.length > 0
        ? `Undone by somebody while the case was open: ${undone.join(', ')}.`
        : 'Nobody undid a repair while its case was open.'
    ),
    paragraph(risks.length > 0 ? 'Open risks:' : 'No open risks.'),
    ...numbered(risks),
    paragraph(`More: ${pages}/activity?range=week`)
  ]
  return mailOf({ subject: `Reenroll: week from ${from}`, language: 'en', body })
}
