/** Stacked bars per day as inline SVG, with the same numbers as a table. No styles inline: classes carry the colours. Pure. */
import { each, html, type Markup } from './markup.ts'

export interface Series {
  readonly name: string
  /** Class of the bars and of the key. */
  readonly tone: string
  /** One figure per day. */
  readonly values: readonly number[]
}

const HEIGHT = 120

/** `days` are ISO days, oldest first; every series has a value for each. */
export function stackedBars(id: string, title: string, days: readonly string[], series: readonly Series[]): Markup {
  const totals = days.map((_, day) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0))
  const highest = Math.max(1, ...totals)
  const width = 100 / days.length
  const bars = days.flatMap((_, day) => {
    let top = HEIGHT
    return series.flatMap(({ tone, values }) => {
      const value = values[day] ?? 0
      if (value === 0) return []
      const height = (value / highest) * (HEIGHT - 4)
      top -= height
      return [
        html`<rect class="${tone}" x="${percent(day * width + width * 0.12)}%" width="${percent(width * 0.76)}%" y="${percent(top)}" height="${percent(height)}"/>`
      ]
    })
  })
  const total = totals.reduce((sum, n) => sum + n, 0)
  return html`<figure class="chart" aria-labelledby="${id}">
<figcaption id="${id}">${title} <span class="aside">${total} in ${days.length} days, at most ${Math.max(0, ...totals)} a day</span></figcaption>
<svg width="100%" height="${HEIGHT}" role="img" aria-label="${title}: the table below has the numbers.">${bars}<line class="rail" x1="0" x2="100%" y1="${HEIGHT - 0.5}" y2="${HEIGHT - 0.5}"/></svg>
<p class="chart-ends" aria-hidden="true"><span>${shortDay(days[0])}</span><span>${shortDay(days.at(-1))}</span></p>
<ul class="legend">${each(series, ({ name, tone, values }) => html`<li><span class="swatch ${tone}"></span>${name} <span class="n">${values.reduce((sum, n) => sum + n, 0)}</span></li>`)}</ul>
<details><summary>The numbers</summary><div class="scroll" tabindex="0" role="region" aria-label="${title} by day"><table><thead><tr><th scope="col">Day</th>${each(series, ({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${each(
    days.map((day, index) => ({ day, index })).filter(({ index }) => (totals[index] ?? 0) > 0),
    ({ day, index }) =>
      html`<tr><th scope="row">${day}</th>${each(series, ({ values }) => html`<td>${values[index] ?? 0}</td>`)}</tr>`
  )}</tbody></table></div></details>
</figure>`
}

function percent(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function shortDay(day = ''): string {
  return day.slice(5)
}
