/** The step *correlate*: reads what the decision needs. A first read covers everything, a repeated one only what stayed unknown. */

import type { Case } from '../../domain/case.ts'
import { EVIDENCE_SOURCES, type Evidence, type EvidenceSource, mergeEvidence } from '../../domain/evidence.ts'
import type { ReadMode } from '../../domain/okta.ts'
import { hasFailed, retryAt } from '../machine/backpressure.ts'
import type { Result } from '../machine/case.ts'
import { isInStormOf } from '../storm/tracker.ts'
import { type CaseContext, read } from './perform.ts'
import { deferOthers, SHARED_SOURCES, sourcesStillNeeded } from './staged-reads.ts'

export async function correlate(c: Case, deps: CaseContext): Promise<Result> {
  const old = c.tries > 0 || c.waitingSince ? c.evidence : null
  const evidence = (await isInStormOf(deps.policy.storm.readWhole, c, deps))
    ? await readInStages(c, old, deps)
    : await readAll(c, old, deps)
  return { of: 'correlated', evidence }
}

async function readAll(c: Case, old: Evidence | null, deps: CaseContext): Promise<Evidence> {
  if (!old) return read(c, deps)
  return readMore(c, old, unknownOf(old, EVIDENCE_SOURCES), 'default', deps)
}

/** More than the number of stages: each round reads something deferred, so this only guards against a bug. */
const MOST_ROUNDS = 4

async function readInStages(c: Case, old: Evidence | null, deps: CaseContext): Promise<Evidence> {
  let evidence = old
    ? await readMore(c, old, unspared(old), 'minimal', deps)
    : deferOthers(await read(c, deps, SHARED_SOURCES, 'minimal'), SHARED_SOURCES)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    // Rate-limited and failed reads come first: a later attempt resumes there.
    if (hasFailed(evidence) || retryAt(evidence)) return evidence
    const missing = sourcesStillNeeded(c, await deps.evaluate(c, evidence), evidence)
    if (missing.length === 0) return evidence
    evidence = await readMore(c, evidence, missing, 'default', deps)
  }
  return evidence
}

async function readMore(
  c: Case,
  old: Evidence,
  sources: readonly EvidenceSource[],
  mode: ReadMode,
  deps: CaseContext
): Promise<Evidence> {
  if (sources.length === 0) return old
  return mergeEvidence(old, await read(c, deps, sources, mode), sources)
}

function unknownOf(evidence: Evidence, sources: readonly EvidenceSource[]): readonly EvidenceSource[] {
  return sources.filter((source) => evidence[source].state === 'unknown')
}

/** Unknown, but not deferred. */
function unspared(evidence: Evidence): readonly EvidenceSource[] {
  return EVIDENCE_SOURCES.filter((source) => {
    const item = evidence[source]
    return item.state === 'unknown' && !item.spared
  })
}
