/** The message to the user with the steps: plain text, and simple HTML without pictures, links or trackers. Pure. */
import type { MailPolicy } from '../../config/policy/ticket-policy.ts'
import type { Case } from '../../domain/case.ts'
import { subjectOf } from '../../domain/subject.ts'
import { guidanceFor } from '../draft/guidance.ts'
import { oneLine } from '../format/document.ts'

export interface MailMessage {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A display name longer than this is cut. */
const LONGEST_NAME = 60

/** The message of this case, or null when the steps of its cause are not for the user. */
export function mailMessage(c: Case, policy: MailPolicy): MailMessage | null {
  const cause = c.cause?.id ?? 'unknown'
  const built = guidanceFor(c)
  if (!built.send) return null
  const own = policy.steps[cause]
  const { opening, steps } = own ?? built
  const ifThatFails = own ? [] : built.ifThatFails
  const reference = `Reference: ${c.id}`
  const subject = subjectOf(c)
  const parts: readonly Part[] = [
    { of: 'text', text: hello(policy.greeting, subject.source === 'okta' ? subject.name : null) },
    { of: 'text', text: opening },
    { of: 'steps', steps },
    ...(ifThatFails.length > 0
      ? ([
          { of: 'text', text: 'If that fails:' },
          { of: 'steps', steps: ifThatFails }
        ] as const)
      : []),
    { of: 'text', text: policy.closing },
    { of: 'text', text: reference }
  ]
  return mailOf(`${oneLine(policy.subject, 120)} [${c.id}]`, parts)
}

/** The message as text and as HTML. */
export function mailOf(subject: string, parts: readonly Part[]): MailMessage {
  return {
    subject,
    text: `${parts.map(textOf).join('\n\n')}\n`,
    html: `<!doctype html>\n<html><body>\n${parts.map(htmlOf).join('\n')}\n</body></html>\n`
  }
}

type Part = { readonly of: 'text'; readonly text: string } | { readonly of: 'steps'; readonly steps: readonly string[] }

/** `Hello,` becomes `Hello Anna Example,` when the name is known. */
function hello(greeting: string, name: string | null): string {
  const who = oneLine(name ?? '', LONGEST_NAME)
  return who === '' || !greeting.endsWith(',') ? greeting : `${greeting.slice(0, -1)} ${who},`
}

function textOf(part: Part): string {
  return part.of === 'text' ? part.text : part.steps.map((step, index) => `${index + 1}. ${step}`).join('\n')
}

function htmlOf(part: Part): string {
  if (part.of === 'text') return `<p>${escaped(part.text)}</p>`
  return `<ol>\n${part.steps.map((step) => `<li>${escaped(step)}</li>`).join('\n')}\n</ol>`
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
