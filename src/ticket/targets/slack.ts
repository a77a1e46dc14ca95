/**
 * Slack through `@slack/web-api` (https://docs.slack.dev/reference/methods): one message that is kept up to date, its thread
 * for what happened. The message's metadata names its case, so that it can be found again.
 */

import { type LogLevel, WebClient } from '@slack/web-api'
import type { SlackSettings } from '../../config/policy/ticket-policy.ts'
import { field } from '../../domain/json.ts'
import { SECOND_MS } from '../../domain/time.ts'
import { mrkdwnOf } from '../format/text.ts'
import { meaningOf } from './answers.ts'
import { listAt, networkError, statusError, textAt } from './http.ts'
import { checkResult, missingRights, NEEDED_RIGHTS } from './rights.ts'
import { slackBlocks, slackMessage, slackText } from './slack-message.ts'
import {
  type HttpClient,
  type Note,
  type Ref,
  type Target,
  type TargetDeps,
  TargetError,
  type TicketSnapshot,
  type TicketStatus
} from './target.ts'
import { saysNote } from './ticket-text.ts'

/* The Slack SDK's errors as target errors (https://docs.slack.dev/tools/node-slack-sdk/web-api#handle-errors). Pure. */

export function slackError(name: string, error: unknown): TargetError {
  for (let cause: unknown = error; cause; cause = field(cause, 'original') ?? field(cause, 'cause')) {
    if (cause instanceof TargetError) return cause
  }
  switch (textAt(error, 'code')) {
    case 'slack_webapi_platform_error': {
      const text = textAt(error, 'data', 'error') ?? 'unnamed_error'
      // The SDK hands on a body that is not JSON as the error's word.
      if (!/^\w+$/.test(text)) return new TargetError('unreadable', `${name} answered with something that is not JSON.`)
      const means = meaningOf('slack', { status: 200, headers: new Headers(), text, aboutTicket: false })
      const needed = textAt(error, 'data', 'needed')
      const more = needed === null ? '' : `; it needs ${needed}`
      return new TargetError(means, `${name} answered ${text}${more}.`, { status: 200 })
    }
    case 'slack_webapi_rate_limited_error': {
      const seconds = Number(field(error, 'retryAfter') ?? 30)
      return new TargetError('rate_limited', `${name} asks to wait.`, {
        status: 429,
        retryAfterMs: seconds * SECOND_MS
      })
    }
    case 'slack_webapi_http_error':
      return statusError(name, {
        ...{ status: Number(field(error, 'statusCode') ?? 500), headers: headersOf(error) },
        ...{ text: '', aboutTicket: false }
      })
    default:
      return networkError(name, field(error, 'original') ?? error)
  }
}

function headersOf(error: unknown): Headers {
  return new Headers(Object.entries(Object(field(error, 'headers'))).map(([name, value]) => [name, String(value)]))
}

/** The SDK over our own HTTP. It repeats and logs nothing: errors are thrown. */
export function slackClient(token: string, slackApiUrl: string, { fetch }: Pick<HttpClient, 'fetch'>): WebClient {
  const retryConfig = { retries: 0 }
  return new WebClient(token, { slackApiUrl, retryConfig, rejectRateLimitedCalls: true, fetch, logger: SILENT })
}

const SILENT = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => 'error' as LogLevel,
  setName() {}
}

const EVENT_TYPE = 'reenroll_case'
/** History and threads are read page by page. */
const PAGE = 200

