/** The question to the manager whether the user is calling. */
import t from 'tap'
import type { OktaUser } from '../../../src/domain/evidence.ts'
import { mailManager } from '../../../src/ticket/mail/manager-question.ts'
import type { MailMessage } from '../../../src/ticket/mail/message.ts'
import type { Posted } from '../../../src/ticket/mail/smtp.ts'
import { user } from '../../remediate/situations.ts'

const BOSS = user({ id: '00uboss', login: 'bo@example.com', email: 'bo@example.com', name: 'Bo Boss' })
const ANNA = user({ managerId: '00uboss' })

async function ask(asked: OktaUser, found: OktaUser | 'nobody' | null, posted: Posted = { of: 'sent' }) {
  const sent: { to: string; message: MailMessage; id: string }[] = []
  const because = await mailManager(
    { id: 'RE-1/challenge/1', caseId: 'RE-1', user: asked, code: '12345678' },
    {
      find: async (id) => (id === '00uboss' ? found : 'nobody'),
      post: {
        send: async (to, message, id) => {
          sent.push({ to, message, id })
          return posted
        }
      },
      domain: 'example.com'
    }
  )
  return { because, sent }
}

t.test('the manager gets the code, and is asked to give it to nobody else', async (t) => {
  const { because, sent } = await ask(ANNA, BOSS)
  t.equal(because, null)
  t.match(sent, [{ to: 'bo@example.com', id: 'RE-1.challenge.1@example.com' }])
  t.match(sent[0]?.message.text, /Anna Example \(anna@example\.com\)[\s\S]*: 12345678[\s\S]*give the code to nobody/)
})

t.test('nobody gets it when the manager is not certain', async (t) => {
  const cases: readonly (readonly [OktaUser, OktaUser | 'nobody' | null])[] = [
    [user(), BOSS],
    [ANNA, 'nobody'],
    [ANNA, null],
    [ANNA, { ...BOSS, status: 'SUSPENDED' }],
    [ANNA, { ...BOSS, id: ANNA.id }],
    [ANNA, { ...BOSS, email: 'bo@example.com, eve@example.com' }]
  ]
  for (const [asked, found] of cases) {
    const { because, sent } = await ask(asked, found)
    t.ok(because)
    t.same(sent, [])
  }
  t.match((await ask(ANNA, BOSS, { of: 'refused', because: 'no mailbox' })).because, /no mailbox/)
})
