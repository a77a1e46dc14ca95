/**
 * Builds documents, and cleans the text of others for them: names, reasons and user agents come from Okta or from users.
 * None of it may become a second line, a mention or invisible. Markup cannot appear: renderers escape every text. Pure.
 */
import type { Block, Inline, Line } from '../../domain/document.ts'

/** One line of visible characters, at most `max` of them; a cut is marked. */
export function oneLine(text: string, max: number): string {
  const line = text
    .slice(0, max * 4)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    // Invisible characters, among them those that change the writing direction.
    .replace(/\p{Cf}+/gu, '')
    .trim()
  if (line.length <= max && text.length <= max * 4) return line
  const letters = [...line]
  return letters.length <= max && text.length <= max * 4 ? line : `${letters.slice(0, max).join('')}…`
}

/** A sentence that may quote others. Mentions are defused here, because systems without markup have them too. */
export function quoted(text: string, max = 400): string {
  return oneLine(text, max).replace(/(?<![\p{L}\p{N}.])@/gu, '(at)')
}

/** A value of others, such as a login or a device name. */
export function code(text: string | null | undefined, max = 100): Inline {
  const value = oneLine(text ?? '', max)
  return value === '' ? { kind: 'text', text: 'none' } : { kind: 'code', text: value }
}

export function bold(text: string): Inline {
  return { kind: 'text', text, bold: true }
}

export function link(text: string, url: string): Inline {
  return { kind: 'link', text, url }
}

type Part = string | Inline | Line

/** A template for one line: strings are text, nodes stay nodes. */
export function line(texts: TemplateStringsArray, ...parts: readonly Part[]): Line {
  return merged(texts.flatMap((text, index) => [...nodesOf(text), ...nodesOf(parts[index] ?? '')]))
}

/** Neighbouring texts as one. */
function merged(nodes: Line): Line {
  const found: Inline[] = []
  for (const node of nodes) {
    const last = found.at(-1)
    if (last?.kind === 'text' && node.kind === 'text' && last.bold === node.bold) {
      found.splice(-1, 1, { ...last, text: last.text + node.text })
    } else found.push(node)
  }
  return found
}

function nodesOf(part: Part): Line {
  if (typeof part === 'string') return part === '' ? [] : [{ kind: 'text', text: part }]
  return 'kind' in part ? [part] : part
}

/** Nodes in a list of words: `a, b, c`. */
export function commaSeparated(nodes: readonly Line[]): Line {
  return nodes.flatMap((node, index) => (index === 0 ? node : [{ kind: 'text', text: ', ' }, ...node]))
}

export function paragraph(content: Line | string): Block {
  return { kind: 'paragraph', line: nodesOf(content) }
}

export function heading(text: string): Block {
  return { kind: 'heading', line: nodesOf(text) }
}

/** A bullet list, or nothing without lines. */
export function bullets(lines: readonly (Line | string)[]): readonly Block[] {
  return listOf('bullets', lines)
}

/** A numbered list, or nothing without lines. */
export function numbered(lines: readonly (Line | string)[]): readonly Block[] {
  return listOf('numbers', lines)
}

function listOf(kind: 'bullets' | 'numbers', lines: readonly (Line | string)[]): readonly Block[] {
  return lines.length === 0 ? [] : [{ kind, lines: lines.map(nodesOf) }]
}

/** Sections with their headings; empty ones are left out. */
export function sections(parts: readonly (readonly [title: string, content: readonly Block[]])[]): readonly Block[] {
  return parts.flatMap(([title, content]) => (content.length === 0 ? [] : [heading(title), ...content]))
}

/** An address that cannot end early in any markup. */
export function safeUrl(url: string): string {
  return url.replace(
    /[()[\]\s<>|\\]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
  )
}
