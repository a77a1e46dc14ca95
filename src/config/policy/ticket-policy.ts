/** The policy of ticket systems and of mail to users: its words, its types and its defaults. `tickets.ts` reads it from the file. */
import Mustache from 'mustache'
import type { Queue } from '../../decide/rules.ts'
import type { Draft } from '../../domain/desk.ts'
import { DAY_MS, type Hours, MINUTE_MS } from '../../domain/time.ts'
import type { CauseId } from '../../domain/vocabulary.ts'
import { suggestion } from '../did-you-mean.ts'

export interface OutboxPolicy {
  /** A resolved ticket is opened again within this time; afterwards a new one is made. */
  readonly reopenWithinMs: number
  /** Mere repetitions of the failure are added to the ticket at most this often. */
  readonly repeatEveryMs: number
}

export interface TicketPolicy extends OutboxPolicy {
  /** How often trackers are asked for tickets that people closed. */
  readonly closingsEveryMs: number
  readonly targets: readonly TargetPolicy[]
  readonly routes: readonly TicketRoute[]
  /** Targets that get a case too when one of its target times has nearly passed. */
  readonly escalateTo: readonly string[]
  /** The steps, mailed to the user. */
  readonly mail: MailPolicy
}

export interface TargetPolicy {
  readonly name: string
  readonly personalData: readonly PersonalData[]
  readonly callsPerMinute: number
  readonly template: TicketTemplate
  /** What is switched off is left to people. */
  readonly switches: Readonly<Record<'update' | 'reopen' | 'resolve', boolean>>
  readonly fields: readonly FieldsRow[]
  /** `none`, or the address of the proxy for this target alone; without it, that of the environment. */
  readonly proxy?: string
  /** PEM file of the authorities trusted for this target instead of Node's. */
  readonly caFile?: string
  readonly settings: TargetSettings
}

export const TICKET_SYSTEMS = ['webhook', 'jira', 'pagerduty', 'github', 'servicenow', 'slack', 'teams'] as const

export type TicketSystem = (typeof TICKET_SYSTEMS)[number]

export const PERSONAL_DATA = ['login', 'name', 'user_id', 'devices', 'actors'] as const

export type PersonalData = (typeof PERSONAL_DATA)[number]

/** Enough to know who it is about; names of devices and of colleagues stay in Reenroll. */
export const DEFAULT_PERSONAL_DATA: readonly PersonalData[] = ['login', 'name', 'user_id']

/** All that are named must hold; without any, they always do. */
export interface TicketConditions {
  readonly causes?: readonly CauseId[]
  readonly severities?: readonly Draft['severity'][]
  /** Ids or names of groups; the user must be known to be in one. */
  readonly groups?: readonly string[]
  readonly queues?: readonly Queue[]
  readonly rules?: readonly string[]
  readonly hours?: Hours
}

export interface TicketRoute extends TicketConditions {
  readonly to: readonly string[]
  /** Routes below are not looked at when this one matches. */
  readonly last?: boolean
}

/** What a new ticket gets besides its text; which of these a system takes is in `SETTABLE`. */
export interface TicketFields {
  readonly project?: string
  readonly issueType?: string
  readonly priority?: string
  readonly assignmentGroup?: string
  readonly assignees?: readonly string[]
  readonly severity?: (typeof PAGERDUTY_SEVERITIES)[number]
  readonly labels?: readonly string[]
  /** As the system's API takes them. */
  readonly fields?: Readonly<Record<string, unknown>>
}

export interface FieldsRow extends TicketConditions {
  readonly set: TicketFields
}

export const PAGERDUTY_SEVERITIES = ['critical', 'error', 'warning', 'info'] as const

/** The keys of `set` that each system takes. */
export const SETTABLE: Readonly<Record<TicketSystem, readonly (keyof TicketFields)[]>> = {
  jira: ['project', 'issueType', 'priority', 'labels', 'fields'],
  servicenow: ['assignmentGroup', 'fields'],
  github: ['labels', 'assignees'],
  pagerduty: ['severity'],
  webhook: ['labels'],
  slack: [],
  teams: []
}

