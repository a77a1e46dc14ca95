/** Shorthand for the guard tests. */

import { caseFacts } from '../../src/decide/facts.ts'
import type { GuardFinding } from '../../src/decide/guards/guard-result.ts'
import { checkGuards } from '../../src/decide/guards/guards.ts'
import type { DecideInput } from '../../src/domain/decision.ts'
import type { EvidenceSource, LogEntry } from '../../src/domain/evidence.ts'
import type { GuardId } from '../../src/domain/vocabulary.ts'
import { absentItem, anInput, knownEvidence, USUAL_SIGN_IN, unknownItem, withItem } from './build.ts'

/** What one guard finds. */
export function guard(id: GuardId, input: DecideInput): GuardFinding {
  const finding = checkGuards(input, caseFacts(input)).find((candidate) => candidate.id === id)
  if (!finding) throw new Error(`there is no guard ${id}`)
  return finding
}

/** The quiet user with these entries in the System Log. */
export function withLog(...entries: readonly LogEntry[]): DecideInput {
  return anInput({ evidence: knownEvidence({ history: [...entries, USUAL_SIGN_IN] }) })
}

interface Asserts {
  match(found: unknown, wanted: unknown, message: string): unknown
}

/** The guard does not know when this source could not be read, and says why. */
export function ignorance(t: Asserts, id: GuardId, source: EvidenceSource, input = anInput()): void {
  const evidence = withItem(input.evidence, source, unknownItem('Okta answered 403'))
  const found = guard(id, { ...input, evidence })
  t.match(found, { state: 'unknown', because: /403/ }, `${id} is unknown when ${source} could not be read`)
}

/** The guard is skipped on purpose when the org declared that it has no such source, and says so. */
export function absence(t: Asserts, id: GuardId, source: EvidenceSource, input = anInput()): void {
  const evidence = withItem(input.evidence, source, absentItem('not licensed'))
  const found = guard(id, { ...input, evidence })
  t.match(
    found,
    { state: 'clear', because: /declares that .*: not licensed/ },
    `${id} is clear when ${source} is absent`
  )
}
