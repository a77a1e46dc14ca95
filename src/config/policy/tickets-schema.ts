/** The `tickets` section of the policy file. */
import { type Static, Type } from 'typebox'
import { QUEUES, RULES } from '../../decide/rules.ts'
import { WEEKDAYS } from '../../domain/time.ts'
import { CAUSE_IDS } from '../../domain/vocabulary.ts'
import { isLoopback, isProxyAddress } from '../settings/setting.ts'
import { arrayOf, choice, duration, nonEmptyText, section, wholeNumber } from './terms.ts'
import { DEFAULT_PERSONAL_DATA, PAGERDUTY_SEVERITIES, PERSONAL_DATA, TICKET_SYSTEMS } from './ticket-policy.ts'

const SEVERITIES = ['security', 'high', 'normal', 'low'] as const

const anyFields = Type.Record(Type.String(), Type.Unknown(), { says: 'fields by name, as the system takes them' })
/** An address to which credentials may travel. */
export const safeAddress = (description: string) =>
  Type.Refine(Type.String({ description, says: 'an address with https:// (http:// for loopback only)' }), isSafeAddress)
const address = safeAddress('')
export const clockTime = Type.String({
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
  says: 'a time such as 08:30, in quotes'
})
export const timeZone = Type.Refine(Type.String({ says: 'a time zone such as Europe/Berlin' }), isZone)

