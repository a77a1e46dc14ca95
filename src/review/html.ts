/**
 * HTML that cannot be made from text: only `html` makes `Markup`, every other value is escaped by `ghtml`, and there is no
 * way around it. Names, reasons and user agents come from strangers.
 */
import { html as render } from 'ghtml'

class Safe {
  readonly #text: string
  constructor(text: string) {
    this.#text = text
  }
  toString(): string {
    return this.#text
  }
}

export type Markup = Safe
/** What may stand in a template: text to escape, markup, or nothing. */
export type Part = string | number | Markup | readonly Markup[] | null | undefined | false

/** `html`…``: markup from a template. Quote every attribute that holds a value. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const marked = literals.map((literal, index) => mark(literal, parts[index]))
  // ghtml reads the raw literals; ours are the cooked ones with its mark for "already markup" at the end.
  const template = Object.assign(marked, { raw: marked })
  return new Safe(render(template, ...parts.map(textOf)))
}

function mark(literal: string, part: Part): string {
  if (isMarkup(part)) return `${literal}!`
  // ghtml takes what follows a `!` as markup, so a sentence may not end in one right before a value.
  if (literal.endsWith('!') && part !== undefined) throw new Error('A literal before a value may not end with "!".')
  return literal
}

function isMarkup(part: Part): part is Markup | readonly Markup[] {
  return part instanceof Safe || Array.isArray(part)
}

function textOf(part: Part): string {
  if (part === null || part === undefined || part === false) return ''
  if (typeof part === 'string') return part
  if (typeof part === 'number') return String(part)
  if (part instanceof Safe) return part.toString()
  if (part.some((one) => !(one instanceof Safe))) throw new Error('A list in a template holds markup only.')
  return part.join('')
}

/** Nothing at all. */
export const NOTHING: Markup = html``

/** Markup of each row; `empty` when there are none. */
export function each<Row>(rows: readonly Row[], show: (row: Row, index: number) => Markup): readonly Markup[] {
  return rows.map(show)
}
