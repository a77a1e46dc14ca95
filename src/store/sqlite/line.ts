/**
 * The line to the worker thread. Calls of one turn of the event loop, and all that come while a commit is under way,
 * travel as one batch and share one sync of the disk. An idle line sends at once. Nothing waits for ever: when the thread
 * dies or the disk hangs, callers get `StoreUnavailable`, and the next call tries again.
 */
import { StoreUnavailable } from '../../domain/store.ts'
import type { Replies, Reply } from './batch.ts'
import type { Answer, Ask, Call, OpName } from './ops.ts'
import type { Thread, ThreadEvents } from './thread.ts'

/** Bounds how long one transaction can get; more calls make another batch. */
const BATCH_MAX = 1_000
/** Of a longer queue only half is sent: the event loop answers the callers of one batch while the disk syncs the next. */
const BATCH_WHOLE = 64

export interface LineOptions {
  readonly start: (on: ThreadEvents) => Promise<Thread>
  /** Without an answer for this long, the disk counts as hanging. */
  readonly answerWithinMs: number
  /** After a failed start of the thread, callers are refused at once for this long before the next try. */
  readonly restartAfterMs: number
}

interface Waiting {
  readonly call: Call
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

export class Line {
  readonly #options: LineOptions
  #thread: Thread | null = null
  #queue: Waiting[] = []
  #flying: Waiting[] = []
  /** The thread works on a batch, or is being started. */
  #busy = false
  #scheduled = false
  #stalled = false
  #watchdog: NodeJS.Timeout | undefined
  #restartAt = 0
  #lastTrouble = ''
  #commits = 0
  #closing: Promise<void> | null = null
  #onSettled: () => void = () => {}

  constructor(options: LineOptions) {
    this.#options = options
  }

  /** Starts the thread. Rejects with `StoreRefused` when the file cannot be used. */
  async open(): Promise<void> {
    this.#thread = await this.#startThread()
  }

  /** Resolves with the answer once the batch is on disk. Rejects with `StoreUnavailable` when that cannot be. */
  call<Name extends OpName>(op: Name, ask: Ask<Name>): Promise<Answer<Name>> {
    if (this.#closing) return Promise.reject(new StoreUnavailable('The store is closed.'))
    if (this.#stalled) return Promise.reject(this.#hanging())
    return new Promise((resolve, reject) => {
      const call = { op, ask } as unknown as Call
      this.#queue.push({ call, resolve: (value) => resolve(value as Answer<Name>), reject })
      this.#schedule()
    })
  }

  /** Transactions committed so far that could write. */
  get commits(): number {
    return this.#commits
  }

  /** Waits for what is under way, then closes the file. */
  close(): Promise<void> {
    this.#closing ??= this.#drain().then(() => this.#thread?.end(this.#options.answerWithinMs))
    return this.#closing
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0 || this.#flying.length > 0) {
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
    this.#flying = this.#queue.splice(0, batchOf(this.#queue.length))
    this.#setBusy(true)
    try {
      this.#thread.send(this.#flying.map((waiting) => waiting.call))
    } catch (error) {
      this.#setBusy(false)
      this.#settle(this.#flying.splice(0), () => ({
        ok: false,
        trouble: { unavailable: false, message: String(error) }
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
      this.#failWaiting(this.#lastTrouble)
      return
    }
    this.#setBusy(true)
    this.#startThread().then(
      (thread) => {
        this.#thread = thread
        this.#setBusy(false)
        this.#send()
        if (this.#closing && this.#flying.length === 0) void thread.end(this.#options.answerWithinMs)
      },
      (error: Error) => {
        this.#restartAt = performance.now() + this.#options.restartAfterMs
        this.#lastTrouble = error.message
        this.#setBusy(false)
        this.#failWaiting(error.message)
      }
    )
  }

  #onReplies(replies: Replies): void {
    this.#commits += replies.commits
    this.#setBusy(false)
    this.#settle(this.#flying.splice(0), (n) => replies.replies[n])
    this.#send()
  }

  #onEnded(because: string): void {
    this.#thread = null
    this.#setBusy(false)
    const message = `The store's thread ended while it worked (${because}); it is started again.`
    this.#settle(this.#flying.splice(0), () => ({ ok: false, trouble: { unavailable: true, message } }))
    this.#send()
  }

  /** Whatever ends the wait, an answer or the thread's end, also ends the state of hanging. */
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
    const all = [...this.#flying.splice(0), ...this.#queue.splice(0)]
    this.#settle(all, () => ({ ok: false, trouble: { unavailable: true, message } }))
  }

  #settle(all: readonly Waiting[], replyAt: (n: number) => Reply | undefined): void {
    for (const [n, waiting] of all.entries()) {
      const reply = replyAt(n)
      if (reply?.ok) waiting.resolve(reply.value)
      else waiting.reject(errorOf(reply))
    }
    this.#onSettled()
  }
}

function batchOf(waiting: number): number {
  return Math.min(BATCH_MAX, Math.max(BATCH_WHOLE, Math.ceil(waiting / 2)))
}

function errorOf(reply: Extract<Reply, { ok: false }> | undefined): Error {
  if (!reply) return new Error('the store gave no answer to this call')
  return reply.trouble.unavailable ? new StoreUnavailable(reply.trouble.message) : new Error(reply.trouble.message)
}
