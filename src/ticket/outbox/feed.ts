/** Puts every saved case into the outbox, in the transaction that saves it. */
import type { Case } from '../../domain/case.ts'
import type { OutboxDraft } from '../../domain/outbox.ts'
import type { CaseWrite, Store } from '../../domain/store.ts'

/** The same store; whoever saves a case through it also tells the targets. */
export function feedOutbox(store: Store, draft: (c: Case) => OutboxDraft): Store {
  const fed = (write: CaseWrite): CaseWrite => ({ ...write, outbox: draft(write.next) })
  return {
    ...store,
    save: (write) => store.save(fed(write)),
    processEvents: ({ events, write }) => store.processEvents({ events, ...(write ? { write: fed(write) } : {}) }),
    beginWrite: (write, limits) => store.beginWrite(fed(write), limits)
  }
}
