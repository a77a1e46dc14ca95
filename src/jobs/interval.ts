/** A periodic job: one run at a time, with a wait between runs. */
export interface IntervalOptions {
  /** Returns the wait until the next run, in milliseconds; long work ends early with the signal. */
  readonly run: (signal: AbortSignal) => Promise<number>
  /** The wait after a run that failed. */
  readonly retryMs: number
  /** Waits; ends early with the signal. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  readonly onError: (error: unknown) => void
}

/** Begins at once; `stop` waits for the current run. */
export function startInterval(options: IntervalOptions): { stop(): Promise<void> } {
  const ending = new AbortController()
  const running = runRepeatedly(options, ending.signal)
  return {
    async stop() {
      ending.abort()
      await running
    }
  }
}

async function runRepeatedly({ run, retryMs, sleep, onError }: IntervalOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let waitMs = retryMs
    try {
      waitMs = await run(signal)
    } catch (error) {
      onError(error)
    }
    if (!signal.aborted) await sleep(waitMs, signal).catch(() => {})
  }
}
