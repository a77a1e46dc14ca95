/** SQLite without a worker thread: for stores that live in memory, and for tests that open many. */
import { type LedgerKey, ledgerKeys } from '../ledger.ts'
import { storeOverQueue } from '../sqlite.ts'
import type { CountingStore } from '../store-over.ts'
import { runBatch } from './batch.ts'
import { CommandQueue } from './command-queue.ts'
import { type OpenFile, openFile, openFileForReading } from './open-file.ts'
import type { Thread, ThreadEvents } from './thread.ts'

const WAITS = { answerWithinMs: 10_000, restartAfterMs: 250 } as const

/** The same file, transactions and copies of what is passed as in the worker thread. */
export async function startInSameThread(path: string, on: ThreadEvents, ledgerKey?: LedgerKey | null): Promise<Thread> {
  return threadOver(openFile(path, ledgerKey), on)
}

function threadOver(file: OpenFile, on: ThreadEvents): Thread {
  let last: Promise<void> = Promise.resolve()
  return {
    send(commands) {
      const asked = structuredClone(commands)
      last = last.then(async () => on.replies(structuredClone(await runBatch(file.db, asked))))
    },
    async end() {
      await last
      file.close()
    }
  }
}

/** An empty store that ends with the process. */
export function openInMemory(secrets: readonly string[] = []): CountingStore {
  const [ledgerKey] = ledgerKeys(secrets)
  // The queue starts the thread with the first command.
  return storeOverQueue(new CommandQueue({ start: (on) => startInSameThread(':memory:', on, ledgerKey), ...WAITS }))
}

/** What is stored in the file, also beside the service that writes it. A write fails. Rejects with `StoreConfigError`. */
export async function openForReading(path: string): Promise<CountingStore> {
  const queue = new CommandQueue({ start: async (on) => threadOver(openFileForReading(path), on), ...WAITS })
  await queue.open()
  return storeOverQueue(queue)
}
