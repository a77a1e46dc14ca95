/** The engine that keeps everything in maps, for tests. Same promises as the others, except that nothing outlives it. */

import type { Controls } from '../domain/decision.ts'
import type { LedgerDraft, LedgerRow } from '../domain/ledger.ts'
import type { Saved, Store } from '../domain/store.ts'
import { InProcessLeases, StoreUnavailable } from '../domain/store.ts'
import { bringsWork } from './keys.ts'
import { activityOf } from './memory/activity.ts'
import { Contents } from './memory/contents.ts'
import { bringForward } from './memory/timekeeping.ts'
import { failingNow } from './memory/traces.ts'
import { erase, mentions, prune } from './memory/upkeep.ts'

/** An empty store that lasts as long as the process. */
export function openMemory(): Store {
  const kept = new Contents()
  const duties = new InProcessLeases()
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
    claimEvents: (ask) => step((all) => all.nextEvents(ask)),
    processEvents: (ask) =>
      step(
        (all) => all.digest(ask),
        (saved) => saved === 'saved' && ask.write !== undefined && bringsWork(ask.write)
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
        (saved) => saved === 'saved' && bringsWork(write)
      ),
    beginWrite: (write, limits) =>
      step(
        (all) => all.begin(write, limits),
        (begun) => begun === 'begun' && bringsWork(write)
      ),
    getCase: (id) => step((all) => all.caseBy(id)),
    listCases: (query) => step((all) => all.list(query)),
    countCases: (filter) => step((all) => all.found(filter).length),
    activity: (since) => step((all) => activityOf(all.currentCases(), [...all.actions.values()], since)),
    recent: (query) => step((all) => all.recent(query)),
    failing: (ask) => step((all) => failingNow(all.traces, ask)),
    countChildren: (parentId) => step((all) => all.countChildren(parentId)),
    actionsSince: (since) => step((all) => all.actionsSince(since)),
    controls: () => step((all) => structuredClone(all.controls)),
    setControls: (next, ledger) => step((all) => setControls(all, next, ledger)),
    ledger: (page) => step((all) => structuredClone(linesOf(all.lines, page))),
    putTicket: (ticket) => step((all) => void all.tickets.set(ticket.key, structuredClone(ticket))),
    getTicket: (key) => step((all) => structuredClone(all.tickets.get(key)) ?? null),
    cursor: (name) => step((all) => all.cursors.get(name) ?? null),
    setCursor: (name, value) => step((all) => void all.cursors.set(name, value)),
    acquireLease: (ask) => step(() => duties.hold(ask)),
    releaseLease: (name, holder) => step(() => duties.leave(name, holder)),
    claimOutboxEntry: (ask) => step((all) => all.errands.claim(ask)),
    saveOutboxEntry: (ask) => step((all) => all.errands.save(ask)),
    outboxEntries: (query) => step((all) => all.errands.list(query)),
    retryOutboxEntry: (id, now) =>
      step(
        (all) => all.errands.retry(id, now),
        (errand) => errand !== null
      ),
    outboxFigures: () => step((all) => all.errands.figures()),
    applyRetention: (ask) => step((all) => prune(all, ask)),
    findMentions: (ask) => step((all) => mentions(all, ask)),
    erasePerson: (ask) => step((all) => erase(all, ask)),
    sharedTime: () => step(() => null),
    bringForward: (now) => step((all) => bringForward(all, now)),
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

function linesOf(lines: readonly LedgerRow[], page: Parameters<Store['ledger']>[0]): LedgerRow[] {
  const { after, limit, caseId } = page
  return lines.filter((line) => line.seq > after && (caseId === undefined || line.caseId === caseId)).slice(0, limit)
}
