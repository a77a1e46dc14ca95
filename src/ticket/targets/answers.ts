/**
 * What each answer of a ticket system means, in one table. Adapters turn every answer that is not a success into one of these
 * reasons; the outbox alone decides what follows from it. Pure.
 */
import type { TicketSystem } from '../../config/policy/ticket-policy.ts'
import { SECOND_MS } from '../../domain/time.ts'

/** What an error concerns: one ticket, the credential, the whole target, or nothing that lasts. */
export type Concern = 'ticket' | 'credential' | 'target' | 'later' | 'not_visible' | 'gone'

/** Why a call failed, with what it concerns. A closed list, because it is a metric label. */
export const TARGET_ERRORS = {
  /** Surely not received. */
  unreachable: 'later',
  /** Perhaps received. */
  timeout: 'later',
  rate_limited: 'later',
  server_error: 'later',
  /** An answer without the expected shape. */
  unreadable: 'later',
  /** The credential is wrong, has expired, or lacks a right. */
  denied: 'credential',
  /** The project, repository or channel has moved or is not there. */
  misdirected: 'target',
  /** This request is wrong for this ticket and would be wrong again. */
  refused: 'ticket',
  /** The ticket was deleted, or the account may not see it: the system answers both alike, and a person decides. */
  not_visible: 'not_visible',
  /** The system says that the ticket was deleted. */
  gone: 'gone'
} as const satisfies Readonly<Record<string, Concern>>
export type TargetReason = keyof typeof TARGET_ERRORS

export interface FailedAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The call was about one ticket that exists as far as we know. */
  readonly aboutTicket: boolean
}

interface AnswerRule {
  readonly when: (answer: FailedAnswer) => boolean
  readonly means: TargetReason
}

/** First match wins; a system's own rules come before those of all. */
const RULES: Readonly<Partial<Record<TicketSystem, readonly AnswerRule[]>>> & { readonly all: readonly AnswerRule[] } =
  {
    jira: [
      // An expired API token makes the caller anonymous: reads answer 404, searches 200 with nothing
      // (https://github.com/MrRefactoring/jira.js/issues/418).
      { when: ({ headers }) => isLoginRefused(headers), means: 'denied' }
    ],
    github: [
      // A secondary limit may come without Retry-After
      // (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
      { when: ({ status, text }) => status === 403 && /rate limit/i.test(text), means: 'rate_limited' },
      // A token that lacks a permission (https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api).
      { when: ({ status, text }) => status === 403 && /resource not accessible by/i.test(text), means: 'denied' },
      // A deleted issue answers 410, one that was transferred out of the token's sight 404; issues that are switched off answer 410 too
      // (https://docs.github.com/en/rest/issues/issues#get-an-issue).
      {
        when: ({ status, text, aboutTicket }) => status === 410 && aboutTicket && !/disabled/i.test(text),
        means: 'gone'
      },
      { when: ({ status }) => status === 410, means: 'misdirected' }
    ],
    pagerduty: [
      // A rotated or wrong integration key (https://developer.pagerduty.com/docs/events-api-v2-overview).
      { when: ({ status, text }) => status === 400 && /routing.?key/i.test(text), means: 'denied' }
    ],
    // Slack answers 200 with an error word (https://docs.slack.dev/reference/methods/chat.update#errors).
    slack: [
      {
        when: word(
          ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'missing_scope'],
          ...['no_permission', 'access_denied', 'org_login_required']
        ),
        means: 'denied'
      },
      { when: word('not_in_channel', 'channel_not_found', 'is_archived'), means: 'misdirected' },
      // "No message exists with the requested timestamp": no message in a channel is hidden from one of its members alone.
      { when: word('message_not_found', 'thread_not_found'), means: 'gone' },
      { when: word('ratelimited', 'rate_limited'), means: 'rate_limited' },
      {
        when: word('internal_error', 'fatal_error', 'service_unavailable', 'request_timeout', 'team_added_to_org'),
        means: 'server_error'
      }
    ],
    all: [
      { when: ({ status }) => status === 401, means: 'denied' },
      { when: ({ status, headers }) => status === 403 && retryAfterOf(headers) !== null, means: 'rate_limited' },
      { when: ({ status }) => status === 429 || status === 503, means: 'rate_limited' },
      { when: ({ status, aboutTicket }) => (status === 404 || status === 410) && aboutTicket, means: 'not_visible' },
      { when: ({ status }) => status === 404 || status === 410, means: 'misdirected' },
      { when: ({ status }) => status >= 300 && status < 400, means: 'misdirected' },
      { when: ({ status }) => status === 408, means: 'timeout' },
      { when: ({ status }) => status >= 500, means: 'server_error' },
      // A 403 is about the record: a locked issue, a data policy, a closed incident.
      { when: () => true, means: 'refused' }
    ]
  }

function word(...words: readonly string[]): AnswerRule['when'] {
  return ({ status, text }) => status === 200 && words.includes(text)
}

export function meaningOf(system: TicketSystem | null, answer: FailedAnswer): TargetReason {
  const own = system === null ? [] : (RULES[system] ?? [])
  return [...own, ...RULES.all].find(({ when }) => when(answer))?.means ?? 'refused'
}

/** Jira accepted the request but not the login, whatever the status is. */
export function isLoginRefused(headers: Headers): boolean {
  return /^AUTHENTICAT(ED_FAILED|ION_DENIED)$/.test(headers.get('x-seraph-loginreason') ?? '')
}

/** `Retry-After` in seconds or as a date, or GitHub's reset moment when nothing remains. */
export function retryAfterOf(headers: Headers): number | null {
  const text = headers.get('retry-after')
  if (text !== null && /^\d+(\.\d+)?$/.test(text.trim())) return Number(text) * SECOND_MS
  if (text !== null && !Number.isNaN(Date.parse(text))) return Math.max(0, Date.parse(text) - dateOf(headers))
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN)
  if (headers.get('x-ratelimit-remaining') !== '0' || Number.isNaN(reset)) return null
  return Math.max(0, reset * SECOND_MS - dateOf(headers))
}

/** The server's own clock, where it sends one. */
function dateOf(headers: Headers): number {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? Date.now() : date
}
