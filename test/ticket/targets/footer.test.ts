/** The checksum that tells our own text from what a person made of it. */
import t from 'tap'
import { adfOf, adfText } from '../../../src/ticket/format/adf.ts'
import { plainTextOf } from '../../../src/ticket/format/flat.ts'
import { editedParts, withFooter } from '../../../src/ticket/targets/ticket-text.ts'

const BODY =
  '## What happened\n\n- **Anna** (`anna@example.com`) failed \\*twice\\*\n- see [the case](https://x.example/c/1)\n\n1. Do this\n2. Do that\n'

t.test('our text is ours in each markup, however the tracker lays it out', async (t) => {
  const ways = { markdown: (text: string) => text, plain: plainTextOf, adf: (text: string) => adfText(adfOf(text)) }
  for (const [name, shown] of Object.entries(ways)) {
    const kept = shown(withFooter('RE-1', 'A title', BODY, shown))
    t.same(editedParts('A title', kept), { title: false, body: false }, name)
    t.same(
      editedParts('A title', kept.replace(/\n+/g, '\r\n  ')),
      { title: false, body: false },
      `${name}, laid out anew`
    )
    t.same(editedParts('a Title, mine', kept), { title: true, body: false })
    t.same(editedParts('A title', kept.replace('failed', 'is fine')), { title: false, body: true })
    t.same(editedParts('A title', `Call her first.\n${kept}`), { title: false, body: true })
    t.same(
      editedParts('A title', kept.slice(0, 40)),
      { title: true, body: true },
      'without its footer it is a person’s'
    )
  }
})
