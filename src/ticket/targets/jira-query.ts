/** How Jira is asked for our issues: by label. Pure. */
import type { Instant } from '../../vocabulary.ts'

export const OUR_LABEL = 'reenroll'

export function keyLabel(caseId: string): string {
  return `${OUR_LABEL}-${caseId}`
}

export function recoverJql(project: string, caseId: string): string {
  return `project = ${quoted(project)} AND labels = ${quoted(keyLabel(caseId))} ORDER BY created DESC`
}

/** JQL reads clock times in the time zone of the account, so the span is given in minutes before now. */
export function closedSinceJql(project: string, sinceMinutes: number): string {
  return `project = ${quoted(project)} AND labels = ${quoted(OUR_LABEL)} AND statusCategory = Done AND updated >= "-${sinceMinutes}m" ORDER BY updated ASC`
}

export function minutesSince(since: Instant, now: Instant): number {
  return Math.max(1, Math.ceil((Date.parse(now) - Date.parse(since)) / 60_000))
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`
}
