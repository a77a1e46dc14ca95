/** Stacked bars as SVG with axes; the same numbers in a table. Each bar and number leads to its cases. Pure. */
import type { Instant } from '../../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from '../html.ts'
import type { Bucket } from '../period.ts'
import { type QueueQuery, queueHref, readQueueQuery } from '../queue.ts'
import { when } from '../text.ts'
import { table } from './table.ts'

/** One colour of a chart. */
export interface Series {
  readonly name: string
  /** Class of the bars and of the legend. */
  readonly tone: string
  /** One number per bucket. */
  readonly values: readonly number[]
  /** The queue's filters for its cases; null when there are none. */
  readonly filter: Partial<QueueQuery> | null
}

export interface Chart {
  readonly id: string
  readonly title: string
  readonly buckets: readonly Bucket[]
  readonly series: readonly Series[]
}

const HEIGHT = 150
/** Room for the labels below the bars. */
const LABELS = 20
const MOST_LABELS = 6

/** The chart with its legend and table. */
export function stackedBars({ id, title, buckets, series }: Chart): Markup {
  const totals = buckets.map((_, index) => sum(series.map(({ values }) => values[index] ?? 0)))
  const shown = buckets.map((bucket, index) => ({ bucket, index })).filter(({ index }) => (totals[index] ?? 0) > 0)
  const [first, last] = [buckets[0]?.from ?? '', buckets.at(-1)?.to ?? '']
  const linked = (n: number, filter: Series['filter'], from: string, to: string) =>
    n > 0 && filter ? html`<a href="${casesHref({ ...filter, from, to })}">${n.toLocaleString('en')}</a>` : html`${n}`
  const heads = ['UTC', ...series.map(({ name }) => name)]
  const rows = shown.map(({ bucket: { from, to }, index }) => [
    momentOf(from) ? when(momentOf(from)) : from,
    ...series.map(({ values, filter }) => linked(values[index] ?? 0, filter, from, to))
  ])
  return html`<figure class="chart" aria-labelledby="${id}">
<figcaption id="${id}">${title} <span class="aside">${sum(totals).toLocaleString('en')} in all${momentOf(first) ? html`<span class="utc">, UTC</span>` : NOTHING}</span></figcaption>
${bars(buckets, series, totals)}
<ul class="legend">${each(series, ({ name, tone, values, filter }) => html`<li><span class="swatch ${tone}"></span>${name} <span class="n">${linked(sum(values), filter, first, last)}</span></li>`)}</ul>
<details><summary>Table</summary>${table(title, heads, rows)}</details>
</figure>`
}

/** Keyboards and screen readers use the table. */
function bars(buckets: readonly Bucket[], series: readonly Series[], totals: readonly number[]): Markup {
  const top = niceAbove(Math.max(1, ...totals))
  const width = 100 / buckets.length
  const every = Math.ceil(buckets.length / MOST_LABELS)
  const ticks = [...new Set([0, Math.floor(top / 2), top])].map((value) => {
    const y = percent(8 + (1 - value / top) * (HEIGHT - 8))
    return html`<line class="grid" x1="0" x2="100%" y1="${y}" y2="${y}"/><text x="-6" y="${y}" dy="0.32em" text-anchor="end">${value.toLocaleString('en')}</text>`
  })
  const labels = buckets.map(({ from, label }, index) =>
    index % every === 0
      ? html`<text x="${percent((index + 0.5) * width)}%" y="${HEIGHT + 15}" text-anchor="middle" data-at="${momentOf(from)}">${label}</text>`
      : NOTHING
  )
  const stacks = buckets.flatMap(({ from, to, label }, index) => {
    let y = HEIGHT
    return series.map(({ name, tone, values, filter }) => {
      const value = values[index] ?? 0
      if (value === 0) return NOTHING
      const height = (value / top) * (HEIGHT - 8)
      y -= height
      const rect = html`<rect class="${tone}" x="${percent((index + 0.12) * width)}%" width="${percent(width * 0.76)}%" y="${percent(y)}" height="${percent(height)}"><title data-at="${momentOf(from)}">${label}: ${value} ${name}</title></rect>`
      return filter ? html`<a href="${casesHref({ ...filter, from, to })}" tabindex="-1">${rect}</a>` : rect
    })
  })
  return html`<svg height="${HEIGHT + LABELS}" aria-hidden="true">${ticks}${stacks}${labels}</svg>`
}

/** When a bucket of hours or minutes begins, for the viewer's zone; empty for a day, which is a day of UTC. */
function momentOf(from: string): Instant | '' {
  return from.length === 10 ? '' : `${from.padEnd(16, ':00')}:00.000Z`
}

/** How many of the counted fall into each bucket. */
export function perBucket(
  buckets: readonly Bucket[],
  counted: readonly { readonly at: string; readonly count: number }[]
): readonly number[] {
  return buckets.map(({ from, to }) =>
    counted.reduce((total, { at, count }) => (at >= from && at < to ? total + count : total), 0)
  )
}

const ALL_CASES = readQueueQuery({ view: 'all' })

/** All cases with these filters, ended or not. */
export function casesHref(filter: Partial<QueueQuery>): string {
  return queueHref(ALL_CASES, filter)
}

/** 1, 2 or 5 times a power of ten, so that the axis has round numbers. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power
}

function sum(values: readonly number[]): number {
  return values.reduce((total, n) => total + n, 0)
}

function percent(value: number): string {
  return String(Math.round(value * 100) / 100)
}
