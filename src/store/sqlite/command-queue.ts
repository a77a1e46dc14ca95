/**
 * The queue of commands for the worker thread. Commands of one turn of the event loop, and all that come during a commit,
 * travel as one batch and share one sync of the disk. An idle queue sends at once. Every wait is bounded: when the thread dies
 * or the disk hangs, callers get `StoreUnavailable`, and the next command tries again.
 */
import { StoreUnavailable } from '../../domain/store.ts'
import type { AnswerOf, Ask, Command, CommandName } from '../commands.ts'
import type { Replies, Reply } from './batch.ts'
import type { Thread, ThreadEvents } from './thread.ts'

/** Bounds how long one transaction can get; more commands make another batch. */
const BATCH_MAX = 1_000
/** Half of a longer queue is sent: the event loop answers the callers of one batch while the disk syncs the next. */
const BATCH_WHOLE = 64

export interface QueueOptions {
  readonly start: (on: ThreadEvents) => Promise<Thread>
  /** Without a reply for this long, the disk counts as hanging. */
  readonly answerWithinMs: number
  /** After a failed start of the thread, callers are refused at once for this long before the next try. */
  readonly restartAfterMs: number
}

interface Caller {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

interface Waiting extends Caller {
  readonly command: Command
}

export class CommandQueue {
  readonly #options: QueueOptions
  #thread: Thread | null = null
  #queue: Waiting[] = []
  /** Without their commands, which the thread has: bodies need not stay in memory. */
  #inFlight: Caller[] = []
  /** The thread works on a batch or is being started. */
  #busy = false
  #scheduled = false
  #stalled = false
  #watchdog: NodeJS.Timeout | undefined
  #restartAt = 0
  #lastError = ''
  #commits = 0
  #closing: Promise<void> | null = null
  #onSettled: () => void = () => {}

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Starts the thread. Rejects with `StoreConfigError` when the file cannot be used. */
  async open(): Promise<void> {
    this.#thread = await this.#startThread()
  }

  /** Resolves with the result once the batch is on disk. Rejects with `StoreUnavailable` when that fails. */
  call<Name extends CommandName>(op: Name, ask: Ask<Name>): Promise<AnswerOf<Name>> {
    if (this.#closing) return Promise.reject(new StoreUnavailable('The store is closed.'))
    if (this.#stalled) return Promise.reject(this.#hanging())
    return new Promise((resolve, reject) => {
      const command = { op, ask } as unknown as Command
      this.#queue.push({ command, resolve: (value) => resolve(value as AnswerOf<Name>), reject })
      this.#schedule()
    })
  }

  /** Transactions committed so far that could write. */
  get commits(): number {
    return this.#commits
  }

  /** Waits for commands in flight, then closes the file. */
  close(): Promise<void> {
    this.#closing ??= this.#drain().then(() => this.#thread?.end(this.#options.answerWithinMs))
    return this.#closing
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0 || this.#inFlight.length > 0) {
      await new Promise<void>((resolve) => {
        this.#onSettled = resolve
      })
    }
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#send()
    })
  }

  #send(): void {
    if (this.#busy || this.#queue.length === 0) return
    if (!this.#thread) {
      this.#restart()
      return
    }
    const batch = this.#queue.splice(0, batchOf(this.#queue.length))
    this.#inFlight = batch.map(({ resolve, reject }) => ({ resolve, reject }))
    this.#setBusy(true)
    try {
      this.#thread.send(batch.map(({ command }) => command))
    } catch (error) {
      this.#setBusy(false)
      this.#settle(this.#inFlight.splice(0), () => ({
        ok: false,
        error: { unavailable: false, message: String(error) }
      }))
    }
  }

  #startThread(): Promise<Thread> {
    return this.#options.start({
      replies: (replies) => this.#onReplies(replies),
      ended: (because) => this.#onEnded(because)
    })
  }

  #restart(): void {
    if (performance.now() < this.#restartAt) {
      this.#failWaiting(this.#lastError)
      return
    }
    this.#setBusy(true)
    this.#startThread().then(
      (thread) => {
        this.#thread = thread
        this.#setBusy(false)
        this.#send()
        if (this.#closing && this.#inFlight.length === 0) void thread.end(this.#options.answerWithinMs)
      },
      (error: Error) => {
        this.#restartAt = performance.now() + this.#options.restartAfterMs
        this.#lastError = error.message
        this.#setBusy(false)
        this.#failWaiting(error.message)
      }
    )
  }

  #onReplies(replies: Replies): void {
    this.#commits += replies.commits
    this.#setBusy(false)
    this.#settle(this.#inFlight.splice(0), (n) => replies.replies[n])
    // Not at once: deliveries that have arrived meanwhile are read first and join, which makes a third fewer commits of a crowd.
    this.#schedule()
  }

  #onEnded(because: string): void {
    this.#thread = null
    this.#setBusy(false)
    const message = `The store's thread ended while it worked (${because}); it is being restarted.`
    this.#settle(this.#inFlight.splice(0), () => ({ ok: false, error: { unavailable: true, message } }))
    this.#send()
  }

  /** A reply and the thread's end both end the state of hanging. */
  #setBusy(busy: boolean): void {
    this.#busy = busy
    this.#stalled = false
    clearTimeout(this.#watchdog)
    if (!busy) return
    this.#watchdog = setTimeout(() => {
      this.#stalled = true
      this.#failWaiting(this.#hanging().message)
    }, this.#options.answerWithinMs)
  }

  #hanging(): StoreUnavailable {
    return new StoreUnavailable(`The store's disk has not answered for ${this.#options.answerWithinMs} ms.`)
  }

  #failWaiting(message: string): void {
    const all = [...this.#inFlight.splice(0), ...this.#queue.splice(0)]
    this.#settle(all, () => ({ ok: false, error: { unavailable: true, message } }))
  }

  #settle(all: readonly Caller[], replyAt: (n: number) => Reply | undefined): void {
    for (const [n, caller] of all.entries()) {
      const reply = replyAt(n)
      if (reply?.ok) caller.resolve(reply.value)
      else caller.reject(errorOf(reply))
    }
    this.#onSettled()
  }
}

function batchOf(waiting: number): number {
  return Math.min(BATCH_MAX, Math.max(BATCH_WHOLE, Math.ceil(waiting / 2)))
}

function errorOf(reply: Extract<Reply, { ok: false }> | undefined): Error {
  if (!reply) return new Error('the store returned no reply to this command')
  return reply.error.unavailable ? new StoreUnavailable(reply.error.message) : new Error(reply.error.message)
}
