/**
 * The embedded engine: `node:sqlite` in a worker thread, so that syncing the disk never blocks the event loop. Write-ahead
 * log with `synchronous=FULL` and group commit.
 */
import { getCompileCacheDir } from 'node:module'
import { dirname, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { StoreConfigError } from '../domain/store.ts'
import { type LedgerKey, ledgerKeys } from './ledger.ts'
import { CommandQueue } from './sqlite/command-queue.ts'
import { startThread, type Thread, type ThreadEvents } from './sqlite/thread.ts'
import { type CountingStore, type Notice, storeOver } from './store-over.ts'

export interface SqliteOptions {
  /** Starts what owns the file; a worker thread by default. */
  readonly start?: (path: string, on: ThreadEvents, ledgerKey: LedgerKey | null) => Promise<Thread>
  /** `REENROLL_LEDGER_KEY`: the first signs ledger lines. */
  readonly ledgerKeys?: readonly string[]
  /** Without a reply for this long, the disk counts as hanging and callers get `StoreUnavailable`. */
  readonly answerWithinMs?: number
  /** How long callers are refused at once after the file could not be opened again. */
  readonly restartAfterMs?: number
}

/** Opens or creates the file. Rejects with `StoreConfigError`, whose message says what to do. */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<CountingStore> {
  if (path.trim() === '')
    throw new StoreConfigError('The store has no file. Name one, such as "sqlite:data/reenroll.db".')
  const file = resolve(path)
  const start = options.start ?? startWorker
  const [ledgerKey = null] = ledgerKeys(options.ledgerKeys ?? [])
  const queue = new CommandQueue({
    start: (on) => start(file, on, ledgerKey),
    answerWithinMs: options.answerWithinMs ?? 10_000,
    restartAfterMs: options.restartAfterMs ?? 250
  })
  await queue.open()
  // The file serves one process: the holders of its leases are gone, and their work need not wait for the leases to expire.
  // Commands run in order, so nobody claims before it; if the disk hangs right now, the leases expire.
  queue.call('releaseAll', null).catch(() => undefined)
  return storeOverQueue(queue)
}

export function storeOverQueue(queue: CommandQueue): CountingStore {
  const calls: Record<Notice, (() => void)[]> = { work: [], changes: [] }
  return storeOver({
    call: (op, ask) => queue.call(op, ask),
    receive: (delivery) => queue.call('receive', delivery),
    notify: (what) => {
      for (const call of calls[what]) call()
    },
    on: (what, call) => void calls[what].push(call),
    probe: () => queue.call('probe', null),
    close: () => queue.close(),
    commits: () => queue.commits
  })
}

function startWorker(path: string, on: ThreadEvents, ledgerKey: LedgerKey | null): Promise<Thread> {
  // Node returns the folder of its own version, inside the one that was asked for.
  const compiled = getCompileCacheDir()
  const workerData = { path, ledgerKey, compiledIn: compiled === undefined ? null : dirname(compiled) }
  return startThread(new Worker(new URL('./sqlite/worker.mjs', import.meta.url), { workerData }), on)
}
