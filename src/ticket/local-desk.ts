/** The built-in desk: tickets in our own store, for teams without a tracker and for the demo. */

import type { Desk, Draft } from '../domain/desk.ts'
import type { LocalTicket, Store } from '../domain/store.ts'
import type { Clock, TicketRef } from '../domain/vocabulary.ts'
import { bullets, prose } from './format/markdown.ts'

export interface LocalDeskOptions {
  /** Where a ticket is shown. */
  readonly url: (key: string) => string
  readonly clock: Clock
}

/** Lines of a changed body that a comment repeats; the rest stands in the body. */
const NEWS_LINES = 12

export function createLocalDesk(store: Pick<Store, 'putTicket' | 'getTicket'>, options: LocalDeskOptions): Desk {
  const { clock, url } = options

  async function put(ticket: LocalTicket, draft: Draft): Promise<TicketRef> {
    await store.putTicket(ticket)
    return refOf(ticket, draft)
  }

  function refOf(ticket: LocalTicket, draft: Draft): TicketRef {
    return { system: 'local', key: ticket.key, url: url(ticket.key), state: ticket.state, story: draft.story }
  }

  return {
    system: 'local',

    async ensure(draft) {
      const old = await store.getTicket(draft.caseId)
      const now = clock()
      if (!old) return put(fresh(draft, now), draft)
      const reopened = old.state === 'resolved' ? [{ at: now, text: 'Reopened: the case needs a person again.' }] : []
      const news = newsOf(old, draft).map((text) => ({ at: now, text }))
      if (reopened.length === 0 && news.length === 0) return refOf(old, draft)
      const comments = [...old.comments, ...reopened, ...news]
      return put({ ...old, state: 'open', title: draft.title, body: draft.body, comments, updatedAt: now }, draft)
    },

    async resolve(ticket, draft, because) {
      const now = clock()
      const old = (await store.getTicket(ticket.key)) ?? { ...fresh(draft, now), key: ticket.key }
      const text = `Resolved: ${prose(because)}`
      const told = old.state === 'resolved' && old.comments.at(-1)?.text === text
      if (told && old.body === draft.body && old.title === draft.title) return refOf(old, draft)
      const comments = told ? old.comments : [...old.comments, { at: now, text }]
      return put({ ...old, state: 'resolved', title: draft.title, body: draft.body, comments, updatedAt: now }, draft)
    }
  }
}

function fresh(draft: Draft, now: string): LocalTicket {
  return {
    key: draft.caseId,
    caseId: draft.caseId,
    state: 'open',
    title: draft.title,
    body: draft.body,
    comments: [],
    createdAt: now,
    updatedAt: now
  }
}

/** At most one comment: the new title, when it changed, and the lines that the body did not have before. */
function newsOf(old: LocalTicket, draft: Draft): readonly string[] {
  if (old.title === draft.title && old.body === draft.body) return []
  const before = new Set(old.body.split('\n'))
  const lines = draft.body.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !before.has(line))
  const title = old.title === draft.title ? [] : [prose(draft.title)]
  const news = [...title, ...lines.map((line) => line.replace(/^(?:- |\d+\. )/, ''))]
  if (news.length === 0) return ['Updated: some lines no longer hold and were taken out.']
  const more = news.length > NEWS_LINES ? [`and ${news.length - NEWS_LINES} more lines, see above`] : []
  return [`Updated:\n\n${bullets([...news.slice(0, NEWS_LINES), ...more])}`]
}
