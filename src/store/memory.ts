/** The engine that keeps everything in maps, for tests. Same promises as the others, except that nothing outlives it. */
import type { Controls } from '../decide/decision.ts'
import { Contents } from './memory/contents.ts'
import { failingNow } from './memory/traces.ts'
import type { LedgerDraft, Saved, Store } from './store.ts'
import { StoreUnavailable } from './store.ts'

/** An empty store that lasts as long as the process. */
export function openMemory(): Store {
  const kept = new Contents()
  const wakes: (() => void)[] = []
  let closed = false

  /** Each call is one step of its own, as in a database. */
  async function step<T>(work: (contents: Contents) => T, wakeFor: (result: T) => boolean = () => false): Promise<T> {
    if (closed) throw new StoreUnavailable('The store is closed.')
    const result = work(kept)
    if (wakeFor(result)) for (const wake of wakes) wake()
    return result
  }

  return {
    receive: (delivery) =>
      step(
        (all) => all.receive(delivery),
        (receipt) => receipt.fresh.length > 0
      ),
    nextEvents: (ask) => step((all) => all.nextEvents(ask)),
    digest: (ask) =>
      step(
        (all) => all.digest(ask),
        (saved) => saved === 'saved' && ask.write !== undefined && ask.write.next.dueAt !== null
      ),
    latestCase: (subjectKey) => step((all) => all.caseBy(all.ofSubject(subjectKey).at(-1)?.id)),
    claimDue: (ask) => step((all) => all.claimDue(ask)),
    release: (holder) =>
      step(
        (all) => all.release(holder),
        () => true
      ),
    save: (write) =>
      step(
        (all) => all.save(write),
        (saved) => saved === 'saved' && write.next.dueAt !== null
      ),
    beginWrite: (write, limits) =>
      step(
        (all) => all.begin(write, limits),
        (begun) => begun === 'begun' && write.next.dueAt !== null
      ),
    getCase: (id) => step((all) => all.caseBy(id)),
    listCases: (query) => step((all) => all.list(query)),
    recent: (query) => step((all) => all.recent(query)),
    failing: (ask) => step((all) => failingNow(all.traces, ask)),
    countChildren: (parentId) => step((all) => all.countChildren(parentId)),
    actionsSince: (since) => step((all) => all.actionsSince(since)),
    controls: () => step((all) => structuredClone(all.controls)),
    setControls: (next, ledger) => step((all) => setControls(all, next, ledger)),
    ledger: ({ after, limit }) => step((all) => structuredClone(all.lines.slice(after, after + limit))),
    putTicket: (ticket) => step((all) => void all.tickets.set(ticket.key, structuredClone(ticket))),
    getTicket: (key) => step((all) => structuredClone(all.tickets.get(key)) ?? null),
    deadLetters: (limit) => step((all) => all.dead.toReversed().slice(0, limit)),
    snapshot: () => step((all) => all.snapshot()),
    onWork: (wake) => void wakes.push(wake),
    healthy: async () => !closed,
    async close() {
      closed = true
    }
  }
}

function setControls(all: Contents, next: Controls, ledger: LedgerDraft): Saved {
  if (all.controls.version !== next.version - 1) return 'conflict'
  all.controls = structuredClone(next)
  all.append(ledger)
  return 'saved'
}
