/** Thirty invented logins, reported by a viewer, stop no automation: reports never count for a storm (facts §6.1 G8). */
import t from 'tap'
import { foldEvent } from '../../src/case/machine/fold-event.ts'
import { processEvents } from '../../src/case/process-events.ts'
import type { Case } from '../../src/domain/case.ts'
import type { Store } from '../../src/domain/store.ts'
import { MINUTE_MS, plus } from '../../src/domain/time.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
import { isForMail } from '../../src/ticket/mail/eligibility.ts'
import { aFailure, NOW } from './build.ts'

async function failingAfter(source: 'hook' | 'report'): Promise<number> {
  const memory = openInMemory()
  const traces: string[] = []
  const store: Store = {
    ...memory,
    latestCase: async () => null,
    processEvents: async ({ events }) => {
      traces.push(...events.flatMap(({ trace }) => trace?.subjectKey ?? []))
      return 'saved'
    }
  }
  const events = Array.from({ length: 30 }, (_, n) => ({
    uuid: `e${n}`,
    source,
    raw: {},
    publishedAt: NOW,
    receivedAt: NOW,
    sentAt: NOW
  }))
  const classify = ({ uuid }: { readonly uuid: string }) =>
    aFailure({ uuid, source, subject: { id: null, login: `${uuid}@example.com`, name: null } })
  await processEvents(events as never, { store, classify, clock: () => NOW, emit: () => {} })
  await memory.close()
  return new Set(traces).size
}

t.test('30 reported logins count as no failing user; 30 failures do', async (t) => {
  t.equal(await failingAfter('report'), 0)
  t.equal(await failingAfter('hook'), 30)
})

t.test('a second report of one’s own ends the wait for the steps; the first one began it', async (t) => {
  const signIn = { at: NOW, amr: ['pwd'], acr: null }
  const own = (uuid: string, minutes: number) =>
    aFailure({ uuid, source: 'self', signIn, publishedAt: plus(NOW, minutes * MINUTE_MS) })
  const first = foldEvent(null, own('first', 0), 'RE-1', NOW)
  if (!('change' in first)) throw new Error('skipped')
  const guide = { at: plus(NOW, MINUTE_MS), until: plus(NOW, 240 * MINUTE_MS) }
  const reading: Case = { ...first.change.next, state: 'with_user', guide }
  const again = foldEvent(reading, own('second', 10), 'RE-2', plus(NOW, 10 * MINUTE_MS))
  t.match(again, { change: { next: { id: 'RE-1', state: 'received', guide: { endedBecause: /failed again/ } } } })
  t.equal(isForMail(reading, { causes: [] }), false, 'and nothing is mailed meanwhile')
})
