/** What the memory engine holds, and what it does with it; synchronous, so every method is a transaction. */

import type { Case } from '../../domain/case.ts'
import type { Controls, Recent } from '../../domain/decision.ts'
import { eventParts } from '../../domain/deliveries.ts'
import type { LedgerDraft, LedgerRow } from '../../domain/ledger.ts'
import type {
  Begun,
  CaseFilter,
  CaseQuery,
  CaseWrite,
  DeadLetter,
  Delivery,
  EventDisposition,
  FailureTrace,
  LocalTicket,
  PendingEvent,
  Receipt,
  RecentQuery,
  Saved,
  Snapshot,
  Store,
  WriteLimits
} from '../../domain/store.ts'
import { plus } from '../../domain/time.ts'
import { type Action, CASE_STATES, type Instant } from '../../domain/vocabulary.ts'
import { brakeOn, type CapCounts, COUNTED_STATES, capWindows, FIRST_CONTROLS } from '../brakes.ts'
import { type CursorPosition, positionAfter, writeCursor } from '../cursor.ts'
import { isOpen, unreadableReasons } from '../keys.ts'
import { chain, GENESIS } from '../ledger.ts'
import { Errands } from './errands.ts'
import { matches } from './matches.ts'
import { countFailing } from './traces.ts'

interface Lease {
  readonly holder: string
  readonly until: Instant
  readonly ms: number
}
interface EventEntry {
  readonly uuid: string
  readonly delivery: Delivery
  readonly deliveryId: number
  readonly index: number
  readonly publishedAt: Instant
  fate: EventDisposition | null
  lease: Lease | null
}
interface CaseEntry {
  /** As JSON, so that nobody can change what is stored. */
  body: string
  current: Case
  lease: Lease | null
}
type StoredAction = Action & { readonly caseId: string; readonly subjectKey: string }
type Claim = Parameters<Store['claimDue']>[0]
type DigestStep = Parameters<Store['processEvents']>[0]

export class Contents {
  readonly events = new Map<string, EventEntry>()
  readonly kept = new Map<number, Delivery>()
  readonly cases = new Map<string, CaseEntry>()
  readonly actions = new Map<string, StoredAction>()
  readonly traces: FailureTrace[] = []
  readonly lines: LedgerRow[] = []
  readonly errands = new Errands()
  readonly tickets = new Map<string, LocalTicket>()
  readonly cursors = new Map<string, string>()
  readonly dead: DeadLetter[] = []
  readonly unreadable = new Set<string>()
  deliveries = 0
  controls: Controls = FIRST_CONTROLS

  receive(delivery: Delivery): Receipt {
    const fresh: string[] = []
    const deliveryId = this.deliveries + 1
    for (const { uuid, index, publishedAt } of delivery.events) {
      if (this.events.has(uuid)) continue
      this.events.set(uuid, { uuid, delivery, deliveryId, index, publishedAt, fate: null, lease: null })
      fresh.push(uuid)
    }
    this.deliveries = deliveryId
    if (fresh.length > 0 || delivery.unreadable.length > 0) this.kept.set(deliveryId, delivery)
    if (delivery.unreadable.length > 0 && !this.unreadable.has(delivery.body)) {
      this.unreadable.add(delivery.body)
      const why = unreadableReasons(delivery.unreadable)
      this.dead.push({ at: delivery.receivedAt, why, subject: `delivery:${this.deliveries}` })
    }
    return { fresh, duplicates: delivery.events.length - fresh.length }
  }

  nextEvents(claim: Claim): PendingEvent[] {
    const waiting = [...this.events.values()].filter((event) => event.fate === null && isFree(event.lease, claim.now))
    const chosen = waiting.toSorted((a, b) => compare(a.publishedAt, b.publishedAt)).slice(0, claim.limit)
    const parts = new Map<Delivery, readonly unknown[]>()
    return chosen.map((event) => {
      event.lease = leaseOf(claim)
      const { source, body, receivedAt, sentAt } = event.delivery
      const inBody = parts.get(event.delivery) ?? eventParts(body)
      parts.set(event.delivery, inBody)
      const raw = inBody[event.index] ?? null
      return { uuid: event.uuid, source, raw, publishedAt: event.publishedAt, receivedAt, sentAt }
    })
  }

