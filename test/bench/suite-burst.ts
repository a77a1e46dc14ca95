/** Many people at once: cases decided per second, and Okta calls per case. */
import type { Busy } from './cpu.ts'
import type { EngineName } from './engines.ts'
import { type Figure, figureOf } from './figures.ts'
import { rightNow } from './moments.ts'
import type { Calls } from './org-child.ts'
import { openPair } from './people.ts'
import type { Bench, Suite } from './suite.ts'

const LEAST: Readonly<Record<EngineName, number>> = { sqlite: 300, postgres: 200 }
export const NAMES: Readonly<Record<EngineName, string>> = { sqlite: 'SQLite', postgres: 'PostgreSQL' }
const EVENTS_PER_POST = 20
/** Calls of a single case, as `suite-case.ts` counts them. */
const NAIVE_CALLS = 9

const KINDS = [
  { storms: true, people: 1_000, says: 'a burst of 1,000, as one storm' },
  { storms: false, people: 500, says: '500 at once, independent cases' }
] as const
type Kind = (typeof KINDS)[number]

export const burst: Suite = async (bench) => {
  const figures: Figure[] = []
  for (const engine of bench.engines.names) {
    for (const kind of KINDS) {
      const rushes: Rush[] = []
      for (let run = 0; run < bench.runs; run++) {
        rushes.push(await rush(engine, kind, bench))
        const { casesPerSecond = 0, callsPerCase = 0, cpuMs = 0 } = rushes.at(-1) ?? {}
        const each = `${callsPerCase.toFixed(2)} calls and ${cpuMs.toFixed(1)} ms of CPU each`
        bench.say(`${engine}, ${kind.says}: ${Math.round(casesPerSecond)} cases/s, ${each}`)
      }
      figures.push(...figuresOf(engine, kind, rushes))
    }
  }
  return figures
}

function figuresOf(engine: EngineName, { storms, says }: Kind, rushes: readonly Rush[]): readonly Figure[] {
  const note = `baseline: ${NAIVE_CALLS} calls, one per fact`
  return [
    figureOf({
      suite: 'burst',
      what: `cases decided, ${says}, Okta without limits, ${NAMES[engine]}`,
      unit: 'cases/s',
      values: rushes.map(({ casesPerSecond }) => casesPerSecond),
      bound: { of: 'value', least: LEAST[engine] }
    }),
    figureOf({
      suite: 'burst',
      what: `CPU of the service per case, ${says}, ${NAMES[engine]}`,
      unit: 'ms',
      values: rushes.map(({ cpuMs }) => cpuMs)
    }),
    figureOf({
      suite: 'burst',
      what: `Okta calls per case, ${says}, ${NAMES[engine]}`,
      unit: 'calls',
      values: rushes.map(({ callsPerCase }) => callsPerCase),
      baselines: rushes.map(() => NAIVE_CALLS),
      ...(storms ? { bound: { of: 'value', most: 1.5 } } : {}),
      note
    })
  ]
}

interface Rush {
  readonly casesPerSecond: number
  readonly callsPerCase: number
  /** Of the service. */
  readonly cpuMs: number
}

async function rush(engine: EngineName, kind: Kind, { engines, quick }: Bench): Promise<Rush> {
  const people = quick ? 100 : kind.people
  const place = await engines.open(engine)
  const rushed = await timed(place.storeUrl, people, kind.storms)
  // The storm has a case of its own.
  const ended = Object.values(await place.cases()).reduce((sum, n) => sum + n, kind.storms ? -1 : 0)
  if (ended !== people + 1) throw new Error(`${people + 1} people failed, ${ended} cases are stored`)
  return rushed
}

async function timed(storeUrl: string, people: number, storms: boolean): Promise<Rush> {
  const pair = await openPair({ people: people + 1, latencyMs: 0 }, { storeUrl, storms })
  try {
    // The first case includes the sign-in.
    const [first, ...others] = pair.org.ready.failures
    if (!first) throw new Error('the org has no people')
    await pair.tell([first])
    await pair.service.ask('all 1')
    await pair.org.ask<Calls>('calls')
    await pair.service.ask<Busy>('busy')
    const from = rightNow()
    for (let n = 0; n < others.length; n += EVENTS_PER_POST) await pair.tell(others.slice(n, n + EVENTS_PER_POST))
    const decidedAt = await pair.service.ask<number>(`all ${people + 1}`)
    const { cpuMs } = await pair.service.ask<Busy>('busy')
    const { count } = await pair.org.ask<Calls>('calls')
    const casesPerSecond = people / ((decidedAt - from) / 1_000)
    return { casesPerSecond, callsPerCase: count / people, cpuMs: cpuMs / people }
  } finally {
    await pair.end()
  }
}
