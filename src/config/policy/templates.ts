/** Own words for a ticket's title and text, in Mustache (https://mustache.github.io/mustache.5.html): values only, no code. */
import Mustache from 'mustache'
import { suggestion } from '../did-you-mean.ts'

/** Empty texts: the built-in words. */
export interface TicketTemplate {
  readonly summary: string
  readonly body: string
}

/** Each is one line of text. */
export const TEXT_NAMES = [
  ...(['case_id', 'title', 'severity', 'queue', 'cause', 'cause_id', 'rule', 'state', 'opened_at'] as const),
  ...(['login', 'name', 'user_id'] as const)
] as const

/** The built-in text, whole or by its headings; each stands alone on a line. */
export const BLOCK_NAMES = [
  ...(['text', 'what_happened', 'what_to_do_next', 'why', 'what_stopped_reenroll_from_acting'] as const),
  ...(['what_was_done', 'steps_for_the_user', 'evidence', 'not_known', 'last_events_about_the_user'] as const),
  'links'
] as const

/** What is wrong with a template, or null. */
export function templateFault(of: keyof TicketTemplate, template: string): string | null {
  const names: readonly string[] = of === 'summary' ? TEXT_NAMES : [...TEXT_NAMES, ...BLOCK_NAMES]
  const lines = template.trim().split('\n')
  if (of === 'summary' && lines.length > 1) return 'has several lines; a title is one line.'
  const shared = lines.find(
    (text) => BLOCK_NAMES.some((name) => text.includes(`{{${name}}}`)) && !/^\s*\{\{\w+\}\}\s*$/.test(text)
  )
  if (shared) return `has more than the built-in text on the line ${shared.trim()}; give that name a line of its own.`
  try {
    return faultOfTags(Mustache.parse(template), names)
  } catch (error) {
    return `is not a valid template: ${error instanceof Error ? error.message : String(error)}.`
  }
}

type Tags = ReturnType<typeof Mustache.parse>

function faultOfTags(tags: Tags, names: readonly string[]): string | null {
  for (const [kind, name, , , inner] of tags) {
    if (kind === 'text' || kind === '!') continue
    if (kind !== 'name' && kind !== '#' && kind !== '^')
      return `has a tag that is not possible: ${kind} ${name}. Use {{name}}, {{#name}}…{{/name}} and {{^name}}…{{/name}}.`
    if (!names.includes(name))
      return `names ${name}, which does not exist${suggestion(name, names)}. There are ${names.join(', ')}.`
    const fault = Array.isArray(inner) ? faultOfTags(inner as Tags, names) : null
    if (fault) return fault
  }
  return null
}