/** Credentials travel with every call. */
function isSafeAddress(address: string): boolean {
  const url = URL.parse(address)
  const isPrivate = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
  return isPrivate && url.username === '' && url.password === ''
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

export const targetName = Type.String({
  pattern: '^[a-z0-9][a-z0-9-]{0,39}$',
  says: 'a name of small letters, digits and hyphens'
})
const onOff = Type.Boolean({ says: 'true or false' })
/** The policy is shown on pages, so a password does not belong there. */
const A_PROXY =
  'none, or the address of a proxy such as http://proxy.example.com:3128; one with a password is <name of the target>.proxy in REENROLL_TICKET_SECRETS'
const isProxy = (text: string) => text === 'none' || (isProxyAddress(text) && !text.includes('@'))
const template = Type.String({ minLength: 1, maxLength: 10_000, says: 'a text of at most 10,000 characters' })

const target = section('', {
  name: targetName,
  system: choice(TICKET_SYSTEMS),
  personalData: arrayOf(choice(PERSONAL_DATA), ''),
  callsPerMinute: wholeNumber(1, 10_000, ''),
  summary: template,
  body: template,
  update: onOff,
  reopen: onOff,
  resolve: onOff,
  proxy: Type.Refine(Type.String({ says: A_PROXY }), isProxy),
  caFile: nonEmptyText,
  affectedUser: choice(['reporter', 'caller', 'watcher']),
  url: address,
  user: nonEmptyText,
  project: nonEmptyText,
  deployment: choice(['cloud', 'data-center']),
  issueType: nonEmptyText,
  fields: anyFields,
  resolveBy: arrayOf(nonEmptyText, ''),
  reopenBy: arrayOf(nonEmptyText, ''),
  apiUrl: address,
  transitionFields: Type.Record(Type.String(), anyFields, { says: 'fields by the name of the transition' }),
  resolution: nonEmptyText,
  wontFix: arrayOf(nonEmptyText, ''),
  source: nonEmptyText,
  appId: Type.String({ pattern: '^[\\w.]+$', says: 'the id of a GitHub App, in quotes' }),
  clientId: nonEmptyText,
  repository: Type.String({ pattern: '^[\\w.-]+/[\\w.-]+$', says: 'owner/repository' }),
  table: Type.String({ pattern: '^[a-z0-9_]+$', says: 'the name of a table, such as incident' }),
  closeCode: nonEmptyText,
  channel: Type.String({ pattern: '^[CG][A-Z0-9]{6,}$', says: 'the id of a channel, such as C0123456789' }),
  approvers: arrayOf(
    Type.String({ pattern: '^[UW][A-Z0-9]+$', says: 'the id of a Slack user, such as U0123456789' }),
    ''
  )
})

/** Hours of the week. */
export const hoursSection = (description: string) =>
  section(description, {
    days: arrayOf(choice(WEEKDAYS), '', { minItems: 1 }),
    from: clockTime,
    to: clockTime,
    zone: timeZone,
    outside: onOff
  })

const to = arrayOf(nonEmptyText, '', { minItems: 1 })
const conditions = {
  causes: arrayOf(choice(CAUSE_IDS), '', { minItems: 1 }),
  severities: arrayOf(choice(SEVERITIES), '', { minItems: 1 }),
  queues: arrayOf(choice(QUEUES), '', { minItems: 1 }),
  rules: arrayOf(choice(RULES.map(({ id }) => id)), '', { minItems: 1 }),
  groups: arrayOf(nonEmptyText, '', { minItems: 1 }),
  hours: hoursSection('')
}

const route = section('', { to, ...conditions, last: onOff })

const fieldsRow = section('', {
  to,
  ...conditions,
  set: section('', {
    project: nonEmptyText,
    issueType: nonEmptyText,
    priority: nonEmptyText,
    assignmentGroup: nonEmptyText,
    assignees: arrayOf(nonEmptyText, ''),
    severity: choice(PAGERDUTY_SEVERITIES),
    labels: arrayOf(Type.String({ pattern: '^[^\\s,]{1,50}$', says: 'a label without spaces and commas' }), ''),
    fields: anyFields
  })
})

const ownText = (description: string) => Type.String({ description, says: 'a text' })
const ownSteps = section('', { opening: nonEmptyText, steps: arrayOf(nonEmptyText, '', { minItems: 1 }) })

export const ticketsSection = section(
  'Ticket systems beyond the built-in desk. Their secrets are in REENROLL_TICKET_SECRETS, by name.',
  {
    targets: arrayOf(
      target,
      `Each with name, system (${TICKET_SYSTEMS.join(', ')}) and what that system needs; see deploy/tickets.md. summary and body are templates for its title and text. personalData is what may leave with a ticket: any of ${PERSONAL_DATA.join(', ')} (default ${DEFAULT_PERSONAL_DATA.join(', ')}).`
    ),
    routes: arrayOf(
      route,
      'Which targets get a case: to, and any of causes, severities, queues, rules, groups (ids or names) and hours (days, from, to, zone, outside). All routes that match count, down to one with last: true.'
    ),
    fields: arrayOf(
      fieldsRow,
      'What new tickets get: to, conditions as for routes, and set: project, issueType, priority, labels, fields, assignmentGroup, assignees, severity; see deploy/tickets.md. All rows that match count, later ones over earlier ones.'
    ),
    escalateTo: arrayOf(
      nonEmptyText,
      'Targets that get a case too when one of its target times has nearly passed (see targets.escalatePercent).'
    ),
    reopenWithin: duration('A resolved ticket is opened again within this time; later a new one is made.'),
    repeatEvery: duration('Mere repetitions of the failure are added to the ticket at most this often.'),
    mail: section('The steps, mailed to the user as well; needs REENROLL_SMTP_URL.', {
      causes: arrayOf(choice(CAUSE_IDS), 'Causes whose steps are mailed; none: no mail.'),
      subject: ownText('Own subject, whatever the user’s language; empty: the one of the language.'),
      greeting: ownText('Own greeting, without a name.'),
      closing: ownText('Own last words, above the reference.'),
      steps: section(
        'Own words instead of the built-in steps, by cause: opening (a sentence) and steps (a list).',
        Object.fromEntries(CAUSE_IDS.map((id) => [id, ownSteps]))
      )
    }),
    closingsEvery: duration('How often trackers are asked for tickets that people closed.', { atLeast: '10s' })
  }
)

export type TicketsFile = Static<typeof ticketsSection>
