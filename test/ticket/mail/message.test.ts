/** What the user reads: the record of each cause (`RECORD=1` renews it), and nothing of others becomes markup. */

import t from 'tap'
import { DEFAULT_MAIL, type MailPolicy } from '../../../src/config/policy/ticket-policy.ts'
import type { Case } from '../../../src/domain/case.ts'
import { CAUSE_IDS, LANGUAGES, PLATFORMS, type Platform } from '../../../src/domain/vocabulary.ts'
import { WORDS } from '../../../src/ticket/languages/languages.ts'
import { mailOf, userMessage } from '../../../src/ticket/mail/message.ts'
import { slackMessage } from '../../../src/ticket/targets/slack-message.ts'
import { evidenceWith, factor, failure, user } from '../../remediate/situations.ts'
import { isRecorded } from '../../support/recorded.ts'
import { caseWith } from '../draft/cases.ts'

function messageOf(c: Case, policy: MailPolicy) {
  const message = userMessage(c, { language: 'en', policy, contact: '', answerUrl: null })
  return message && mailOf(message)
}

function caseOf(id: (typeof CAUSE_IDS)[number], platform: Platform, name = 'Anna Example') {
  const { device } = failure()
  const failures = [failure({ device: { ...device, platform } })]
  const cause = { id, confidence: 'high', because: ['a device named Secret'], kbOption: null } as const
  const evidence = evidenceWith({ user: user({ name }) })
  return caseWith({ cause, failures, evidence })
}

t.test('the message of each cause', async (t) => {
  const texts = CAUSE_IDS.map((id) => [id, messageOf(caseOf(id, 'IOS'), DEFAULT_MAIL)?.text ?? 'no message'])
  isRecorded(t, new URL('message.yaml', import.meta.url), Object.fromEntries(texts))
})

t.test('every message names the reference, gives numbered steps and holds no link', async (t) => {
  for (const id of CAUSE_IDS) {
    for (const platform of PLATFORMS) {
      const message = messageOf(caseOf(id, platform), DEFAULT_MAIL)
      if (id === 'account_deactivated') {
        t.equal(message, null, 'a person who has left gets none')
        continue
      }
      t.match(message?.subject, /\[RE-0123456789AB\]$/)
      t.match(message?.text, /^Hello Anna Example,\n\n[\s\S]*\n1\. [\s\S]*\nReference: RE-0123456789AB\n$/)
      t.notMatch(`${message?.text}${message?.html}`, /https?:|href|<img|anna@example|Secret/)
    }
  }
})

t.test('a name that only the event claims is not used', async (t) => {
  const claimed = { id: '00u9', login: 'bob@example.com', name: 'Bob Harmless' }
  const message = messageOf(caseWith({ user: claimed }), DEFAULT_MAIL)
  t.notMatch(message?.text, /Bob/)
})

t.test('a name is text: no markup, no second line, no endless one', async (t) => {
  const hostile = messageOf(caseOf('unknown', 'IOS', '<script>alert(1)</script>\r\nBcc: eve@example.com'), DEFAULT_MAIL)
  t.match(hostile?.html, /&lt;script&gt;/)
  t.notMatch(hostile?.html, /<script>/)
  t.match(hostile?.text, /^Hello .{1,70},\n\n/)
})

t.test('the policy’s own words take the place of ours', async (t) => {
  const steps = { unknown: { opening: 'Das hat nicht geklappt.', steps: ['Neu starten.'] } }
  const own = { ...DEFAULT_MAIL, subject: 'Okta Verify einrichten', greeting: 'Guten Tag!', closing: 'Ihr Team', steps }
  t.same(messageOf(caseOf('unknown', 'IOS'), own), {
    subject: 'Okta Verify einrichten [RE-0123456789AB]',
    text: 'Guten Tag!\n\nDas hat nicht geklappt.\n\n1. Neu starten.\n\nIhr Team\n\nReference: RE-0123456789AB\n',
    html: '<!doctype html>\n<html lang="en" dir="ltr"><head><meta charset="utf-8"></head><body>\n<p>Guten Tag!</p>\n<p>Das hat nicht geklappt.</p>\n<ol>\n<li>Neu starten.</li>\n</ol>\n<p>Ihr Team</p>\n<p>Reference: RE-0123456789AB</p>\n</body></html>\n'
  })
})

t.test('a message says what still works and how to answer, and nothing of what was read about the user', async (t) => {
  const factors = [factor({ deviceName: 'Secret Laptop', platform: 'MACOS', status: 'ACTIVE', isOktaVerify: true })]
  const c = { ...caseOf('app_state_stale', 'IOS'), evidence: evidenceWith({ user: user(), factors }) }
  for (const language of LANGUAGES) {
    const parts = { language, policy: DEFAULT_MAIL, contact: 'Room 7', answerUrl: 'https://help.example.com/answer/t' }
    const message = userMessage(c, parts)
    if (!message) throw new Error('the steps are for the user')
    const { html, text } = mailOf(message)
    t.match(html, `<html lang="${language}" dir="ltr">`)
    t.match(html, `<a href="https://help.example.com/answer/t?lang=${language}">`)
    t.match(text, WORDS[language].message.someDevice, 'what still works, without its name')
    t.match(text, 'Room 7')
    t.notMatch(`${html}${text}`, /Secret|<img|<script|203\.0\.113/)
    const { blocks, text: title } = slackMessage(message)
    t.ok(blocks.length <= 50 && title.length <= 150)
    for (const { text: part } of blocks) t.ok(part.text.length <= (part.type === 'plain_text' ? 150 : 3_000))
    t.match(JSON.stringify(blocks), `<https://help.example.com/answer/t?lang=${language}|`)
  }
})
