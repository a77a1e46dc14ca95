/**
 * Cases as a stretch of the System Log would have made them, for orgs that have no stored cases yet. Evidence is what Okta
 * returns today, not what it returned then. Read-only: it gets no writer.
 */

import { foldEvent as joinCase } from '../case/machine/fold-event.ts'
import type { Case } from '../domain/case.ts'
import type { OktaReader } from '../domain/okta.ts'
import { plus } from '../domain/time.ts'
import type { Instant, Reading } from '../domain/vocabulary.ts'
import type { PastCase } from './replay.ts'

export interface LogCases {
  /** Events in the order of `published`. */
  add(event: unknown, reading: Reading): void
  cases(): readonly Case[]
}

/** Folds events into cases, the way the service does. */
export function createLogCases(keyOf: (event: Exclude<Reading, { kind: 'skipped' }>) => string): LogCases {
  const newest = new Map<string, Case>()
  const ended: Case[] = []
  return {
    add(_event, reading) {
      if (reading.kind === 'skipped') return
      const key = keyOf(reading)
      const before = newest.get(key) ?? null
      const joined = joinCase(before, reading, `LOG-${newest.size + ended.length + 1}`, reading.publishedAt)
      if ('skipped' in joined) return
      if (joined.opened && before) ended.push(before)
      newest.set(key, joined.change.next)
    },
    cases: () => [...ended, ...newest.values()].filter(({ failures }) => failures.length > 0)
  }
}

/** The case with what Okta says about the user now. `at` is the moment of the failure, when it would have been decided. */
export async function withEvidence(c: Case, reader: OktaReader, historyMs: number): Promise<PastCase> {
  const at: Instant = c.failures[0]?.publishedAt ?? c.openedAt
  const evidence = await reader.evidence({
    userId: c.user.id ?? c.user.login ?? '',
    historySince: plus(at, -historyMs),
    suspectDeviceIds: [...new Set(c.failures.flatMap(({ device }) => device.id ?? []))]
  })
  return { ...c, evidence, at }
}
