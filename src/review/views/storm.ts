/** The page of a storm: what its users share, when they failed, one message to all, and releasing some of its cases. Pure. */
import { type Case, isOpen } from '../../domain/case.ts'
import type { FactKind, StormFacets } from '../../domain/store.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, plus } from '../../domain/time.ts'
import { CASE_STATES, CAUSE_IDS, type CauseId, PLATFORM_NAMES, PLATFORMS } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { Bucket } from '../period.ts'
import type { QueueQuery } from '../queue.ts'
import type { ReviewWords } from '../review-deps.ts'
import { quantity, untrusted } from '../text.ts'
import { STATE_TONES, STATE_WORDS } from '../words.ts'
import { type FormModel, form, reasonField } from './actions.ts'
import { casesHref, perBucket, stackedBars } from './chart.ts'
import { table } from './table.ts'

/** What the cards of a storm show. */
export interface StormModel {
  readonly c: Case
  readonly facets: StormFacets
  /** May release some of its cases. */
  readonly mayRelease: boolean
  readonly words: ReviewWords
}

export function stormView(model: StormModel): Markup {
  const { opened } = model.facets
  return html`${opened.length > 0 ? sharedView(model) : NOTHING}
${opened.length > 0 ? curve(model) : NOTHING}
${isOpen(model.c) ? message(model.c) : NOTHING}`
}

const KINDS = {
  address: 'Address',
  network: 'Network (AS)',
  platform: 'Platform',
  model: 'Model',
  app: 'App version',
  group: 'Group'
} as const

/** True while some of the storm's cases can be released. */
export function isReleasable({ state, storm }: Case): boolean {
  return state === 'with_person' && storm !== null && storm.releasedAt === null
}

function sharedView({ c, facets, mayRelease, words }: StormModel): Markup {
  const all = facets.states.reduce((sum, { count }) => sum + count, 0)
  const row = (title: string, value: string, count: number, filter: Partial<QueueQuery>, asked: string) => [
    html`${title} <span class="fact">${untrusted(value, 60)}</span>`,
    html`<a href="${casesHref({ storm: c.id, ...filter })}">${count.toLocaleString('en')}</a>`,
    `${Math.round((100 * count) / all)} %`,
    ...(mayRelease
      ? [
          html`<a href="/cases/${c.id}/release?${asked}" aria-label="Release those with ${html`${title}`} ${value}">Release…</a>`
        ]
      : [])
  ]
  const causes = facets.causes.map(({ of, count }) =>
    row('Cause', words.cause(of).label, count, { cause: of }, `cause=${of}`)
  )
  const facts = facets.facts.map(({ kind, of, count }) =>
    row(KINDS[kind], shownFact(kind, of), count, { facts: { [kind]: of } }, String(new URLSearchParams({ [kind]: of })))
  )
  return html`<section class="card" aria-labelledby="shared">
<div class="card-head"><h2 id="shared">What they share</h2>${mayRelease ? html`<a class="button" href="/cases/${c.id}/release">Release some…</a>` : NOTHING}</div>
${table('What they share', ['Fact', 'Cases', 'Share', ...(mayRelease ? [''] : [])], [...facts, ...causes])}
</section>`
}

/** Facts are compared in lower case. */
function shownFact(kind: FactKind, value: string): string {
  const platform = kind === 'platform' ? PLATFORMS.find((one) => one.toLowerCase() === value) : undefined
  return platform && platform !== 'unknown' ? PLATFORM_NAMES[platform] : value
}

const STEPS = [MINUTE_MS, 5 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS]
const MOST_BARS = 30

function curve({ c, facets: { opened } }: StormModel): Markup {
  const times = opened.map(({ at }) => Date.parse(`${at}Z`))
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const step =
    STEPS.find((ms) => (last - first) / ms < MOST_BARS) ?? Math.ceil((last - first) / MOST_BARS / DAY_MS) * DAY_MS
  const start = new Date(first - (first % step)).toISOString()
  const buckets = Array.from({ length: Math.floor((last - Date.parse(start)) / step) + 1 }, (_, n): Bucket => {
    const key = (at: string) => at.slice(0, 16)
    const from = plus(start, n * step)
    return {
      from: key(from),
      to: key(plus(from, step)),
      label: from.slice(...(step < HOUR_MS ? [11, 16] : [5, 16])).replace('T', ' ')
    }
  })
  const series = CASE_STATES.map((state) => ({
    name: STATE_WORDS[state],
    tone: STATE_TONES[state],
    filter: { storm: c.id, state },
    values: perBucket(
      buckets,
      opened.filter((one) => one.state === state)
    )
  })).filter(({ values }) => values.some((value) => value > 0))
  const title = 'Cases by the time they were opened'
  return html`<section class="card">${stackedBars({ id: 'curve', title, buckets, series })}</section>`
}

function message({ storm }: Case): Markup {
  const over = storm?.releasedAt
  const text = over
    ? [
        'Setting up Okta Verify works again.',
        'If it failed for you, open Okta Verify and try once more. You need not delete anything.',
        'If it fails again, call the service desk with the time and the error text.'
      ]
    : [
        'Setting up Okta Verify fails for many people at the moment. We are working on it.',
        'Please do not delete Okta Verify, and do not remove your account from it. Wait until we write again.',
        'Devices on which Okta Verify is set up already keep working.'
      ]
  return html`<section class="card" aria-labelledby="message">
<div class="card-head"><h2 id="message">One message to all</h2><button type="button" class="quiet" data-copy="message-text" data-copied="Copied" hidden>Copy</button></div>
<div id="message-text" class="steps">${text.map((line) => html`<p>${line}</p>`)}</div>
</section>`
}

const HOW_MANY = [5, 10, 25, 100]

/** What the form releases: the fields of the address or of the form, if valid. */
export function readRelease(raw: Readonly<Record<string, unknown>>) {
  const text = (key: string) => (typeof raw[key] === 'string' ? raw[key].slice(0, 100) : '')
  const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[]
  const most = HOW_MANY.find((count) => String(count) === text('most')) ?? 10
  const cause: CauseId | undefined = CAUSE_IDS.find((id) => id === text('cause'))
  const facts = Object.fromEntries(kinds.flatMap((kind) => (text(kind) ? [[kind, text(kind)] as const] : [])))
  return { most, facts, ...(cause ? { cause } : {}) }
}

/** Releasing some of a storm's cases. */
export function releaseForm(model: FormModel): Markup {
  const { most, facts, cause } = readRelease(model.typed)
  const chosen = [
    ...Object.entries(facts).map(([kind, value]) => [kind, KINDS[kind as keyof typeof KINDS], value] as const),
    ...(cause ? [['cause', 'Cause', model.words.cause(cause).label] as const] : [])
  ]
  const fields = { ...facts, ...(cause ? { cause } : {}) }
  const option = (count: number) =>
    html`<option value="${count}"${count === most ? html` selected` : NOTHING}>${quantity(count, 'case')}</option>`
  return form(
    model,
    'release',
    html`Release some of the storm’s cases`,
    html`<p>The oldest waiting cases${chosen.length > 0 ? html` with ${chosen.map(([, title, value]) => html`${title} ${untrusted(value, 60)} `)}` : NOTHING} are read and decided again, as all are when the storm is over: the same guards, limits and approvals apply. While too many users still fail, guard “Many users failing at once” returns them to the storm.</p>
${each(Object.entries(fields), ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<label class="reason"><span>How many</span><select name="most">${each(HOW_MANY, option)}</select></label>
${reasonField('because', 'Why', model.typed.because ?? '')}`,
    html`<button class="primary" type="submit">Release</button>`
  )
}
