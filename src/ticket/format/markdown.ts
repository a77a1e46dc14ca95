/**
 * Text of others inside our Markdown. Names, reasons and user agents come from Okta or from users: none of it may become
 * markup, a link, a mention or a second line, here or in a tracker that renders the ticket. Pure.
 */

/** One line of visible characters, at most `max` of them; what was cut is marked. */
export function plain(text: string, max: number): string {
  const line = text
    .slice(0, max * 4)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    // Invisible marks, among them those that turn the writing direction around.
    .replace(/\p{Cf}+/gu, '')
    .trim()
  const letters = [...line]
  return letters.length <= max && text.length <= max * 4 ? line : `${letters.slice(0, max).join('')}…`
}

/** A value of others, such as a login or a device name, as a code span: nothing inside is markup. */
export function code(text: string | null | undefined, max = 100): string {
  const line = plain(text ?? '', max).replaceAll('`', "'")
  return line === '' ? 'none' : `\`${line}\``
}

/** A sentence that may quote others, as running text. */
export function prose(text: string, max = 400): string {
  return plain(text, max)
    .replace(/[\\`*<[\]~]/g, '\\$&')
    .replace(/(?<!\w)_|_(?!\w)/g, '\\_')
    .replace(/&(?=[#\w])/g, '\\&')
    .replace(/^(?:[-+>=#]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`))
    .replace(/:\/\//g, '\\://')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\\.`)
    .replace(/(?<![\p{L}\p{N}.])@/gu, '(at)')
}

/** A link with our own text; the target is percent-encoded so far that it cannot end early. */
export function link(text: string, url: string): string {
  return `[${text}](${url.replace(/[()\s<>\\]/g, (letter) => encodeURIComponent(letter).replace(/[()]/g, percent))})`
}

function percent(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`
}

export function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n')
}

export function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `${index + 1}. ${line}`).join('\n')
}

/** Sections that have something to say, with their headings. */
export function sections(parts: readonly (readonly [heading: string, text: string])[]): string {
  return parts
    .filter(([, text]) => text !== '')
    .map(([heading, text]) => `## ${heading}\n\n${text}`)
    .join('\n\n')
}
