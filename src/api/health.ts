/** Readiness: whether this process should receive traffic. Liveness needs no checks: a process that responds is alive. */
import { SECOND_MS } from '../domain/time.ts'

/** One readiness check: resolves to null when it passes, otherwise to a sentence about the problem. */
export interface Check {
  readonly name: string
  readonly problem: () => Promise<string | null>
}

export interface Readiness {
  readonly ready: boolean
  /** One sentence per failed check, starting with its name. */
  readonly reasons: readonly string[]
}

/** A check that takes longer fails: probes do not wait longer either. */
const TIMEOUT_MS = 2 * SECOND_MS

/** Runs all checks concurrently. Never throws: a check that throws has failed. */
export async function readiness(checks: readonly Check[], timeoutMs = TIMEOUT_MS): Promise<Readiness> {
  const reasons = await Promise.all(checks.map((check) => reasonOf(check, timeoutMs)))
  const failed = reasons.filter((reason) => reason !== null)
  return { ready: failed.length === 0, reasons: failed }
}

async function reasonOf({ name, problem }: Check, timeoutMs: number): Promise<string | null> {
  const late = Promise.withResolvers<string>()
  const timer = setTimeout(() => late.resolve(`no result within ${timeoutMs} ms`), timeoutMs)
  try {
    const because = await Promise.race([problem(), late.promise])
    return because === null ? null : `${name}: ${because}`
  } catch {
    // The error's text may name hosts or accounts, and this endpoint needs no token. The log has the details.
    return `${name}: the check failed`
  } finally {
    clearTimeout(timer)
  }
}