type Fields = Readonly<Record<string, unknown>>

/** The keys that each system takes, with their defaults; null marks one that must be given. */
export const SYSTEM_KEYS = {
  webhook: { url: null },
  jira: {
    /** `https://acme.atlassian.net`: where people open issues. */
    url: null,
    /** Where calls go if not to `url`: `https://api.atlassian.com/ex/jira/<cloudId>` for tokens with scopes. */
    apiUrl: '',
    /** Data Center: API version 2, wiki markup, and a personal access token as the secret. */
    deployment: 'cloud' as 'cloud' | 'data-center',
    /** E-mail address of the account that the API token belongs to; in Data Center the token alone names the account. */
    user: '',
    project: null,
    issueType: 'Task',
    /** Further fields for creating, as the API takes them, such as a request type or a component. */
    fields: {} as Fields,
    /** Names of transitions, of which one must be offered; empty: any into the category Done, or out of it, is taken. */
    resolveBy: [] as readonly string[],
    reopenBy: [] as readonly string[],
    /** Fields that a transition requires, by the transition's name, as the API takes them. */
    transitionFields: {} as Readonly<Record<string, Fields>>,
    /** Resolution set where the transition asks for one. */
    resolution: 'Done',
    /** Resolutions that mean: leave it closed. */
    wontFix: ["Won't Do", "Won't Fix", 'Declined'] as readonly string[],
    /** The user of the case is the reporter or a watcher, if Jira finds one account. */
    affectedUser: '' as 'reporter' | 'watcher' | ''
  },
  pagerduty: {
    /** Or `https://events.eu.pagerduty.com`. */
    url: 'https://events.pagerduty.com',
    /** Shown as the affected component. */
    source: 'Okta'
  },
  github: {
    /** Or `https://<host>/api/v3`. */
    url: 'https://api.github.com',
    /** `owner/repository`. Issues are as public as it is. */
    repository: null,
    /** The secret is then the App's private key; empty: it is a token. */
    appId: ''
  },
  servicenow: {
    /** `https://acme.service-now.com`. */
    url: null,
    /** Of an account whose password is the secret. Either this or `clientId`. */
    user: '',
    /** Of an OAuth client for the client credentials grant, whose secret is the target's. */
    clientId: '',
    /** `incident`, or a table that extends it. */
    table: 'incident',
    /** Further fields for creating, such as an assignment group. */
    fields: {} as Fields,
    /** Resolution code set when resolving; the choices differ from instance to instance. */
    closeCode: 'Solved (Permanently)',
    /** Resolution codes that mean: leave it closed. Cancelling always does. */
    wontFix: [] as readonly string[],
    /** The user of the case is the caller or on the watch list, if there is one such user. */
    affectedUser: '' as 'caller' | 'watcher' | ''
  },
  slack: {
    url: 'https://slack.com/api/',
    /** The channel's id, such as `C0123456789`; names change. */
    channel: null,
    /** Slack user ids of people who may approve and reject from the message. Empty: no buttons. */
    approvers: [] as readonly string[]
  },
  /** The address of the workflow is the target's secret. */
  teams: {}
}

type SettingsOf<System extends TicketSystem> = { readonly system: System } & {
  readonly [Key in keyof (typeof SYSTEM_KEYS)[System]]: (typeof SYSTEM_KEYS)[System][Key] extends null
    ? string
    : (typeof SYSTEM_KEYS)[System][Key]
}
export type GitHubSettings = SettingsOf<'github'>
export type JiraSettings = SettingsOf<'jira'>
export type PagerDutySettings = SettingsOf<'pagerduty'>
export type ServiceNowSettings = SettingsOf<'servicenow'>
export type SlackSettings = SettingsOf<'slack'>
export type TeamsSettings = SettingsOf<'teams'>
export type WebhookSettings = SettingsOf<'webhook'>
export type TargetSettings = { [System in TicketSystem]: SettingsOf<System> }[TicketSystem]