  digest({ events, write }: DigestStep): Saved | 'already' {
    const entries = events.map(({ uuid }) => this.events.get(uuid))
    if (entries.includes(undefined)) throw new Error('digest was asked about an event that was never received')
    if (entries.some((entry) => entry?.fate)) return 'already'
    if (write && this.conflicts(write)) return 'conflict'
    for (const { uuid, fate, trace } of events) {
      const entry = this.events.get(uuid)
      if (!entry) continue
      entry.fate = fate
      if (fate.kind === 'dead') this.dead.push({ at: entry.delivery.receivedAt, why: fate.why, subject: uuid })
      if (trace) this.traces.push(trace)
    }
    if (write) this.write(write)
    return 'saved'
  }

  conflicts({ next, holder }: CaseWrite): boolean {
    const stored = this.cases.get(next.id)
    if ((stored?.current.version ?? 0) !== next.version - 1) return true
    if (holder !== undefined && stored?.lease?.holder !== holder) return true
    return isOpen(next.state) && this.ofSubject(next.subjectKey).some((c) => c.id !== next.id && isOpen(c.state))
  }

  save(write: CaseWrite): Saved {
    if (this.conflicts(write)) return 'conflict'
    this.write(write)
    return 'saved'
  }

  write({ next, ledger, holder, keepLease, outbox }: CaseWrite): void {
    const body = JSON.stringify(next)
    const lease = this.cases.get(next.id)?.lease ?? null
    const renewed = lease && { ...lease, until: later(lease.until, plus(next.updatedAt, lease.ms)) }
    const after = holder === undefined ? lease : keepLease ? renewed : null
    this.cases.set(next.id, { body, current: JSON.parse(body), lease: after })
    for (const action of next.actions) {
      const key = actionKey(next, action)
      this.actions.set(key, { ...action, caseId: next.id, subjectKey: next.subjectKey })
    }
    for (const draft of ledger) this.append(draft)
    if (outbox) this.errands.draft(next, outbox)
  }

  begin(write: CaseWrite, limits: WriteLimits): Begun {
    const intent = write.next.actions.at(-1)
    if (!intent) throw new Error('beginWrite was asked without an intent: the last action of the case is the intent')
    if (this.conflicts(write) || this.actions.has(actionKey(write.next, intent))) return 'conflict'
    const refused = brakeOn(
      this.controls,
      this.countCaps(write.next.subjectKey, intent.remediation, limits.now),
      limits
    )
    if (refused !== null) return { refused }
    this.write({ ...write, keepLease: true })
    return 'begun'
  }

  append(draft: LedgerDraft): void {
    const last = this.lines.at(-1) ?? GENESIS
    this.lines.push(chain(last.hash, draft, last.seq + 1))
  }

  claimDue(claim: Claim): Case[] {
    const due = [...this.cases.values()].filter(
      ({ current, lease }) => current.dueAt !== null && current.dueAt <= claim.now && isFree(lease, claim.now)
    )
    const chosen = due.toSorted((a, b) => compare(a.current.dueAt ?? '', b.current.dueAt ?? '')).slice(0, claim.limit)
    for (const entry of chosen) entry.lease = leaseOf(claim)
    return chosen.map((entry) => JSON.parse(entry.body))
  }

  release(holder: string): void {
    for (const entry of [...this.cases.values(), ...this.events.values()]) {
      if (entry.lease?.holder === holder) entry.lease = null
    }
    this.errands.release(holder)
  }

  ofSubject(subjectKey: string): Case[] {
    return [...this.cases.values()].map((entry) => entry.current).filter((c) => c.subjectKey === subjectKey)
  }

  caseBy(id: string | undefined): Case | null {
    const entry = id === undefined ? undefined : this.cases.get(id)
    return entry ? JSON.parse(entry.body) : null
  }

