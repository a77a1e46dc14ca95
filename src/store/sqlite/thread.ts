/** One worker thread, from its start to its end. */
import type { Worker } from 'node:worker_threads'
import { StoreConfigError } from '../../domain/store.ts'
import type { Replies } from './batch.ts'
import type { Call } from './ops.ts'
import type { FromWorker, ToWorker } from './wire.ts'

export interface Thread {
  send(calls: readonly Call[]): void
  /** Closes the file and waits for the thread's end; ends it the hard way when that takes longer than `withinMs`. */
  end(withinMs: number): Promise<void>
}

export interface ThreadEvents {
  readonly replies: (replies: Replies) => void
  /** It is gone, whatever the reason. Called once, and only for a thread that was ready. */
  readonly ended: (because: string) => void
}

/** Resolves when the thread has the file open. Rejects with `StoreRefused` when it cannot. */
export function startThread(worker: Worker, on: ThreadEvents): Promise<Thread> {
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const tell = (message: ToWorker) => worker.postMessage(message)
  const thread: Thread = {
    send: (calls) => tell({ kind: 'batch', calls }),
    async end(withinMs) {
      const hard = setTimeout(() => void worker.terminate(), withinMs)
      tell({ kind: 'close' })
      await ended
      clearTimeout(hard)
    }
  }
  return new Promise((resolve, reject) => {
    let because = 'it stopped'
    let ready = false
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'replies') return on.replies(message)
      if (message.kind === 'refused') return reject(new StoreConfigError(message.because))
      ready = true
      resolve(thread)
    })
    worker.on('error', (error) => {
      because = error instanceof Error ? error.message : String(error)
    })
    worker.on('exit', () => {
      reject(new Error(`The thread of the store ended before the file was open: ${because}`))
      if (ready) on.ended(because)
    })
  })
}
