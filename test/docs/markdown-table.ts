/** Rows of text as a table of a document. */
import type { Row } from '../../src/decide/decision-table.ts'

/** A Markdown table with the keys of the first row as headings; empty without rows. */
export function renderMarkdownTable(rows: readonly Row[]): string {
  const headings = Object.keys(rows[0] ?? {})
  const lines = [
    headings,
    headings.map(() => '---'),
    ...rows.map((row) => headings.map((heading) => cell(row[heading])))
  ].map((cells) => `| ${cells.join(' | ')} |`)
  return headings.length === 0 ? '' : `${lines.join('\n')}\n`
}

function cell(text = ''): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
