/** Where tickets go, as the policy says; what each system needs, and what it gets when the policy says nothing. Data. */
import { DAY_MS, MINUTE_MS } from '../time.ts'
import { DEFAULT_MAIL, type MailPolicy } from './mail/mail-policy.ts'
import type { OutboxPolicy } from './outbox-plan.ts'
import type { PersonalData } from './personal.ts'
import type { Route } from './routing.ts'
import type { TicketSystem } from './target.ts'
import type { GitHubSettings } from './targets/github.ts'
import type { JiraSettings } from './targets/jira.ts'
import type { PagerDutySettings } from './targets/pagerduty.ts'
import type { ServiceNowSettings } from './targets/servicenow.ts'
import type { SlackSettings } from './targets/slack.ts'
import type { WebhookSettings } from './targets/webhook.ts'

export type TargetSettings =
  | GitHubSettings
  | JiraSettings
  | PagerDutySettings
  | ServiceNowSettings
  | SlackSettings
  | WebhookSettings

export interface TargetPolicy {
  readonly name: string
  readonly personalData: readonly PersonalData[]
  readonly callsPerMinute: number
  readonly settings: TargetSettings
}

export interface TicketPolicy extends OutboxPolicy {
  /** How often trackers are asked for tickets that people closed. */
  readonly closingsEveryMs: number
  readonly targets: readonly TargetPolicy[]
  readonly routes: readonly Route[]
  /** The steps, mailed to the user. */
  readonly mail: MailPolicy
}

export const DEFAULT_TICKETS: TicketPolicy = {
  reopenWithinMs: 7 * DAY_MS,
  repeatEveryMs: 10 * MINUTE_MS,
  closingsEveryMs: MINUTE_MS,
  targets: [],
  routes: [],
  mail: DEFAULT_MAIL
}

/** Per system: the keys it takes with their defaults; null marks one that must be given. */
export const SYSTEM_KEYS: Readonly<Record<TicketSystem, Readonly<Record<string, unknown>>>> = {
  webhook: { url: null },
  jira: {
    ...{ url: null, user: null, project: null, issueType: 'Task', fields: {} },
    ...{ resolveBy: [], reopenBy: [], resolution: 'Done', wontFix: ["Won't Do", "Won't Fix", 'Declined'] }
  },
  pagerduty: { url: 'https://events.pagerduty.com', source: 'Okta' },
  github: { url: 'https://api.github.com', repository: null },
  servicenow: {
    ...{ url: null, user: null, table: 'incident', fields: {} },
    ...{ closeCode: 'Solved (Permanently)', wontFix: [] }
  },
  slack: { url: 'https://slack.com/api/', channel: null, approvers: [] }
}

/** Calls a minute unless the policy says otherwise: well inside what each vendor allows. */
export const CALLS_PER_MINUTE: Readonly<Record<TicketSystem, number>> = {
  webhook: 120,
  jira: 120,
  pagerduty: 60,
  // Creating content is limited to 80 a minute and 500 an hour.
  github: 50,
  servicenow: 120,
  // chat.postMessage takes about one a second per channel.
  slack: 50
}
