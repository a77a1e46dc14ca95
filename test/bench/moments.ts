/** A timestamp in milliseconds that processes of one machine can compare; finer than the wall clock. */
export function rightNow(): number {
  return performance.timeOrigin + performance.now()
}