export function createSlackTarget(name: string, settings: SlackSettings, token: string, { http }: TargetDeps): Target {
  const { channel } = settings
  const client = slackClient(token, settings.url, http)

  async function ask(method: string, args: Record<string, unknown>): Promise<unknown> {
    try {
      return await client.apiCall(method, args)
    } catch (error) {
      throw slackError(name, error)
    }
  }

  async function pages(method: string, args: Record<string, unknown>): Promise<readonly unknown[]> {
    const found: unknown[] = []
    for (let cursor: string | null = null; ; ) {
      const page = await ask(method, { ...args, limit: PAGE, ...(cursor === null ? {} : { cursor }) })
      found.push(...listAt(page, 'messages'))
      cursor = textAt(page, 'response_metadata', 'next_cursor')
      if (cursor === null) return found
    }
  }

  const contentOf = (snapshot: TicketSnapshot, open: boolean) => ({
    text: slackText(snapshot, open),
    blocks: slackBlocks(snapshot, { open, buttons: settings.approvers.length > 0 }),
    metadata: { event_type: EVENT_TYPE, event_payload: { case_id: snapshot.caseId } }
  })

  async function update({ key }: Ref, snapshot: TicketSnapshot, open: boolean): Promise<void> {
    await ask('chat.update', { channel, ts: key, ...contentOf(snapshot, open) })
  }

  async function note({ key }: Ref, said: Note): Promise<boolean> {
    if (said.possiblySent) {
      const thread = await pages('conversations.replies', { channel, ts: key })
      if (thread.some((message) => saysNote(textAt(message, 'text') ?? '', said))) return false
    }
    await ask('chat.postMessage', { channel, thread_ts: key, text: mrkdwnOf(said.body), unfurl_links: false })
    return true
  }

  const current = (ts: string): TicketStatus => ({ ref: refOf(channel, ts), state: 'open', wontFix: false })

  return {
    name,
    system: 'slack',
    can: { lookupSettlesMs: 0, reopen: true, notes: true, closings: false },

    async ensure(snapshot, known) {
      if (known) {
        await update(known, snapshot, true)
        return current(known.key)
      }
      const posted = await ask('chat.postMessage', { channel, unfurl_links: false, ...contentOf(snapshot, true) })
      const ts = textAt(posted, 'ts')
      if (!ts) throw new TargetError('unreadable', `${name} posted a message without a ts.`)
      return current(ts)
    },

    note,

    async announce(message) {
      await ask('chat.postMessage', { channel, unfurl_links: false, ...slackMessage(message) })
    },

    async resolve(ref, snapshot, said) {
      await update(ref, snapshot, false)
      await note(ref, said)
      return 'resolved'
    },

    async reopen(ref, snapshot, said) {
      await update(ref, snapshot, true)
      await note(ref, said)
      return true
    },

    async recover({ caseId }, since) {
      const oldest = String(Date.parse(since) / 1000)
      const messages = await pages('conversations.history', { channel, oldest, include_all_metadata: true })
      const ours = messages.find((message) => textAt(message, 'metadata', 'event_payload', 'case_id') === caseId)
      const ts = textAt(ours, 'ts')
      return ts === null ? null : current(ts)
    },

    readSince: async () => [],
    readOne: async () => null,

    async prove() {
      await ask('auth.test', {})
      await ask('conversations.info', { channel })
    },

    async check() {
      const login = await ask('auth.test', {})
      // The SDK reads them from the header `x-oauth-scopes` (https://docs.slack.dev/tools/node-slack-sdk/web-api).
      const scopes = listAt(login, 'response_metadata', 'scopes')
      const has = (scope: string) => scopes.includes(scope) || scopes.includes(scope.replace('channels:', 'groups:'))
      const needed = NEEDED_RIGHTS.slack.rights.map(({ right }) => right)
      const missing = needed.filter((scope) => !has(scope))
      if (missing.length > 0) return checkResult('slack', missingRights(name, 'slack', missing))
      const info = await ask('conversations.info', { channel })
      if (field(info, 'channel', 'is_archived') === true)
        return checkResult('slack', [`${name}: the channel ${channel} is archived.`])
      if (field(info, 'channel', 'is_member') === false)
        return checkResult('slack', [`${name}: the app is not in the channel ${channel}. Invite it.`])
      await ask('conversations.history', { channel, limit: 1 })
      return checkResult('slack', [])
    }
  }
}

/** The workspace is known to Slack from the reader's session. */
function refOf(channel: string, ts: string): Ref {
  return { key: ts, url: `https://slack.com/archives/${channel}/p${ts.replace('.', '')}` }
}
