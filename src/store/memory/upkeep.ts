/** Retention and forgetting in the memory engine. */

import type { EraseAsk, Erased, Mentions, MentionsAsk, PruneAsk, Pruned } from '../../domain/retention.ts'
import { DAY_MS, plus } from '../../domain/time.ts'
import { isOpen } from '../keys.ts'
import { withoutReasons } from '../ledger.ts'
import type { Contents } from './contents.ts'

export function prune(all: Contents, { now, ages, limit }: PruneAsk): Pruned {
  const deliveriesUntil = plus(now, -ages.deliveriesMs)
  const keysUntil = plus(now, -ages.dedupeKeysMs)
  const casesUntil = plus(now, -ages.closedCasesMs)
  const deliveries = [...all.kept].filter(([id, d]) => d.receivedAt <= deliveriesUntil && !isWaiting(all, id))
  const keys = [...all.events.values()].filter((e) => e.fate !== null && e.delivery.receivedAt <= keysUntil)
  const cases = all
    .currentCases()
    .filter((c) => !isOpen(c.state) && c.dueAt === null && c.updatedAt <= casesUntil)
    .toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1))
  const traces = all.traces.filter((trace) => trace.publishedAt <= deliveriesUntil)
  const dead = all.dead.filter((letter) => letter.at <= deliveriesUntil)
  for (const [id] of deliveries.slice(0, limit)) all.kept.delete(id)
  for (const { uuid } of keys.slice(0, limit)) all.events.delete(uuid)
  for (const { id } of cases.slice(0, limit)) forgetCase(all, id)
  for (const trace of traces.slice(0, limit)) all.traces.splice(all.traces.indexOf(trace), 1)
  for (const letter of dead.slice(0, limit)) all.dead.splice(all.dead.indexOf(letter), 1)
  const count = (list: readonly unknown[]) => Math.min(limit, list.length)
  return {
    deliveries: count(deliveries),
    dedupeKeys: count(keys),
    cases: count(cases),
    traces: count(traces),
    deadLetters: count(dead)
  }
}

export function mentions(all: Contents, { texts, after, limit }: MentionsAsk): Mentions {
  const looked = [...all.kept].filter(([id]) => id > after).slice(0, limit)
  const found = looked.filter(([, { body }]) => texts.some((text) => body.toLowerCase().includes(text)))
  return {
    found: found.map(([id, { source, receivedAt, body }]) => {
      return { id, source, receivedAt, body, isWaiting: isWaiting(all, id) }
    }),
    next: looked.length === limit ? (looked.at(-1)?.[0] ?? null) : null
  }
}

export function erase(all: Contents, { now, caseIds, subjectKeys, bodies, line }: EraseAsk): Erased {
  const cases = all.currentCases().filter((c) => caseIds.includes(c.id))
  const recent = [...all.actions.values()].filter(
    (a) => caseIds.includes(a.caseId) && a.intendedAt > plus(now, -DAY_MS)
  )
  if (cases.some((c) => isOpen(c.state)) || recent.length > 0) return 'open'
  for (const id of caseIds) forgetCase(all, id)
  for (const { id, body } of bodies) {
    const delivery = all.kept.get(id)
    if (delivery) all.kept.set(id, { ...delivery, body })
  }
  const kept = all.traces.filter((trace) => !subjectKeys.includes(trace.subjectKey))
  all.traces.splice(0, all.traces.length, ...kept)
  for (const [n, row] of all.lines.entries()) {
    if (row.caseId !== null && caseIds.includes(row.caseId)) all.lines[n] = withoutReasons(row)
  }
  all.append(line)
  return 'erased'
}

function isWaiting(all: Contents, id: number): boolean {
  return [...all.events.values()].some((event) => event.deliveryId === id && event.fate === null)
}

function forgetCase(all: Contents, id: string): void {
  all.cases.delete(id)
  for (const [key, action] of all.actions) if (action.caseId === id) all.actions.delete(key)
  for (const [key, ticket] of all.tickets) if (ticket.caseId === id) all.tickets.delete(key)
  all.errands.forget(id)
}
