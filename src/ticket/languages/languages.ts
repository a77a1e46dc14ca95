/**
 * The texts that users read, by language: steps, messages and self-service pages. Terms of Okta's apps are those of Okta's
 * sign-in widget in that language (deploy/tickets.md, "Languages"). Another language is another file with the same keys.
 */
import { LANGUAGES, type Language } from '../../domain/vocabulary.ts'
import de from './de.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import fr from './fr.json' with { type: 'json' }
import ja from './ja.json' with { type: 'json' }

/** All texts of one language. `{name}` stands for a value. */
export type Words = typeof en

export const WORDS: Readonly<Record<Language, Words>> = { en, de, es, fr, ja }

/** The first known language of `de-DE,en;q=0.5` or `de_DE`; `otherwise` when there is none. */
export function languageOf(wanted: string | null | undefined, otherwise: Language = 'en'): Language {
  const names = (wanted ?? '').split(',').map((one) => one.trim().slice(0, 2).toLowerCase())
  const first = names.find((name) => LANGUAGES.some((language) => language === name))
  return LANGUAGES.find((language) => language === first) ?? otherwise
}

/** Languages written from right to left, for the `dir` attribute of whatever file is added. */
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur']

/** The `dir` attribute. */
export function directionOf(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(new Intl.Locale(language).language) ? 'rtl' : 'ltr'
}

/** The text with its values. */
export function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => values[name] ?? placeholder)
}
