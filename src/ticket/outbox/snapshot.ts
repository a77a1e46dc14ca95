/** The case as one target may see it. Pure. */
import type { TargetPolicy } from '../../config/policy/tickets.ts'
import type { Case } from '../../domain/case.ts'
import type { Draft } from '../../domain/desk.ts'
import type { OutboxEntry } from '../../domain/outbox.ts'
import { subjectOf } from '../../domain/subject.ts'
import { showTime } from '../draft/evidence-lines.ts'
import { cleanDraft, cleanLine, personalFilter } from '../draft/personal-data.ts'
import { inOwnWords } from '../draft/template.ts'
import { bullets, line, paragraph, quoted } from '../format/document.ts'
import type { Note, TicketSnapshot } from '../targets/target.ts'
import { newTimeline } from './plan.ts'
import { fieldsOf } from './routing.ts'

export interface SnapshotOptions {
  readonly draft: (c: Case) => Draft
  readonly caseUrl: (caseId: string) => string
}

/** Newest entries in one delivery; the case page has all of them. */
const MAX_NEW_ENTRIES = 12

export function snapshotOf(
  c: Case,
  entry: OutboxEntry,
  { personalData: allowed, template, fields }: Pick<TargetPolicy, 'personalData' | 'template' | 'fields'>,
  { draft, caseUrl }: SnapshotOptions
): TicketSnapshot {
  const clean = personalFilter(c, allowed)
  const lines = newTimeline(c, entry)
  const news = lines
    .slice(-MAX_NEW_ENTRIES)
    .map(({ at, what }) => cleanLine(line`${showTime(at)}: ${quoted(what)}`, clean))
  const more = lines.length - news.length
  const set = fieldsOf(c, fields, c.updatedAt)
  const shown = cleanDraft(inOwnWords(draft(c), c, template), clean)
  const subject = subjectOf(c)
  return {
    ...shown,
    labels: [...shown.labels, ...(set.labels ?? [])],
    set,
    login: subject.source === 'okta' && allowed.includes('login') ? subject.login : null,
    caseUrl: caseUrl(c.id),
    openedAt: c.openedAt,
    newEntries: more > 0 ? [line`${String(more)} earlier entries are on the case’s page.`, ...news] : news,
    taken: Boolean(c.assignee ?? c.approval ?? c.firstApproval),
    proposal: c.proposal ? { hash: c.proposal.hash, overrides: c.proposal.overridesNeeded.length } : null
  }
}

/** The note of this revision, under an id that every try shares. */
export function noteOf(snapshot: TicketSnapshot, lead: string, possiblySent: boolean): Note {
  const id = noteId(snapshot)
  return {
    id,
    possiblySent,
    body: [paragraph(lead), ...bullets(snapshot.newEntries), paragraph(`Reenroll ${id}`)]
  }
}

export function noteId({ caseId, story }: Pick<TicketSnapshot, 'caseId' | 'story'>): string {
  return `${caseId}/${story}`
}
