/** Frequent store queries, one by one: each must cost the same however much is stored. */
import type { Store } from '../../src/domain/store.ts'
import type { Instant } from '../../src/domain/vocabulary.ts'
import { aDelivery } from '../store/build.ts'

type Ask = (store: Store, now: Instant, turn: number) => Promise<unknown>

export const ASKS = {
  ingest: (store, now, turn) => store.receive(aDelivery([`asked-${turn}`], { receivedAt: now })),
  'ingest again': (store, now) => store.receive(aDelivery(['asked-0'], { receivedAt: now })),
  'claim events': (store, now, turn) => store.claimEvents({ limit: 20, now, leaseMs: 60_000, holder: `asker-${turn}` }),
  'claim cases': (store, now, turn) => store.claimDue({ limit: 5, now, leaseMs: 60_000, holder: `asker-${turn}` }),
  'queue page': (store, now) =>
    store.listCases({
      states: ['with_person', 'awaiting_approval'],
      folded: true,
      snooze: { at: now, show: 'awake' },
      order: 'oldest',
      limit: 50
    }),
  'newest page': (store) => store.listCases({ limit: 50 }),
  'count of a state': (store) => store.countCases({ states: ['with_person'] }),
  'cases of a user': (store) => store.listCases({ user: 'seed7', limit: 10 }),
  'latest case': (store) => store.latestCase('user:seed7'),
  snapshot: (store) => store.snapshot()
} as const satisfies Record<string, Ask>
export type AskName = keyof typeof ASKS

/** Median milliseconds of each query per store. The stores take turns, so that machine noise affects all of them. */
export async function measure(stores: readonly Store[], now: Instant, turns: number): Promise<Timed[]> {
  const timed: Timed[] = []
  for (const [name, ask] of Object.entries(ASKS) as [AskName, Ask][]) {
    const times = stores.map((): number[] => [])
    for (let turn = 0; turn < turns; turn++) {
      for (const [n, store] of stores.entries()) {
        const from = performance.now()
        await ask(store, now, turn)
        times[n]?.push(performance.now() - from)
      }
    }
    timed.push({ name, ms: times.map(median) })
  }
  return timed
}

/** One query, with its milliseconds per store. */
export interface Timed {
  readonly name: AskName
  readonly ms: readonly number[]
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}