export interface MailPolicy {
  /** Causes whose steps are mailed to the user; none: nothing is mailed. */
  readonly causes: readonly CauseId[]
  /** Own words, whatever the user's language; empty: those of the language. */
  readonly subject: string
  readonly greeting: string
  /** Last words, above the reference number. */
  readonly closing: string
  /** Own words, in another language for example, instead of the built-in steps. */
  readonly steps: Readonly<Partial<Record<CauseId, MailSteps>>>
}

export interface MailSteps {
  readonly opening: string
  readonly steps: readonly string[]
}

/** What is on record about the mail of a case. `perhaps_sent`: the connection broke after the server had it. */
export type MailResult = 'sent' | 'perhaps_sent' | 'refused'

/** The outbox's name for the mail server; no ticket target may have it. */
export const MAIL_TARGET = 'mail'

export const DEFAULT_MAIL: MailPolicy = {
  causes: [],
  subject: '',
  greeting: '',
  closing: '',
  steps: {}
}

export const DEFAULT_TICKETS: TicketPolicy = {
  reopenWithinMs: 7 * DAY_MS,
  repeatEveryMs: 10 * MINUTE_MS,
  closingsEveryMs: MINUTE_MS,
  targets: [],
  routes: [],
  escalateTo: [],
  mail: DEFAULT_MAIL
}

/*
 * Own words for a ticket's title and text, in Mustache (https://mustache.github.io/mustache.5.html): values only, no
 * code.
 */

/** Empty texts: the built-in words. */
export interface TicketTemplate {
  readonly summary: string
  readonly body: string
}

/** Each is one line of text. */
export const TEXT_NAMES = [
  ...(['case_id', 'title', 'severity', 'queue', 'cause', 'cause_id', 'rule', 'state', 'opened_at'] as const),
  ...(['login', 'name', 'user_id'] as const)
] as const

/** The built-in text, whole or by its headings; each stands alone on a line. */
export const BLOCK_NAMES = [
  ...(['text', 'what_happened', 'what_to_do_next', 'why', 'what_stopped_reenroll_from_acting'] as const),
  ...(['what_was_done', 'steps_for_the_user', 'evidence', 'not_known', 'last_events_about_the_user'] as const),
  'links'
] as const

/** What is wrong with a template, or null. */
export function templateFault(of: keyof TicketTemplate, template: string): string | null {
  const names: readonly string[] = of === 'summary' ? TEXT_NAMES : [...TEXT_NAMES, ...BLOCK_NAMES]
  const lines = template.trim().split('\n')
  if (of === 'summary' && lines.length > 1) return 'has several lines; a title is one line.'
  const shared = lines.find(
    (text) => BLOCK_NAMES.some((name) => text.includes(`{{${name}}}`)) && !/^\s*\{\{\w+\}\}\s*$/.test(text)
  )
  if (shared) return `has more than the built-in text on the line ${shared.trim()}; give that name a line of its own.`
  try {
    return faultOfTags(Mustache.parse(template), names)
  } catch (error) {
    return `is not a valid template: ${error instanceof Error ? error.message : String(error)}.`
  }
}

type Tags = ReturnType<typeof Mustache.parse>

function faultOfTags(tags: Tags, names: readonly string[]): string | null {
  for (const [kind, name, , , inner] of tags) {
    if (kind === 'text' || kind === '!') continue
    if (kind !== 'name' && kind !== '#' && kind !== '^')
      return `has a tag that is not possible: ${kind} ${name}. Use {{name}}, {{#name}}…{{/name}} and {{^name}}…{{/name}}.`
    if (!names.includes(name))
      return `names ${name}, which does not exist${suggestion(name, names)}. There are ${names.join(', ')}.`
    const fault = Array.isArray(inner) ? faultOfTags(inner as Tags, names) : null
    if (fault) return fault
  }
  return null
}
