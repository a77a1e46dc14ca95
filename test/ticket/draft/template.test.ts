/** Titles and texts in the owner's own words, and what a template may not be. */
import t from 'tap'
import { BLOCK_NAMES, templateFault } from '../../../src/config/policy/ticket-policy.ts'
import { ticketDraft } from '../../../src/ticket/draft/draft.ts'
import { inOwnWords } from '../../../src/ticket/draft/template.ts'
import { markdownOf } from '../../../src/ticket/format/markdown.ts'
import { sectionsOf } from '../../../src/ticket/format/text.ts'
import { evidenceWith, failure } from '../../remediate/situations.ts'
import { matchAll } from '../../support/match-all.ts'
import { waitingCase } from '../outbox/outbox-world.ts'
import { caseWith, OPTIONS } from './cases.ts'

const c = waitingCase('Anna', { cause: { id: 'account_suspended', confidence: 'high', because: [], kbOption: 1 } })

function written(summary: string, body: string, of = c): { title: string; text: string } {
  const { title, body: blocks } = inOwnWords(ticketDraft(of, OPTIONS), of, { summary, body })
  return { title, text: markdownOf(blocks) }
}

t.test('values, conditions and parts of the built-in text', async (t) => {
  const body = `# {{queue}}: {{cause_id}}
Call {{name}} ({{login}}).{{#rule}} Rule {{rule}}.{{/rule}}
- {{case_id}}
{{^user_id}}
Nobody is named.
{{/user_id}}
{{#user_id}}
Okta knows {{user_id}}.
{{/user_id}}

{{what_to_do_next}}`
  const { title, text } = written('[{{severity}}] {{name}} needs help', body)
  t.equal(title, '[normal] Anna Example needs help')
  t.match(
    text,
    '## Identity team: account_suspended\n\nCall Anna Example (anna@example.com). Rule suspended.\n\n- RE-Anna\n\nOkta knows 00uAnna.'
  )
  t.match(text, /Queue: \*\*Identity team\*\*/)
})

t.test('without a template, or with one that leaves nothing, the built-in words stay', async (t) => {
  const { title, body } = ticketDraft(c, OPTIONS)
  t.same(written('', ''), { title, text: markdownOf(body) })
  t.equal(written('{{^login}}x{{/login}}', '').title, title)
  t.equal(written('', '{{text}}').text, markdownOf(body))
})

t.test('a display name can neither begin a heading or a list nor stand for a part of the text', async (t) => {
  const hostile = [
    '# Approved',
    '@everyone',
    '- item',
    '{{login}}',
    '\u0001evidence',
    '[x](https://evil.example)\n# Two'
  ]
  for (const name of hostile) {
    const of = caseWith({ user: { id: '00u1', login: 'a@example.com', name } })
    const blocks = inOwnWords(ticketDraft(of, OPTIONS), of, { summary: '', body: '{{name}}' }).body
    matchAll(t, blocks, [{ kind: 'paragraph', line: [{ kind: 'text' }] }], JSON.stringify(name))
    t.equal(blocks.length, 1)
    t.notMatch(markdownOf(blocks), /(^|\s)@/)
  }
})

t.test('what is wrong with a template is named', async (t) => {
  t.equal(templateFault('summary', '{{severity}}: {{title}}'), null)
  t.match(templateFault('summary', '{{logn}}'), /names logn, which does not exist \(did you mean login\?\)/)
  t.match(templateFault('summary', '{{evidence}}'), /names evidence, which does not exist/)
  t.match(templateFault('summary', 'a\nb'), /several lines/)
  t.match(templateFault('body', '{{constructor}} {{#__proto__}}x{{/__proto__}}'), /names constructor/)
  t.match(templateFault('body', '{{#login}}{{nope}}{{/login}}'), /names nope/)
  t.match(templateFault('body', '{{#login}} x'), /is not a valid template: Unclosed section "login"/)
  t.match(templateFault('body', '{{{login}}}'), /a tag that is not possible/)
  t.match(templateFault('body', '{{> partial}}'), /a tag that is not possible/)
  t.match(templateFault('body', 'See {{evidence}}'), /a line of its own/)
})

t.test('every part that a template can name is a heading of the built-in text', async (t) => {
  const full = caseWith({ failures: [failure()], evidence: evidenceWith() })
  const titles = sectionsOf(ticketDraft(full, OPTIONS).body).map(({ title }) =>
    title.toLowerCase().replaceAll(' ', '_')
  )
  t.same(
    titles.filter((name) => !BLOCK_NAMES.some((known) => known === name)),
    []
  )
})
