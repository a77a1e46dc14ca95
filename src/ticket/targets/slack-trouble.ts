/** What the Slack SDK throws, in our words (https://docs.slack.dev/tools/node-slack-sdk/web-api#handle-errors). Pure. */
import { SECOND_MS } from '../../time.ts'
import { field, textAt } from '../answers.ts'
import { type TargetReason, TargetTrouble } from '../target.ts'
import { troubleOfNetwork, troubleOfStatus } from '../wire.ts'

/** Errors that a person mends: the token, its scopes, the channel. */
const DENIED = new Set([
  ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'missing_scope'],
  ...['no_permission', 'access_denied', 'not_in_channel', 'channel_not_found', 'is_archived', 'org_login_required']
])
const SERVER = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'])

export function slackTrouble(name: string, error: unknown): TargetTrouble {
  for (let cause: unknown = error; cause; cause = field(cause, 'original') ?? field(cause, 'cause')) {
    if (cause instanceof TargetTrouble) return cause
  }
  switch (textAt(error, 'code')) {
    case 'slack_webapi_platform_error': {
      const said = textAt(error, 'data', 'error') ?? 'an unnamed error'
      return new TargetTrouble(reasonOf(said), `${name} answered ${said}.`, { status: 200 })
    }
    case 'slack_webapi_rate_limited_error': {
      const seconds = Number(field(error, 'retryAfter') ?? 30)
      return new TargetTrouble('rate_limited', `${name} asks to wait.`, {
        status: 429,
        retryAfterMs: seconds * SECOND_MS
      })
    }
    case 'slack_webapi_http_error':
      return troubleOfStatus(name, Number(field(error, 'statusCode') ?? 500), headersOf(error), '')
    default:
      return troubleOfNetwork(name, field(error, 'original') ?? error)
  }
}

function reasonOf(said: string): TargetReason {
  if (DENIED.has(said)) return 'denied'
  if (said === 'ratelimited') return 'rate_limited'
  return SERVER.has(said) ? 'server_error' : 'refused'
}

function headersOf(error: unknown): Headers {
  return new Headers(Object.entries(Object(field(error, 'headers'))).map(([name, value]) => [name, String(value)]))
}
