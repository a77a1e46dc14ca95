/** Title and text of a ticket within the limits of its system. Pure. */
import { createHash } from 'node:crypto'
import type { Block } from '../../domain/document.ts'
import { line, link, oneLine, paragraph } from '../format/document.ts'
import { markdownOf } from '../format/markdown.ts'
import { sectionsOf } from '../format/text.ts'
import type { Note, TicketSnapshot } from './target.ts'

/*
 * The footer of a ticket names its case and has a checksum over title and text. It shows whether a person has edited either
 * since Reenroll wrote it, without a stored copy: edits of people are kept, and a crash after a write cannot look like an
 * edit. Only letters and digits count, because trackers reformat.
 */

const FOOTER = /Reenroll keeps this text up to date \((RE-[0-9A-Za-z-]+), ([0-9a-f]{8})-([0-9a-f]{8})\)/

/** Which parts of a ticket a person has changed. A text whose footer is gone was changed. */
export function editedParts(title: string, shownBody: string): { readonly title: boolean; readonly body: boolean } {
  const found = FOOTER.exec(shownBody)
  if (!found) return { title: true, body: true }
  const above = shownBody.slice(0, found.index)
  return { title: checksum(title) !== found[3], body: checksum(above) !== found[2] }
}

/** The case that the footer names, or null when the text is not Reenroll's. */
export function caseIdIn(shownBody: string): string | null {
  return FOOTER.exec(shownBody)?.[1] ?? null
}

function checksum(text: string): string {
  const letters = text.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '')
  return createHash('sha256').update(letters).digest('hex').slice(0, 8)
}

/** The limits of a system, in characters. */
export interface TextLimits {
  readonly title: number
  readonly body: number
  /** How the system shows a document, as text. */
  readonly shown: (body: readonly Block[]) => string
}

/** What the footer and the remark about a cut take. */
const TAIL = 600

/** Title and body of the ticket, with the footer, within the limits. */
export function ticketText(
  snapshot: TicketSnapshot,
  { title: titleMax, body: bodyMax, shown }: TextLimits
): { readonly title: string; readonly body: readonly Block[] } {
  const title = oneLine(snapshot.title, titleMax - 1)
  return { title, body: withFooter(snapshot.caseId, title, shortened(snapshot, bodyMax - TAIL), shown) }
}

/** The body with its footer. The checksum is over what the system will show. */
export function withFooter(
  caseId: string,
  title: string,
  body: readonly Block[],
  shown: TextLimits['shown']
): readonly Block[] {
  const sums = `${checksum(shown(body))}-${checksum(title)}`
  const footer = `Reenroll keeps this text up to date (${caseId}, ${sums}). Text that you edit above is left alone from then on.`
  return [...body, paragraph(footer)]
}

/** The body, cut at a line to at most `max` characters of Markdown, with a link to the whole. */
export function shortened({ body, caseUrl }: Pick<TicketSnapshot, 'body' | 'caseUrl'>, max: number): readonly Block[] {
  if (markdownOf(body).length <= max) return body
  const kept: Block[] = []
  for (const block of body) {
    if (markdownOf([...kept, block]).length <= max) {
      kept.push(block)
      continue
    }
    if ('lines' in block) {
      const fits = block.lines.findIndex(
        (_, n) => markdownOf([...kept, { ...block, lines: block.lines.slice(0, n + 1) }]).length > max
      )
      if (fits > 0) kept.push({ ...block, lines: block.lines.slice(0, fits) })
    }
    break
  }
  return [
    ...kept,
    paragraph(line`The rest is too long for this system. All of it is on ${link('the page of the case', caseUrl)}.`)
  ]
}

/** Sections of the text that fit a chat; the rest is on the case's page. */
const CHAT = ['What happened', 'What to do next', 'Why', 'What stopped Reenroll from acting', 'What was done']

/** The sections with these headings, each with its heading. */
export function chatSections(body: readonly Block[], titles = CHAT): readonly (readonly Block[])[] {
  return sectionsOf(body).flatMap(({ title, blocks }) => (titles.includes(title) ? [blocks] : []))
}

/** Whether a text that is there already is this note: its id, not followed by more of another id. */
export function saysNote(text: string, { id }: Pick<Note, 'id'>): boolean {
  const at = text.indexOf(`Reenroll ${id}`)
  return at >= 0 && !/\d/.test(text.charAt(at + `Reenroll ${id}`.length))
}
