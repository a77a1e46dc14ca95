/**
 * Slack's Web API as https://docs.slack.dev/reference/methods describes it: form bodies, every answer a 200 with `ok`, errors
 * by name, metadata only when asked for, threads apart from the channel's history.
 */
import { type Behaviour, type Fake, type FakeOptions, openFake } from './fake.ts'

interface Message {
  readonly ts: string
  readonly thread_ts: string | null
  text: string
  blocks: unknown[]
  metadata: { event_type: string; event_payload: { case_id?: string } } | null
}

export const SLACK_TOKEN = 'xoxb-token-of-a-test'
export const SLACK_CHANNEL = 'C0123456789'

export async function openSlack(t: Parameters<typeof openFake>[0], options: FakeOptions): Promise<Fake> {
  const messages: Message[] = []
  let count = 0
  const { faults } = await openFake(t, options, ({ app }) => {
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body))))
    )
    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-oauth-scopes', 'chat:write,channels:read,channels:history')
      if (request.headers.authorization !== `Bearer ${SLACK_TOKEN}`)
        return reply.send({ ok: false, error: 'invalid_auth' })
      return undefined
    })
    type Form = { Body: Record<string, string> }
    const parsed = (text: string | undefined) => (text ? JSON.parse(text) : null)
    const isWrong = ({ channel, text, blocks }: Record<string, string>) => {
      if (channel !== SLACK_CHANNEL) return 'channel_not_found'
      if (!text) return 'no_text'
      const list: { type: string; text?: { text: string } }[] = parsed(blocks) ?? []
      const tooLong = list.some((block) => (block.text?.text.length ?? 0) > (block.type === 'header' ? 150 : 3_000))
      return list.length > 50 || tooLong ? 'invalid_blocks' : null
    }
    app.post('/api/auth.test', async () => ({ ok: true, user_id: 'U0BOT' }))
    app.post<Form>('/api/conversations.info', async ({ body }) =>
      body.channel === SLACK_CHANNEL
        ? { ok: true, channel: { id: SLACK_CHANNEL, is_member: true, is_archived: false } }
        : { ok: false, error: 'channel_not_found' }
    )
    app.post<Form>('/api/chat.postMessage', async ({ body }) => {
      const error = isWrong(body)
      if (error) return { ok: false, error }
      count += 1
      const ts = `${Math.floor(Date.parse(options.clock.clock()) / 1000)}.${String(count).padStart(6, '0')}`
      const rest = { text: body.text ?? '', blocks: parsed(body.blocks) ?? [], metadata: parsed(body.metadata) }
      messages.push({ ts, thread_ts: body.thread_ts ?? null, ...rest })
      return { ok: true, channel: SLACK_CHANNEL, ts }
    })
    app.post<Form>('/api/chat.update', async ({ body }) => {
      const message = messages.find((it) => it.ts === body.ts)
      const error = message ? isWrong(body) : 'message_not_found'
      if (!message || error) return { ok: false, error }
      message.text = body.text ?? ''
      message.blocks = parsed(body.blocks) ?? []
      message.metadata = parsed(body.metadata)
      return { ok: true, channel: SLACK_CHANNEL, ts: message.ts }
    })
    app.post<Form>('/api/conversations.history', async ({ body }) => {
      const found = messages
        .filter((it) => it.thread_ts === null && Number(it.ts) > Number(body.oldest ?? 0))
        .toReversed()
      const shown = body.include_all_metadata === 'true' ? found : found.map(({ metadata: _, ...it }) => it)
      return { ok: true, messages: shown, has_more: false, response_metadata: { next_cursor: '' } }
    })
    app.post<Form>('/api/conversations.replies', async ({ body }) => ({
      ok: true,
      messages: messages.filter((it) => it.ts === body.ts || it.thread_ts === body.ts),
      response_metadata: { next_cursor: '' }
    }))
  })
  return {
    ...faults,
    reset() {
      faults.reset()
      messages.length = 0
      count = 0
    },
    tickets(caseId) {
      const threadOf = (ts: string) => messages.filter((it) => it.thread_ts === ts).map((it) => it.text)
      return messages
        .filter((it) => it.thread_ts === null)
        .filter(
          (it) =>
            it.metadata?.event_payload.case_id === caseId || threadOf(it.ts).join('\n').includes(`Reenroll ${caseId}/`)
        )
        .map((it) => ({
          key: it.ts,
          state: it.text.startsWith('Resolved: ') ? 'closed' : 'open',
          title: it.text,
          body: JSON.stringify(it.blocks),
          notes: threadOf(it.ts)
        }))
    }
  }
}

/** The scope of each method, as its page names it (https://docs.slack.dev/reference/methods/conversations.history). */
const SCOPES: Readonly<Record<string, string>> = {
  'chat.postMessage': 'chat:write',
  'chat.update': 'chat:write',
  'conversations.info': 'channels:read',
  'conversations.history': 'channels:history',
  'conversations.replies': 'channels:history'
}

/** A token without a scope: its own list lacks it, and a method that needs it names it. */
export const withoutSlackScope =
  (scope: string): Behaviour =>
  ({ url }) => {
    const all = [...new Set(Object.values(SCOPES))].filter((one) => one !== scope)
    const headers = { 'x-oauth-scopes': all.join(',') }
    const needed = SCOPES[url.split('/').at(-1) ?? '']
    if (needed === scope) return { status: 200, headers, body: { ok: false, error: 'missing_scope', needed } }
    return url.endsWith('auth.test') ? { status: 200, headers, body: { ok: true, user_id: 'U0BOT' } } : null
  }
