/** Buttons in Slack: who may press them, and for how long a press counts. */
import { createHmac } from 'node:crypto'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import type { CommandResult, Operator } from '../../../src/domain/operator-commands.ts'
import { addSlackActions, SLACK_PATH } from '../../../src/ticket/webhooks/slack-actions.ts'
import { NOW } from '../../remediate/situations.ts'
import { manualClock } from '../../support/clock.ts'
import { matchAll } from '../../support/match-all.ts'
import { caseWith } from '../draft/cases.ts'

const SECRET = 'signing-secret-of-a-test'

async function open(t: Test, result: CommandResult | Promise<CommandResult> = { ok: true, case: caseWith() }) {
  const asked: { what: string; caseId: string; hash: string; by: Operator }[] = []
  const note =
    (what: string) =>
    async (caseId: string, { hash }: { hash: string }, by: Operator) => {
      asked.push({ what, caseId, hash, by })
      return result
    }
  const app = fastify()
  const { clock } = manualClock(NOW)
  const answers: { url: string; text: string }[] = []
  const respond = async (url: string, message: object) => void answers.push({ url, text: '', ...message })
  const apps = [
    { signingSecret: 'of another app', approvers: ['U9'], respond: async () => void t.fail('not by this app') },
    { signingSecret: SECRET, approvers: ['U1'], respond }
  ]
  addSlackActions(app, { apps, commands: { approve: note('approve'), reject: note('reject') }, clock })
  t.teardown(() => app.close())

  async function press(
    over: {
      user?: string
      action?: string
      ageSeconds?: number
      secret?: string
      forged?: boolean
      responseUrl?: string
    } = {}
  ) {
    const action = {
      action_id: over.action ?? 'reenroll_approve',
      value: JSON.stringify({ caseId: 'RE-1', hash: 'h1' })
    }
    const response_url = over.responseUrl ?? 'https://hooks.slack.com/actions/T1/2/3'
    const payload = { type: 'block_actions', response_url, user: { id: over.user ?? 'U1' }, actions: [action] }
    const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`
    const timestamp = String(Date.parse(NOW) / 1000 - (over.ageSeconds ?? 0))
    const signature = createHmac('sha256', over.secret ?? SECRET)
      .update(`v0:${timestamp}:${body}`)
      .digest('hex')
    const response = await app.inject({
      method: 'POST',
      url: SLACK_PATH,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': `v0=${signature}`
      },
      payload: over.forged ? body.replace('RE-1', 'RE-2') : body
    })
    // The command runs after the answer.
    await new Promise(setImmediate)
    return response
  }
  return { asked, answers, press }
}

t.test('an approver’s press approves or rejects exactly what the message showed, in their name', async (t) => {
  const { asked, answers, press } = await open(t)
  t.equal((await press()).statusCode, 200)
  await press({ action: 'reenroll_reject', responseUrl: 'https://elsewhere.example/x' })
  matchAll(
    t,
    answers,
    [{ url: /hooks\.slack\.com/, response_type: 'ephemeral', text: /^Approved/ }],
    'answered at Slack only'
  )
  const by = { id: 'slack U1', name: 'slack:U1', role: 'approver', provider: 'slack' }
  t.same(asked, [
    { what: 'approve', caseId: 'RE-1', hash: 'h1', by },
    { what: 'reject', caseId: 'RE-1', hash: 'h1', by }
  ])
})

t.test('anybody else, another app’s approver too, is told so and changes nothing', async (t) => {
  const { asked, answers, press } = await open(t)
  for (const user of ['U2', 'U9']) await press({ user })
  matchAll(t, answers, [{ text: /not among the approvers/ }, { text: /not among the approvers/ }])
  t.equal((await press({ action: 'reenroll_open', user: 'U2' })).statusCode, 200)
  t.same(asked, [])
})

t.test('a wrong signature, a changed body and a press older than five minutes are refused', async (t) => {
  const { asked, press } = await open(t)
  t.equal((await press({ secret: 'guessed' })).statusCode, 401)
  t.equal((await press({ forged: true })).statusCode, 401)
  t.equal((await press({ ageSeconds: 301 })).statusCode, 401)
  t.equal((await press({ ageSeconds: -301 })).statusCode, 401)
  t.same(asked, [])
  t.equal((await press({ ageSeconds: 299 })).statusCode, 200)
})

t.test('a proposal that has changed since is not approved, and the person hears why', async (t) => {
  const { answers, press } = await open(t, {
    ok: false,
    kind: 'stale',
    because: 'The proposal is not the one you were shown.',
    changes: []
  })
  await press()
  matchAll(t, answers, [{ text: 'Nothing was done: The proposal is not the one you were shown.' }])
})

t.test('Slack is answered at once, however slow the approval is', async (t) => {
  let finish = (_: CommandResult) => {}
  const slow = new Promise<CommandResult>((resolve) => {
    finish = resolve
  })
  const { answers, press } = await open(t, slow)
  t.equal((await press()).statusCode, 200)
  t.same(answers, [])
  finish({ ok: true, case: caseWith() })
  await new Promise(setImmediate)
  matchAll(t, answers, [{ text: /^Approved/ }])
})

t.test('an address whose requests are refused again and again waits a minute', async (t) => {
  const { asked, press } = await open(t)
  for (let count = 0; count < 30; count++) t.equal((await press({ secret: 'guessed' })).statusCode, 401)
  const waits = await press()
  t.equal(waits.statusCode, 429)
  t.match(waits.headers['retry-after'], /^\d+$/)
  t.same(asked, [])
})
