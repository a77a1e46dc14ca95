/** The `guide` section of the policy: steps that go to the user first, before there is a ticket. */
import type { Hours } from '../../domain/hours.ts'
import { HOUR_MS } from '../../domain/time.ts'
import type { CauseId, Channel, Language } from '../../domain/vocabulary.ts'

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

/** The part of decisions: the causes, where a channel is set up. */
export function guideCausesOf({ channels, causes }: GuidePolicy): readonly CauseId[] {
  return channels.length > 0 ? causes : []
}
