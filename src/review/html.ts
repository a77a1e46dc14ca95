/**
 * Safe HTML templates: only `html` creates `Markup`; `ghtml` escapes every other value. Names, reasons and user agents are
 * untrusted.
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

/** HTML made by `html`; inserted without escaping. */
export type Markup = Safe
/** A value of a template: text to escape, markup, or nothing. */
export type Part = string | number | Markup | readonly Markup[] | null | undefined | false

/** Markup from a template literal. Quote every attribute that holds a value. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const marked = literals.map((literal, index) => mark(literal, parts[index]))
  // ghtml reads the raw literals. A `!` at the end of a literal marks the next value as markup.
  const template = Object.assign(marked, { raw: marked })
  return new Safe(render(template, ...parts.map(textOf)))
}

function mark(literal: string, part: Part): string {
  if (isMarkup(part)) return `${literal}!`
  // ghtml inserts a value after `!` without escaping, so a literal must not end with one.
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

/** Empty markup. */
export const NOTHING: Markup = html``

export function each<Row>(rows: readonly Row[], show: (row: Row, index: number) => Markup): readonly Markup[] {
  return rows.map(show)
}
