/** Does to the case what somebody did in the tracker, with the same effect as reading it there (`closings.ts`). */
import type { CaseCommands } from '../../domain/operator-commands.ts'
import type { RemoteTicket } from '../../domain/outbox.ts'
import type { Store } from '../../domain/store.ts'
import { MINUTE_MS, plus } from '../../domain/time.ts'
import { followClosing } from '../outbox/close-sync.ts'
import type { Target } from '../targets/target.ts'
import type { WebhookEvent } from './parse.ts'

export interface WebhookDeps {
  readonly store: Pick<Store, 'outboxEntries' | 'getCase'>
  readonly commands: Pick<CaseCommands, 'assign'>
  readonly closeCase: (caseId: string, target: string, how: string) => Promise<boolean>
}

/** The tracker's clock and ours may differ by this much. */
const SKEW_MS = 2 * MINUTE_MS

/** False: not now, the sender should come again. */
export async function applyWebhook(target: Target, heard: WebhookEvent, deps: WebhookDeps): Promise<boolean> {
  if (heard.of === 'nothing') return true
  if (heard.of === 'changed') {
    const closing = await target.readOne(heard.key)
    return closing === null || followClosing(target.name, closing, deps)
  }
  const { key, at, by } = heard
  const [errand] = await deps.store.outboxEntries({ target: target.name, key, limit: 1 })
  if (!errand?.ticket || isOld(errand.ticket, at)) return true
  const how = `it was closed in ${target.name} by ${by}`
  if (heard.of === 'closed') return followClosing(target.name, { ref: errand.ticket, how }, deps)
  const c = await deps.store.getCase(errand.caseId)
  if (c && !c.assignee)
    await deps.commands.assign(c.id, { to: by }, { name: `ticket:${target.name}`, role: 'approver' })
  return true
}

/** Said of the ticket before it was opened, or opened again: a request of then, sent once more. */
function isOld({ since }: RemoteTicket, at: string): boolean {
  return at < plus(since, -SKEW_MS)
}
