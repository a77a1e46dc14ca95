import t from 'tap'
import * as format from '../../../src/ticket/format/document.ts'
import { lineMarkdown } from '../../../src/ticket/format/markdown.ts'
import { fc } from '../../support/properties.ts'

const plain = format.oneLine
const prose = (text: string) => lineMarkdown(format.line`${format.quoted(text)}`)
const code = (text: string | null) => lineMarkdown([format.code(text)])
const link = (text: string, url: string) => lineMarkdown([format.link(text, url)])

t.test('a value becomes one line without invisible or direction-changing characters', async (t) => {
  t.equal(plain('  Anna\r\n\tExample\u0000 ', 50), 'Anna Example')
  t.equal(plain('exe\u202Efdp.gpj\u2066x\u200B', 50), 'exefdp.gpjx')
  t.equal(plain('a\u2028b\u2029c', 50), 'a b c')
  t.equal(plain('\ud800x', 50), '\ufffdx')
})

t.test('ten thousand characters are cut and the cut is marked', async (t) => {
  t.equal(plain('x'.repeat(10_000), 10), `${'x'.repeat(10)}…`)
  t.equal(plain(' '.repeat(10_000), 10), '…')
  t.equal(plain('😀'.repeat(12), 10), `${'😀'.repeat(10)}…`)
  t.equal(plain('exactly10!', 10), 'exactly10!')
})

t.test('a code span cannot be closed from inside', async (t) => {
  t.equal(code('a`b``c'), "`a'b''c`")
  t.equal(code('<img src=x>'), '`<img src=x>`')
  t.equal(code(null), 'none')
  t.equal(code(' \n '), 'none')
})

t.test('running text loses its markup, links and mentions, and stays readable', async (t) => {
  t.equal(prose('see **bold** <b>x</b> [a](b)'), 'see \\*\\*bold\\*\\* \\<b>x\\</b> \\[a\\](b)')
  t.equal(prose('# heading'), '\\# heading')
  t.equal(prose('1. item'), '1\\. item')
  t.equal(prose('- item'), '\\- item')
  t.equal(prose('_em_ but update_primary_email'), '\\_em\\_ but update_primary_email')
  t.equal(prose('https://evil.example and www.evil.example'), 'https\\://evil.example and www\\.evil.example')
  t.equal(prose('hello @octocat, mail anna@example.com'), 'hello (at)octocat, mail anna@example.com')
  t.equal(prose('&lt; a & b'), '\\&lt; a & b')
})

t.test('whatever the text, a code span is one span and prose holds no bare markup', async () => {
  const nasty = fc.string({ unit: fc.constantFrom(...'`*_<>[]()\\#&@:/w. \n\u202E\u0000a1'), maxLength: 60 })
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string({ unit: 'binary' })), (text) => {
      const span = code(text)
      const inside = span.slice(1, -1)
      const bare = prose(text).replace(/\\./g, 'x')
      return (
        (span === 'none' || (/^`.+`$/u.test(span) && !inside.includes('`'))) && !/[`*<[\]\n\u202E]|:\/\//.test(bare)
      )
    }),
    { numRuns: 3000, seed: 3 }
  )
})

t.test('a link target cannot end early', async (t) => {
  t.equal(link('x', 'https://a.example/b) [c](d e<f>'), '[x](https://a.example/b%29%20%5Bc%5D%28d%20e%3Cf%3E)')
})
