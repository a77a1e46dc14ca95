/** Work that comes round again and again, such as a look at something: one round at a time, with a wait between. */
export interface IntervalOptions {
  /** One round; the wait after it, in milliseconds. */
  readonly run: () => Promise<number>
  /** The wait after a round that failed. */
  readonly retryMs: number
  /** Waits; ends early with the signal. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly onError: (error: unknown) => void
}

/** Begins at once; `stop` waits for the round under way. */
export function startInterval(options: IntervalOptions): { stop(): Promise<void> } {
  const ending = new AbortController()
  const going = goRound(options, ending.signal)
  return {
    async stop() {
      ending.abort()
      await going
    }
  }
}

async function goRound(
  { run: round, retryMs: againMs, sleep, onError: onTrouble }: IntervalOptions,
  signal: AbortSignal
): Promise<void> {
  while (!signal.aborted) {
    let waitMs = againMs
    try {
      waitMs = await round()
    } catch (error) {
      onTrouble(error)
    }
    if (!signal.aborted) await sleep(waitMs, signal).catch(() => {})
  }
}
