/**
 * Calls of one kind that travel together: those of one turn of the event loop, and all that come while the ones before are
 * under way, share the next statements. A lone call goes at once. What is answered was looked up after it was asked.
 */
import { StoreUnavailable } from '../../domain/store.ts'

/** An answer may still be on its way: whoever waits for it keeps nobody else. */
export type Answers<Answer> = readonly (Answer | Promise<Answer>)[]

export interface Company<Ask> {
  /** Longest wait for those before. */
  readonly withinMs: number
  /** Bounds how long the statements can get. */
  readonly most?: number
  /** Calls that name the same thing never travel together; the later one waits for the next time. */
  readonly apart?: (ask: Ask) => readonly string[]
}

interface Waiting<Ask, Answer> {
  readonly ask: Ask
  readonly resolve: (answer: Answer | Promise<Answer>) => void
  readonly reject: (error: unknown) => void
  readonly timer: NodeJS.Timeout
}

const MOST = 100

export class Together<Ask, Answer> {
  readonly #perform: (asks: readonly Ask[]) => Promise<Answers<Answer>>
  readonly #withinMs: number
  readonly #most: number
  readonly #apart: (ask: Ask) => readonly string[]
  #queue: Waiting<Ask, Answer>[] = []
  #running = false

  /** `perform` answers in the order of the asks; when it rejects, all of them are told so. */
  constructor(perform: (asks: readonly Ask[]) => Promise<Answers<Answer>>, company: Company<Ask>) {
    this.#perform = perform
    this.#withinMs = company.withinMs
    this.#most = company.most ?? MOST
    this.#apart = company.apart ?? (() => [])
  }

  ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#queue = this.#queue.filter((waiting) => waiting.timer !== timer)
        reject(new StoreUnavailable(`The store has not answered others for ${this.#withinMs} ms.`))
      }, this.#withinMs)
      this.#queue.push({ ask, resolve, reject, timer })
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    // The rest of this turn's callers join.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) await this.#go(this.#take())
    this.#running = false
  }

  #take(): readonly Waiting<Ask, Answer>[] {
    const named = new Set<string>()
    const taken: Waiting<Ask, Answer>[] = []
    const left: Waiting<Ask, Answer>[] = []
    for (const waiting of this.#queue) {
      const names = this.#apart(waiting.ask)
      const goes = taken.length < this.#most && !names.some((name) => named.has(name))
      for (const name of names) named.add(name)
      ;(goes ? taken : left).push(waiting)
    }
    this.#queue = left
    for (const { timer } of taken) clearTimeout(timer)
    return taken
  }

  async #go(calls: readonly Waiting<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await this.#perform(calls.map(({ ask }) => ask))
      for (const [n, { resolve }] of calls.entries()) resolve(answers[n] as Answer | Promise<Answer>)
    } catch (error) {
      for (const { reject } of calls) reject(error)
    }
  }
}

/** Asks that are the same are asked once, and all of them get the answer. */
export function eachOnce<Ask, Answer>(
  nameOf: (ask: Ask) => string,
  one: (ask: Ask) => Promise<Answer>
): (asks: readonly Ask[]) => Promise<Answers<Answer>> {
  return async (asks) => {
    const asked = new Map<string, Promise<Answer>>()
    const answers = asks.map((ask) => {
      const answer = asked.get(nameOf(ask)) ?? one(ask)
      asked.set(nameOf(ask), answer)
      return answer
    })
    // Those who ask meanwhile are to travel together too.
    await Promise.allSettled(answers)
    return answers
  }
}
