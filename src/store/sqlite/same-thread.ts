/** SQLite without a worker thread: for stores that live in memory, and for tests that open many. */
import { type LedgerKey, ledgerKeys } from '../ledger.ts'
import { storeOverQueue } from '../sqlite.ts'
import type { CountingStore } from '../store-over.ts'
import { runBatch } from './batch.ts'
import { CommandQueue } from './command-queue.ts'
import { openFile } from './open-file.ts'
import type { Thread, ThreadEvents } from './thread.ts'

/** The same file, transactions and copies of what is passed as in the worker thread. */
export async function startInSameThread(path: string, on: ThreadEvents, ledgerKey?: LedgerKey | null): Promise<Thread> {
  const file = openFile(path, ledgerKey)
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
  const start = (on: ThreadEvents) => startInSameThread(':memory:', on, ledgerKey)
  return storeOverQueue(new CommandQueue({ start, answerWithinMs: 10_000, restartAfterMs: 250 }))
}
