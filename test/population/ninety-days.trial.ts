/**
 * Ninety days through the whole service. Guard report, weekly summaries, rollout plan and activity page are compared with the
 * book that people, on-call and the org kept; each figure is counted here from what happened, never from the store.
 */
import t, { type Test } from 'tap'
import type { GuardReport } from '../../src/backtest/guard-report.ts'
import type { Rollout } from '../../src/backtest/rollout.ts'
import { DAY_MS, MINUTE_MS, msBetween, plus, showDuration, weekStart } from '../../src/domain/time.ts'
import { GUARD_IDS, type Instant } from '../../src/domain/vocabulary.ts'
import { pagesWith } from '../review/pages-with.ts'
import { approver } from '../support/operators.ts'
import { type Entry, type Lived, liveNinetyDays } from './ninety-days.ts'

t.setTimeout(300_000)

const lived = liveNinetyDays(t)

/** What the book says of a moment: later entries have not happened. */
function bookAt(book: readonly Entry[], at: Instant): readonly Entry[] {
  const isLater = (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) && value > at
  const before = book.filter(({ failedAt }) => failedAt <= at)
  return before.map(
    (entry) => Object.fromEntries(Object.entries(entry).filter(([, v]) => !isLater(v))) as unknown as Entry
  )
}

const failedIn = (book: readonly Entry[], since: Instant, until: Instant) =>
  book.filter(({ failedAt }) => failedAt >= since && failedAt < until)
const isEnrolled = ({ enrolledAt }: Entry) => enrolledAt !== undefined
/** The write was followed by the enrollment, and not by another failure. */
const hasHelped = ({ wroteAt, failedAgainAt, enrolledAt }: Entry) =>
  wroteAt !== undefined && failedAgainAt === undefined && enrolledAt !== undefined
const isAlone = ({ touchedAt }: Entry) => touchedAt === undefined

/** Half of them took at most so long. */
function medianMs(entries: readonly Entry[]): number | null {
  const times = entries.flatMap(({ failedAt, enrolledAt }) => (enrolledAt ? [msBetween(failedAt, enrolledAt)] : []))
  return times.sort((a, b) => a - b)[Math.ceil(times.length / 2) - 1] ?? null
}

