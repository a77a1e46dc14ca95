/** Runs the SQLite engine without a worker thread, for tests that open many stores: starting a thread costs most of their time. */
import { runBatch } from '../../src/store/sqlite/batch.ts'
import { openFile } from '../../src/store/sqlite/open-file.ts'
import type { Thread, ThreadEvents } from '../../src/store/sqlite/thread.ts'

/** The same file, transactions and copies of what is passed as in the worker thread. */
export async function startHere(path: string, on: ThreadEvents): Promise<Thread> {
  const file = openFile(path)
  return {
    send(calls) {
      const asked = structuredClone(calls)
      setImmediate(() => on.replies(structuredClone(runBatch(file.db, asked))))
    },
    async end() {
      file.close()
    }
  }
}
