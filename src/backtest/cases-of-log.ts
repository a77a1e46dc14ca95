/**
 * Cases as a stretch of the System Log would have made them, for orgs that have no stored cases yet. Evidence is what Okta
 * returns today, not what it returned then. Read-only: it gets no writer.
 */
import PQueue from 'p-queue'
import { deferOthers, FIRST_READS, sourcesNeededFor } from '../case/machine/deferred-reads.ts'
import { foldEvent as joinCase } from '../case/machine/fold-event.ts'
import type { Case } from '../domain/case.ts'
import { type Evidence, type EvidenceSource, type Item, mergeEvidence } from '../domain/evidence.ts'
import type { EvidenceAsk, OktaReader } from '../domain/okta.ts'
import { plus, SECOND_MS } from '../domain/time.ts'
import type { Instant, Reading } from '../domain/vocabulary.ts'
import type { PastCase, Replayed } from './replay.ts'

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

/** What Okta returned about each person, by user id or login. */
export type KnownPeople = Map<string, Evidence>

export interface ReadPeople {
  readonly reader: OktaReader
  readonly historyMs: number
  readonly sleep: (ms: number) => Promise<void>
  /** People read by an interrupted run; the others are added. */
  readonly known: KnownPeople
  /** What each policy makes of the case with what was read so far. */
  readonly decide: (past: PastCase) => readonly Replayed[]
  /** Called after each person, also those that are known. */
  readonly onPerson: (done: number, all: number) => void
}

/** People read at a time. The reader asks about those together, and the client keeps to Okta's limits. */
const PEOPLE_AT_A_TIME = 48
/** Okta's limits refill every minute. */
const WAIT_MS = 20 * SECOND_MS
const MOST_TRIES = 30
/** Shared sources, those of causes, those of guards; one more than there are. */
const MOST_STAGES = 4

/** The cases with what Okta returns about their users now, each user read once for all of their cases. */
export async function withEvidence(cases: readonly Case[], deps: ReadPeople): Promise<readonly PastCase[]> {
  const people = Map.groupBy(cases, personOf)
  const queue = new PQueue({ concurrency: PEOPLE_AT_A_TIME })
  let done = 0
  await Promise.all(
    [...people].map(([person, theirs]) =>
      queue.add(async () => {
        if (!deps.known.has(person)) deps.known.set(person, await readPerson(person, theirs, deps))
        deps.onPerson(++done, people.size)
      })
    )
  )
  return cases.flatMap((c) => {
    const evidence = deps.known.get(personOf(c))
    return evidence ? { ...c, evidence: from(evidence, plus(momentOf(c), -deps.historyMs)), at: momentOf(c) } : []
  })
}

function personOf(c: Case): string {
  return c.user.id ?? c.user.login ?? ''
}

/** The moment of the failure, when the case would have been decided. */
function momentOf(c: Case): Instant {
  return c.failures[0]?.publishedAt ?? c.openedAt
}

/**
 * Reads in stages: first what is read for many people in one call, then what a verdict still depends on. Okta's limits are a
 * thousand calls a minute for us, so each call less about everybody shows.
 */
async function readPerson(userId: string, cases: readonly Case[], deps: ReadPeople): Promise<Evidence> {
  const oldest = cases.map(momentOf).toSorted()[0] ?? ''
  const ask = {
    userId,
    historySince: plus(oldest, -deps.historyMs),
    suspectDeviceIds: [...new Set(cases.flatMap(({ failures }) => failures.flatMap(({ device }) => device.id ?? [])))]
  }
  const { sources, mode, because } = FIRST_READS.in_storm
  let evidence = deferOthers(await readPatiently({ ...ask, sources, mode }, deps), { sources, because })
  for (let stage = 0; stage < MOST_STAGES; stage++) {
    const needed = cases.flatMap((c) =>
      deps.decide({ ...c, evidence, at: momentOf(c) }).flatMap((decided) => sourcesNeededFor(decided, evidence))
    )
    const sources = [...new Set(needed)]
    if (sources.length === 0) break
    const more = { ...ask, ...suspectsIn(evidence, ask.suspectDeviceIds), sources }
    evidence = mergeEvidence(evidence, await readPatiently(more, deps), sources)
  }
  return evidence
}

/** The blocked devices of a list that was read belong to the suspects, and the list need not be read for them again. */
function suspectsIn({ devices }: Evidence, named: readonly string[]) {
  if (devices.state !== 'known') return {}
  const blocked = devices.value.filter(({ status }) => status !== 'ACTIVE').map(({ id }) => id)
  return { suspectDeviceIds: [...new Set([...named, ...blocked])], areAllSuspects: true }
}

/** Asks again for what Okta's limits kept back. */
async function readPatiently(
  ask: EvidenceAsk & { readonly sources: readonly EvidenceSource[] },
  { reader, sleep }: ReadPeople
): Promise<Evidence> {
  let evidence = await reader.evidence(ask)
  for (let tries = 1; tries < MOST_TRIES; tries++) {
    const sources = ask.sources.filter((source) => isRetryable(evidence[source]))
    if (sources.length === 0) break
    await sleep(WAIT_MS)
    evidence = mergeEvidence(evidence, await reader.evidence({ ...ask, sources }), sources)
  }
  return evidence
}

function isRetryable(item: Item<unknown>): boolean {
  return item.state === 'unknown' && item.retryable
}

/** The evidence with the part of the history that one case would have read. */
function from(evidence: Evidence, since: Instant): Evidence {
  const { history } = evidence
  if (history.state !== 'known') return evidence
  return { ...evidence, history: { ...history, value: history.value.filter(({ at }) => at >= since) } }
}
