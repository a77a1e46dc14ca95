/** Turns stored events into cases: reads each, folds it into its subject's case, and saves both together. */
import type { Case } from '../domain/case.ts'
import type { EventDisposition, FailureTrace, PendingEvent } from '../domain/deliveries.ts'
import type { LedgerDraft } from '../domain/ledger.ts'
import type { CaseClaim, CaseWrite, Store } from '../domain/store.ts'
import type { Emit, TelemetryEvent } from '../domain/telemetry-event.ts'
import { msBetween } from '../domain/time.ts'
import { CANARY, type Clock, type Reading } from '../domain/vocabulary.ts'
import { caseId } from './hashes.ts'
import { canaryArrived, type FoldedEvent, foldEvent, subjectKey, traceOf } from './machine/fold-event.ts'

/* Canaries go to their one case without the classifier, so that none is counted as a failure. */

/** Canaries come through the hook only. A log entry or report that looks like one is classified normally. */
function isCanaryEvent({ source, raw }: Pick<PendingEvent, 'source' | 'raw'>): boolean {
  if (source !== 'hook' || typeof raw !== 'object' || raw === null) return false
  return 'eventType' in raw && raw.eventType === CANARY.eventType
}

/** The newest one counts; the others are only recorded. Another replica may be saving the case at the same time. */
async function processCanaries(
  events: readonly PendingEvent[],
  { store, clock }: Pick<ProcessEventsDeps, 'store' | 'clock'>
): Promise<void> {
  const newest = events.toSorted((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1))[0]
  if (!newest) return
  for (;;) {
    const before = await store.getCase(CANARY.caseId)
    const { next } = canaryArrived(before, newest.publishedAt, clock())
    const disposition = { kind: 'case', caseId: next.id, as: 'signal' } as const
    const saved = await store.processEvents({
      events: events.map(({ uuid }) => ({ uuid, disposition })),
      write: { next: { ...next, version: (before?.version ?? 0) + 1 }, ledger: [] }
    })
    if (saved !== 'conflict') return
  }
}

export interface ProcessEventsDeps {
  readonly store: Store
  readonly classify: (event: PendingEvent) => Reading
  readonly clock: Clock
  readonly emit: Emit
  /** Left out: the cases are claimed later. */
  readonly claims?: Claims
}

/** Cases that can be worked at once: their leases are taken with the save of their events. */
export interface Claims extends Omit<CaseClaim, 'now'> {
  /** How many more may be taken. */
  room: number
  readonly taken: Case[]
}

interface Read {
  readonly event: PendingEvent
  readonly reading: Reading
}

/** Processes claimed events; true when failures were among them. Events of one subject run in order of `published`, subjects in parallel. */
export async function processEvents(events: readonly PendingEvent[], deps: ProcessEventsDeps): Promise<boolean> {
  const canaries = events.filter(isCanaryEvent)
  const groups = new Map<string, Read[]>()
  for (const event of events) {
    if (isCanaryEvent(event)) continue
    const reading = await withKnownSubject(deps.classify(event), deps.store)
    const key = reading.kind === 'skipped' ? `skipped:${event.uuid}` : subjectKey(reading)
    groups.set(key, [...(groups.get(key) ?? []), { event, reading }])
  }
  await Promise.all([
    processCanaries(canaries, deps),
    ...[...groups].map(([key, reads]) => processSubject(key, reads, deps))
  ])
  return [...groups.values()].flat().some(({ reading }) => reading.kind === 'failure')
}

/** Other vendors name users by login; the newest case under it says which Okta user that is. Without a case nothing waits for it. */
async function withKnownSubject(reading: Reading, store: Pick<Store, 'listCases'>): Promise<Reading> {
  if (reading.kind !== 'signal' || reading.source !== 'ssf' || reading.subject.id || !reading.subject.login)
    return reading
  const { cases } = await store.listCases({ user: reading.subject.login, limit: 1 })
  const id = cases[0]?.user.id
  return id ? { ...reading, subject: { ...reading.subject, id } } : reading
}

