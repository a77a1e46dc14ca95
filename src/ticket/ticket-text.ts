/** Title and text of a ticket within the limits of its system. Pure. */
import { withFooter } from './footer.ts'
import { plain } from './markdown.ts'
import type { Note, Snapshot } from './target.ts'

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
