/** Compares the caller's secret with every secret in force, in a time that tells nothing about them (facts §1.3). */
import { createHash, timingSafeEqual } from 'node:crypto'

/** Says whether two byte strings of equal length are the same; a test passes its own to see which are compared. */
export type Compare = (a: Uint8Array, b: Uint8Array) => boolean

/**
 * Hashes make all lengths equal, and every secret is compared even after one has matched, so that the time depends neither
 * on the length nor on which secret it was. No secrets: nobody is let in.
 */
export function compileSecretCheck(
  secrets: readonly string[],
  compare: Compare = timingSafeEqual
): (presented: string) => boolean {
  const hashes = secrets.map(hashOf)
  return (presented) => {
    const hash = hashOf(presented)
    return hashes.map((known) => compare(hash, known)).includes(true)
  }
}

function hashOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}
