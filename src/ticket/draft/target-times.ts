/**
 * The target times of a case that needs a person: for a first look, for the answer to a proposal, and for its end. They count
 * within working hours and not while the case waits for its user, except for security. Zones and changes of the clock are the business of Temporal: Node has it from
 * version 26 on, until then its polyfill. Pure.
 */
import { Temporal } from 'temporal-polyfill'
import type { Policy, TargetTimes, WorkHours } from '../../config/policy/policy.ts'
import {
  type Case,
  type ClockStep,
  isByTeam,
  isOpen,
  type TargetClock,
  userWaits,
  type Wait
} from '../../domain/case.ts'
import { DAY_MS, plus, WEEKDAYS } from '../../domain/time.ts'
import type { Instant } from '../../domain/vocabulary.ts'
import { severityOf } from './severity.ts'

/** A clock that runs. */
export interface RunningClock {
  readonly clock: TargetClock
  readonly startedAt: Instant
  readonly remindAt: Instant
  readonly escalateAt: Instant
  readonly dueAt: Instant
}

export type ClockPolicy = Pick<Policy, 'targets' | 'proposalMs'>

/** The clocks that run now, the most urgent first. None for a case that needs nobody; a storm's own case speaks for its cases. */
export function runningClocks(c: Case, { targets, proposalMs }: ClockPolicy): readonly RunningClock[] {
  const isWaiting = c.state === 'with_person' || c.state === 'awaiting_approval'
  if (!isOpen(c) || (!c.securityAlert && (c.parentId !== null || !isWaiting))) return []
  const severity = severityOf(c)
  if (severity === 'low') return []
  const waits = userWaits(c)
  // Nobody could look at an alert before it was raised.
  const openedAt = (c.securityAlert && c.alertedAt) || c.openedAt
  const clock = (clock: TargetClock, startedAt: Instant, times: TargetTimes['resolution']): RunningClock => {
    const ms = times[`${severity}Ms`]
    const at = (percent: number) =>
      severity === 'security'
        ? plus(startedAt, (ms * percent) / 100)
        : afterWork(startedAt, (ms * percent) / 100, targets.hours, waits)
    return {
      ...{ clock, startedAt, dueAt: at(100) },
      remindAt: at(targets.remindPercent),
      escalateAt: at(targets.escalatePercent)
    }
  }
  const running = [
    ...(isLookedAt(c) ? [] : [clock('first_look', openedAt, targets)]),
    ...(c.proposal ? [clock('proposal', plus(c.proposal.expiresAt, -proposalMs), targets.proposal)] : []),
    clock('resolution', openedAt, targets.resolution)
  ]
  return running.sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
}

/** The next target time, never before a snooze ends; null when the case needs nobody. */
export function personDueAt(c: Case, policy: ClockPolicy): Instant | null {
  const dueAt = runningClocks(c, policy)[0]?.dueAt ?? null
  return dueAt !== null && c.snoozedUntil && c.snoozedUntil > dueAt ? c.snoozedUntil : dueAt
}

/** Somebody took the case, or did something about it. */
function isLookedAt(c: Case): boolean {
  if (c.assignee || c.approval) return true
  return c.timeline.some((entry) => isByTeam(entry) && entry.at >= c.openedAt)
}

/** The step that a clock has reached, or null. */
export function stepOf({ remindAt, escalateAt, dueAt }: RunningClock, now: Instant): ClockStep | null {
  if (now >= dueAt) return 'missed'
  if (now >= escalateAt) return 'escalated'
  return now >= remindAt ? 'reminded' : null
}

/** More working days than any target time covers. */
const MOST_DAYS = 4_000

/** The moment when so much working time has passed outside of the waits. */
export function afterWork(from: Instant, ms: number, hours: WorkHours, waits: readonly Wait[] = []): Instant {
  const startMs = Date.parse(from)
  const spans = spansOf(hours)
  let left = ms
  // The span that began yesterday may go on through the night, and yesterday there may be two days ago in UTC.
  const first = Math.floor(startMs / DAY_MS) - 2
  for (let day = first; day < first + MOST_DAYS; day++) {
    const span = spans.get(day) ?? workOn(day, hours)
    spans.set(day, span)
    for (const { beginMs, endMs } of without(waits, { ...span, beginMs: Math.max(span.beginMs, startMs) })) {
      if (left <= endMs - beginMs) return new Date(beginMs + left).toISOString()
      left -= endMs - beginMs
    }
  }
  // Nobody ever works: as if everybody always did.
  return plus(from, ms)
}

/** What the waits leave of the span. */
function without(waits: readonly Wait[], whole: Span): readonly Span[] {
  const cut = (spans: readonly Span[], wait: Wait) => {
    const [fromMs, toMs] = [Date.parse(wait.from), Date.parse(wait.to)]
    return spans.flatMap(({ beginMs, endMs }) => [
      { beginMs, endMs: Math.min(endMs, Math.max(beginMs, fromMs)) },
      { beginMs: Math.max(beginMs, Math.min(endMs, toMs)), endMs }
    ])
  }
  return waits.reduce(cut, [whole]).filter(({ beginMs, endMs }) => beginMs < endMs)
}

/** The working time of a day. */
interface Span {
  readonly beginMs: number
  readonly endMs: number
}

const NO_WORK: Span = { beginMs: 0, endMs: 0 }
const EPOCH = new Temporal.PlainDate(1970, 1, 1)
/** By days since 1970. A page shows the target times of 50 cases, and Temporal takes longer for one day than a row for all else. */
const SPANS = new WeakMap<WorkHours, Map<number, Span>>()

function spansOf(hours: WorkHours): Map<number, Span> {
  const spans = SPANS.get(hours) ?? new Map<number, Span>()
  SPANS.set(hours, spans)
  return spans
}

function workOn(days1970: number, { days, from, to, zone, holidays }: WorkHours): Span {
  const day = EPOCH.add({ days: days1970 })
  const weekday = WEEKDAYS[day.dayOfWeek - 1]
  if (!weekday || !days.includes(weekday) || holidays.includes(day.toString())) return NO_WORK
  const at = (date: Temporal.PlainDate, plainTime: string) =>
    date.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds
  return { beginMs: at(day, from), endMs: at(to > from ? day : day.add({ days: 1 }), to) }
}
