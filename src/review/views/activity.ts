/** The activity page: cases, enrollments and repairs of a period. Pure. */
import type { ReportDays } from '../../api/figures.ts'
import type { GuardFigures } from '../../backtest/guard-report.ts'
import type { GuideFigures } from '../../backtest/guide-figures.ts'
import type { Case, GuideChannel } from '../../domain/case.ts'
import type { Activity, EnrollmentTimes, Recoveries } from '../../domain/store.ts'
import { plus, SECOND_MS, showDuration } from '../../domain/time.ts'
import { type CauseId, type Instant, REMEDIATION_IDS } from '../../domain/vocabulary.ts'
import { html, type Markup, NOTHING } from '../html.ts'
import { RANGES, type Range, type ShownPeriod } from '../period.ts'
import type { QueueQuery } from '../queue.ts'
import type { ReviewWords } from '../review-deps.ts'
import { effectRate, recordsByRemediation, share } from '../rule-records.ts'
import { ago, capital, quantity, untrusted, when } from '../text.ts'
import { nameOf, OUTCOME_WORDS, STATE_TONES, STATE_WORDS } from '../words.ts'
import { casesHref, perBucket, type Series, stackedBars } from './chart.ts'
import { stopsView } from './guard-report.ts'
import { table } from './table.ts'

/** What the activity page shows. */
export interface ActivityModel {
  readonly period: ShownPeriod
  readonly activity: Activity
  readonly recoveries: Recoveries
  readonly guides: GuideFigures
  /** What each guard alone stopped in the period. */
  readonly stops: readonly GuardFigures[]
  /** The longest open, and those whose users took longest to enroll. */
  readonly oldest: readonly Case[]
  readonly longest: readonly { readonly c: Case; readonly seconds: number }[]
  readonly words: ReviewWords
  readonly now: Instant
}

/** The range of the guards' page that has the shown one. */
const GUARD_DAYS = { '24h': 7, '7d': 7, '30d': 30, '90d': 90, week: 30 } as const satisfies Record<Range, ReportDays>

export function activityView(model: ActivityModel): Markup {
  const { period, activity } = model
  const { range, buckets } = period
  const days = html`${period.since.slice(0, 10)} to ${plus(period.until, -1).slice(0, 10)} UTC`
  const link = (one: Range) =>
    html`<li><a href="/activity?range=${one}"${one === range ? html` aria-current="true"` : NOTHING}>${RANGES[one]}</a></li>`
  return html`<div class="queue-head"><h1>Activity</h1>
<nav class="tabs" aria-label="Period"><ul>${(Object.keys(RANGES) as Range[]).map(link)}</ul></nav></div>
<p class="aside">Cases opened from ${period.by === 'day' ? days : html`${when(period.since)} to ${when(period.until)}`}${range === 'week' ? ', Monday to Sunday' : NOTHING}.${range === 'week' ? html` <span class="screen-only">Print this page for a weekly summary.</span>` : NOTHING}</p>
${
  activity.cases.length === 0
    ? html`<div class="empty"><p><strong>No cases in this period.</strong></p><p>The charts fill as cases arrive.</p></div>`
    : html`${figures(model)}
<section class="card">${stackedBars({ id: 'by-cause', title: 'Cases by cause', buckets, series: causeSeries(model) })}</section>
<section class="card">${stackedBars({ id: 'by-outcome', title: 'Cases by outcome', buckets, series: outcomeSeries(model) })}</section>
${times(model)}`
}
${guidesView(model)}
${effects(model)}
${stopsView(model.stops, `/guards?days=${GUARD_DAYS[range]}`)}
${extremes(model)}`
}

const CHANNEL_WORDS: Readonly<Record<GuideChannel, string>> = {
  mail: 'Mail',
  slack: 'Slack',
  page: 'Own page, after a sign-in',
  none: 'Not sent'
}

/** What became of the steps that went to users first, and how many cases needed nobody. */
function guidesView({ guides: { channels, ended, withoutPerson } }: ActivityModel): Markup {
  const share = ended === 0 ? NOTHING : html`<p>${withoutPerson} of ${ended} ended cases needed no person.</p>`
  const rows = channels.map(({ channel, sent, reached, answered, enrolled, escalated }) => [
    CHANNEL_WORDS[channel],
    ...[sent, reached, answered, enrolled, escalated]
  ])
  const title = 'Steps sent to users first'
  const heads = ['Channel', 'Sent', 'Reached', 'Answered', 'Enrolled after', 'Escalated']
  return html`<section class="card" aria-labelledby="guides"><h2 id="guides">${title}</h2>${share}${channels.length > 0 ? table(title, heads, rows) : html`<p>No steps were sent to users first.</p>`}</section>`
}

function figures({ activity, recoveries }: ActivityModel): Markup {
  const { enrolled, inAll } = recoveries
  const count = (rows: readonly { readonly count: number }[]) => rows.reduce((sum, row) => sum + row.count, 0)
  const [cases, all] = [count(activity.cases), count(enrolled)]
  const alone = enrolled.filter(({ byPerson }) => byPerson === 0)
  const repaired = count(alone.filter(({ outcome }) => outcome === 'recovered_after_repair'))
  return html`<section class="card" aria-label="In short"><dl class="figures">
<div><dt>Cases</dt><dd>${cases.toLocaleString('en')}</dd></div>
<div><dt>Users enrolled</dt><dd>${all.toLocaleString('en')} <span class="aside">${share(all, cases) ?? '–'} of the cases</span></dd></div>
<div><dt>Without a person of your team</dt><dd>${count(alone).toLocaleString('en')} <span class="aside">${share(count(alone), all) ?? '–'} of those enrolled; ${repaired.toLocaleString('en')} after a repair</span></dd></div>
<div><dt>Time to enroll again</dt><dd>${inAll ? html`${seconds(inAll.medianS)} <span class="aside">median; 90 % within ${seconds(inAll.p90S)}</span>` : '–'}</dd></div>
</dl></section>`
}

