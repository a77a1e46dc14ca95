import t from 'tap'
import { html } from '../../src/review/html.ts'
import { plain, prose, untrusted } from '../../src/review/text.ts'
import { fc } from '../support/properties.ts'

t.test('whatever text stands in a template, it never becomes markup', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = html`<p title="${text}">${text}</p>`.toString()
      return (shown.match(/[<>]/g) ?? []).length === 4 && (shown.match(/"/g) ?? []).length === 2
    })
  )
  t.equal(html`<b>${'<script>alert(1)</script>'}</b>`.toString(), '<b>&#60;script&#62;alert(1)&#60;/script&#62;</b>')
})

t.test('markup stays markup, lists of it too, and nothing is shown for nothing', async (t) => {
  const list = [html`<i>${1}</i>`, html`<i>${'&'}</i>`]
  t.equal(html`<p>${list}${null}${false}${undefined}${0}</p>`.toString(), '<p><i>1</i><i>&#38;</i>0</p>')
})

t.test('an exclamation mark before a value does not let text through', async (t) => {
  t.equal(html`Stop!${'<b>'}`.toString(), 'Stop!&#60;b&#62;')
  t.equal(html`${['<b>']}`.toString(), '&#60;b&#62;')
})

t.test('text of strangers keeps its direction to itself and is cut', async (t) => {
  t.equal(untrusted('gpj\u202eexe.\u2066').toString(), '<bdi>gpj\u{fffd}exe.\u{fffd}</bdi>')
  t.equal(plain('a\nb\u0000c'), 'a\u{fffd}b\u{fffd}c')
  t.equal([...plain('😀'.repeat(10_000), 100)].length, 101)
  t.match(untrusted('').toString(), /not given/)
})

t.test('moments in a sentence become times', async (t) => {
  t.match(
    prose('lock at 2026-06-15T14:03:11.204Z by <x>').toString(),
    /lock at <time[^>]*title="2026-06-15 14:03:11 UTC">2026-06-15 14:03 UTC<\/time> by &#60;x&#62;/
  )
  t.match(
    prose('last seen 2026-06-15 14:03 UTC').toString(),
    /last seen <time[^>]*datetime="2026-06-15T14:03:00\.000Z"[^>]*>/,
    'also as another sentence has shown it, so that the reader sees the own zone'
  )
})

t.test('a sentence shows names for event types, repairs, states and hashes; the id stays as hover text', async (t) => {
  const shown = prose(
    `User.x: user.lifecycle.suspend SUCCESS, user.mfa.factor.activate FAILURE, unsuspend_user, with_person, account_deactivated, ${'a'.repeat(64)}, made_up, no.such.event, anna.example@example.com`
  ).toString()
  t.equal(
    shown.replaceAll(/<[^>]*>/g, ''),
    'User.x: account suspended, factor enrolled (failed), unsuspend the user, with a person, account deactivated, aaaaaaaa…, made_up, no.such.event, anna.example@example.com'
  )
  t.match(shown, '<span title="user.lifecycle.suspend SUCCESS">')
})
