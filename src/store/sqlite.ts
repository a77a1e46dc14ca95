/**
 * The embedded engine: `node:sqlite` in a worker thread, so that syncing the disk never holds up the event loop.
 * Write-ahead log with `synchronous=FULL` and group commit (DESIGN §7). This side turns words into rows and back.
 */
import { getCompileCacheDir } from 'node:module'
import { dirname, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type CaseFilter, type CaseQuery, InProcessLeases, type Store, StoreConfigError } from '../domain/store.ts'
import { caseOf, caseSave, claimedCase } from './case-rows.ts'
import { pendingEvents } from './claimed-events.ts'
import { positionAfter, writeCursor } from './cursor.ts'
import { bringsWork, loginKey, searchKey } from './keys.ts'
import { Line } from './sqlite/line.ts'
import type { Ask } from './sqlite/ops.ts'
import { startThread, type Thread, type ThreadEvents } from './sqlite/thread.ts'

export interface SqliteOptions {
  /** Starts whatever owns the file; a worker thread unless told otherwise. */
  readonly start?: (path: string, on: ThreadEvents) => Promise<Thread>
  /** Without an answer for this long, the disk counts as hanging and callers get `StoreUnavailable`. */
  readonly answerWithinMs?: number
  /** How long callers are refused at once after the file could not be opened again. */
  readonly restartAfterMs?: number
}

export interface SqliteStore extends Store {
  /** Transactions committed so far that could write: with many callers, far fewer than calls. */
  commits(): number
}

/** Opens or makes the file. Rejects with `StoreRefused`, whose message says what to do. */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<SqliteStore> {
  if (path.trim() === '')
    throw new StoreConfigError('The store has no file. Name one, such as "sqlite:data/reenroll.db".')
  const file = resolve(path)
  const start = options.start ?? startWorker
  const line = new Line({
    start: (on) => start(file, on),
    answerWithinMs: options.answerWithinMs ?? 10_000,
    restartAfterMs: options.restartAfterMs ?? 250
  })
  await line.open()
  // The file serves one process: whoever held a lease is gone, and its work need not wait for the lease to run out.
  // Calls are done in order, so nobody claims before it; if the disk hangs right now, the leases run out by themselves.
  line.call('releaseAll', null).catch(() => undefined)
  return storeOver(line)
}

function startWorker(path: string, on: ThreadEvents): Promise<Thread> {
  // Node answers with the folder of its own version, inside the one that was asked for.
  const compiled = getCompileCacheDir()
  const workerData = { path, compiledIn: compiled === undefined ? null : dirname(compiled) }
  return startThread(new Worker(new URL('./sqlite-worker.mjs', import.meta.url), { workerData }), on)
}

function storeOver(line: Line): SqliteStore {
  const duties = new InProcessLeases()
  const wakes: (() => void)[] = []
  const wakeIf = (work: boolean) => {
    if (work) for (const wake of wakes) wake()
  }
  return {
    async receive(delivery) {
      const receipt = await line.call('receive', delivery)
      wakeIf(receipt.fresh.length > 0)
      return receipt
    },
    claimEvents: async (ask) => pendingEvents(await line.call('nextEvents', ask)),
    async processEvents({ events, write }) {
      const save = write ? caseSave(write) : null
      const steps = events.map(({ uuid, fate, trace }) => ({ uuid, fate, trace: trace ?? null }))
      const saved = await line.call('digest', { events: steps, save })
      wakeIf(saved === 'saved' && write !== undefined && bringsWork(write))
      return saved
    },
    latestCase: async (subjectKey) => caseOrNull(await line.call('latestCase', subjectKey)),
    claimDue: async (ask) => (await line.call('claimDue', ask)).map(claimedCase),
    async release(holder) {
      await line.call('release', holder)
      wakeIf(true)
    },
    async save(write) {
      const saved = await line.call('save', caseSave(write))
      wakeIf(saved === 'saved' && bringsWork(write))
      return saved
    },
    async beginWrite(write, limits) {
      const begun = await line.call('beginWrite', { save: caseSave(write), limits })
      wakeIf(begun === 'begun' && bringsWork(write))
      return begun
    },
    getCase: async (id) => caseOrNull(await line.call('getCase', id)),
    async listCases(query) {
      const { bodies, last } = await line.call('listCases', listAsk(query))
      return { cases: bodies.map(caseOf), next: last && writeCursor(last) }
    },
    countCases: (filter) => line.call('countCases', filterAsk(filter)),
    activity: (since) => line.call('activity', since),
    recent: (query) => line.call('recent', query),
    failing: (ask) => line.call('failing', ask),
    countChildren: (parentId) => line.call('countChildren', parentId),
    async actionsSince(since) {
      const rows = await line.call('actionsSince', since)
      return rows.map(({ case_id, body }) => ({ ...JSON.parse(body), caseId: case_id }))
    },
    controls: async () => JSON.parse(await line.call('controls', null)),
    setControls: (next, ledger) =>
      line.call('setControls', { version: next.version, body: JSON.stringify(next), ledger: JSON.stringify(ledger) }),
    async ledger(page) {
      const rows = await line.call('ledger', page)
      return rows.map((row) => ({ ...row, entry: JSON.parse(row.entry) }))
    },
    async putTicket(ticket) {
      await line.call('putTicket', { key: ticket.key, caseId: ticket.caseId, body: JSON.stringify(ticket) })
    },
    async getTicket(key) {
      const body = await line.call('getTicket', key)
      return body === null ? null : JSON.parse(body)
    },
    acquireLease: async (ask) => duties.hold(ask),
    releaseLease: async (name, holder) => duties.leave(name, holder),
    cursor: (name) => line.call('cursor', name),
    async setCursor(name, value) {
      await line.call('setCursor', { name, value })
    },
    claimOutboxEntry: (ask) => line.call('claimErrand', ask),
    saveOutboxEntry: (ask) => line.call('saveErrand', ask),
    outboxEntries: (query) => line.call('errands', query),
    async retryOutboxEntry(id, now) {
      const errand = await line.call('retryErrand', { id, now })
      wakeIf(errand !== null)
      return errand
    },
    outboxFigures: () => line.call('outboxFigures', null),
    applyRetention: (ask) => line.call('prune', ask),
    findMentions: (ask) => line.call('mentions', ask),
    erasePerson: (ask) => line.call('erase', ask),
    sharedTime: async () => null,
    bringForward: (now) => line.call('bringForward', now),
    deadLetters: (limit) => line.call('deadLetters', limit),
    snapshot: () => line.call('snapshot', null),
    onWork: (wake) => void wakes.push(wake),
    healthy: () =>
      line.call('probe', null).then(
        () => true,
        () => false
      ),
    close: () => line.close(),
    commits: () => line.commits
  }
}

function caseOrNull(body: string | null) {
  return body === null ? null : caseOf(body)
}

function listAsk(query: CaseQuery): Ask<'listCases'> {
  const { order = 'newest', limit, after } = query
  return { ...filterAsk(query), order, limit, after: positionAfter(after) }
}

function filterAsk(filter: CaseFilter): Ask<'countCases'> {
  return {
    states: filter.states ?? null,
    cause: filter.cause ?? null,
    parentId: filter.parentId ?? null,
    user: filter.user === undefined ? null : { id: filter.user, login: loginKey(filter.user) },
    mode: filter.mode ?? null,
    openedSince: filter.openedSince ?? null,
    search: filter.search === undefined ? null : searchKey(filter.search),
    folded: filter.folded ?? false,
    canary: filter.canary ?? false,
    snooze: filter.snooze ?? null
  }
}