async function ask<Answer>({ world }: Lived, path: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${world.opsToken}` }
  const response = await fetch(`${world.service.opsUrl}/api${path}`, { headers })
  return (await response.json()) as Answer
}

t.test('the guard report of 7, 30 and 90 days', async (t) => {
  const { book, now, ...rest } = await lived
  for (const days of [7, 30, 90]) {
    const own = failedIn(book, plus(now, -days * DAY_MS), now)
    const report = await ask<GuardReport>({ book, now, ...rest }, `/guards/report?days=${days}`)
    t.equal(report.cases, own.length, `${days} days`)
    for (const guard of GUARD_IDS) {
      // A rule that only proposes was not stopped by a guard that a person may override.
      const mine = own.filter((entry) => entry.guard === guard && entry.rule !== 'suspended')
      const row = report.rows.find((one) => one.guard === guard && one.signal === null)
      t.equal(row?.stopped.count ?? 0, mine.length, `${guard} in ${days} days`)
      if (!row) continue
      const counts = Object.fromEntries(Object.entries(row.became).map(([ending, { count }]) => [ending, count]))
      t.strictSame(counts, endings(mine), `${guard} in ${days} days`)
      t.equal(row.enrolledMedianMs, medianMs(mine), `median of ${guard}`)
      t.equal(row.proposals.count, guard === 'G2' ? 0 : mine.length, `${guard} as proposals`)
      const seen = new Set(mine.map(({ caseId }) => caseId))
      t.ok(row.stopped.cases.every((id) => seen.has(id)))
    }
  }
  t.ok(book.filter(({ guard }) => guard).length > 10, 'the guards had something to stop')
})

function endings(entries: readonly Entry[]) {
  const count = (is: (entry: Entry) => unknown) => entries.filter(is).length
  return {
    enrolled: count((e) => isEnrolled(e) && !hasHelped(e)),
    repaired: count(hasHelped),
    attack: count(({ attackAt }) => attackAt),
    with_person: count(({ enrolledAt, closedAt }) => !enrolledAt && !closedAt),
    closed: count(({ closedAt, attackAt }) => closedAt && !attackAt)
  }
}

t.test('every weekly summary', async (t) => {
  const { book, summaries, assumed } = await lived
  t.equal(summaries.length, 13)
  let [helpedInAll, undoneInAll, risksInAll] = [0, 0, 0]
  for (const { at, text } of summaries) {
    const until = weekStart(at)
    const since = plus(until, -7 * DAY_MS)
    const then = bookAt(book, at)
    const own = failedIn(then, since, until)
    const enrolled = own.filter(isEnrolled)
    const helped = enrolled.filter((e) => isAlone(e) && hasHelped(e)).length
    const median = medianMs(own)
    const written = then.filter(({ wroteAt = '' }) => wroteAt >= since && wroteAt < until)
    const undone = then.filter(({ undoneAt = '' }) => undoneAt >= since && undoneAt < until)
    const atSecurity = then.filter(({ saidNotMeAt, closedAt }) => saidNotMeAt && !closedAt).length
    const says = (what: string) => t.match(text, what, `${since.slice(0, 10)}: ${what}`)
    says(`${own.length} cases, ${enrolled.length} users enrolled again.`)
    says(
      `without a person of your team: ${helped}. Enrolled without a repair and without a person: ${enrolled.filter(isAlone).length - helped}.`
    )
    says(
      median === null ? 'No enrollment was seen in an event.' : `Median time to enroll again: ${showDuration(median)}.`
    )
    says(`desk time saved: ${helped * assumed.deskMinutes} min`)
    const waiting = helped * Math.max(0, assumed.waitMinutes - (median ?? 0) / MINUTE_MS)
    says(`waiting saved: ${Math.round(waiting)} min`)
    says(`Writes: ${written.length}, of which ${written.filter(hasHelped).length} helped so far.`)
    says(undone.length === 0 ? 'Nobody undid a repair.' : 'Repairs that a person undid:')
    for (const { caseId } of undone) says(String(caseId))
    if (atSecurity > 0) says(`Open cases that need Security: ${atSecurity}.`)
    else t.notMatch(text, 'need Security')
    helpedInAll += helped
    undoneInAll += undone.length
    risksInAll += atSecurity
  }
  t.ok(helpedInAll > 20 && undoneInAll > 1, `${helpedInAll} helped, ${undoneInAll} undone, ${risksInAll} at security`)
})

t.test('the rollout plan of 90 days', async (t) => {
  const { book, ...rest } = await lived
  const { steps } = await ask<Rollout>({ book, ...rest }, '/rollout?days=90')
  for (const rule of ['enrollment_orphaned', 'activation_pending', 'suspended']) {
    const own = book.filter((entry) => entry.rule === rule)
    const free = own.filter(({ guard }) => guard === null)
    const step = steps.find((one) => one.rule === rule)
    const fired = Object.groupBy(
      own.filter(({ guard }) => guard),
      ({ guard }) => guard ?? ''
    )
    t.match(step, { cases: own.length, free: free.length, harmful: [] }, rule)
    t.strictSame(step?.guards, Object.fromEntries(Object.entries(fired).map(([id, all]) => [id, all?.length])))
    t.equal(step?.writes.effective, free.filter(hasHelped).length, `${rule}: writes that helped`)
    t.equal(step?.writes.notEffective, free.filter(({ failedAgainAt }) => failedAgainAt).length)
    t.equal(step?.agreed, free.filter(({ approvedAt }) => approvedAt).length)
  }
})

t.test('the activity page of each range', async (t: Test) => {
  const { book, world, now } = await lived
  const { as } = await pagesWith(t, { store: world.service.store, clock: () => now })
  const ana = await as(approver('ana'))
  const tomorrow = plus(`${now.slice(0, 10)}T00:00:00.000Z`, DAY_MS)
  const monday = weekStart(now)
  const ranges = {
    '7d': [plus(tomorrow, -7 * DAY_MS), tomorrow],
    '30d': [plus(tomorrow, -30 * DAY_MS), tomorrow],
    '90d': [plus(monday, -12 * 7 * DAY_MS), plus(monday, 7 * DAY_MS)],
    week: [plus(monday, -7 * DAY_MS), monday]
  } as const
  for (const [range, [since, until]] of Object.entries(ranges)) {
    const own = failedIn(book, since, until)
    const enrolled = own.filter(isEnrolled)
    const alone = enrolled.filter(isAlone)
    const body = (await ana.get(`/activity?range=${range}`)).body.replaceAll(/ data-label="[^"]*"/g, '')
    const says = (what: string) => t.ok(body.includes(what), `${range}: ${what}`)
    says(`<dt>Cases</dt><dd>${own.length}</dd>`)
    says(`<dt>Users enrolled</dt><dd>${enrolled.length} `)
    says(`<dd>${alone.length} <span`)
    says(`; ${alone.filter(hasHelped).length} after a repair</span>`)
    says(`<dd>${showDuration(medianMs(own) ?? 0)} <span class="aside">median`)
    const guided = own.filter(({ mailedAt }) => mailedAt)
    const cells = [
      guided.length,
      guided.filter((e) => e.answeredAt || e.enrolledAt).length,
      guided.filter(({ answeredAt }) => answeredAt).length,
      guided.filter(isEnrolled).length,
      guided.filter(({ gaveUpAt }) => gaveUpAt).length
    ]
    says(`<tr><th scope="row">Mail</th>${cells.map((n) => `<td>${n}</td>`).join('')}</tr>`)
    const ended = own.filter(({ enrolledAt, closedAt }) => enrolledAt || closedAt)
    says(
      `<p>${ended.filter(({ needsTicket }) => !needsTicket).length} of ${ended.length} ended cases needed no person.</p>`
    )
    const removed = written(book, 'enrollment_orphaned', since, until)
    says(row('Remove the unfinished Okta Verify enrollment', removed))
    says(row('Unsuspend the user', written(book, 'suspended', since, until)))
  }
})

function written(book: readonly Entry[], rule: string, since: Instant, until: Instant): readonly Entry[] {
  return book.filter((entry) => entry.rule === rule && entry.wroteAt && entry.wroteAt >= since && entry.wroteAt < until)
}

function row(title: string, writes: readonly Entry[]): string {
  const [good, bad] = [writes.filter(hasHelped).length, writes.filter(({ failedAgainAt }) => failedAgainAt).length]
  return `<th scope="row">${title}</th><td>${writes.length}</td><td>${good}</td><td>${bad}</td>`
}
