/** The place in a list of cases where the next page starts: just after this case. Pure; the same for every engine. */
import type { Instant } from '../domain/vocabulary.ts'

export interface CursorPosition {
  readonly openedAt: Instant
  readonly id: string
}

/** The place as an opaque text for `after`. */
export function writeCursor(place: CursorPosition): string {
  return Buffer.from(`${place.openedAt} ${place.id}`).toString('base64url')
}

/** The place that `writeCursor` wrote, or null when the text is no cursor. */
export function readCursor(text: string): CursorPosition | null {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (\S+)$/.exec(Buffer.from(text, 'base64url').toString())
  return match?.[1] && match[2] ? { openedAt: match[1], id: match[2] } : null
}

/** The place of `after`, or null without one. Throws a `RangeError` for a text that is no cursor. */
export function positionAfter(after: string | undefined): CursorPosition | null {
  if (after === undefined) return null
  const place = readCursor(after)
  if (!place)
    throw new RangeError('`after` is not a cursor of this list: pass the `next` of the page before, unchanged')
  return place
}
