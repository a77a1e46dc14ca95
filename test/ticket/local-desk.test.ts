import t from 'tap'
import type { TicketWrite } from '../../src/domain/desk.ts'
import type { LocalTicket } from '../../src/domain/store.ts'
import { plus } from '../../src/domain/time.ts'
import type { TicketRef } from '../../src/domain/vocabulary.ts'
import { bullets } from '../../src/ticket/format/document.ts'
import { createLocalDesk } from '../../src/ticket/local-desk.ts'
import { deskContract, type OpenDesk } from '../contract/ticket-desk.ts'
import { NOW } from '../remediate/situations.ts'

/** The desk, with what a case and its save keep for it; a copy at each side, like a database. */
function openDesk() {
  const kept = new Map<string, LocalTicket>()
  const refs = new Map<string, TicketRef>()
  let minutes = 0
  const desk = createLocalDesk(
    { getTicket: async (key) => structuredClone(kept.get(key)) ?? null },
    { url: (key) => `https://ops.example.com/tickets/${key}`, clock: () => plus(NOW, minutes++ * 60_000) }
  )
  async function saved(caseId: string, written: Promise<TicketWrite>): Promise<TicketRef> {
    const { ref, stored } = await written
    if (stored) kept.set(stored.key, structuredClone(stored))
    refs.set(caseId, ref)
    return ref
  }
  const keeping: OpenDesk['desk'] = {
    system: desk.system,
    ensure: (draft) => saved(draft.caseId, desk.ensure(draft, refs.get(draft.caseId) ?? null)),
    resolve: (ticket, draft, because) => saved(draft.caseId, desk.resolve(ticket, draft, because))
  }
  return { kept, desk: keeping }
}

deskContract(t, async () => {
  const { kept, desk } = openDesk()
  return {
    desk,
    tickets: async (caseId) =>
      [...kept.values()]
        .filter((ticket) => ticket.caseId === caseId)
        .map(({ key, state, title, body, comments }) => ({
          key,
          state,
          title,
          body,
          comments: comments.map((comment) => comment.text)
        }))
  }
})

const DRAFT = {
  caseId: 'RE-1',
  title: 'First',
  body: bullets(['a']),
  labels: [],
  severity: 'normal',
  story: 1
} as const

t.test('the key is the case, and times are the clock’s', async (t) => {
  const { kept, desk } = openDesk()
  t.strictSame(await desk.ensure(DRAFT), {
    system: 'local',
    key: 'RE-1',
    url: 'https://ops.example.com/tickets/RE-1',
    state: 'open',
    story: 1
  })
  await desk.ensure({ ...DRAFT, body: bullets(['b']) })
  t.match(kept.get('RE-1'), { createdAt: NOW, updatedAt: plus(NOW, 60_000) })
})

t.test('a comment tells a new title as text, what went away, and no more than a dozen lines', async (t) => {
  const { kept, desk } = openDesk()
  await desk.ensure({ ...DRAFT, body: bullets(['a', 'b']) })
  await desk.ensure({ ...DRAFT, body: bullets(['a']) })
  await desk.ensure({ ...DRAFT, body: bullets(['a']), title: '<b>New</b>' })
  await desk.ensure({
    ...DRAFT,
    title: '<b>New</b>',
    body: bullets(Array.from({ length: 40 }, (_, i) => `line ${i}`))
  })
  const comments = kept.get('RE-1')?.comments.map((comment) => comment.text) ?? []
  t.equal(comments[0], 'Updated: some lines no longer apply and were removed.')
  t.equal(comments[1], 'Updated:\n\n- \\<b>New\\</b>')
  t.match(comments[2], /- line 0\n.*and 28 more lines/s)
})

t.test('a ticket that was lost is made again when it is resolved', async (t) => {
  const { kept, desk } = openDesk()
  const ref = { system: 'local', key: 'RE-1', url: 'x:', state: 'open', story: 1 } as const
  t.match(await desk.resolve(ref, DRAFT, 'gone'), { state: 'resolved' })
  t.match(kept.get('RE-1'), { state: 'resolved', comments: [{ text: 'Resolved: gone' }] })
})
