/** One worker thread, from its start to its end, and the messages between it and the main thread. */
import type { Worker } from 'node:worker_threads'
import { StoreConfigError } from '../../domain/store.ts'
import type { Command } from '../commands.ts'
import type { Replies } from './batch.ts'

export type ToWorker = { readonly kind: 'batch'; readonly commands: readonly Command[] } | { readonly kind: 'close' }

export type FromWorker =
  | { readonly kind: 'ready' }
  /** The file cannot be used; the sentence says what to do. */
  | { readonly kind: 'refused'; readonly because: string }
  | ({ readonly kind: 'replies' } & Replies)

export interface Thread {
  send(commands: readonly Command[]): void
  /** Closes the file and waits for the thread's end; terminates it when that takes longer than `withinMs`. */
  end(withinMs: number): Promise<void>
}

export interface ThreadEvents {
  readonly replies: (replies: Replies) => void
  /** The thread ended, for whatever reason. Called once, and only for a thread that was ready. */
  readonly ended: (because: string) => void
}

/**
 * The command with a body whose memory can move to the thread. Node lets small buffers share theirs, and all that they share
 * would be copied with each batch.
 */
function withOwnBody(command: Command, moved: ArrayBuffer[]): Command {
  if (command.op !== 'receive' || !(command.ask.body instanceof Uint8Array)) return command
  const { body } = command.ask
  const { buffer, byteLength } = body
  const isOwn = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength
  const own = isOwn ? buffer : new Uint8Array(body).buffer
  moved.push(own)
  return { op: 'receive', ask: { ...command.ask, body: new Uint8Array(own) } }
}

/** Resolves when the thread has the file open. Rejects with `StoreConfigError` when it cannot. */
export function startThread(worker: Worker, on: ThreadEvents): Promise<Thread> {
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const post = (message: ToWorker, moved: ArrayBuffer[] = []) => worker.postMessage(message, moved)
  const thread: Thread = {
    send(commands) {
      const moved: ArrayBuffer[] = []
      post({ kind: 'batch', commands: commands.map((command) => withOwnBody(command, moved)) }, moved)
    },
    async end(withinMs) {
      const timer = setTimeout(() => void worker.terminate(), withinMs)
      post({ kind: 'close' })
      await ended
      clearTimeout(timer)
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
