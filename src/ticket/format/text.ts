/** Renders documents as plain text, and as Slack's mrkdwn (https://docs.slack.dev/messaging/formatting-message-text). Pure. */
import type { Block, Inline, Line } from '../../domain/document.ts'
import { SECOND_MS } from '../../domain/time.ts'
import { safeUrl } from './document.ts'

/** Plain text: links as text and address. */
export function plainTextOf(blocks: readonly Block[]): string {
  return rendered(blocks, plainLine, (text) => text)
}

export function plainLine(line: Line): string {
  return line.map((inline) => (inline.kind === 'link' ? `${inline.text}: ${inline.url}` : inline.text)).join('')
}

/** Slack's mrkdwn. The three characters that can begin markup or a mention are escaped, so that nobody is notified. */
export function mrkdwnOf(blocks: readonly Block[]): string {
  return rendered(
    blocks,
    (line) => line.map(mrkdwnInline).join(''),
    (text) => `*${text}*`
  )
}

export function mrkdwnText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** As stored, or as `showInstant` writes it. */
const INSTANT = /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?Z| UTC)/g

/** Slack shows it in the reader's zone (https://docs.slack.dev/messaging/formatting-message-text#date-formatting). */
function readersTime(written: string, day: string, time: string): string {
  const seconds = Date.parse(`${day}T${time}Z`) / SECOND_MS
  return Number.isNaN(seconds) ? written : `<!date^${seconds}^{date_short_pretty} {time}|${day} ${time} UTC>`
}

function mrkdwnInline(inline: Inline): string {
  const text = mrkdwnText(inline.text)
  if (inline.kind === 'code') return `\`${text.replaceAll('`', "'")}\``
  if (inline.kind === 'link') return `<${safeUrl(inline.url)}|${text.replaceAll('|', '/')}>`
  const shown = inline.bold ? `*${text.replaceAll('*', '∗')}*` : text.replace(/([*_~`])/g, '\u200b$1\u200b')
  return shown.replace(INSTANT, readersTime)
}

function rendered(blocks: readonly Block[], lineOf: (line: Line) => string, heading: (text: string) => string): string {
  return blocks.map((block) => renderedBlock(block, lineOf, heading)).join('\n\n')
}

function renderedBlock(block: Block, lineOf: (line: Line) => string, heading: (text: string) => string): string {
  switch (block.kind) {
    case 'heading':
      return heading(lineOf(block.line))
    case 'paragraph':
      return lineOf(block.line)
    case 'bullets':
      return block.lines.map((line) => `• ${lineOf(line)}`).join('\n')
    case 'numbers':
      return block.lines.map((line, index) => `${index + 1}. ${lineOf(line)}`).join('\n')
  }
}

/** The parts of a document, each with its heading; what stands before the first heading belongs to none. */
export function sectionsOf(
  body: readonly Block[]
): readonly { readonly title: string; readonly blocks: readonly Block[] }[] {
  const starts = body.flatMap((block, index) =>
    block.kind === 'heading' ? [{ title: plainLine(block.line), index }] : []
  )
  return starts.map(({ title, index }, n) => ({ title, blocks: body.slice(index, starts[n + 1]?.index) }))
}
