/** The memory engine's outbox. */
import type { Case } from '../../domain/case.ts'
import {
  afterSave,
  newOutboxEntry,
  type OutboxClaim,
  type OutboxDraft,
  type OutboxEntry,
  type OutboxFigure,
  type OutboxQuery,
  type OutboxSave,
  revived,
  withRevision
} from '../../domain/outbox.ts'
import { AHEAD_MS, CUT_LEASE_MS, LONGEST_LEASE_MS, LONGEST_WAIT_MS } from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'

interface Row {
  errand: OutboxEntry
  lease: { readonly holder: string; readonly until: Instant } | null
}

export class Errands {
  #rows: Row[] = []
  #made = 0

  draft(c: Case, draft: OutboxDraft): void {
    for (const row of this.#rows) if (row.errand.caseId === c.id) row.errand = withRevision(row.errand, draft)
    for (const target of draft.targets) {
      if (this.#rows.some(({ errand }) => errand.caseId === c.id && errand.target === target)) continue
      this.#rows.push({ errand: newOutboxEntry(++this.#made, c, target, draft), lease: null })
    }
  }

  claim({ target, now, leaseMs, holder }: OutboxClaim): OutboxEntry | null {
    const waiting = this.#rows.filter(
      ({ errand, lease }) =>
        errand.target === target &&
        errand.state === 'pending' &&
        errand.dueAt <= now &&
        (lease === null || lease.until <= now)
    )
    const [row] = waiting.toSorted((a, b) => inTurn(a.errand, b.errand))
    if (!row) return null
    row.lease = { holder, until: plus(now, leaseMs) }
    return structuredClone(row.errand)
  }

  bringForward(now: Instant): number {
    const late = this.#rows.filter(
      ({ errand }) =>
        errand.state === 'pending' &&
        errand.dueAt > now &&
        (errand.enqueuedAt > plus(now, AHEAD_MS) || errand.dueAt > plus(now, LONGEST_WAIT_MS))
    )
    for (const row of late) row.errand = { ...row.errand, dueAt: now }
    for (const row of this.#rows) {
      if (row.lease && row.lease.until > plus(now, LONGEST_LEASE_MS)) {
        row.lease = { ...row.lease, until: plus(now, CUT_LEASE_MS) }
      }
    }
    return late.length
  }

  save({ next, holder, keepLease }: OutboxSave): 'saved' | 'conflict' {
    const row = this.#rows.find(({ errand }) => errand.id === next.id)
    if (row?.lease?.holder !== holder) return 'conflict'
    row.errand = structuredClone(afterSave(row.errand, next))
    if (!keepLease) row.lease = null
    return 'saved'
  }

  list({ limit, before, ...wanted }: OutboxQuery): OutboxEntry[] {
    const { state, caseId, target, key, subjectKey } = wanted
    return this.#rows
      .map((row) => row.errand)
      .filter(
        (errand) =>
          (before === undefined || errand.id < before) &&
          (state === undefined || errand.state === state) &&
          (caseId === undefined || errand.caseId === caseId) &&
          (target === undefined || errand.target === target) &&
          (key === undefined || errand.ticket?.key === key) &&
          (subjectKey === undefined || errand.subjectKey === subjectKey)
      )
      .toReversed()
      .slice(0, limit)
      .map((errand) => structuredClone(errand))
  }

  retry(id: number, now: Instant): OutboxEntry | null {
    const row = this.#rows.find(({ errand }) => errand.id === id && errand.state === 'dead')
    if (!row) return null
    row.errand = revived(row.errand, now)
    return structuredClone(row.errand)
  }

  forget(caseId: string): void {
    this.#rows = this.#rows.filter(({ errand }) => errand.caseId !== caseId)
  }

  release(holder: string): void {
    for (const row of this.#rows) if (row.lease?.holder === holder) row.lease = null
  }

  figures(): OutboxFigure[] {
    const byTarget = Map.groupBy(this.#rows, ({ errand }) => errand.target)
    return [...byTarget].toSorted().map(([target, rows]) => {
      const pending = rows.filter(({ errand }) => errand.state === 'pending').map(({ errand }) => errand.enqueuedAt)
      const dead = rows.filter(({ errand }) => errand.state === 'dead').length
      return { target, pending: pending.length, dead, oldestQueuedAt: pending.toSorted()[0] ?? null }
    })
  }
}

function inTurn(a: OutboxEntry, b: OutboxEntry): number {
  if (a.enqueuedAt !== b.enqueuedAt) return a.enqueuedAt < b.enqueuedAt ? -1 : 1
  return a.id - b.id
}
