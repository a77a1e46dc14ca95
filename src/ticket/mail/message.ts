/** The message to the user with the steps, in the user's language; and a document as mail: plain text, and simple HTML. Pure. */
import type { MailPolicy } from '../../config/policy/ticket-policy.ts'
import type { Case } from '../../domain/case.ts'
import type { Block, Inline, Line } from '../../domain/document.ts'
import { subjectOf } from '../../domain/subject.ts'
import type { Language } from '../../domain/vocabulary.ts'
import { messageGuidance } from '../draft/guidance.ts'
import { link, numbered, oneLine, paragraph, safeUrl } from '../format/document.ts'
import { plainTextOf } from '../format/text.ts'
import { directionOf, fill, WORDS } from '../languages/languages.ts'

/** A message before it has the form of a channel. */
export interface UserMessage {
  readonly subject: string
  readonly language: Language
  readonly body: readonly Block[]
}

export interface MailMessage {
  readonly subject: string
  readonly text: string
  readonly html: string
}

export interface MessageParts {
  readonly language: Language
  /** Texts of the policy instead of those of the language. */
  readonly policy: MailPolicy
  /** How to reach a person; may be empty. */
  readonly contact: string
  /** Where the user answers; null without self-service. */
  readonly answerUrl: string | null
  /** Where the user signs in and sees what is wrong; null where they cannot. */
  readonly ownCaseUrl: string | null
}

/** A display name longer than this is cut. */
const LONGEST_NAME = 60

/** The message of this case, or null when the steps of its cause are not for the user. */
export function userMessage(c: Case, parts: MessageParts): UserMessage | null {
  const { language, policy, contact, answerUrl, ownCaseUrl } = parts
  const built = messageGuidance(c, language)
  if (!built.send) return null
  const { message } = WORDS[language]
  const own = policy.steps[c.cause?.id ?? 'unknown']
  const { opening, steps } = own ?? built
  const ifThatFails = own ? [] : built.ifThatFails
  const subject = subjectOf(c)
  const name = oneLine((subject.source === 'okta' && subject.name) || '', LONGEST_NAME)
  return {
    subject: `${oneLine(policy.subject || message.subject, 120)} [${c.id}]`,
    language,
    body: [
      paragraph(policy.greeting || (name === '' ? message.hello : fill(message.helloName, { name }))),
      paragraph(opening),
      ...numbered(steps),
      ...(ifThatFails.length > 0 ? [paragraph(message.ifThatFails), ...numbered(ifThatFails)] : []),
      ...(ownCaseUrl === null ? [] : [paragraph([text(`${message.details} `), link(message.detailsLink, ownCaseUrl)])]),
      ...(answerUrl === null
        ? []
        : [paragraph([text(`${message.answer} `), link(message.answerLink, `${answerUrl}?lang=${language}`)])]),
      ...(contact === '' ? [] : [paragraph(fill(message.person, { contact: oneLine(contact, 200) }))]),
      paragraph(policy.closing || message.closing),
      paragraph(fill(message.reference, { reference: c.id }))
    ]
  }
}

function text(words: string): Inline {
  return { kind: 'text', text: words }
}

/** A document as mail. No pictures and no trackers. */
export function mailOf({ subject, language, body }: UserMessage): MailMessage {
  const head = '<head><meta charset="utf-8"></head>'
  return {
    subject,
    text: `${plainTextOf(body)}\n`,
    html: `<!doctype html>\n<html lang="${language}" dir="${directionOf(language)}">${head}<body>\n${body.map(htmlOf).join('\n')}\n</body></html>\n`
  }
}

function htmlOf(block: Block): string {
  if ('line' in block) return `<p>${htmlLine(block.line)}</p>`
  const list = block.kind === 'numbers' ? 'ol' : 'ul'
  return `<${list}>\n${block.lines.map((line) => `<li>${htmlLine(line)}</li>`).join('\n')}\n</${list}>`
}

function htmlLine(line: Line): string {
  return line
    .map((part) =>
      part.kind === 'link' ? `<a href="${escaped(safeUrl(part.url))}">${escaped(part.text)}</a>` : escaped(part.text)
    )
    .join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter)
}
