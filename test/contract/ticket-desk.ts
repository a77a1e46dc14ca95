/** What every desk is held to, built-in or not: see `domain/desk.ts`. */
import type { Test } from 'tap'
import type { Draft } from '../../src/domain/desk.ts'
import type { TicketRef } from '../../src/domain/vocabulary.ts'
import { bullets, sections } from '../../src/ticket/format/document.ts'
import { matchAll } from '../support/match-all.ts'

/** A ticket as the system itself shows it. */
export interface SeenTicket {
  readonly key: string
  readonly state: 'open' | 'resolved'
  readonly title: string
  /** All text of the ticket's body, whatever its markup. */
  readonly body: string
  readonly comments: readonly string[]
}

export interface OpenDesk {
  /** With what it returns saved, as the pipeline does. */
  readonly desk: {
    readonly system: string
    ensure(draft: Draft): Promise<TicketRef>
    resolve(ticket: TicketRef, draft: Draft, because: string): Promise<TicketRef>
  }
  /** Every ticket that the system holds for the case, by whatever way it is found. */
  tickets(caseId: string): Promise<readonly SeenTicket[]>
}

function draft(patch: Partial<Draft> = {}): Draft {
  return {
    caseId: 'RE-0123456789AB',
    title: 'Okta Verify enrollment failed for anna@example.com: account suspended',
    body: sections([['What happened', bullets(['the first attempt failed'])]]),
    labels: ['reenroll'],
    severity: 'normal',
    story: 1,
    ...patch
  }
}

export function deskContract(t: Test, open: (t: Test) => Promise<OpenDesk>): void {
  t.test('ensure makes one open ticket that shows the draft', async (t) => {
    const { desk, tickets } = await open(t)
    const ref = await desk.ensure(draft())
    t.match(ref, { system: desk.system, state: 'open', story: 1 })
    t.ok(URL.canParse(ref.url), 'with an address')
    const seen = await tickets(draft().caseId)
    t.equal(seen.length, 1)
    t.match(seen[0], { key: ref.key, state: 'open', title: draft().title })
    t.match(seen[0]?.body, /the first attempt failed/)
  })

  t.test('ensure again changes nothing', async (t) => {
    const { desk, tickets } = await open(t)
    const first = await desk.ensure(draft())
    const before = await tickets(draft().caseId)
    t.strictSame(await desk.ensure(draft()), first)
    t.strictSame(await tickets(draft().caseId), before)
  })

  t.test('a newer revision is shown in the same ticket, and what is new in a comment', async (t) => {
    const { desk, tickets } = await open(t)
    const first = await desk.ensure(draft())
    const news = draft({ body: sections([['What happened', bullets(['the second attempt failed'])]]), story: 2 })
    const second = await desk.ensure(news)
    t.match(second, { key: first.key, state: 'open', story: 2 })
    const seen = await tickets(draft().caseId)
    t.equal(seen.length, 1)
    t.match(seen[0]?.body, /the second attempt failed/)
    t.match(seen[0]?.comments.at(-1), /the second attempt failed/)
  })

  t.test('two cases have two tickets', async (t) => {
    const { desk, tickets } = await open(t)
    const one = await desk.ensure(draft())
    const two = await desk.ensure(draft({ caseId: 'RE-ZZZZZZZZZZZZ' }))
    t.not(one.key, two.key)
    t.equal((await tickets('RE-ZZZZZZZZZZZZ')).length, 1)
  })

  t.test('resolve says why, once, and may be repeated', async (t) => {
    const { desk, tickets } = await open(t)
    const ref = await desk.ensure(draft())
    const over = draft({ story: 2 })
    const resolved = await desk.resolve(ref, over, 'The user is enrolled.')
    t.match(resolved, { key: ref.key, state: 'resolved', story: 2 })
    const before = await tickets(draft().caseId)
    matchAll(t, before, [{ state: 'resolved' }])
    t.match(before[0]?.comments.at(-1), /The user is enrolled\./)
    await desk.resolve(resolved, over, 'The user is enrolled.')
    t.strictSame(await tickets(draft().caseId), before)
  })

  t.test('a case that needs a person again reopens its ticket', async (t) => {
    const { desk, tickets } = await open(t)
    const ref = await desk.ensure(draft())
    await desk.resolve(ref, draft({ story: 2 }), 'The user is enrolled.')
    const again = await desk.ensure(draft({ story: 3 }))
    t.match(again, { state: 'open', story: 3 })
    const opened = (await tickets(draft().caseId)).filter((ticket) => ticket.state === 'open')
    t.equal(opened.length, 1)
    t.equal(opened[0]?.key, again.key)
  })
}
