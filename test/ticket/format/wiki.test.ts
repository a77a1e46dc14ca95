/** Wiki markup for Jira Data Center: text of others is only text, and reads back as it was. */
import t from 'tap'
import { bullets, code, heading, line, link, paragraph } from '../../../src/ticket/format/document.ts'
import { wikiOf, wikiText } from '../../../src/ticket/format/wiki.ts'

t.test('headings, lists, links', async (t) => {
  const blocks = [
    heading('Why'),
    paragraph(line`See ${link('the page', 'https://x.example/a|b')}.`),
    ...bullets(['One.'])
  ]
  t.equal(wikiOf(blocks), 'h3. Why\n\nSee [the page|https://x.example/a%7Cb].\n\n* One.')
})

t.test('a mention, a macro, an image and a link of others are shown, not followed', async (t) => {
  const hostile =
    '[~admin] {code}x{code} !https://evil.example/x.png! [a|https://evil.example] h1. *b* ACME\\anna RE-1/2'
  const wiki = wikiOf([paragraph(line`${hostile} ${code(hostile)}`)])
  t.notMatch(wiki, /(?<!\\)\[|(?<!\\)!|(?<![\\{])\{(?!\{)|(?<!\\)\*|:\/\//)
  t.ok(wikiText(wiki).includes(hostile), wikiText(wiki))
  t.match(wikiOf([paragraph('h1. Approved')]), /^h1&#46; /)
})
