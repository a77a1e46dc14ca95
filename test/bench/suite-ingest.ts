/** Durable ingest, compared with the same listener without a store. Every acknowledged event must be stored. */
import { type Child, startChild } from './child.ts'
import type { EngineName, Engines } from './engines.ts'
import { type Figure, figureOf } from './figures.ts'
import type { Busy, HookChild } from './hook-child.ts'
import { type Answered, type Load, shoot } from './load.ts'
import type { Suite } from './suite.ts'

interface Shot extends Answered {
  /** Cores that the service used; near 1 means that the service, not the generator, was the bottleneck. */
  readonly cores: number
}

interface Series {
  readonly what: string
  readonly engine: EngineName
  readonly eventsPerPost: number
  readonly least: number
}

const SERIES: readonly Series[] = [
  { what: 'SQLite, 1 event per POST', engine: 'sqlite', eventsPerPost: 1, least: 0.8 },
  { what: 'SQLite, 20 events per POST', engine: 'sqlite', eventsPerPost: 20, least: 0.8 },
  { what: 'PostgreSQL, 1 event per POST', engine: 'postgres', eventsPerPost: 1, least: 0.45 }
]
const CONNECTIONS = 100

export const ingest: Suite = async ({ engines, runs, seconds, say }) => {
  const figures: Figure[] = []
  for (const series of SERIES.filter(({ engine }) => engines.names.includes(engine))) {
    const load = { connections: CONNECTIONS, last: { seconds }, eventsPerPost: series.eventsPerPost }
    const stored: Shot[] = []
    const nothing: Shot[] = []
    for (let run = 0; run < runs; run++) {
      nothing.push(await measured(null, load))
      stored.push(await onEngine(series.engine, engines, load))
      say(
        `${series.what}: ${Math.round(stored.at(-1)?.requestsPerSecond ?? 0)} of ${Math.round(nothing.at(-1)?.requestsPerSecond ?? 0)} requests/s`
      )
    }
    figures.push(...figuresOf(series, stored, nothing))
  }
  return figures
}

function figuresOf(
  { what, eventsPerPost, least }: Series,
  stored: readonly Shot[],
  nothing: readonly Shot[]
): Figure[] {
  const against = (of: (shot: Shot) => number) => stored.map((shot, n) => of(shot) / of(nothing[n] ?? shot))
  const busy = (shots: readonly Shot[]) => Math.min(...shots.map(({ cores }) => cores)).toFixed(2)
  const common = { suite: 'ingest', note: `service on ${busy(stored)} cores, baseline on ${busy(nothing)}` }
  return [
    figureOf({
      ...common,
      what: `${what}, ${CONNECTIONS} connections`,
      unit: eventsPerPost === 1 ? 'requests/s' : 'events/s',
      values: stored.map(({ requestsPerSecond }) => requestsPerSecond * eventsPerPost),
      ratios: against(({ requestsPerSecond }) => requestsPerSecond),
      bound: { of: 'ratio', least }
    }),
    figureOf({
      ...common,
      what: `${what}, p99`,
      unit: 'ms',
      values: stored.map(({ p99Ms }) => p99Ms),
      ratios: against(({ p99Ms }) => p99Ms),
      ...(eventsPerPost === 1 && least > 0.5 ? { bound: { of: 'ratio', most: 3 } } : {})
    })
  ]
}

/** Runs on a new database, then counts its rows. */
async function onEngine(engine: EngineName, engines: Engines, load: Load): Promise<Shot> {
  const place = await engines.open(engine)
  const shot = await measured(place.storeUrl, load)
  const events = await place.events()
  const acknowledged = shot.acknowledged * load.eventsPerPost
  // Responses in flight when the generator stopped (twice) are stored but not counted.
  const atMost = acknowledged + 2 * load.connections * load.eventsPerPost
  if (events < acknowledged || events > atMost) {
    throw new Error(`${acknowledged} events were acknowledged, ${events} are stored`)
  }
  return shot
}

async function measured(storeUrl: string | null, load: Load): Promise<Shot> {
  const child: Child<HookChild> = await startChild('hook-child.ts', { storeUrl }, 'service')
  try {
    const warm = await shoot(child.ready.url, { ...load, last: { seconds: 1 } })
    await child.ask<Busy>('busy')
    const answered = await shoot(child.ready.url, load)
    const { cores } = await child.ask<Busy>('busy')
    if (answered.refused > 0) throw new Error(`${answered.refused} deliveries were refused`)
    return { ...answered, acknowledged: warm.acknowledged + answered.acknowledged, cores }
  } finally {
    await child.end()
  }
}
