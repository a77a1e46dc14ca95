/**
 * Safe HTML templates: only `html` creates `Markup`; `ghtml` escapes every other value. Names, reasons and user agents are
 * untrusted. A template is kept as it was written until it is shown, so that `messages.ts` can translate it.
 */
import { html as render } from 'ghtml'

/** A value of a template by its place: `text` is translated, `data` is shown as it is, `tag` is part of a tag. */
export interface Slot {
  readonly part: number
  readonly as: 'text' | 'data' | 'tag'
}

/** A template to be shown: HTML, and its values in the order of the language. */
export type Piece = string | Slot

/** Another language (`messages.ts`). */
export interface Translation {
  piecesOf(literals: readonly string[]): readonly Piece[]
  /** A text of the code, translated. */
  say(text: string): string
}

class Safe {
  readonly #literals: readonly string[]
  readonly #parts: readonly Part[]
  constructor(literals: readonly string[], parts: readonly Part[]) {
    this.#literals = literals
    this.#parts = parts
  }

  /** The HTML; in English without a translation. */
  toString(translation: Translation | null = null): string {
    const parts = this.#parts
    let shown = ''
    if (translation) {
      for (const piece of translation.piecesOf(this.#literals)) {
        if (typeof piece === 'string') shown += piece
        else shown += textOf(parts[piece.part], piece.as === 'tag' ? null : translation, piece.as === 'text')
      }
      return shown
    }
    let index = 0
    for (const literal of this.#literals) {
      shown += index === 0 ? literal : textOf(parts[index - 1], null, false) + literal
      index += 1
    }
    return shown
  }
}

/** HTML made by `html`; inserted without escaping. */
export type Markup = Safe
/** A value of a template: text to escape, markup, or nothing. */
export type Part = string | number | Markup | readonly (string | Markup)[] | null | undefined | false

/** Markup from a template literal. Quote every attribute that holds a value. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Safe(literals, parts)
}

/** `isOurs`: the text is looked up in the translation. In a list it never is. */
function textOf(part: Part, translation: Translation | null, isOurs: boolean): string {
  if (typeof part === 'string') return escaped(isOurs && translation ? translation.say(part) : part)
  if (part === null || part === undefined || part === false) return ''
  if (part instanceof Safe) return part.toString(translation)
  if (typeof part === 'number') return String(part)
  let shown = ''
  for (const one of part) shown += textOf(one, translation, false)
  return shown
}

/** Text as HTML. */
export function escaped(text: string): string {
  return render`${text}`
}

/** Empty markup. */
export const NOTHING: Markup = html``

export function each<Row>(rows: readonly Row[], show: (row: Row, index: number) => Markup): readonly Markup[] {
  return rows.map(show)
}
