/**
 * Saves of cases, many at a time: one transaction, one wait for the ledger, one sync of the server's disk. Those that come
 * while transactions run share the next one; an idle store commits at once.
 */
import { concernsOneOfSeveral } from './errors.ts'

/** While one waits for the disk or for the ledger, the next one does its own work. */
const COMMITS_AT_ONCE = 2
const BATCH_MAX = 16

interface Waiting<Ask, Answer> {
  readonly ask: Ask
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * `together` does all or nothing, with the answers in the same order. When it fails, each is done by `alone`, so that one that
 * cannot be saved costs only itself. Without an answer from the server, all fail: nobody knows what was committed.
 */
export function shareCommits<Ask, Answer>(
  together: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  alone: (ask: Ask) => Promise<Answer>
): (ask: Ask) => Promise<Answer> {
  const queue: Waiting<Ask, Answer>[] = []
  let running = 0

  async function run(): Promise<void> {
    running += 1
    // Other callers of this turn join.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (queue.length > 0) await commit(queue.splice(0, BATCH_MAX))
    running -= 1
  }

  async function commit(batch: readonly Waiting<Ask, Answer>[]): Promise<void> {
    try {
      const answers = await together(batch.map(({ ask }) => ask))
      for (const [n, answer] of answers.entries()) batch[n]?.resolve(answer)
    } catch (error) {
      // Not waited for: one of them may hold up the others behind it.
      if (concernsOneOfSeveral(error))
        for (const { ask, resolve, reject } of batch) void alone(ask).then(resolve, reject)
      else for (const { reject } of batch) reject(error)
    }
  }

  return (ask) =>
    new Promise((resolve, reject) => {
      queue.push({ ask, resolve, reject })
      if (running < COMMITS_AT_ONCE) void run()
    })
}
