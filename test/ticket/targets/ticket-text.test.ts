/** The checksum that tells our own text from what a person made of it. */
import t from 'tap'
import type { Block } from '../../../src/domain/document.ts'
import { adfOf, adfText } from '../../../src/ticket/format/adf.ts'
import { bold, bullets, code, heading, line, link, numbered } from '../../../src/ticket/format/document.ts'
import { markdownOf } from '../../../src/ticket/format/markdown.ts'
import { plainTextOf } from '../../../src/ticket/format/text.ts'
import { editedParts, withFooter } from '../../../src/ticket/targets/ticket-text.ts'

const BODY: readonly Block[] = [
  heading('What happened'),
  ...bullets([
    line`${bold('Anna')} (${code('anna@example.com')}) failed *twice*`,
    line`see ${link('the case', 'https://x.example/c/1')}`
  ]),
  ...numbered(['Do this', 'Do that'])
]

t.test('our text is ours in each markup, however the tracker lays it out', async (t) => {
  const ways = { markdown: markdownOf, plain: plainTextOf, adf: (body: readonly Block[]) => adfText(adfOf(body)) }
  for (const [name, shown] of Object.entries(ways)) {
    const kept = shown(withFooter('RE-1', 'A title', BODY, shown))
    t.same(editedParts('A title', kept), { title: false, body: false }, name)
    t.same(
      editedParts('A title', kept.replace(/\n+/g, '\r\n  ')),
      { title: false, body: false },
      `${name}, reformatted`
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
