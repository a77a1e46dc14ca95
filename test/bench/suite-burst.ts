/** Many people at once: how many cases a second are decided, and what they cost in Okta calls. */
import type { EngineName } from './engines.ts'
import { type Figure, figureOf } from './figures.ts'
import { rightNow } from './moments.ts'
import type { Calls } from './org-child.ts'
import { openPair } from './people.ts'
import type { Bench, Suite } from './suite.ts'

const LEAST: Readonly<Record<EngineName, number>> = { sqlite: 300, postgres: 200 }
const NAMES: Readonly<Record<EngineName, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' }
const EVENTS_PER_POST = 20
/** One call per fact and case, as `suite-case.ts` counts them when nobody else is waiting. */
const NAIVE_CALLS = 9

export const burst: Suite = async (bench) => {
  const figures: Figure[] = []
  for (const engine of ['sqlite', 'postgres'] as const) {
    const rushes: Rush[] = []
    for (let run = 0; run < bench.runs; run++) {
      rushes.push(await rush(engine, bench))
      bench.say(`${engine}: ${Math.round(rushes.at(-1)?.casesPerSecond ?? 0)} cases/s`)
    }
    figures.push(
      figureOf({
        suite: 'burst',
        what: `cases decided, Okta without limits, ${NAMES[engine]}`,
        unit: 'cases/s',
        values: rushes.map(({ casesPerSecond }) => casesPerSecond),
        bound: { of: 'value', least: LEAST[engine] }
      }),
      figureOf({
        suite: 'burst',
        what: `Okta calls per case in a burst, ${NAMES[engine]}`,
        unit: 'calls',
        values: rushes.map(({ callsPerCase }) => callsPerCase),
        ratios: rushes.map(({ callsPerCase }) => callsPerCase / NAIVE_CALLS),
        bound: { of: 'value', most: 1.5 },
        note: `baseline: ${NAIVE_CALLS} calls, one per fact`
      })
    )
  }
  return figures
}

interface Rush {
  readonly casesPerSecond: number
  readonly callsPerCase: number
}

async function rush(engine: EngineName, { engines, quick }: Bench): Promise<Rush> {
  const people = quick ? 100 : 1_000
  const place = await engines.open(engine)
  const rushed = await timed(place.storeUrl, people)
  const ended = Object.values(await place.cases()).reduce((sum, n) => sum + n, 0)
  if (ended !== people + 1) throw new Error(`${people + 1} people failed, ${ended} cases are stored`)
  return rushed
}

async function timed(storeUrl: string, people: number): Promise<Rush> {
  const pair = await openPair({ people: people + 1, latencyMs: 0 }, { storeUrl })
  try {
    // The first case pays for signing in.
    const [first, ...others] = pair.org.ready.failures
    if (!first) throw new Error('the org has nobody')
    await pair.tell([first])
    await pair.service.ask('all 1')
    await pair.org.ask<Calls>('calls')
    const from = rightNow()
    for (let n = 0; n < others.length; n += EVENTS_PER_POST) await pair.tell(others.slice(n, n + EVENTS_PER_POST))
    const decidedAt = await pair.service.ask<number>(`all ${people + 1}`)
    const { count } = await pair.org.ask<Calls>('calls')
    return { casesPerSecond: people / ((decidedAt - from) / 1_000), callsPerCase: count / people }
  } finally {
    await pair.end()
  }
}
