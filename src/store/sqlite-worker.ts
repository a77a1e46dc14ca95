/** The thread that owns the database file: opens it, answers batches one after the other, closes it. */
import { parentPort, workerData } from 'node:worker_threads'
import { StoreConfigError } from '../domain/store.ts'
import { runBatch } from './sqlite/batch.ts'
import { openFile } from './sqlite/open-file.ts'
import type { FromWorker, ToWorker } from './sqlite/wire.ts'

const port = parentPort
if (!port) throw new Error('sqlite-worker.ts runs as a worker thread only')

function tell(message: FromWorker): void {
  port?.postMessage(message)
}

function serve(path: string): void {
  const file = openFile(path)
  port?.on('message', (message: ToWorker) => {
    if (message.kind === 'close') {
      file.close()
      port.close()
      return
    }
    const replies = runBatch(file.db, message.calls)
    tell({ kind: 'replies', ...replies })
    // The main thread starts another thread, which opens the file from scratch.
    if (replies.reopen) port.close()
    if (replies.reopen) file.close()
  })
  tell({ kind: 'ready' })
}

try {
  serve(workerData.path)
} catch (error) {
  if (!(error instanceof StoreConfigError)) throw error
  tell({ kind: 'refused', because: error.message })
}
