/** The `tickets` section as policy, and what its keys must be to each other. */
import { readDurationMs } from '../../domain/time.ts'
import { suggestion } from '../did-you-mean.ts'
import type { PolicyFile } from './schema.ts'
import {
  DEFAULT_MAIL,
  DEFAULT_PERSONAL_DATA,
  DEFAULT_TICKETS,
  type FieldsRow,
  MAIL_TARGET,
  type MailPolicy,
  SETTABLE,
  SYSTEM_KEYS,
  type TargetPolicy,
  type TargetSettings,
  type TicketPolicy,
  type TicketRoute,
  type TicketSystem,
  templateFault
} from './ticket-policy.ts'
import type { TicketsFile } from './tickets-schema.ts'

type TargetFile = NonNullable<TicketsFile['targets']>[number]
type LineOf = (path: readonly string[]) => number

/** Keys that every target may have. */
const COMMON_KEYS = [
  'name',
  'system',
  'personalData',
  'callsPerMinute',
  'summary',
  'body',
  'update',
  'reopen',
  'resolve',
  'proxy',
  'caFile'
]
/** They show chosen parts of the built-in text, and take the weekly summary. */
const CHATS: readonly TicketSystem[] = ['slack', 'teams']

export function readTickets(file: TicketsFile = {}): TicketPolicy {
  const ms = (text: string | undefined, otherwise: number) => (text ? (readDurationMs(text) ?? otherwise) : otherwise)
  return {
    reopenWithinMs: ms(file.reopenWithin, DEFAULT_TICKETS.reopenWithinMs),
    repeatEveryMs: ms(file.repeatEvery, DEFAULT_TICKETS.repeatEveryMs),
    closingsEveryMs: ms(file.closingsEvery, DEFAULT_TICKETS.closingsEveryMs),
    targets: (file.targets ?? []).flatMap((target) => readTarget(target, file.fields ?? []) ?? []),
    routes: (file.routes ?? []).map((route) => ({ ...route, to: route.to ?? [] }) as TicketRoute),
    escalateTo: file.escalateTo ?? [],
    // `ticketFaults` has refused own steps without an opening or a step.
    mail: { ...DEFAULT_MAIL, ...file.mail } as MailPolicy
  }
}

function readTarget(file: TargetFile, rows: NonNullable<TicketsFile['fields']>): TargetPolicy | null {
  const { name, system, personalData, callsPerMinute, summary = '', body = '', proxy, caFile, ...own } = file
  const { update = true, reopen = true, resolve = true } = file
  if (name === undefined || system === undefined) return null
  const keys = Object.entries(SYSTEM_KEYS[system])
  const given = new Map(Object.entries(own))
  const values = keys.map(([key, otherwise]) => [
    key,
    key === 'url' || key === 'apiUrl' ? bare(given.get(key) ?? otherwise, system) : (given.get(key) ?? otherwise)
  ])
  return {
    name,
    personalData: personalData ?? DEFAULT_PERSONAL_DATA,
    callsPerMinute: callsPerMinute ?? CALLS_PER_MINUTE[system],
    template: { summary, body },
    switches: { update, reopen, resolve },
    ...(proxy && { proxy }),
    ...(caFile && { caFile }),
    fields: rows.flatMap(({ to, set, ...conditions }) =>
      to?.includes(name) && set ? { ...conditions, set } : []
    ) as FieldsRow[],
    // `ticketFaults` has refused a target that lacks a key; the schema has checked each value.
    settings: { system, ...Object.fromEntries(values) } as TargetSettings
  }
}

/** Without a slash at the end, which only Slack's SDK wants. */
function bare(url: unknown, system: string): unknown {
  return typeof url === 'string' && system !== 'slack' ? url.replace(/\/+$/, '') : url
}

export function ticketFaults({ tickets: file = {}, summary }: PolicyFile, lineOf: LineOf): string[] {
  const targets = file.targets ?? []
  const names = targets.flatMap(({ name }) => name ?? [])
  const chats = targets.flatMap(({ name, system }) => (name && system && CHATS.includes(system) ? name : []))
  const posted = summary?.chats ?? []
  const say = (path: readonly string[], what: string) => `line ${lineOf(['tickets', ...path])}: ${what}`
  return [
    ...targets.flatMap((target, index) =>
      faultsOfTarget(target, names.indexOf(target.name ?? '') < index).map((what) =>
        say(['targets', String(index)], `tickets.targets, item ${index + 1}, ${what}`)
      )
    ),
    ...(file.routes ?? []).flatMap((route, index) =>
      faultsOfRoute(route, names).map((what) =>
        say(['routes', String(index)], `tickets.routes, item ${index + 1}, ${what}`)
      )
    ),
    ...(file.fields ?? []).flatMap((row, index) =>
      faultsOfFields(row, targets).map((what) =>
        say(['fields', String(index)], `tickets.fields, item ${index + 1}, ${what}`)
      )
    ),
    ...Object.entries(file.mail?.steps ?? {})
      .filter(([, own]) => !own?.opening || !own.steps)
      .map(([cause]) => say(['mail', 'steps', cause], `tickets.mail.steps.${cause} needs an opening and steps.`)),
    ...(file.escalateTo ?? [])
      .filter((name) => !names.includes(name))
      .map((name) =>
        say(['escalateTo'], `tickets.escalateTo leads to ${name}, which is not a target${suggestion(name, names)}.`)
      ),
    ...posted
      .filter((name) => !chats.includes(name))
      .map(
        (name) =>
          `line ${lineOf(['summary', 'chats'])}: summary.chats names ${name}, which is not a target in Slack or Teams${suggestion(name, chats)}.`
      ),
    ...(names.some((name) => !posted.includes(name)) && (file.routes ?? []).length === 0
      ? [say(['targets'], 'tickets.targets are named but no route leads to them. Add routes: [{to: [name]}].')]
      : [])
  ]
}

