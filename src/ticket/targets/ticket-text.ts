/** Title and text of a ticket within the limits of its system. Pure. */
import { createHash } from 'node:crypto'
import { plain } from '../format/markdown.ts'
import type { Note, Snapshot } from './target.ts'

/*
 * The last line of a ticket's text: which case it tells, and a checksum over title and text. It lets us see whether a
 * person has edited either since we wrote it, without remembering what we wrote: edits of people are kept, and a crash
 * between writing and remembering cannot be taken for one. Only letters and digits count, since trackers reformat. Pure.
 */

const FOOTER = /Reenroll keeps this text up to date \((RE-[0-9A-Za-z-]+), ([0-9a-f]{8})-([0-9a-f]{8})\)/

/** The text with its footer. `text` is whatever the tracker will show, so give the Markdown its own plain reading. */
export function withFooter(caseId: string, title: string, body: string, shown: (body: string) => string): string {
  const line = `Reenroll keeps this text up to date (${caseId}, ${checksum(shown(body))}-${checksum(title)}). Text that you edit above is left alone from then on.`
  return `${body.trimEnd()}\n\n${line}\n`
}

/** Which parts of a ticket a person has changed. A text whose footer is gone was changed. */
export function editedParts(title: string, shownBody: string): { readonly title: boolean; readonly body: boolean } {
  const found = FOOTER.exec(shownBody)
  if (!found) return { title: true, body: true }
  const above = shownBody.slice(0, found.index)
  return { title: checksum(title) !== found[3], body: checksum(above) !== found[2] }
}

function checksum(text: string): string {
  const letters = text.normalize('NFC').replace(/[^\p{L}\p{N}]+/gu, '')
  return createHash('sha256').update(letters).digest('hex').slice(0, 8)
}

export interface TextLimits {
  readonly title: number
  readonly body: number
  /** How the system shows the Markdown, as plain text. */
  readonly shown: (markdown: string) => string
}

/** What the footer and the remark about a cut take. */
const TAIL = 600

export function ticketText(
  snapshot: Snapshot,
  { title: titleMax, body: bodyMax, shown }: TextLimits
): { readonly title: string; readonly body: string } {
  const title = plain(snapshot.title, titleMax - 1)
  return { title, body: withFooter(snapshot.caseId, title, shortened(snapshot, bodyMax - TAIL), shown) }
}

/** Cut at a line, with a pointer to the whole. */
export function shortened({ body, caseUrl }: Pick<Snapshot, 'body' | 'caseUrl'>, max: number): string {
  if (body.length <= max) return body
  return `${body.slice(0, body.lastIndexOf('\n', max))}\n\nThe rest is too long for this system; all of it is at ${caseUrl}\n`
}

/** Whether a text that is there already is this note: its id, not followed by more of another id. */
export function saysNote(text: string, { id }: Pick<Note, 'id'>): boolean {
  const at = text.indexOf(`Reenroll ${id}`)
  return at >= 0 && !/\d/.test(text.charAt(at + `Reenroll ${id}`.length))
}
