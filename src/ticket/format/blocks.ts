/**
 * The few forms of Markdown that `draft.ts` and `markdown.ts` write, taken apart so that each tracker gets its own markup:
 * headings, paragraphs, bullets, numbers; bold, code, links and backslash escapes. Pure.
 */

export type Inline =
  | { readonly of: 'text'; readonly text: string; readonly bold: boolean }
  | { readonly of: 'code'; readonly text: string }
  | { readonly of: 'link'; readonly text: string; readonly url: string }

export type Line = readonly Inline[]

export type Block =
  | { readonly of: 'heading'; readonly line: Line }
  | { readonly of: 'paragraph'; readonly line: Line }
  | { readonly of: 'bullets' | 'numbers'; readonly lines: readonly Line[] }

const BULLET = /^- /
const NUMBER = /^\d+\. /

export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = []
  const lines = markdown.split('\n').filter((line) => line.trim() !== '')
  for (const line of lines) {
    const kind = BULLET.test(line) ? 'bullets' : NUMBER.test(line) ? 'numbers' : null
    if (!kind) {
      const heading = /^#+ /.test(line)
      blocks.push({ of: heading ? 'heading' : 'paragraph', line: inlinesOf(line.replace(/^#+ /, '')) })
      continue
    }
    const item = inlinesOf(line.replace(kind === 'bullets' ? BULLET : NUMBER, ''))
    const last = blocks.at(-1)
    if (last?.of === kind) blocks.splice(-1, 1, { of: kind, lines: [...last.lines, item] })
    else blocks.push({ of: kind, lines: [item] })
  }
  return blocks
}

/** An escape, a code span, a link, or the mark that turns bold on and off. */
const MARK = /\\([\\`*_<>[\]~&+\-=#.:|()!])|`([^`]*)`|\[((?:\\.|[^\]\\])*)\]\(([^)\s]*)\)|(\*\*)/g

function inlinesOf(line: string): Line {
  const found: Inline[] = []
  let bold = false
  let from = 0
  const addText = (text: string) => {
    if (text === '') return
    const last = found.at(-1)
    if (last?.of === 'text' && last.bold === bold) found.splice(-1, 1, { ...last, text: last.text + text })
    else found.push({ of: 'text', text, bold })
  }
  for (const match of line.matchAll(MARK)) {
    addText(line.slice(from, match.index))
    from = match.index + match[0].length
    const [, escaped, code, text, url, star] = match
    if (escaped !== undefined) addText(escaped)
    else if (code !== undefined) found.push({ of: 'code', text: code })
    else if (text !== undefined && url !== undefined)
      found.push({ of: 'link', text: text.replace(/\\(.)/g, '$1'), url })
    else if (star !== undefined) bold = !bold
  }
  addText(line.slice(from))
  return found
}
