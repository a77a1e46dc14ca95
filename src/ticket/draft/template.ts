/**
 * A draft in the owner's own words. Text of others stays text: it is put in marked, so that it can neither begin a heading or
 * a list nor stand for a part of the built-in text. Pure.
 */
import Mustache from 'mustache'
import { BLOCK_NAMES, type TEXT_NAMES, type TicketTemplate } from '../../config/policy/ticket-policy.ts'
import { advice, CAUSE_ADVICE } from '../../decide/advice.ts'
import type { Case } from '../../domain/case.ts'
import type { Draft } from '../../domain/desk.ts'
import type { Block } from '../../domain/document.ts'
import { bullets, heading, oneLine, paragraph, quoted } from '../format/document.ts'
import { sectionsOf } from '../format/text.ts'
import { namesOf, QUEUE_NAMES } from './draft.ts'
import { showTime } from './evidence-lines.ts'

/** Before each value; `oneLine` removes such characters from what others wrote. */
const VALUE = '\u0000'
/** Before the name of a part of the built-in text. */
const PART = '\u0001'

/** A storm's ticket, which names no user, keeps the built-in words. */
export function inOwnWords(draft: Draft, c: Case, { summary, body }: TicketTemplate): Draft {
  if (c.storm) return draft
  const parts = partsOf(draft.body)
  const shown = Object.fromEntries(BLOCK_NAMES.map((name) => [name, parts.has(name) ? `${PART}${name}` : '']))
  const view = { ...valuesOf(draft, c), ...shown }
  const rendered = (template: string) =>
    Mustache.render(template, view, undefined, { escape: (value: string) => `${VALUE}${value}` })
  const blocks = rendered(body)
    .split('\n')
    .flatMap((text) => blocksOf(text, parts))
  return {
    ...draft,
    title: oneLine(bare(rendered(summary)), 250) || draft.title,
    body: blocks.length > 0 ? blocks : draft.body
  }
}

function valuesOf(draft: Draft, c: Case): Readonly<Record<(typeof TEXT_NAMES)[number], string>> {
  const { login, name, id } = namesOf(c)
  const cause = c.cause?.id ?? 'unknown'
  const text = (value: string | null | undefined) => quoted(value ?? '', 200)
  return {
    ...{ case_id: c.id, title: text(draft.title), severity: draft.severity, state: c.state },
    ...{ queue: QUEUE_NAMES[advice(c).queue], rule: c.decision?.rule ?? '', opened_at: showTime(c.openedAt) },
    ...{ cause: CAUSE_ADVICE[cause].label, cause_id: cause },
    ...{ login: text(login), name: text(name), user_id: text(id) }
  }
}

/** The text by the names that templates have for its sections, each without its heading. */
function partsOf(body: readonly Block[]): ReadonlyMap<string, readonly Block[]> {
  const named = sectionsOf(body).map(
    ({ title, blocks }) => [title.toLowerCase().replaceAll(' ', '_'), blocks.slice(1)] as const
  )
  return new Map([['text', body], ...named])
}

/** One line of a rendered template: `# ` begins a heading, `- ` an item. */
function blocksOf(text: string, parts: ReadonlyMap<string, readonly Block[]>): readonly Block[] {
  const part = text.trim().startsWith(`${VALUE}${PART}`) ? parts.get(text.trim().slice(2)) : undefined
  if (part) return part
  const plain = oneLine(bare(text.replace(/^(# |- )/, '')), 2_000)
  if (plain === '') return []
  if (text.startsWith('# ')) return [heading(plain)]
  return text.startsWith('- ') ? bullets([plain]) : [paragraph(plain)]
}

function bare(text: string): string {
  return text.replaceAll(VALUE, '').replaceAll(PART, '')
}
