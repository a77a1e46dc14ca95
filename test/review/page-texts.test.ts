import { readFileSync } from 'node:fs'
import t from 'tap'
import { DEFAULT_POLICY } from '../../src/config/policy/policy.ts'
import { MARK, parsePageTexts } from '../../src/config/settings/review.ts'
import { html } from '../../src/review/html.ts'
import { createTranslation } from '../../src/review/messages.ts'
import { CASES, ID, PAGES } from '../browser/gallery.ts'
import { approver, viewer } from '../support/operators.ts'
import { fc } from '../support/properties.ts'
import { caseOf, stormOf } from './cases.ts'
import { pagesWith } from './pages-with.ts'
import { CATALOGUE, pseudoTexts, untranslated } from './pseudo-texts.ts'

/** Pages besides those of the gallery: the empty, the filtered, the wrong and the rare. */
const MORE_PAGES = [
  '/?q=nobody-has-this-name',
  '/?view=snoozed&q=anna',
  '/?view=ended',
  '/?view=snoozed',
  '/?view=all&cause=account_suspended&since=24h&state=with_person&guard=G9&platform=IOS&owner=none&older=1h',
  '/guards',
  '/guards?days=90',
  '/activity?range=week',
  '/activity?range=90d',
  '/report?user=typo',
  '/report?user=ben%40example.com',
  `/cases/${ID}/verify`,
  `/cases/${ID}/note`,
  `/cases/${stormOf().id}/release`,
  `/cases/${caseOf('watched').id}`,
  `/cases/${caseOf('done').id}`,
  `/cases/${caseOf('gone').id}`,
  `/cases/${caseOf('gone').id}/steps`,
  `/bulk?act=send&case=${ID}`,
  `/bulk?act=close&case=${ID}`,
  '/bulk?act=close',
  '/no-such-page'
]

/** The title of a case’s page is a name. */
const withoutTitle = (page: string) => page.replace(/<title>.*<\/title>/, '')

t.test('every text of every page is translated, and the page names its language and direction', async (t) => {
  const { as } = await pagesWith(t, {
    cases: CASES,
    texts: pseudoTexts('ar-EG'),
    logins: { 'ben@example.com': '00uben' },
    verification: { ...DEFAULT_POLICY.decide.verification, kinds: ['push', 'sms', 'email', 'manager'] }
  })
  const ana = await as(approver('ana'))
  const vic = await as(viewer('vic'))
  for (const visitor of [ana, vic]) {
    for (const path of [...PAGES, ...MORE_PAGES]) {
      const { body } = await visitor.get(path, { accept: 'text/html' })
      t.same(untranslated(path.startsWith('/cases/') ? withoutTitle(body) : body), [], path)
      t.match(body, '<html lang="ar-EG" dir="rtl">', path)
    }
  }
})

t.test('so is what an act leads to', async (t) => {
  const { as, visitor } = await pagesWith(t, { cases: CASES, texts: pseudoTexts('de') })
  const ana = await as(approver('ana'))
  const acts: readonly (readonly [string, Readonly<Record<string, string>>, string?])[] = [
    [`/cases/${ID}/approve`, { hash: 'old', override_G9: 'HR confirmed it' }],
    [`/cases/${ID}/approve`, {}],
    [`/cases/${ID}/reject`, { because: '' }],
    [`/cases/${ID}`, {}, `/cases/${ID}/assign`],
    [`/cases/${ID}`, {}, `/cases/${ID}/unassign`],
    [`/cases/${ID}/snooze`, { for: '9' }],
    [`/cases/${ID}/snooze`, { for: '4h' }],
    [`/cases/${ID}`, {}, `/cases/${ID}/wake`],
    [`/cases/${ID}/note`, { because: 'a note' }],
    [`/cases/${ID}/reject`, { because: 'not now' }],
    [`/cases/${ID}/reject`, { because: 'not now' }],
    [`/cases/${ID}`, {}, `/cases/${ID}/retry`],
    ['/policy', { mode: 'auto' }, '/policy/rules/suspended'],
    ['/policy', { mode: 'observe', because: 'looks odd' }, '/policy/rules/suspended'],
    ['/policy', { because: 'looks odd' }, '/policy/rules/suspended/pause'],
    ['/policy', {}, '/policy/rules/suspended/resume'],
    ['/policy', { ceiling: 'propose', because: 'quiet' }, '/policy/mode'],
    ['/policy', { ceiling: '', because: 'as before' }, '/policy/mode'],
    ['/policy', { mode: 'auto' }, '/policy/rules/otherwise'],
    ['/brake', { on: 'yes', because: '' }],
    ['/brake', { on: 'yes', because: 'an incident' }],
    ['/brake', { on: 'no', because: '' }],
    ['/brake', { on: 'no', because: 'it is over' }],
    ['/access', { name: '', role: 'viewer', days: '1' }, '/access/tokens'],
    ['/access', { name: 'made', role: 'viewer', days: '1' }, '/access/tokens'],
    ['/report', { user: '', platform: 'x', text: 'x'.repeat(9_000) }],
    ['/report', { user: 'typo' }],
    [`/bulk?act=close&case=${ID}`, { act: 'close', case: ID, because: '' }, '/bulk'],
    [`/bulk?act=close&case=${ID}`, { act: 'close', case: ID, because: 'all solved' }, '/bulk'],
    [`/cases/${ID}`, {}, `/cases/${ID}/assign`],
    [`/cases/${caseOf('gone').id}/close`, { because: 'solved' }]
  ]
  for (const [form, fields, path = form] of acts) {
    let answer = await ana.send(form, fields, path)
    if (answer.statusCode === 303) answer = await ana.get(String(answer.headers.location))
    t.same(
      untranslated(withoutTitle(answer.body)),
      [],
      `${path} ${JSON.stringify(fields).slice(0, 80)} ${answer.statusCode}`
    )
  }
  const stranger = visitor()
  t.same(untranslated((await stranger.signIn('wrong')).body), [])
  t.same(untranslated((await stranger.post(`/cases/${ID}/close`, { because: 'typed' })).body), [])
})

t.test('a day on a page names its zone or is shown in the one of the viewer', async (t) => {
  const { as } = await pagesWith(t, { cases: CASES })
  const ana = await as(approver('ana'))
  for (const path of [...PAGES, ...MORE_PAGES]) {
    const { body } = await ana.get(path, { accept: 'text/html' })
    const shown = body
      .replaceAll(/<(time|pre)\b[^>]*>[^<]*<\/\1>|<div class="scroll".*?<\/table>/gs, '')
      .replaceAll(/<svg height.*?<\/svg>/gs, '')
      .replaceAll(/<[^>]*>/g, ' ')
    const days = shown.match(/\d{4}-\d\d-\d\d(?! to |[T ][\d:]+ UTC| UTC).*/g)
    t.equal(days, null, path)
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
    '<bdi>Close</bdi><code>Close</code><p translate="no">Close</p>CloseSchließen'
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
