/** Which targets hear of a case, as the policy says. Pure. */
import type { Case } from '../case/case-file.ts'
import type { OutboxDraft } from '../store/outbox.ts'
import type { CauseId, Instant } from '../vocabulary.ts'
import type { Draft } from './desk.ts'
import { MAIL_TARGET, type MailPolicy } from './mail/mail-policy.ts'
import { isForMail } from './mail/may-mail.ts'
import { severityOf } from './severity.ts'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** All conditions that a route names must hold; one without conditions always does. */
export interface Route {
  readonly to: readonly string[]
  readonly causes?: readonly CauseId[]
  readonly severities?: readonly Draft['severity'][]
  /** Ids or names of groups; the user must be known to be in one. */
  readonly groups?: readonly string[]
  readonly hours?: Hours
  /** Routes below are not looked at when this one matches. */
  readonly last?: boolean
}

export interface Hours {
  readonly days?: readonly Weekday[]
  /** `HH:MM`; a span whose end is before its beginning goes through the night. */
  readonly from: string
  readonly to: string
  /** An IANA name such as `Europe/Berlin`. */
  readonly zone: string
  /** True outside of them instead. */
  readonly outside?: boolean
}

/** What the store is to tell with this save of the case, and whether the user is to have mail. */
export function outboxDraft(
  c: Case,
  { routes, mail }: { readonly routes: readonly Route[]; readonly mail?: Pick<MailPolicy, 'causes'> }
): OutboxDraft {
  const at = c.updatedAt
  const waits = c.state === 'awaiting_approval' || c.state === 'with_person'
  const ownTicket = c.parentId === null || c.alarm !== null
  const told = waits && ownTicket ? targetsOf(c, routes, at) : []
  return { story: c.story, at, targets: mail && isForMail(c, mail) ? [...told, MAIL_TARGET] : told }
}

export function targetsOf(c: Case, routes: readonly Route[], at: Instant): readonly string[] {
  const chosen: string[] = []
  for (const route of routes) {
    if (!matches(c, route, at)) continue
    chosen.push(...route.to)
    if (route.last) break
  }
  return [...new Set(chosen)]
}

function matches(c: Case, { causes, severities, groups, hours }: Route, at: Instant): boolean {
  if (causes && !causes.includes(c.cause?.id ?? 'unknown')) return false
  if (severities && !severities.includes(severityOf(c))) return false
  if (groups && !isInOneOf(c, groups)) return false
  return !hours || isWithin(hours, at)
}

function isInOneOf(c: Case, groups: readonly string[]): boolean {
  const read = c.evidence?.groups
  if (read?.state !== 'known') return false
  return read.value.some(({ id, name }) => groups.includes(id) || (name !== null && groups.includes(name)))
}

export function isWithin({ days, from, to, zone, outside = false }: Hours, at: Instant): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  }).formatToParts(new Date(at))
  const part = (type: string) => parts.find((found) => found.type === type)?.value ?? ''
  const time = `${part('hour')}:${part('minute')}`
  const overnight = to < from
  const inSpan = overnight ? time >= from || time < to : time >= from && time < to
  const today = WEEKDAYS.findIndex((day) => part('weekday').toLowerCase().startsWith(day))
  // After midnight a span belongs to the day on which it began.
  const began = overnight && time < to ? (today + 6) % 7 : today
  const day = WEEKDAYS[began]
  return (inSpan && (!days || (day !== undefined && days.includes(day)))) !== outside
}
