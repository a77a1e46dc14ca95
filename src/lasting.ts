/** When a process counts as too busy: not for one pause, only for lateness that lasts. Pure. */

/** How many samples in a row must be late. */
const LASTING_SAMPLES = 3

/**
 * One long pause (loading a library, a frozen disk) is no overload: what waited for it is answered now, and a 503 would
 * use up Okta's only retry. Late samples must follow each other for as long as Okta would wait; a sample holds until the next,
 * which may itself come late.
 */
export function lasting(sampleMs: number): (atMs: number, delayMs: number) => boolean {
  let since = Number.NEGATIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  return (atMs, delayMs) => {
    // A sample without any measurement is said to be infinitely late.
    const lateMs = Math.min(delayMs, LASTING_SAMPLES * sampleMs)
    if (atMs - last > 2 * sampleMs + lateMs) since = atMs
    last = atMs
    return atMs - since > LASTING_SAMPLES * sampleMs
  }
}
