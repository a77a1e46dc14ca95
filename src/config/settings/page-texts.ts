/** The texts of the review pages in another language: a copy of `deploy/page-texts.json` with the translations in it. */
import { readFileSync } from 'node:fs'
import type { ReadText, SettingsSource } from './setting.ts'

export interface PageTexts {
  /** A language tag, such as `pt-BR`. */
  readonly language: string
  /** Translations by the English text. */
  readonly messages: ReadonlyMap<string, string>
}

const NAME = 'REENROLL_PAGE_TEXTS'
const CATALOGUE = new URL('../../../deploy/page-texts.json', import.meta.url)

/** Reads the file that the setting names, and compares its messages with the catalogue. */
export function readPageTexts(
  source: SettingsSource,
  readText: ReadText = (path) => readFileSync(path, 'utf8')
): PageTexts | null {
  const path = source.get(NAME)
  if (path === null) return null
  try {
    const texts = parsePageTexts(readText(path))
    const known = parsePageTexts(readFileSync(CATALOGUE, 'utf8')).messages
    for (const [english, text] of texts.messages) {
      const fault = known.has(english) ? faultOf(english, text) : 'it is not in deploy/page-texts.json; remove it'
      if (fault) source.error(NAME, `${path}, "${english}": ${fault}`)
    }
    const messages = new Map([...texts.messages].filter(([, text]) => text !== ''))
    const missing = known.size - messages.size
    if (missing > 0) source.warn(NAME, `${missing} of ${known.size} messages have no translation; they stay English`)
    return { ...texts, messages }
  } catch (cause) {
    const because = cause instanceof RangeError ? 'its language is not a tag such as "de"' : (cause as Error).message
    source.error(NAME, `${path} cannot be read (${because}); copy deploy/page-texts.json`)
    return null
  }
}

/** Throws when the text is not such a file. A group of messages has the name of the source file that shows them. */
export function parsePageTexts(text: string): PageTexts {
  const { language, messages } = JSON.parse(text) as { language?: string; messages?: Record<string, object> }
  const [tag] = Intl.getCanonicalLocales(language)
  if (!tag) throw new RangeError('no language')
  const entries = Object.values(messages ?? {}).flatMap((group) => Object.entries(group))
  return { language: tag, messages: new Map(entries.map(([english, text]) => [english, String(text)])) }
}

/** `{0}` in a message is a value, and `<0>…</0>` a link or emphasis. */
export const MARK = /(\{\d+\}|<\/?\d+>)/

/** What is wrong with a translation; null when it has the marks of the English text once each, and its tags are closed. */
function faultOf(english: string, text: string): string | null {
  if (text === '') return null
  const marks = (of: string) => of.split(MARK).filter((_, index) => index % 2 === 1)
  const wanted = marks(english).toSorted().join(' ')
  if (marks(text).toSorted().join(' ') !== wanted) return `the translation must hold ${wanted || 'no mark'}; each once`
  let inner = text
  while (/<\d+>/.test(inner)) {
    const outer = inner.replace(/<(\d+)>((?:(?!<\/?\d+>).)*)<\/\1>/s, '$2')
    if (outer === inner) return 'a tag is closed in the wrong place; close inner tags first'
    inner = outer
  }
  return null
}
