/** What the user reads: the record of each cause (`RECORD=1` renews it), and nothing of others becomes markup. */

import t from 'tap'
import { DEFAULT_MAIL } from '../../../src/config/policy/mail.ts'
import { CAUSE_IDS, PLATFORMS, type Platform } from '../../../src/domain/vocabulary.ts'
import { mailMessage } from '../../../src/ticket/mail/message.ts'
import { evidenceWith, failure, user } from '../../remediate/situations.ts'
import { isRecorded } from '../../support/recorded.ts'
import { caseWith } from '../draft/cases.ts'

function caseOf(id: (typeof CAUSE_IDS)[number], platform: Platform, name = 'Anna Example') {
  const { device } = failure()
  const failures = [failure({ device: { ...device, platform } })]
  const cause = { id, confidence: 'high', because: ['a device named Secret'], kbOption: null } as const
  const evidence = evidenceWith({ user: user({ name }) })
  return caseWith({ cause, failures, evidence })
}

t.test('the message of each cause', async (t) => {
  const texts = CAUSE_IDS.map((id) => [id, mailMessage(caseOf(id, 'IOS'), DEFAULT_MAIL)?.text ?? 'no message'])
  isRecorded(t, new URL('message.yaml', import.meta.url), Object.fromEntries(texts))
})

t.test('every message names the reference, gives numbered steps and holds no link', async (t) => {
  for (const id of CAUSE_IDS) {
    for (const platform of PLATFORMS) {
      const message = mailMessage(caseOf(id, platform), DEFAULT_MAIL)
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
  const message = mailMessage(caseWith({ user: claimed }), DEFAULT_MAIL)
  t.notMatch(message?.text, /Bob/)
})

t.test('a name is text: no markup, no second line, no endless one', async (t) => {
  const hostile = mailMessage(
    caseOf('unknown', 'IOS', '<script>alert(1)</script>\r\nBcc: eve@example.com'),
    DEFAULT_MAIL
  )
  t.match(hostile?.html, /&lt;script&gt;/)
  t.notMatch(hostile?.html, /<script>/)
  t.match(hostile?.text, /^Hello .{1,70},\n\n/)
})

t.test('the policy’s own words take the place of ours', async (t) => {
  const steps = { unknown: { opening: 'Das hat nicht geklappt.', steps: ['Neu starten.'] } }
  const own = { ...DEFAULT_MAIL, subject: 'Okta Verify einrichten', greeting: 'Guten Tag!', closing: 'Ihr Team', steps }
  t.same(mailMessage(caseOf('unknown', 'IOS'), own), {
    subject: 'Okta Verify einrichten [RE-0123456789AB]',
    text: 'Guten Tag!\n\nDas hat nicht geklappt.\n\n1. Neu starten.\n\nIhr Team\n\nReference: RE-0123456789AB\n',
    html: '<!doctype html>\n<html><body>\n<p>Guten Tag!</p>\n<p>Das hat nicht geklappt.</p>\n<ol>\n<li>Neu starten.</li>\n</ol>\n<p>Ihr Team</p>\n<p>Reference: RE-0123456789AB</p>\n</body></html>\n'
  })
})
