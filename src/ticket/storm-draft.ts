/** The one ticket of a storm: many users failing at once, by an outage or a campaign (facts §6.1 G8, C16). Pure. */
import type { Storm } from '../case/case-file.ts'
import { showTime } from './evidence-lines.ts'
import { link, prose, sections } from './markdown.ts'

export function stormTitle(storm: Storm): string {
  const over = storm.releasedAt === null ? '' : ' (over)'
  return `Okta Verify enrollment fails for many users at once: ${storm.users} users${over}`
}

export function stormBody(id: string, storm: Storm, { caseUrl }: { caseUrl: (caseId: string) => string }): string {
  const { all, open } = storm.children
  const now =
    storm.releasedAt === null
      ? `It was last seen ${showTime(storm.lastSeenAt)} and is not over.`
      : `It was over ${showTime(storm.releasedAt)}; its cases are decided anew, one by one.`
  const parts = [
    ['What happened', `Since ${showTime(storm.since)}: ${prose(storm.because)} ${now}`],
    [
      'What to do next',
      'Queue: **Identity team**. Look for one cause: Okta’s status page, a changed policy, an app or network that was rolled out. If the attempts come from one address or network that is not yours, treat them as a campaign and hand the ticket to Security.'
    ],
    [
      'What stopped Reenroll from acting',
      'G8: while this many users fail at once, nothing is written to Okta by itself.'
    ],
    ['Cases', `${all} cases belong to it, ${open} of them open. They have no tickets of their own while it lasts.`],
    ['Links', `- ${link(`Case ${id} in Reenroll`, caseUrl(id))}`]
  ] as const
  return `${sections(parts)}\n`
}
