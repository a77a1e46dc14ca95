/** The result of a backtest as a self-contained HTML page, without scripts or network requests. Pure. */
import type { VerdictChange } from '../api/runtime-controls.ts'
import type { TallyRow } from '../backtest/tally.ts'
import type { Instant, Mode } from '../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from './html.ts'
import { exact, plain, quantity, untrusted } from './text.ts'
import { table } from './views/table.ts'

export interface BacktestResult {
  readonly cases: number
  /** Number of cases that cannot be replayed, by reason. */
  readonly leftOut: Readonly<Record<string, number>>
  readonly automaticWrites: number
  readonly rows: readonly TallyRow[]
  readonly against: { readonly automaticWrites: number; readonly changes: readonly VerdictChange[] } | null
}

/** The context of the counts. */
export interface BacktestSubject {
  readonly at: Instant
  /** File names of the policies, as given. */
  readonly policy: string
  readonly against: string | null
  readonly ceiling: Mode
  /** The source of the cases, such as `the System Log of 30d`. */
  readonly from: string
}

/** The page as HTML text. */
export function backtestPage(result: BacktestResult, subject: BacktestSubject): string {
  const { against } = result
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Backtest of ${plain(subject.policy, 100)} · Reenroll</title>
${STYLE}
</head>
<body>
<main>
<h1>Backtest</h1>
<p>What ${untrusted(subject.policy)}${against ? html` would have done, and what ${untrusted(subject.against)} would change` : ' would have done'}, over cases from ${untrusted(subject.from)}. Created ${exact(subject.at)}. Nothing was written to Okta.</p>
${figures(result, subject)}
${against ? changesTable(against.changes) : NOTHING}
${tallyTable(result, against !== null)}
</main>
</body>
</html>
`.toString()
}

function figures({ cases, leftOut, automaticWrites, against }: BacktestResult, { ceiling }: BacktestSubject): Markup {
  const left = Object.entries(leftOut)
  return html`<dl>
<div><dt>Cases</dt><dd>${cases}</dd></div>
${each(left, ([why, n]) => html`<div><dt>Not replayed: ${untrusted(why.replaceAll('_', ' '))}</dt><dd>${n}</dd></div>`)}
<div><dt>Automatic writes</dt><dd>${automaticWrites}${against ? html` → ${against.automaticWrites}` : NOTHING}</dd></div>
<div><dt>Ceiling</dt><dd>${ceiling}</dd></div>
</dl>`
}

function changesTable(changes: readonly VerdictChange[]): Markup {
  if (changes.length === 0) return html`<h2>Changes</h2><p>None.</p>`
  const all = changes.reduce((sum, change) => sum + change.count, 0)
  const row = ({ rule, before, after, count, examples }: VerdictChange) => [
    untrusted(rule),
    ...[count, untrusted(before), untrusted(after), untrusted(examples.join(' '))]
  ]
  return html`<h2>Changes</h2>
<p>${quantity(all, 'case')} with another result</p>
${table('Changes', ['Rule', 'Cases', 'Before', 'After', 'Examples'], changes.map(row))}`
}

function tallyTable({ rows, cases }: BacktestResult, isBefore: boolean): Markup {
  const title = isBefore ? 'All cases, before' : 'All cases'
  if (rows.length === 0) return html`<h2>${title}</h2><p>No cases.</p>`
  const row = ({ cause, count, rule, outcome }: TallyRow) => {
    const share = `${Math.round((100 * count) / Math.max(1, cases))} %`
    return [untrusted(cause), count, share, untrusted(rule), untrusted(outcome)]
  }
  return html`<h2>${title}</h2>
${table(title, ['Cause', 'Cases', 'Share', 'Rule', 'Outcome'], rows.map(row))}`
}

const STYLE = html`<style>
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
dl { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1.5rem 0; }
dl div { display: flex; flex-direction: column-reverse; }
dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
dt { font-size: .85rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: start; vertical-align: top; padding: .4rem .75rem .4rem 0; border-block-end: 1px solid var(--line); }
@media (max-width: 46rem) {
  table, tbody { display: block; }
  thead { display: none; }
  tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .4rem 0; border-block-end: 1px solid var(--line); }
  th { flex-basis: 100%; }
  th, td { padding: 0; border: 0; }
  td::before { content: attr(data-label) " "; opacity: .8; }
}
@media print { .scroll { overflow: visible; } tr { break-inside: avoid; } }
</style>`
