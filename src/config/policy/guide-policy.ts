/** The `guide` section of the policy: steps that go to the user first, before there is a ticket. */
import { Type } from 'typebox'
import { GUIDABLE } from '../../decide/rules.ts'
import type { Hours } from '../../domain/hours.ts'
import { HOUR_MS } from '../../domain/time.ts'
import { type CauseId, CHANNELS, type Channel, LANGUAGES, type Language } from '../../domain/vocabulary.ts'
import { arrayOf, choice, duration, section } from './terms.ts'
import { hoursSection, safeAddress } from './tickets-schema.ts'

export interface GuidePolicy {
  /** The first that reaches the user is used; none: nobody is guided. */
  readonly channels: readonly Channel[]
  readonly causes: readonly CauseId[]
  readonly escalateAfterMs: number
  /** No message is sent within these hours; null: at any time. */
  readonly quiet: Hours | null
  /** For users whose language Okta does not know, or that has no texts. */
  readonly language: Language
  /** How to reach a person; empty: the texts name the service desk only. */
  readonly contact: string
  readonly slackUrl: string
}

export const DEFAULT_GUIDE: GuidePolicy = {
  channels: [],
  causes: ['app_state_stale', 'iphone15_ios17', 'password_expired', 'account_recovery', 'device_replaced'],
  escalateAfterMs: 4 * HOUR_MS,
  quiet: null,
  language: 'en',
  contact: '',
  slackUrl: 'https://slack.com/api/'
}

export const guideSection = section(
  'Steps that go to the user first. A ticket follows when they fail again, say that it was not them, or do not enroll in time.',
  {
    channels: arrayOf(
      choice(CHANNELS),
      `How users are reached, the first that works: any of ${CHANNELS.join(', ')}. None: nobody is guided. mail needs REENROLL_SMTP_URL, slack needs REENROLL_SLACK_TOKEN.`
    ),
    causes: arrayOf(
      choice([...new Set(GUIDABLE)]),
      'Causes whose steps go to the user first, where guards and mode (auto) allow it.'
    ),
    escalateAfter: duration('A ticket follows when the user has not enrolled this long after the message.', {
      atLeast: '10m',
      atMost: '72h'
    }),
    quiet: hoursSection('No message is sent within these hours: days, from, to, zone, such as 20:00 to 07:00.'),
    language: choice(LANGUAGES, 'For users whose language Okta does not know, or that has no texts.'),
    contact: Type.String({
      maxLength: 200,
      says: 'a text of at most 200 characters',
      description: 'How users reach a person, as it should read in messages: a number, a room, an address.'
    }),
    slackUrl: safeAddress('Address of Slack’s API; GovSlack has another.')
  }
)

/** The part of decisions: the causes, where a channel is set up. */
export function guideCausesOf({ channels, causes }: GuidePolicy): readonly CauseId[] {
  return channels.length > 0 ? causes : []
}
