/**
 * The pages in another language. A message is a run of text between two block-level tags of a template: `{0}` is a value in it,
 * `<0>…</0>` a link or emphasis. A translation may reorder them, and adds no markup of its own. Pure.
 */
import { MARK, type PageTexts } from '../config/settings/review.ts'
import { escaped, type Piece, type Slot, type Translation } from './html.ts'

/** The texts as a translation of templates. */
export function createTranslation({ messages }: PageTexts): Translation {
  const templates = new WeakMap<readonly string[], readonly Piece[]>()
  return {
    piecesOf(literals) {
      const known = templates.get(literals)
      if (known) return known
      const pieces = translated(literals, (message) => messages.get(message))
      templates.set(literals, pieces)
      return pieces
    },
    say(text) {
      const words = text.trim()
      const numbers: string[] = []
      const counted = words.replace(NUMBER, (number) => `{${numbers.push(number) - 1}}`)
      const found =
        messages.get(words) ??
        messages.get(counted)?.replace(/\{(\d+)\}/g, (_, n) => numbers[n] ?? '') ??
        capitalised(messages.get(words.charAt(0).toLowerCase() + words.slice(1)))
      return found === undefined ? text : text.replace(words, () => found)
    }
  }
}

const NUMBER = /(?<![\p{L}\d])\d+(?:[.,]\d+)*/gu

function capitalised(text: string | undefined): string | undefined {
  return text && text.charAt(0).toUpperCase() + text.slice(1)
}

/** Tags inside a sentence; every other tag ends it. */
const INLINE = ['a', 'abbr', 'b', 'bdi', 'code', 'em', 'i', 'kbd', 'small', 'span', 'strong', 'time']
/** What they hold is data, as in every element with `translate="no"`. */
const DATA = /^<(bdi|code|kbd|pre|textarea|time)\b|^<[^>]* translate="no"/
/** Attributes that people read. */
const READ = /(?<![\w-])((?:alt|aria-label|data-copied|data-label|placeholder|title)=")([^"]*)/

interface Tag {
  readonly pieces: readonly Piece[]
  readonly open: Tag | null
  endsRun: boolean
}
type Unit = Piece | Tag
/** The translation of a message. */
type Say = (message: string) => string | undefined

function isTag(unit: Unit | undefined): unit is Tag {
  return typeof unit === 'object' && 'pieces' in unit
}

/** The template in the language of `say`; a message without a translation stays as it is. */
export function translated(literals: readonly string[], say: Say): readonly Piece[] {
  const run: Unit[] = []
  const shown: Piece[] = []
  for (const unit of unitsOf(literals, (units) => sentence(units, say))) {
    if (!isTag(unit) || !unit.endsRun) run.push(unit)
    else shown.push(...sentence(run.splice(0), say), ...unit.pieces)
  }
  return [...shown, ...sentence(run, say)]
}

function unitsOf(literals: readonly string[], sentenceOf: (units: readonly Unit[]) => readonly Piece[]): Unit[] {
  let part = 0
  const cut = (text: string, as: Slot['as']): Piece[] =>
    text.split(/(\0)/).flatMap((piece) => (piece === '\0' ? { part: part++, as } : piece === '' ? [] : piece))
  const attributes = (tag: string) =>
    tag.split(READ).flatMap((text, index) => (index % 3 === 2 ? sentenceOf(cut(text, 'data')) : cut(text, 'tag')))
  const open: { readonly name: string; readonly tag: Tag; readonly isData: boolean }[] = []
  const units = (literals.join('\0').match(/<[^>]*>|[^<]+/g) ?? []).flatMap((token): Unit[] => {
    const isData = open.some((one) => one.isData)
    if (!token.startsWith('<')) return cut(token, isData ? 'data' : 'text')
    const name = /^<\/?([a-z0-9]*)/.exec(token)?.[1] ?? ''
    const isClose = token.startsWith('</')
    const isInline = INLINE.includes(name)
    const found = isClose ? open.findLastIndex((one) => one.name === name) : -1
    const [opened, ...unclosed] = found < 0 ? [] : open.splice(found)
    // A sentence does not reach across the edge of a block.
    if (!isInline) for (const one of open) one.tag.endsRun = true
    for (const one of unclosed) one.tag.endsRun = true
    const endsRun = !isInline || (isClose && (opened?.tag.endsRun ?? true))
    const tag: Tag = { pieces: attributes(token), open: opened?.tag ?? null, endsRun }
    if (!isClose) open.push({ name, tag, isData: DATA.test(token) })
    return [tag]
  })
  for (const one of open) one.tag.endsRun = true
  return units
}

/** A run with its message translated. Space and tags around all of it are no part of the message. */
function sentence(units: readonly Unit[], say: Say): readonly Piece[] {
  const [first, last] = [units[0], units.at(-1)]
  if (first === undefined || last === undefined) return []
  const inner = (from: number, to: number | undefined) => sentence(units.slice(from, to), say)
  if (isBlank(first)) return [first, ...inner(1, undefined)]
  if (isBlank(last)) return [...inner(0, -1), last]
  if (isTag(first) && isTag(last) && last.open === first) return [...first.pieces, ...inner(1, -1), ...last.pieces]
  const marked = new Map<string, readonly Piece[]>()
  const tags: (Tag | null)[] = []
  let values = 0
  const text = units
    .map((unit) => {
      if (typeof unit === 'string') return unit
      const mark = !isTag(unit)
        ? `{${values++}}`
        : unit.open
          ? `</${tags.indexOf(unit.open)}>`
          : `<${tags.push(unit) - 1}>`
      marked.set(mark, isTag(unit) ? unit.pieces : [unit])
      return mark
    })
    .join('')
  const words = text.trim()
  const found = /\p{L}/u.test(words.replaceAll(/<\/?\d+>/g, '')) ? say(words.replaceAll(/\s+/g, ' ')) : undefined
  if (found === undefined) return units.flatMap((unit) => (isTag(unit) ? unit.pieces : unit))
  return text
    .replace(words, () => found)
    .split(MARK)
    .flatMap((piece) => marked.get(piece) ?? escaped(piece))
}

function isBlank(unit: Unit): unit is string {
  return typeof unit === 'string' && unit.trim() === ''
}
