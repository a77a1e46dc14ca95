/**
 * The last line of a ticket's text: which case it tells, and a checksum over title and text. It lets us see whether a
 * person has edited either since we wrote it, without remembering what we wrote: edits of people are kept, and a crash
 * between writing and remembering cannot be taken for one. Only letters and digits count, since trackers reformat. Pure.
 */
import { createHash } from 'node:crypto'

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
