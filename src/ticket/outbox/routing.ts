/** Which targets get a case, by the policy, and the store that writes it into the outbox. */
import {
  type FieldsRow,
  MAIL_TARGET,
  type MailPolicy,
  type TicketConditions,
  type TicketFields,
  type TicketRoute
} from '../../config/policy/ticket-policy.ts'
import { advice } from '../../decide/advice.ts'
import type { Case } from '../../domain/case.ts'
import type { OutboxDraft } from '../../domain/outbox.ts'
import type { CaseWrite, Store } from '../../domain/store.ts'
import { isWithin } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { severityOf } from '../draft/severity.ts'
import { isForMail } from '../mail/eligibility.ts'

/* Puts every saved case into the outbox, in the transaction that saves it. */

/** The same store, which also writes each saved case into the outbox, in the same transaction. */
export function feedOutbox(store: Store, draft: (c: Case) => OutboxDraft): Store {
  const fed = (write: CaseWrite): CaseWrite => ({ ...write, outbox: draft(write.next) })
  return {
    ...store,
    save: (write) => store.save(fed(write)),
    processEvents: ({ events, write }) => store.processEvents({ events, ...(write ? { write: fed(write) } : {}) }),
    beginWrite: (write, limits) => store.beginWrite(fed(write), limits)
  }
}

export interface OutboxRules {
  readonly routes: readonly TicketRoute[]
  readonly mail?: Pick<MailPolicy, 'causes'>
  readonly escalateTo?: readonly string[]
}

/** The outbox entries of this save: the targets, and mail to the user where the policy wants it. */
export function outboxDraft(c: Case, { routes, mail, escalateTo = [] }: OutboxRules): OutboxDraft {
  const at = c.updatedAt
  const waits = c.state === 'awaiting_approval' || c.state === 'with_person'
  const ownTicket = c.parentId === null || c.securityAlert !== null
  const late = Object.values(c.clocks ?? {}).some(({ step }) => step !== 'reminded')
  const wanted = waits && ownTicket ? [...targetsOf(c, routes, at), ...(late ? escalateTo : [])] : []
  const targets = [...new Set(wanted)]
  return { revision: c.contentRevision, at, targets: mail && isForMail(c, mail) ? [...targets, MAIL_TARGET] : targets }
}

export function targetsOf(c: Case, routes: readonly TicketRoute[], at: Instant): readonly string[] {
  const chosen: string[] = []
  for (const route of routes) {
    if (!matches(c, route, at)) continue
    chosen.push(...route.to)
    if (route.last) break
  }
  return [...new Set(chosen)]
}

/** What a ticket of this case gets: all rows that match, later ones over earlier ones. */
export function ticketFieldsOf(c: Case, rows: readonly FieldsRow[], at: Instant): TicketFields {
  const sets = rows.filter((row) => matches(c, row, at)).map(({ set }) => set)
  return {
    ...Object.assign({}, ...sets),
    labels: [...new Set(sets.flatMap(({ labels = [] }) => labels))],
    fields: Object.assign({}, ...sets.map(({ fields }) => fields))
  }
}

function matches(
  c: Case,
  { causes, severities, queues, rules, groups, hours }: TicketConditions,
  at: Instant
): boolean {
  if (causes && !causes.includes(c.cause?.id ?? 'unknown')) return false
  if (severities && !severities.includes(severityOf(c))) return false
  if (queues && !queues.includes(advice(c).queue)) return false
  if (rules && !rules.includes(c.decision?.rule ?? '')) return false
  if (groups && !isInOneOf(c, groups)) return false
  return !hours || isWithin(hours, at)
}

function isInOneOf(c: Case, groups: readonly string[]): boolean {
  const read = c.evidence?.groups
  if (read?.state !== 'known') return false
  return read.value.some(({ id, name }) => groups.includes(id) || (name !== null && groups.includes(name)))
}
