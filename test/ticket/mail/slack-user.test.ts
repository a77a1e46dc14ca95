/** A direct message in Slack: the user by address, one conversation, one message; whom it does not reach, and what is in doubt. */
import fastify from 'fastify'
import t, { type Test } from 'tap'
import { slackChannel } from '../../../src/ticket/mail/channels.ts'

const MESSAGE = {
  subject: 'Setting up',
  language: 'en',
  body: [{ kind: 'paragraph', line: [{ kind: 'text', text: 'Hi' }] }]
} as const

type Answers = Readonly<Record<string, object | 'drop'>>

/** Names and shapes of https://docs.slack.dev/reference/methods: every answer is a 200 with `ok`. */
const REACHABLE: Answers = {
  'users.lookupByEmail': { ok: true, user: { id: 'U1', deleted: false, is_bot: false } },
  'conversations.open': { ok: true, channel: { id: 'D1' } },
  'chat.postMessage': { ok: true, channel: 'D1', ts: '1.1' },
  'auth.test': { ok: true, user_id: 'UBOT' }
}

async function open(t: Test, answers: Answers = {}) {
  const calls: [string, Record<string, string>][] = []
  const app = fastify()
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body))))
  )
  app.post<{ Params: { method: string }; Body: Record<string, string> }>('/api/:method', async (request, reply) => {
    const { method } = request.params
    calls.push([method, request.body])
    const answer = { ...REACHABLE, ...answers }[method] ?? { ok: false, error: 'unknown_method' }
    if (answer !== 'drop') return reply.header('x-oauth-scopes', 'chat:write,im:write').send(answer)
    request.raw.socket.destroy()
    return reply.hijack()
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const address = app.server.address()
  const port = address && typeof address === 'object' ? address.port : 0
  const channel = slackChannel('xoxb-test', `http://127.0.0.1:${port}/api/`)
  return { calls, channel, send: () => channel.send('anna@example.com', MESSAGE, 'RE-1') }
}

t.test('the user is found by address and gets one message', async (t) => {
  const { calls, send } = await open(t)
  t.same(await send(), { of: 'sent' })
  t.match(calls, [
    ['users.lookupByEmail', { email: 'anna@example.com' }],
    ['conversations.open', { users: 'U1' }],
    ['chat.postMessage', { channel: 'D1', unfurl_links: 'false' }]
  ])
  t.equal(calls.length, 3)
})

const no = (error: string) => ({ ok: false, error })

for (const [what, answers, of] of [
  ['nobody has the address', { 'users.lookupByEmail': no('users_not_found') }, 'refused'],
  ['the user is deactivated', { 'users.lookupByEmail': { ok: true, user: { id: 'U1', deleted: true } } }, 'refused'],
  ['the user cannot be written to', { 'conversations.open': no('user_disabled') }, 'refused'],
  ['the message is not one for Slack', { 'chat.postMessage': no('invalid_blocks') }, 'refused'],
  ['Slack itself fails', { 'users.lookupByEmail': no('internal_error') }, 'unreachable'],
  ['the token is revoked', { 'users.lookupByEmail': no('account_inactive') }, 'denied'],
  ['a scope is missing', { 'chat.postMessage': no('missing_scope') }, 'denied'],
  ['no answer before the message', { 'conversations.open': 'drop' }, 'unreachable'],
  ['no answer to the message', { 'chat.postMessage': 'drop' }, 'perhaps_sent']
] as const satisfies readonly (readonly [string, Answers, string])[])
  t.test(`${what}: ${of}`, async (t) => {
    const { send } = await open(t, answers)
    t.match(await send(), { of })
  })

t.test('a check names missing scopes', async (t) => {
  const { channel } = await open(t)
  t.match(await channel.check(), [/lacks users:read\.email;/])
})
