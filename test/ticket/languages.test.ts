/** Every language is complete: the same texts, placeholders and terms of Okta's apps as in English, and nothing left in English. */
import t from 'tap'
import { LANGUAGES } from '../../src/domain/vocabulary.ts'
import { directionOf, fill, languageOf, WORDS, type Words } from '../../src/ticket/languages/languages.ts'

function textsOf(words: Words): ReadonlyMap<string, string> {
  const groups: readonly (readonly [string, Readonly<Record<string, string>>])[] = Object.entries(words)
  return new Map(
    groups.flatMap(([group, texts]) => Object.entries(texts).map(([key, text]) => [`${group}.${key}`, text]))
  )
}

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([found]) => found).sort()

/** Names that are the same in every language; Okta's article names the two entries of the app in English only. */
const TERMS = ['Okta Verify', 'Clear Account History', 'Report an Issue', 'App Store', 'Google Play', 'invalidToken']
/** Okta's own words for “Security Methods” (okta/okta-signin-widget, `oie.select.authenticators.enroll.title`). */
const SECURITY_METHODS = {
  en: 'Security Methods',
  de: 'Sicherheitsmethoden',
  es: 'Métodos de seguridad',
  fr: 'Méthodes de sécurité',
  ja: 'セキュリティ方式'
}
/** Names of products. */
const SAME_IN_ALL = ['sources.active_directory', 'ownCase.deviceANDROID', 'ownCase.deviceMACOS']

const english = textsOf(WORDS.en)

for (const language of LANGUAGES.filter((language) => language !== 'en')) {
  t.test(`${language} has every text, with its placeholders and terms`, async (t) => {
    const texts = textsOf(WORDS[language])
    t.strictSame([...texts.keys()], [...english.keys()])
    for (const [key, text] of texts) {
      const original = english.get(key) ?? ''
      t.strictSame(placeholders(text), placeholders(original), `${key}: placeholders`)
      for (const term of TERMS) {
        const isFrench = language === 'fr' && term === 'Okta Verify'
        if (original.includes(term)) t.match(text, isFrench ? /Okta.Verify/ : term, `${key}: ${term}`)
      }
      if (!SAME_IN_ALL.includes(key)) t.not(text, original, `${key} is translated`)
      t.notMatch(text, /\s$|^\s|"|'|\s{2}/, `${key}: no stray spaces or typewriter quotes`)
    }
    t.match(texts.get('steps.removeEnrollment'), SECURITY_METHODS[language])
  })
}

t.test('the language of a locale, of a browser, or the one of the policy', async (t) => {
  t.equal(languageOf('de_DE'), 'de')
  t.equal(languageOf('pt-BR,fr-CA;q=0.8,en;q=0.5'), 'fr')
  t.equal(languageOf('ko', 'ja'), 'ja')
  t.equal(languageOf(null), 'en')
  t.equal(languageOf('constructor'), 'en')
  t.equal(directionOf('he'), 'rtl', 'another file may be written from right to left')
  t.equal(fill('{a} and {b}', { a: '{b}', b: 'x' }), '{b} and x', 'a value is no template')
})
