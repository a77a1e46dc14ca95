/** The thread that owns the database file: opens it, runs batches one after the other, closes it. */
import { parentPort, workerData } from 'node:worker_threads'
import { StoreConfigError } from '../../domain/store.ts'
import type { LedgerKey } from '../ledger.ts'
import { runBatch } from './batch.ts'
import { openFile } from './open-file.ts'
import type { FromWorker, ToWorker } from './thread.ts'

const port = parentPort
if (!port) throw new Error('sqlite/worker.ts runs as a worker thread only')

function post(message: FromWorker): void {
  port?.postMessage(message)
}

function serve(path: string, ledgerKey: LedgerKey | null): void {
  const file = openFile(path, ledgerKey)
  const close = () => {
    port?.close()
    file.close()
  }
  async function handle(message: ToWorker): Promise<void> {
    if (message.kind === 'close') return close()
    const replies = await runBatch(file.db, message.commands)
    post({ kind: 'replies', ...replies })
    // The main thread starts another thread, which opens the file again.
    if (replies.reopen) close()
  }
  let last: Promise<void> = Promise.resolve()
  port?.on('message', (message: ToWorker) => {
    last = last.then(() => handle(message))
  })
  post({ kind: 'ready' })
}

try {
  serve(workerData.path, workerData.ledgerKey ?? null)
} catch (error) {
  if (!(error instanceof StoreConfigError)) throw error
  post({ kind: 'refused', because: error.message })
}
