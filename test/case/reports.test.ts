/** Thirty invented logins, reported by a viewer, stop no automation: reports never count for a storm (facts §6.1 G8). */
import t from 'tap'
import { processEvents } from '../../src/case/process-events.ts'
import type { Store } from '../../src/domain/store.ts'
import { openInMemory } from '../../src/store/sqlite/same-thread.ts'
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
