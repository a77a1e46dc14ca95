/** The result of a backtest as a self-contained HTML page, without scripts or network requests. Pure. */
import type { VerdictChange } from '../api/runtime-controls.ts'
import type { TallyRow } from '../backtest/tally.ts'
import type { Instant, Mode } from '../domain/vocabulary.ts'
import { each, html, type Markup, NOTHING } from './html.ts'
import { exact, plain, quantity, untrusted } from './text.ts'

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
  return html`<h2>Changes</h2>
<div class="wide" tabindex="0" role="region" aria-label="Changes"><table>
<caption>${quantity(
    changes.reduce((sum, change) => sum + change.count, 0),
    'case'
  )} with another result</caption>
<thead><tr><th scope="col">Cases</th><th scope="col">Rule</th><th scope="col">Before</th><th scope="col">After</th><th scope="col">Examples</th></tr></thead>
<tbody>${each(
    changes,
    (change) => html`
<tr><td class="n">${change.count}</td><td>${untrusted(change.rule)}</td><td>${untrusted(change.before)}</td><td>${untrusted(change.after)}</td><td>${untrusted(change.examples.join(' '))}</td></tr>`
  )}
</tbody></table></div>`
}

function tallyTable({ rows, cases }: BacktestResult, isBefore: boolean): Markup {
  const title = isBefore ? 'All cases, before' : 'All cases'
  if (rows.length === 0) return html`<h2>${title}</h2><p>No cases.</p>`
  return html`<h2>${title}</h2>
<div class="wide" tabindex="0" role="region" aria-label="${title}"><table>
<caption>By cause, rule and outcome</caption>
<thead><tr><th scope="col">Cases</th><th scope="col">Share</th><th scope="col">Cause</th><th scope="col">Rule</th><th scope="col">Outcome</th></tr></thead>
<tbody>${each(
    rows,
    (row) => html`
<tr><td class="n">${row.count}</td><td class="n">${Math.round((100 * row.count) / Math.max(1, cases))} %</td><td>${untrusted(row.cause)}</td><td>${untrusted(row.rule)}</td><td>${untrusted(row.outcome)}</td></tr>`
  )}
</tbody></table></div>`
}

const STYLE = html`<style>
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
dl { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1.5rem 0; }
dl div { display: flex; flex-direction: column-reverse; }
dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
dt { font-size: .85rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; padding: 0 0 .4rem; }
th, td { text-align: start; vertical-align: top; padding: .4rem .75rem .4rem 0; border-block-end: 1px solid var(--line); }
.n { font-variant-numeric: tabular-nums; text-align: end; white-space: nowrap; }
@media print { .wide { overflow: visible; } tr { break-inside: avoid; } }
</style>`
