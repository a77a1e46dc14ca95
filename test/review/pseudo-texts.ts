/** The pages in a language that shows which texts are translated. */
import { readFileSync } from 'node:fs'
import { MARK, type PageTexts, parsePageTexts } from '../../src/config/settings/review.ts'

export const CATALOGUE = new URL('../../deploy/page-texts.json', import.meta.url)

/** The words of every message in brackets, with its values and tags in the opposite order. */
export function pseudoTexts(language: string): PageTexts {
  const turned = (piece: string, index: number) => {
    if (index % 2 === 1) return piece.replace(/^<(\/?)/, (_, close) => (close ? '<' : '</'))
    return piece.trim() === '' ? piece : `⟦${piece}⟧`
  }
  const reversed = (english: string) => english.split(MARK).map(turned).toReversed().join('')
  const { messages } = parsePageTexts(readFileSync(CATALOGUE, 'utf8'))
  return { language, messages: new Map([...messages.keys()].map((english) => [english, reversed(english)])) }
}

const DATA = /^<\/?(bdi|code|kbd|pre|textarea|time|script)\b/
/** Ids, and the names of people on links to their cases. */
const HOVER_DATA = /^<time\b| title="\S*"| rel="(next|prev)"| title="(https:|token )/

/** What people read on a page outside of brackets, except data. Values in an attribute with brackets are data. */
export function untranslated(page: string): readonly string[] {
  let [brackets, data] = [0, 0]
  const outside = (text: string) => {
    let rest = ''
    for (const letter of text) {
      if (letter === '⟦') brackets += 1
      else if (letter === '⟧') brackets -= 1
      else if (brackets === 0) rest += letter
    }
    return data === 0 && /\p{L}/u.test(rest) ? [rest.trim()] : []
  }
  return (page.match(/<[^>]*>|[^<]+/g) ?? []).flatMap((token) => {
    if (!token.startsWith('<')) return outside(token)
    if (DATA.test(token)) data += token.startsWith('</') ? -1 : 1
    const hover = [...token.matchAll(/ (?:aria-label|title|placeholder|alt|data-copied|data-label)="([^"]*)"/g)]
    return HOVER_DATA.test(token) ? [] : hover.flatMap(([, text = '']) => (text.includes('⟦') ? [] : outside(text)))
  })
}
