/** Whether this process should be sent work. Liveness needs no question: a process that answers is alive. */
import { SECOND_MS } from '../domain/time.ts'

/** One thing that must hold; a sentence says what is wrong, null that it holds. */
export interface Check {
  readonly name: string
  readonly trouble: () => Promise<string | null>
}

export interface Readiness {
  readonly ready: boolean
  /** One sentence per check that does not hold, with its name in front. */
  readonly reasons: readonly string[]
}

/** A check that takes longer than a probe waits is a failed one. */
const PATIENCE_MS = 2 * SECOND_MS

/** Asks every check at once. Never throws: a check that throws does not hold. */
export async function readiness(checks: readonly Check[], patienceMs = PATIENCE_MS): Promise<Readiness> {
  const reasons = await Promise.all(checks.map((check) => reasonOf(check, patienceMs)))
  const standing = reasons.filter((reason) => reason !== null)
  return { ready: standing.length === 0, reasons: standing }
}

async function reasonOf({ name, trouble }: Check, patienceMs: number): Promise<string | null> {
  const late = Promise.withResolvers<string>()
  const timer = setTimeout(() => late.resolve(`no answer within ${patienceMs} ms`), patienceMs)
  try {
    const because = await Promise.race([trouble(), late.promise])
    return because === null ? null : `${name}: ${because}`
  } catch {
    // The error's own text may name hosts or accounts, and this page is open; the log has it.
    return `${name}: the check failed`
  } finally {
    clearTimeout(timer)
  }
}
