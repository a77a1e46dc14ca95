/** What the commands share that read the System Log. */
import { recordOf } from '../domain/json.ts'
import { DAY_MS, HOUR_MS, msBetween, readDurationMs, readInstant } from '../domain/time.ts'
import type { Instant } from '../domain/vocabulary.ts'
import type { Stretch } from '../setup/walk-log.ts'
import { CommandFailed, type Progress } from './io.ts'

/** How far back an option asks to read. */
export function logSpanMs(option: string, text: string): number {
  const ms = readDurationMs(text)
  if (ms !== null && ms > 0 && ms <= 90 * DAY_MS) return ms
  throw new CommandFailed([
    `${option}: not a valid duration; write at most 90d, such as 30d, since Okta keeps its log for 90 days.`
  ])
}

/** An entry as the classifier takes it. */
export function logEntryOf(raw: unknown, now: Instant) {
  const { uuid, published } = recordOf(raw)
  const at = readInstant(published) ?? now
  return { uuid: String(uuid), source: 'log', raw, publishedAt: at, receivedAt: at, sentAt: null } as const
}

export function showHoursRead(progress: Progress, { since, doneUntil, until }: Stretch): void {
  const hours = (end: Instant) => Math.round(msBetween(since, end) / HOUR_MS)
  progress.show(hours(doneUntil), hours(until), 'hours of the System Log read')
}
