/** Line charts as SVG. The horizontal axis is logarithmic: connections and rows grow by factors. Pure. */
import { show } from './figures.ts'

export interface Curve {
  /** The suite that measured it. */
  readonly suite: string
  /** Of the picture's file, without its ending. */
  readonly name: string
  readonly title: string
  readonly across: string
  readonly lines: readonly Line[]
}

export interface Line {
  readonly name: string
  /** From left to right. */
  readonly points: readonly (readonly [x: number, y: number])[]
}

const WIDTH = 780
const HEIGHT = 360
const PLOT = { left: 70, right: 510, top: 46, bottom: 310 }
const COLOURS = ['#1f5fa8', '#b3471b', '#2e7d4f', '#7a3e9d', '#666666', '#a8871f', '#0d7f8c']
const RULES = 4

export function renderChart({ title, across, lines }: Curve): string {
  const all = lines.flatMap(({ points }) => points)
  const xs = [...new Set(all.map(([x]) => x))].sort((a, b) => a - b)
  const top = roundUp(Math.max(...all.map(([, y]) => y)))
  const [first = 1, last = 10] = [xs[0], xs.at(-1)]
  const left = (x: number) => between(PLOT.left, PLOT.right, Math.log(x / first) / Math.log(last / first))
  const up = (y: number) => between(PLOT.bottom, PLOT.top, y / top)
  const rules = Array.from({ length: RULES + 1 }, (_, n) => (top * n) / RULES)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    label(PLOT.left, 24, title, 'font-size="14" font-weight="bold"'),
    ...rules.flatMap((y) => [
      `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${up(y)}" y2="${up(y)}" stroke="#dddddd"/>`,
      label(PLOT.left - 8, up(y) + 4, show(y), 'text-anchor="end"')
    ]),
    ...xs.map((x) => label(left(x), PLOT.bottom + 18, x.toLocaleString('en'), 'text-anchor="middle"')),
    label((PLOT.left + PLOT.right) / 2, PLOT.bottom + 38, across, 'text-anchor="middle"'),
    ...lines.flatMap(({ name, points }, n) => {
      const colour = COLOURS[n % COLOURS.length] ?? 'black'
      const path = points.map(([x, y]) => `${left(x)},${up(y)}`).join(' ')
      const nameAt = PLOT.top + 14 + n * 20
      return [
        `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        ...points.map(([x, y]) => `<circle cx="${left(x)}" cy="${up(y)}" r="3" fill="${colour}"/>`),
        label(PLOT.right + 20, nameAt, name, `fill="${colour}"`)
      ]
    }),
    '</svg>',
    ''
  ].join('\n')
}

function between(from: number, to: number, share: number): number {
  return Math.round(from + (to - from) * (Number.isFinite(share) ? share : 0))
}

function label(x: number, y: number, text: string, how: string): string {
  const safe = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x}" y="${y}" ${how}>${safe}</text>`
}

/** The next of 1, 2, 4, 5 and 8 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value || 1))
  return ([1, 2, 4, 5, 8, 10].find((step) => step * power >= value) ?? 10) * power
}