/** Processes one subject's events. When the case changed meanwhile, they are folded into the current case. */
async function processSubject(key: string, reads: readonly Read[], deps: ProcessEventsDeps): Promise<void> {
  let rest = reads
  while (rest.length > 0) {
    const startedAt = performance.now()
    const skippedOnly = rest.every((read) => read.reading.kind === 'skipped')
    const before = skippedOnly ? null : await deps.store.latestCase(key)
    const folded = fold(key, before, rest, deps)
    const isLast = folded.dispositions.length === rest.length
    const claim = folded.write && isLast ? claimOf(deps) : null
    const saved = await deps.store.processEvents({
      events: folded.dispositions,
      ...(folded.write ? { write: { ...folded.write, ...(claim ? { claim } : {}) } } : {})
    })
    if (claim && deps.claims) {
      if (saved === 'claimed' && folded.write) deps.claims.taken.push(folded.write.next)
      else deps.claims.room += 1
    }
    if (saved === 'conflict') continue
    if (saved === 'saved' || saved === 'claimed')
      for (const event of folded.telemetry) deps.emit(timed(event, startedAt))
    // 'already': another worker processed some of them after our lease expired. Its result is kept; events that still
    // wait are leased again.
    rest = rest.slice(folded.dispositions.length)
  }
}

/** Takes a place for one case; null without room. */
function claimOf({ claims, clock }: ProcessEventsDeps): CaseClaim | null {
  if (!claims || claims.room <= 0) return null
  claims.room -= 1
  return { now: clock(), leaseMs: claims.leaseMs, holder: claims.holder }
}

interface Folded {
  readonly dispositions: readonly { uuid: string; disposition: EventDisposition; trace?: FailureTrace }[]
  readonly write: CaseWrite | null
  readonly telemetry: readonly TelemetryEvent[]
}

/** Folds events in order, up to the one that would open a second case: one save holds one case. */
function fold(key: string, before: Case | null, reads: readonly Read[], deps: ProcessEventsDeps): Folded {
  const now = deps.clock()
  const dispositions: { uuid: string; disposition: EventDisposition; trace?: FailureTrace }[] = []
  const telemetry: TelemetryEvent[] = []
  const ledger: LedgerDraft[] = []
  let c = before
  let changed = false
  for (const { event, reading } of reads) {
    const joined =
      reading.kind === 'skipped' ? { skipped: reading.why } : foldEvent(c, reading, caseId(key, event.uuid), now)
    if ('change' in joined && joined.opened && changed) break
    if ('change' in joined) {
      c = joined.change.next
      changed = true
      ledger.push(...joined.change.ledger)
      telemetry.push(...joined.change.telemetry)
    }
    const disposition = dispositionOf(joined, reading)
    dispositions.push({ uuid: event.uuid, disposition, ...sampleOf(reading) })
    const openedBy = 'change' in joined ? (joined.change.next.failures[0]?.uuid ?? null) : null
    telemetry.push(counted(event, reading, disposition, openedBy))
  }
  if (!c || !changed) return { dispositions, write: null, telemetry }
  // One save for all of them: the version increases by one, whatever the number of events.
  const version = (c.id === before?.id ? before.version : 0) + 1
  return { dispositions, write: { next: { ...c, version }, ledger }, telemetry }
}

function dispositionOf(joined: FoldedEvent, reading: Reading): EventDisposition {
  if ('skipped' in joined) return { kind: 'skipped', why: joined.skipped }
  return { kind: 'case', caseId: joined.change.next.id, as: reading.kind === 'skipped' ? 'signal' : reading.kind }
}

/** What storm detection counts. Reports never count: anybody could stop all automation by filing some. */
function sampleOf(reading: Reading): { trace?: FailureTrace } {
  return reading.kind === 'failure' && reading.source !== 'report' ? { trace: traceOf(reading) } : {}
}

/** Events of one subject are saved together, so they share the time. */
function timed(event: TelemetryEvent, startedAt: number): TelemetryEvent {
  return event.type === 'event' ? { ...event, ms: performance.now() - startedAt } : event
}

function counted(
  event: PendingEvent,
  reading: Reading,
  disposition: EventDisposition,
  openedBy: string | null
): TelemetryEvent {
  return {
    type: 'event',
    uuid: event.uuid,
    openedBy,
    userId: reading.kind === 'skipped' ? null : reading.subject.id,
    source: event.source,
    eventType: reading.eventType ?? 'none',
    kind: disposition.kind === 'skipped' ? 'skipped' : reading.kind,
    reason: disposition.kind === 'skipped' ? disposition.why : null,
    confidence: reading.kind === 'failure' ? reading.confidence : null,
    nearMiss: (reading.kind === 'skipped' || reading.kind === 'signal') && reading.nearMiss === true,
    lagMs: Math.max(0, msBetween(event.publishedAt, event.receivedAt)),
    ms: 0,
    disposition
  }
}