  currentCases(): Case[] {
    return [...this.cases.values()].map((entry) => entry.current)
  }

  found(filter: CaseFilter): Case[] {
    return this.currentCases().filter((c) => matches(c, filter))
  }

  list(query: CaseQuery): { cases: Case[]; next: string | null } {
    const after = positionAfter(query.after)
    const inOrder = query.order === 'oldest' ? (a: CursorPosition, b: CursorPosition) => newestFirst(b, a) : newestFirst
    const found = this.found(query)
      .filter((c) => after === null || inOrder(after, c) < 0)
      .toSorted(inOrder)
    const cases = found.slice(0, query.limit).flatMap((c) => this.caseBy(c.id) ?? [])
    const last = cases.at(-1)
    return { cases, next: last && found.length > cases.length ? writeCursor(last) : null }
  }

  countWrites(subjectKey: string, now: Instant): { userWrites: number; writesLastHour: number } {
    const { userSince, allSince } = capWindows(now)
    const counted = [...this.actions.values()].filter((action) => COUNTED_STATES.includes(action.state))
    return {
      userWrites: counted.filter((a) => a.subjectKey === subjectKey && a.intendedAt > userSince).length,
      writesLastHour: counted.filter((a) => a.intendedAt > allSince).length
    }
  }

  countCaps(subjectKey: string, remediation: string, now: Instant): CapCounts {
    const { userSince, allSince } = capWindows(now)
    const counted = [...this.actions.values()].filter((action) => COUNTED_STATES.includes(action.state))
    return {
      ...this.countWrites(subjectKey, now),
      sameLastHour: counted.filter((a) => a.remediation === remediation && a.intendedAt > allSince).length,
      writesLastDay: counted.filter((a) => a.intendedAt > userSince).length,
      usersLastDay: new Set(this.traces.filter((one) => one.publishedAt >= userSince).map((one) => one.subjectKey)).size
    }
  }

  actionsSince(since: Instant): (Action & { readonly caseId: string })[] {
    return [...this.actions.values()]
      .filter((action) => action.intendedAt >= since && action.state !== 'refused')
      .map(({ subjectKey: _subjectKey, ...action }) => action)
      .toReversed()
      .toSorted((a, b) => compare(b.intendedAt, a.intendedAt))
  }

  recent(query: RecentQuery): Recent {
    return { ...this.countWrites(query.subjectKey, query.now), ...countFailing(this.traces, query) }
  }

  countChildren(parentId: string): { all: number; open: number } {
    const children = [...this.cases.values()].map((entry) => entry.current).filter((c) => c.parentId === parentId)
    return { all: children.length, open: children.filter((c) => isOpen(c.state)).length }
  }

  snapshot(): Snapshot {
    const pending = [...this.events.values()].filter((event) => event.fate === null)
    const all = [...this.cases.values()].map((entry) => entry.current)
    const states = CASE_STATES.map((state) => {
      const opened = all.filter((c) => c.state === state).map((c) => c.openedAt)
      return [state, { count: opened.length, oldestAt: earliest(opened) }] as const
    })
    return {
      pendingEvents: pending.length,
      oldestPendingEventAt: earliest(pending.map((event) => event.delivery.receivedAt)),
      cases: Object.fromEntries(states) as Snapshot['cases'],
      deadLetters: this.dead.length
    }
  }
}

function leaseOf({ holder, now, leaseMs }: Claim): Lease {
  return { holder, until: plus(now, leaseMs), ms: leaseMs }
}

function isFree(lease: Lease | null, now: Instant): boolean {
  return lease === null || lease.until <= now
}

function actionKey(c: Case, action: Action): string {
  return `${c.id} ${action.remediation} ${action.attempt}`
}

function newestFirst(a: CursorPosition, b: CursorPosition): number {
  return compare(b.openedAt, a.openedAt) || compare(b.id, a.id)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b
}

function earliest(instants: readonly Instant[]): Instant | null {
  return instants.toSorted(compare)[0] ?? null
}
