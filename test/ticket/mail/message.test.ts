/** What the user reads: the record of each cause (`RECORD=1` renews it), and nothing of others becomes markup. */

import t from 'tap'
import { DEFAULT_MAIL, type MailPolicy } from '../../../src/config/policy/ticket-policy.ts'
import type { Case } from '../../../src/domain/case.ts'
import {
  CAUSE_IDS,
  type CauseId,
  LANGUAGES,
  type Language,
  PLATFORMS,
  type Platform,
  REMEDIATION_IDS,
  type RemediationId
} from '../../../src/domain/vocabulary.ts'
import { WORDS } from '../../../src/ticket/languages/languages.ts'
import { mailOf, userMessage } from '../../../src/ticket/mail/message.ts'
import { slackMessage } from '../../../src/ticket/targets/slack-message.ts'
import { anySituation, evidenceWith, factor, failure, user } from '../../remediate/situations.ts'
import { fc } from '../../support/properties.ts'
import { isRecorded } from '../../support/recorded.ts'
import { action, caseWith } from '../draft/cases.ts'

function messageOf(c: Case, policy: MailPolicy) {
  const message = userMessage(c, { language: 'en', policy, contact: '', answerUrl: null, ownCaseUrl: null })
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

t.test('a message says how to answer and where to see more, and nothing of what was read about the user', async (t) => {
  const factors = [factor({ deviceName: 'Secret Laptop', platform: 'MACOS', status: 'ACTIVE', isOktaVerify: true })]
  const c = { ...caseOf('app_state_stale', 'IOS'), evidence: evidenceWith({ user: user(), factors }) }
  const ownCaseUrl = 'https://help.example.com/'
  for (const language of LANGUAGES) {
    const answerUrl = `${ownCaseUrl}answer/t`
    const parts = { language, policy: DEFAULT_MAIL, contact: 'Room 7', answerUrl, ownCaseUrl }
    const message = userMessage(c, parts)
    if (!message) throw new Error('the steps are for the user')
    const { html, text } = mailOf(message)
    t.match(html, `<html lang="${language}" dir="ltr">`)
    t.match(html, `<a href="https://help.example.com/answer/t?lang=${language}">`)
    t.match(html, `<a href="${ownCaseUrl}">${WORDS[language].message.detailsLink}</a>`)
    t.match(text, 'Room 7')
    t.notMatch(`${html}${text}`, /Secret|<img|<script|203\.0\.113/)
    const { blocks, text: title } = slackMessage(message)
    t.ok(blocks.length <= 50 && title.length <= 150)
    for (const { text: part } of blocks) t.ok(part.text.length <= (part.type === 'plain_text' ? 150 : 3_000))
    t.match(JSON.stringify(blocks), `<https://help.example.com/answer/t?lang=${language}|`)
  }
})

/** Everything that a case can know and a message must not. */
const KNOWN = fc.record({
  evidence: anySituation.map(({ evidence }) => evidence),
  model: fc.constantFrom('iPhone12,1', 'SM-S911B', 'Pixel 8', null),
  deviceName: fc.constantFrom('Secret Phone', null),
  at: fc.constantFrom('2026-06-15T03:21:09.000Z', '2026-06-14T23:59:58.000Z'),
  reason: fc.constantFrom('Invalid token provided', 'E0000155: User is not currently active', null),
  guards: fc.subarray(['G2', 'G5', 'G6', 'G12'] as const),
  confidence: fc.constantFrom('high', 'low' as const),
  repaired: fc.constantFrom(...REMEDIATION_IDS, null),
  securityAlert: fc.constantFrom('Secret alert', null)
})

type Known = typeof KNOWN extends fc.Arbitrary<infer K> ? K : never

/** The same causes read alike: nothing in a message tells these apart. */
const ALIKE: readonly (readonly CauseId[])[] = [
  ['account_locked_out', 'activation_pending', 'account_recovery', 'password_expired', 'sign_in_blocked'],
  [
    'account_suspended',
    'account_staged',
    'device_suspended',
    'device_deactivated',
    'device_jailbroken',
    'policy_denied'
  ],
  ...(['enrollment_orphaned', 'device_replaced', 'iphone15_ios17', 'app_state_stale', 'unknown'] as const).map(
    (one) => [one]
  )
]
/** After these the user only has to try again, which the message may say. */
const FREES: readonly (RemediationId | null)[] = ['unsuspend_user', 'unlock_user', 'unsuspend_device']

t.test('no message tells apart what is known about account, device, sign-ins and guards', async () => {
  const groups = fc.constantFrom(...ALIKE)
  const asked = fc.record({
    group: groups,
    language: fc.constantFrom(...LANGUAGES),
    platform: fc.constantFrom(...PLATFORMS)
  })
  const written = ({ language }: { language: Language }, id: CauseId, platform: Platform, known: Known) => {
    const { model, deviceName, at, reason, guards, confidence, repaired, securityAlert, evidence } = known
    const base = caseOf(id, platform)
    const { device } = failure()
    const c: Case = {
      ...base,
      ...{ securityAlert, openedAt: at },
      cause: { id, confidence, because: ['Secret because'], kbOption: null },
      failures: [failure({ publishedAt: at, reason, device: { ...device, platform, model, name: deviceName } })],
      guards: guards.map((guard) => ({ id: guard, state: 'tripped', because: 'Secret guard' })),
      actions: repaired ? [action({ remediation: repaired, state: 'done' })] : [],
      evidence: { ...evidence, user: base.evidence?.user ?? evidence.user }
    }
    const ownCaseUrl = 'https://help.example.com/'
    const parts = { language, policy: DEFAULT_MAIL, contact: '', answerUrl: `${ownCaseUrl}answer/t`, ownCaseUrl }
    const message = userMessage(c, parts)
    if (!message) throw new Error('a message is due')
    return `${JSON.stringify(mailOf(message))} ${JSON.stringify(slackMessage(message))}`
  }
  fc.assert(
    fc.property(asked, KNOWN, KNOWN, fc.nat(), fc.nat(), (ask, one, other, a, b) => {
      const { group, language, platform } = ask
      const pick = (n: number) => group[n % group.length] as CauseId
      // A repair that frees the way, and whether Okta's record names the phone, change what the user has to do.
      const alike = { ...other, model: one.model, evidence: { ...other.evidence, devices: one.evidence.devices } }
      const free = FREES.includes(one.repaired)
      const texts = [
        written(ask, pick(a), platform, one),
        written(ask, pick(b), platform, { ...alike, repaired: free ? one.repaired : null })
      ]
      const { openings, sources } = WORDS[language]
      for (const text of texts) {
        for (const known of [...Object.values(openings), ...Object.values(sources), 'Secret', one.model ?? 'Secret'])
          if (text.includes(known.split('{')[0] ?? known)) return false
        if (/G\d|\d\d:\d\d|203\.0\.113|E0000/.test(text)) return false
      }
      return texts[0] === texts[1]
    })
  )
})
