/** Text for systems without rich text, and Slack's own markup (https://docs.slack.dev/messaging/formatting-message-text). Pure. */
import { type Block, blocksOf, type Inline, type Line } from './blocks.ts'

type Write = (inline: Inline) => string

/** Plain text: links as text and address, everything else as it reads. */
export function plainTextOf(markdown: string): string {
  return flat(
    markdown,
    (inline) => (inline.of === 'link' ? `${inline.text}: ${inline.url}` : inline.text),
    (text) => text
  )
}

/** Slack's mrkdwn. The three characters that can begin markup or a mention are escaped, so that nobody is notified. */
export function mrkdwnOf(markdown: string): string {
  return flat(markdown, mrkdwnInline, (text) => `*${text}*`)
}

export function mrkdwnText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function mrkdwnInline(inline: Inline): string {
  const text = mrkdwnText(inline.text)
  if (inline.of === 'code') return `\`${text}\``
  if (inline.of === 'link') return `<${inline.url.replace(/[<>|]/g, encodeURIComponent)}|${text.replaceAll('|', '/')}>`
  return inline.bold ? `*${text.replaceAll('*', '∗')}*` : text.replace(/([*_~`])/g, '\u200b$1\u200b')
}

function flat(markdown: string, write: Write, heading: (text: string) => string): string {
  const lineOf = (line: Line) => line.map(write).join('')
  return blocksOf(markdown)
    .map((block) => flatBlock(block, lineOf, heading))
    .join('\n\n')
}

function flatBlock(block: Block, lineOf: (line: Line) => string, heading: (text: string) => string): string {
  switch (block.of) {
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
