import { readFileSync } from 'node:fs'
import t from 'tap'
import { MARK, parsePageTexts } from '../../src/config/settings/page-texts.ts'
import { html } from '../../src/review/html.ts'
import { createTranslation } from '../../src/review/messages.ts'
import { CASES, PAGES } from '../browser/gallery.ts'
import { fc } from '../support/properties.ts'
import { pagesWith } from './pages-with.ts'
import { CATALOGUE, pseudoTexts, untranslated } from './pseudo-texts.ts'

t.test('every text of every page is translated, and the page names its language and direction', async (t) => {
  const { as } = await pagesWith(t, { cases: CASES, texts: pseudoTexts('ar-EG') })
  const visitor = await as({ name: 'ana', role: 'approver' })
  for (const path of PAGES) {
    const { body } = await visitor.get(path)
    t.same(untranslated(body), [], path)
    t.match(body, '<html lang="ar-EG" dir="rtl">', path)
  }
})

t.test('without a translation the page is English', async (t) => {
  const { visitor } = await pagesWith(t)
  t.match((await visitor().get('/sign-in')).body, '<html lang="en" dir="ltr">')
})

function shown(messages: Readonly<Record<string, string>>, markup: ReturnType<typeof html>): string {
  return markup.toString(createTranslation({ language: 'de', messages: new Map(Object.entries(messages)) }))
}

t.test('a translation puts values, links and emphasis in its own order', async (t) => {
  const page = html`<p>See <a href="/x?y=${1}">case ${'<A>'}</a>, due <b>${'now'}</b>.</p><p>${'rest'}</p>`
  t.equal(
    shown({ 'See <0>case {0}</0>, due <1>{1}</1>.': 'Bis <1>{1}</1>: <0>Fall {0}</0>!', now: 'jetzt' }, page),
    '<p>Bis <b>jetzt</b>: <a href="/x?y=1">Fall &#60;A&#62;</a>!</p><p>rest</p>'
  )
})

t.test('a text around a value, in an attribute and with a number', async (t) => {
  const page = html`<label title="Go to ${'Close'}"${html` required`}><input> ${' 3 cases '}</label> ${'Device lost'}`
  t.equal(
    shown({ 'Go to {0}': 'Nach {0}', Close: 'x', required: 'x', '{0} cases': '{0} Fälle', 'device lost': 'weg' }, page),
    '<label title="Nach Close" required><input>  3 Fälle </label> Weg'
  )
})

t.test('data is not translated, whatever it says', async (t) => {
  const page = html`<bdi>${'Close'}</bdi><code>${'Close'}</code><p translate="no">${'Close'}</p>${['Close', html`Close`]}`
  t.equal(
    shown({ Close: 'Schließen' }, page),
    '<bdi>Close</bdi><code>Close</code><p translate="no">Close</p>SchließenSchließen'
  )
})

t.test('whatever a translation says, it adds no markup', async () => {
  const markup = html`<p title="Words">Words <b>bold</b> ${'Words'}</p>`
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const page = shown({ Words: text, 'Words <0>bold</0> {0}': `${text}<0></0>{0}` }, markup)
      return (page.match(/[<>]/g) ?? []).length === 8 && (page.match(/"/g) ?? []).length === 2
    })
  )
})

t.test('every message has each mark once, so that a translation can keep them', async (t) => {
  const { messages } = parsePageTexts(readFileSync(CATALOGUE, 'utf8'))
  t.ok(messages.size > 600)
  for (const english of messages.keys()) {
    const marks = english.split(MARK).filter((_, index) => index % 2 === 1)
    t.equal(new Set(marks).size, marks.length, english)
  }
})