function faultsOfTarget(target: TargetFile, isTwice: boolean): string[] {
  const { name, system } = target
  if (name === undefined || system === undefined) return ['needs a name and a system.']
  const keys: Readonly<Record<string, unknown>> = SYSTEM_KEYS[system]
  const missing = Object.keys(keys).filter((key) => keys[key] === null && !(key in target))
  const common = COMMON_KEYS.filter((key) => key !== 'body' || !CHATS.includes(system))
  const stray = Object.keys(target).filter((key) => !(key in keys) && !common.includes(key))
  const { affectedUser } = target
  const roles = ROLES[system] ?? []
  const wrongRole = affectedUser !== undefined && roles.length > 0 && !roles.includes(affectedUser)
  const needsUser = system === 'jira' && target.deployment !== 'data-center' && target.user === undefined
  const logins = [target.user, target.clientId].filter((login) => login !== undefined)
  const wrongLogin = system === 'servicenow' && logins.length !== 1
  const templates = (['summary', 'body'] as const).flatMap((key) => {
    const fault = templateFault(key, target[key] ?? '')
    return fault === null ? [] : [`${key} ${fault}`]
  })
  return [
    ...(name === MAIL_TARGET ? [`has the name ${name}, which mail to users has. Give it another.`] : []),
    ...(isTwice ? [`has the name ${name}, which another target has. Give each its own.`] : []),
    ...[...missing, ...(needsUser ? ['user'] : [])].map((key) => `lacks ${key}, which ${system} needs.`),
    ...stray.map((key) => `has ${key}, which ${system} does not take.`),
    ...(wrongRole ? [`has affectedUser: ${affectedUser}; for ${system} it may be ${roles.join(' or ')}.`] : []),
    ...(wrongLogin ? ['needs either user or clientId, which is how to log in to servicenow.'] : []),
    ...templates
  ]
}

function faultsOfRoute(route: NonNullable<TicketsFile['routes']>[number], names: readonly string[]): string[] {
  const { to = [], hours } = route
  return [
    ...(to.length === 0 ? ['needs to: the targets that hear of the case.'] : []),
    ...to
      .filter((name) => !names.includes(name))
      .map((name) => `leads to ${name}, which is not a target${suggestion(name, names)}.`),
    ...(hours && !(hours.from && hours.to && hours.zone) ? ['has hours without from, to and zone.'] : [])
  ]
}

function faultsOfFields(row: NonNullable<TicketsFile['fields']>[number], targets: readonly TargetFile[]): string[] {
  const keys = Object.keys(row.set ?? {})
  const stray = targets.flatMap(({ name, system }) => {
    if (!name || !system || !row.to?.includes(name)) return []
    const takes: readonly string[] = SETTABLE[system]
    const possible = takes.length === 0 ? 'It takes none.' : `It takes ${takes.join(', ')}.`
    return keys
      .filter((key) => !takes.includes(key))
      .map((key) => `sets ${key}, which ${name} (${system}) does not take. ${possible}`)
  })
  const names = targets.flatMap(({ name }) => name ?? [])
  return [...faultsOfRoute(row, names), ...(keys.length === 0 ? ['needs set: what the ticket gets.'] : []), ...stray]
}

/** What the user of a case can be in a ticket. */
const ROLES: Readonly<Partial<Record<TicketSystem, readonly string[]>>> = {
  jira: ['reporter', 'watcher'],
  servicenow: ['caller', 'watcher']
}

/** Calls a minute unless the policy says otherwise: well inside what each vendor allows. */
const CALLS_PER_MINUTE: Readonly<Record<TicketSystem, number>> = {
  webhook: 120,
  jira: 120,
  pagerduty: 60,
  // Creating content is limited to 80 a minute and 500 an hour.
  github: 50,
  servicenow: 120,
  // chat.postMessage takes about one a second per channel.
  slack: 50,
  // A workflow takes about four requests a second; a channel is read by people.
  teams: 30
}
