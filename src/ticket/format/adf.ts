/**
 * Renders documents in the Atlassian Document Format, which Jira Cloud's API v3 takes for descriptions and comments. Pure.
 * https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */
import type { Block, Inline, Line } from '../../domain/document.ts'
import { safeUrl } from './document.ts'

/** A node of the format, as far as it is written here. */
export interface AdfNode {
  readonly type: string
  readonly text?: string
  readonly attrs?: Readonly<Record<string, unknown>>
  readonly marks?: readonly { readonly type: string; readonly attrs?: Readonly<Record<string, unknown>> }[]
  readonly content?: readonly AdfNode[]
}
export interface AdfDocument extends AdfNode {
  readonly version: 1
  readonly type: 'doc'
  readonly content: readonly AdfNode[]
}

export function adfOf(blocks: readonly Block[]): AdfDocument {
  return { version: 1, type: 'doc', content: blocks.map(adfBlock) }
}

function adfBlock(block: Block): AdfNode {
  switch (block.kind) {
    case 'heading':
      return { type: 'heading', attrs: { level: 3 }, content: adfLine(block.line) }
    case 'paragraph':
      return { type: 'paragraph', content: adfLine(block.line) }
    case 'bullets':
    case 'numbers':
      return {
        type: block.kind === 'bullets' ? 'bulletList' : 'orderedList',
        content: block.lines.map((line) => ({
          type: 'listItem',
          content: [{ type: 'paragraph', content: adfLine(line) }]
        }))
      }
  }
}

function adfLine(line: Line): readonly AdfNode[] {
  return line.map(adfInline)
}

function adfInline(inline: Inline): AdfNode {
  const node = { type: 'text', text: inline.text }
  if (inline.kind === 'code') return { ...node, marks: [{ type: 'code' }] }
  if (inline.kind === 'link') return { ...node, marks: [{ type: 'link', attrs: { href: safeUrl(inline.url) } }] }
  return inline.bold ? { ...node, marks: [{ type: 'strong' }] } : node
}

/** All text of a document, ours or one that Jira returns. Unknown nodes are searched for text too. */
export function adfText(node: unknown): string {
  if (typeof node === 'string') return node
  if (typeof node !== 'object' || node === null) return ''
  const { text, content, type } = node as { text?: unknown; content?: unknown; type?: unknown }
  if (typeof text === 'string') return text
  const parts = Array.isArray(content) ? content.map(adfText) : []
  return parts.join('') + (type === 'paragraph' || type === 'heading' ? '\n' : '')
}
