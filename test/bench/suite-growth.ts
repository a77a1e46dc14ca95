/** Frequent store queries in a small and in a large store, in turns. */
import { openStore } from '../../src/store/open.ts'
import { measure } from './asks.ts'
import { type Figure, figureOf } from './figures.ts'
import { seedCases, seedEvents } from './seed.ts'
import type { Suite } from './suite.ts'

const SMALL = { events: 10_000, cases: 10_000 }
/** For the chart; a store between the small and the large one. */
const MIDDLE = { events: 100_000, cases: 30_000 }
/** Events per case. */
const EVENTS_PER_CASE = 10
const QUICK = { events: 60_000, cases: 20_000 }
const TURNS = 31
const NAMES = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const
/** Queries of every delivery and of every page view. */
const BOUND = new Set<string>(['ingest', 'claim events', 'claim cases', 'queue page'])

export const growth: Suite = async ({ engines, quick, growTo, say, draw }) => {
  const large = quick ? QUICK : { events: growTo, cases: Math.round(growTo / EVENTS_PER_CASE) }
  const now = new Date().toISOString()
  const sizes = quick ? [SMALL, large] : [SMALL, MIDDLE, large]
  const figures: Figure[] = []
  for (const engine of engines.names) {
    const urls: string[] = []
    for (const { events, cases } of sizes) {
      const { storeUrl } = await engines.open(engine)
      await seedEvents(storeUrl, { count: events, pending: 2_000, now })
      await seedCases(storeUrl, { count: cases, due: 500, now })
      say(`${engine}: ${events} events and ${cases} cases are in`)
      urls.push(storeUrl)
    }
    const stores = await Promise.all(urls.map((url) => openStore(url)))
    try {
      await measure(stores, now, 5)
      const timed = await measure(stores, now, TURNS)
      draw({
        suite: 'growth',
        name: `cost-by-rows-${engine}`,
        title: `Milliseconds per query as events grow, ${NAMES[engine]}`,
        across: 'events stored',
        lines: timed
          .filter(({ name }) => BOUND.has(name))
          .map(({ name, ms }) => ({ name, points: ms.map((value, n) => [sizes[n]?.events ?? 0, value] as const) }))
      })
      for (const { name, ms } of timed) {
        const [few = 0, many = 0] = [ms[0], ms.at(-1)]
        figures.push(
          figureOf({
            suite: 'growth',
            what: `${name}, ${NAMES[engine]}, ${large.events.toLocaleString('en')} events and ${large.cases.toLocaleString('en')} cases`,
            unit: 'ms',
            values: [many],
            baselines: [few],
            ...(BOUND.has(name) ? { bound: { of: 'ratio', most: 1.2 } } : {}),
            note: `baseline: ${SMALL.events.toLocaleString('en')} events and as many cases; medians of ${TURNS}`
          })
        )
      }
    } finally {
      for (const store of stores) await store.close()
    }
  }
  return figures
}
