/**
 * Renders documents in the wiki markup of Jira Data Center
 * (https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all). Pure.
 */
import type { Block, Inline, Line } from '../../domain/document.ts'
import { safeUrl } from './document.ts'

export function wikiOf(blocks: readonly Block[]): string {
  return blocks.map(blockWiki).join('\n\n')
}

function blockWiki(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `h3. ${lineWiki(block.line)}`
    case 'paragraph':
      return lineWiki(block.line)
    case 'bullets':
      return block.lines.map((item) => `* ${lineWiki(item)}`).join('\n')
    case 'numbers':
      return block.lines.map((item) => `# ${lineWiki(item)}`).join('\n')
  }
}

function lineWiki(line: Line): string {
  // A line of others that would begin a heading or a quote begins with text instead.
  return line
    .map(inlineWiki)
    .join('')
    .replace(/^(h[1-6]|bq)\./, '$1&#46;')
}

function inlineWiki(inline: Inline): string {
  const text = escapedWiki(inline.text)
  if (inline.kind === 'code') return `{{${text}}}`
  if (inline.kind === 'link') return `[${text}|${safeUrl(inline.url)}]`
  return inline.bold ? `*${text}*` : text
}

/**
 * Nothing in it is a mention, a macro, an image or a link. A backslash escapes; that an entity shows a backslash, and a colon
 * that begins no link, is a guess.
 */
function escapedWiki(text: string): string {
  return text
    .replaceAll('\\', '&#92;')
    .replace(/[{}[\]*_+^~?|!-]/g, '\\$&')
    .replaceAll('://', '&#58;//')
}

/** The text without escapes: those that were added here, or those that Jira returns. */
export function wikiText(wiki: string): string {
  const bare = wiki.replace(/\\([{}[\]*_+^~?|!-])/g, '$1')
  return bare.replace(/&#(\d{2});/g, (_, code) => String.fromCharCode(Number(code)))
}
