/** Renders documents as Markdown, for GitHub, webhooks and the built-in desk. Pure. */
import type { Block, Inline, Line } from '../../domain/document.ts'
import { safeUrl } from './document.ts'

export function markdownOf(blocks: readonly Block[]): string {
  return blocks.map(blockMarkdown).join('\n\n')
}

export function lineMarkdown(line: Line): string {
  return escapedStart(line.map(inlineMarkdown).join(''))
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `## ${block.line.map(inlineMarkdown).join('')}`
    case 'paragraph':
      return lineMarkdown(block.line)
    case 'bullets':
      return block.lines.map((item) => `- ${lineMarkdown(item)}`).join('\n')
    case 'numbers':
      return block.lines.map((item, index) => `${index + 1}. ${lineMarkdown(item)}`).join('\n')
  }
}

function inlineMarkdown(inline: Inline): string {
  switch (inline.kind) {
    case 'code':
      return `\`${inline.text.replaceAll('`', "'")}\``
    case 'link':
      return `[${escapedMarkdown(inline.text)}](${safeUrl(inline.url)})`
    case 'text':
      return inline.bold ? `**${escapedMarkdown(inline.text)}**` : escapedMarkdown(inline.text)
  }
}

const MARKUP = /[\\`*<[\]~]|(?<!\w)_|_(?!\w)|&(?=[#\w])|:(?=\/\/)|(?<=\bwww)\./gi

/** Text in which nothing is markup, an entity or a link. */
function escapedMarkdown(text: string): string {
  return text.replace(MARKUP, '\\$&')
}

/** A line that would begin a list, a quote or a heading, made to begin with text. */
function escapedStart(text: string): string {
  return text.replace(/^(?:[-+>=#]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`))
}
