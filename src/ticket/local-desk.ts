/** The built-in desk: tickets in Reenroll's own store, for teams without a tracker and for the demo. */
import type { Desk, Draft, TicketWrite } from '../domain/desk.ts'
import type { LocalTicket, Store } from '../domain/store.ts'
import type { Clock } from '../domain/vocabulary.ts'
import { line, quoted } from './format/document.ts'
import { lineMarkdown, markdownOf } from './format/markdown.ts'

/** What the desk needs besides the store. */
export interface LocalDeskOptions {
  /** The address of a ticket's page. */
  readonly url: (key: string) => string
  readonly clock: Clock
}

/** Changed lines that a comment repeats; the body has the rest. */
const COMMENT_LINES = 12

/** The desk over the store's ticket table. */
export function createLocalDesk(store: Pick<Store, 'getTicket'>, options: LocalDeskOptions): Desk {
  const { clock, url } = options

  function same({ key, state }: LocalTicket, { story }: Draft): TicketWrite {
    return { ref: { system: 'local', key, url: url(key), state, story }, stored: null }
  }

  function put(stored: LocalTicket, draft: Draft): TicketWrite {
    return { ...same(stored, draft), stored }
  }

  return {
    system: 'local',

    async ensure(draft, ticket) {
      const old = ticket && (await store.getTicket(ticket.key))
      const now = clock()
      if (!old) return put(fresh(draft, now), draft)
      const reopened = old.state === 'resolved' ? [{ at: now, text: 'Reopened: the case needs a person again.' }] : []
      const changes = changesOf(old, draft).map((text) => ({ at: now, text }))
      if (reopened.length === 0 && changes.length === 0) return same(old, draft)
      const comments = [...old.comments, ...reopened, ...changes]
      return put({ ...old, ...shown(draft), state: 'open', comments, updatedAt: now }, draft)
    },

    async resolve(ticket, draft, because) {
      const now = clock()
      const old = (await store.getTicket(ticket.key)) ?? { ...fresh(draft, now), key: ticket.key }
      const text = `Resolved: ${lineMarkdown(line`${quoted(because)}`)}`
      const { title, body } = shown(draft)
      const isCommented = old.state === 'resolved' && old.comments.at(-1)?.text === text
      if (isCommented && old.body === body && old.title === title) return same(old, draft)
      const comments = isCommented ? old.comments : [...old.comments, { at: now, text }]
      return put({ ...old, title, body, state: 'resolved', comments, updatedAt: now }, draft)
    }
  }
}

function fresh(draft: Draft, now: string): LocalTicket {
  return {
    key: draft.caseId,
    caseId: draft.caseId,
    state: 'open',
    ...shown(draft),
    comments: [],
    createdAt: now,
    updatedAt: now
  }
}

/** What the ticket's page shows of the draft. */
function shown({ title, body }: Draft): Pick<LocalTicket, 'title' | 'body'> {
  return { title, body: `${markdownOf(body)}\n` }
}

/** At most one comment: the new title, when it changed, and the lines that the body did not have before. */
function changesOf(old: LocalTicket, draft: Draft): readonly string[] {
  const { title, body } = shown(draft)
  if (old.title === title && old.body === body) return []
  const before = new Set(old.body.split('\n'))
  const added = body.split('\n').filter((text) => text !== '' && !text.startsWith('#') && !before.has(text))
  const changes = [
    ...(old.title === title ? [] : [lineMarkdown(line`${quoted(title)}`)]),
    ...added.map((text) => text.replace(/^(?:- |\d+\. )/, ''))
  ]
  if (changes.length === 0) return ['Updated: some lines no longer apply and were removed.']
  const more = changes.length > COMMENT_LINES ? [`and ${changes.length - COMMENT_LINES} more lines, see above`] : []
  return [`Updated:\n\n${[...changes.slice(0, COMMENT_LINES), ...more].map((text) => `- ${text}`).join('\n')}`]
}