function seconds(value: number): string {
  return showDuration(value * SECOND_MS)
}

/** Causes with their own colour; the others share one. */
const CAUSES_SHOWN = 6

function causeSeries(model: ActivityModel): readonly Series[] {
  const { cases } = model.activity
  const totals = new Map<CauseId, number>()
  for (const { cause, count } of cases) if (cause) totals.set(cause, (totals.get(cause) ?? 0) + count)
  const top = [...totals]
    .sort((a, b) => b[1] - a[1])
    .slice(0, CAUSES_SHOWN)
    .map(([cause]) => cause)
  const named = top.map((cause, index) => {
    const name = model.words.cause(cause).label
    return series(model, name, `c${index + 1}`, { cause }, (row) => row.cause === cause)
  })
  const others = series(model, 'other or not known', 'c0', null, ({ cause }) => cause === null || !top.includes(cause))
  return [...named, others].filter(({ values }) => values.some((value) => value > 0))
}

function outcomeSeries(model: ActivityModel): readonly Series[] {
  const recovered = (['recovered_after_repair', 'recovered_by_itself'] as const).map((outcome, index) =>
    series(
      model,
      OUTCOME_WORDS[outcome],
      index === 0 ? 'good' : 'good-2',
      { outcome },
      (row) => row.outcome === outcome
    )
  )
  const states = (['closed', 'awaiting_approval', 'with_person', 'watching', 'with_user'] as const).map((state) =>
    series(model, STATE_WORDS[state], STATE_TONES[state], { state }, (row) => row.state === state)
  )
  const isMoving = ({ state, outcome }: Row) =>
    ['received', 'correlating', 'acting'].includes(state) || outcome === 'storm_over'
  return [...recovered, ...states, series(model, 'other', 'c5', null, isMoving)].filter(({ values }) =>
    values.some((value) => value > 0)
  )
}

type Row = Activity['cases'][number]

function series(
  { activity, period }: ActivityModel,
  name: string,
  tone: string,
  filter: Partial<QueueQuery> | null,
  belongs: (row: Row) => boolean
): Series {
  const values = perBucket(period.buckets, activity.cases.filter(belongs))
  return { name: capital(name), tone, filter, values }
}

/** The filters of the page's period. */
function within({ buckets }: ShownPeriod): Partial<QueueQuery> {
  return { from: buckets[0]?.from ?? null, to: buckets.at(-1)?.to ?? null }
}

function times({ recoveries, period, words }: ActivityModel): Markup {
  if (!recoveries.inAll) return NOTHING
  const row = ({ cause, count, medianS, p90S }: EnrollmentTimes) => {
    const label = cause ? words.cause(cause).label : 'not known'
    const name = cause ? html`<a href="${casesHref({ cause, ...within(period) })}">${label}</a>` : html`${label}`
    return [name, count, seconds(medianS), seconds(p90S)]
  }
  const heads = ['Cause', 'Enrolled', 'Median', '90 % within']
  return html`<section class="card" aria-labelledby="times">
<h2 id="times">Time to enroll again</h2>
${table('Time to enroll again', heads, recoveries.byCause.map(row))}
<p class="aside">From the first failure of a case to the enrollment.</p>
</section>`
}

function effects({ activity, words }: ActivityModel): Markup {
  const records = recordsByRemediation(activity)
  const rows = REMEDIATION_IDS.map((id) => {
    const record = records.get(id)
    const { writes = 0, effective = 0, notEffective = 0 } = record ?? {}
    return [words.remediations[id].title, writes, effective, notEffective, (record && effectRate(record)) ?? '–']
  })
  const heads = ['Repair', 'Writes', 'Enrolled after', 'Did not help', 'Rate']
  return html`<section class="card" aria-labelledby="effects">
<h2 id="effects">Did the repairs help?</h2>
${table('Did the repairs help?', heads, rows)}
<p class="aside">The rate counts writes whose effect is known. A user who did not enroll while the case was watched counts as not helped.</p>
</section>`
}

function extremes({ oldest, longest, now }: ActivityModel): Markup {
  const list = (id: string, title: string, rows: readonly Markup[]) =>
    html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${rows.length === 0 ? html`<p>None.</p>` : html`<ol class="plain-list">${rows}</ol>`}</section>`
  const link = (c: Case) => html`<a href="/cases/${c.id}">${untrusted(nameOf(c), 60)}</a>`
  return html`<div class="columns">${list(
    'oldest',
    'Oldest open cases',
    oldest.map(
      (c) =>
        html`<li>${link(c)} <span class="aside">${STATE_WORDS[c.state]}, opened ${ago(c.openedAt, now)}</span></li>`
    )
  )}${list(
    'longest',
    'Longest to enroll',
    longest.map(
      ({ c, seconds: taken }) =>
        html`<li>${link(c)} <span class="aside">after ${seconds(taken)}, ${quantity(c.failures.length, 'failure')}</span></li>`
    )
  )}</div>`
}
