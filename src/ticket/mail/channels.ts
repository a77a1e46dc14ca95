/**
 * How a message reaches a user: by mail, or as a direct message in Slack (https://docs.slack.dev/reference/methods). A Teams
 * workflow posts to the chat or channel that was chosen when it was made, so it cannot address a user (deploy/tickets.md).
 */

import { field } from '../../domain/json.ts'
import { SECOND_MS } from '../../domain/time.ts'
import type { Channel } from '../../domain/vocabulary.ts'
import { createHttpClient, textAt } from '../targets/http.ts'
import { slackClient, slackError } from '../targets/slack.ts'
import { slackMessage } from '../targets/slack-message.ts'
import { mailOf, type UserMessage } from './message.ts'
import type { Post, Posted } from './smtp.ts'

export interface UserChannel {
  readonly name: Channel
  /** `id` identifies the message. */
  send(to: string, message: UserMessage, id: string): Promise<Posted>
  /** Errors of the settings, as sentences. Sends nothing. */
  check(): Promise<readonly string[]>
}

export function mailChannel(post: Post): UserChannel {
  return { name: 'mail', send: (to, message, id) => post.send(to, mailOf(message), id), check: () => post.check() }
}

const SCOPES = ['users:read.email', 'im:write', 'chat:write']

const TIMEOUT_MS = 20 * SECOND_MS

/** Errors that concern this user, not the app: another channel may reach them. */
const NOT_REACHED = [
  ...['users_not_found', 'user_not_found', 'user_not_visible', 'user_disabled', 'users_list_not_supplied'],
  ...['channel_not_found', 'is_archived', 'cannot_dm_bot', 'messages_tab_disabled', 'restricted_action']
]

export function slackChannel(token: string, url: string): UserChannel {
  const http = createHttpClient({ name: 'slack', pace: async () => {}, timeoutMs: TIMEOUT_MS })
  const client = slackClient(token, url, http)
  return {
    name: 'slack',
    async send(to, message) {
      let posting = false
      try {
        const { user } = await client.users.lookupByEmail({ email: to })
        if (!user?.id || user.deleted || user.is_bot)
          return { of: 'refused', because: 'Slack has no active user with this address.' }
        const opened = await client.conversations.open({ users: user.id })
        const channel = textAt(opened, 'channel', 'id')
        if (channel === null) return { of: 'refused', because: 'Slack opens no conversation with the user.' }
        posting = true
        await client.chat.postMessage({ channel, ...slackMessage(message), unfurl_links: false })
        return { of: 'sent' }
      } catch (error) {
        return postedOf(error, posting)
      }
    },
    async check() {
      try {
        // The SDK reads them from the header `x-oauth-scopes` (https://docs.slack.dev/tools/node-slack-sdk/web-api).
        const { response_metadata } = await client.auth.test()
        const missing = SCOPES.filter((scope) => response_metadata?.scopes?.includes(scope) === false)
        return missing.length === 0
          ? []
          : [`slack: the token lacks ${missing.join(', ')}; add them and install the app again.`]
      } catch (error) {
        return [slackError('slack', error).message]
      }
    }
  }
}

/** `posting`: the message itself was on its way. */
function postedOf(error: unknown, posting: boolean): Posted {
  const word = textAt(error, 'data', 'error') ?? textAt(field(error, 'original'), 'data', 'error')
  if (word !== null && NOT_REACHED.includes(word)) return { of: 'refused', because: `Slack answered ${word}.` }
  const { reason, message } = slackError('slack', error)
  if (reason === 'denied') return { of: 'denied', because: message }
  if (reason === 'rate_limited') return { of: 'later', because: message }
  // About this message: kept in its place, it would hold up those behind it for ever.
  if (reason === 'refused') return { of: 'refused', because: message }
  // An answer in words is a no; without an answer the message may be there.
  const isUnanswered = word === null && reason !== 'unreachable' && reason !== 'misdirected'
  return { of: posting && isUnanswered ? 'perhaps_sent' : 'unreachable', because: message }
}
