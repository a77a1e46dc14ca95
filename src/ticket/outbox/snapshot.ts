/** The case as one target may see it. Pure. */
import type { PersonalData } from '../../config/policy/tickets-schema.ts'
import type { Case } from '../../domain/case.ts'
import type { Draft } from '../../domain/desk.ts'
import type { OutboxEntry } from '../../domain/outbox.ts'
import { showTime } from '../draft/evidence-lines.ts'
import { cleanDraft, cleanLine, personalFilter } from '../draft/personal-data.ts'
import { bullets, line, paragraph, quoted } from '../format/document.ts'
import type { Note, Snapshot } from '../targets/target.ts'
import { newLines } from './plan.ts'

export interface SnapshotOptions {
  readonly draft: (c: Case) => Draft
  readonly caseUrl: (caseId: string) => string
}

/** Newest lines told in one go; the case page has all of them. */
const NEWS_LINES = 12

export function snapshotOf(
  c: Case,
  errand: OutboxEntry,
  allowed: readonly PersonalData[],
  { draft, caseUrl }: SnapshotOptions
): Snapshot {
  const clean = personalFilter(c, allowed)
  const lines = newLines(c, errand)
  const news = lines.slice(-NEWS_LINES).map(({ at, what }) => cleanLine(line`${showTime(at)}: ${quoted(what)}`, clean))
  const more = lines.length - news.length
  return {
    ...cleanDraft(draft(c), clean),
    caseUrl: caseUrl(c.id),
    openedAt: c.openedAt,
    news: more > 0 ? [line`${String(more)} earlier entries are on the case’s page.`, ...news] : news,
    taken: Boolean(c.assignee ?? c.approval ?? c.firstApproval),
    proposal: c.proposal ? { hash: c.proposal.hash, overrides: c.proposal.overridesNeeded.length } : null
  }
}

/** What the ticket is told of this story, under an id that every try shares. */
export function noteOf(snapshot: Snapshot, lead: string, doubt: boolean): Note {
  const id = noteId(snapshot)
  return { id, doubt, body: [paragraph(lead), ...bullets(snapshot.news), paragraph(`Reenroll ${id}`)] }
}

export function noteId({ caseId, story }: Pick<Snapshot, 'caseId' | 'story'>): string {
  return `${caseId}/${story}`
}
