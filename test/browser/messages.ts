/**
 * `npm run screenshots:messages`: the mails to users and the page behind their link as pictures in `screenshots/`, in every
 * language, at phone width: one mail of each kind, and the page before and after an answer.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { selfKey, startSelf } from '../../src/app/listeners.ts'
import { DEFAULT_MAIL } from '../../src/config/policy/ticket-policy.ts'
import { systemClock } from '../../src/domain/time.ts'
import { LANGUAGES } from '../../src/domain/vocabulary.ts'
import { answerRoutes } from '../../src/self/answers.ts'
import { createAnswerLinks } from '../../src/ticket/mail/answer-links.ts'
import { mailOf, userMessage } from '../../src/ticket/mail/message.ts'
import { evidenceWith, failure, user } from '../remediate/situations.ts'
import { caseWith } from '../ticket/draft/cases.ts'
import { openBrowser } from './find-chromium.ts'

const FOLDER = join(import.meta.dirname, 'screenshots')
const SELF = { host: '127.0.0.1', port: 0, publicUrl: 'https://help.example.com', key: 'k'.repeat(32) }

const links = createAnswerLinks(SELF.publicUrl, selfKey(SELF, 'answer links'))
const routes = [answerRoutes({ links, take: async () => true, clock: systemClock })]
const self = await startSelf(SELF, { logger: pino({ level: 'silent' }), routes })
const { device } = failure()
/** A cause of each kind of message. */
const KINDS = ['app_state_stale', 'password_expired', 'policy_denied'] as const
const caseOf = (id: (typeof KINDS)[number]) =>
  caseWith({
    cause: { id, confidence: 'high', because: [], kbOption: null },
    failures: [failure({ device: { ...device, platform: 'IOS' } })],
    evidence: evidenceWith({ user: user({ name: 'Anna Example' }) })
  })
mkdirSync(FOLDER, { recursive: true })
const browser = await openBrowser()
const tab = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage()
for (const language of LANGUAGES) {
  const answerUrl = links.urlFor(caseOf(KINDS[0]).id, systemClock())
  const parts = { language, policy: DEFAULT_MAIL, contact: '+1 555 0100', answerUrl, ownCaseUrl: `${SELF.publicUrl}/` }
  for (const kind of KINDS) {
    const message = userMessage(caseOf(kind), parts)
    if (!message) throw new Error('The steps of this cause are for the user.')
    await tab.setContent(mailOf(message).html)
    await tab.screenshot({ path: join(FOLDER, `message-${kind}-${language}.png`), fullPage: true })
  }
  await tab.goto(`${self.url}${new URL(answerUrl).pathname}?lang=${language}`)
  await tab.screenshot({ path: join(FOLDER, `answer-${language}.png`), fullPage: true })
  await tab.click('button[value=not_me]')
  await tab.screenshot({ path: join(FOLDER, `answered-${language}.png`), fullPage: true })
}
await browser.close()
await self.app.close()
console.log(`${(KINDS.length + 2) * LANGUAGES.length} pictures in test/browser/screenshots`)
