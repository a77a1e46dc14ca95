/**
 * Deliveries answered, compared with what the framework and the disk permit: a plain Fastify route without and with a journal.
 * All take turns in every run. Every acknowledged event must be stored.
 */
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'
import type { Busy } from './cpu.ts'
import type { EngineName, Engines, Place } from './engines.ts'
import { type Figure, figureOf } from './figures.ts'
import type { HookChild } from './hook-child.ts'
import { type Answered, type Load, shoot } from './load.ts'
import type { Suite } from './suite.ts'
import { NAMES } from './suite-burst.ts'

interface Shot extends Answered {
  /** CPU time per request, all threads. The part of other processes, such as a database server, is not in it. */
  readonly cpuUs: number
}

const LISTENERS = ['plain', 'journal', 'nothing', 'sqlite', 'postgres'] as const
export type ListenerName = (typeof LISTENERS)[number]

const SAYS: Readonly<Record<ListenerName, string>> = {
  plain: 'plain Fastify route, nothing stored',
  journal: 'plain Fastify route with a journal',
  nothing: 'the hook, nothing stored',
  sqlite: `the hook on ${NAMES.sqlite}`,
  postgres: `the hook on ${NAMES.postgres}`
}
/** What each is compared with, and the share to reach by events per POST. */
const AGAINST: Readonly<Partial<Record<ListenerName, { readonly limit: ListenerName; readonly least: number[] }>>> = {
  nothing: { limit: 'plain', least: [0.85, 0.95] },
  sqlite: { limit: 'journal', least: [0.85, 0.8] },
  postgres: { limit: 'journal', least: [0.5] }
}
const EVENTS_PER_POST = [1, 20] as const
const CONNECTIONS = 100
const CURVE_CONNECTIONS = [1, 10, 100, 300]

export const ingest: Suite = async (bench) => {
  const { engines, runs, seconds, say, quick, draw } = bench
  const names = LISTENERS.filter((name) => !isEngine(name) || engines.names.includes(name))
  const figures: Figure[] = []
  for (const [n, eventsPerPost] of EVENTS_PER_POST.entries()) {
    const load = { connections: CONNECTIONS, last: { seconds }, eventsPerPost }
    const shots = new Map(names.map((name) => [name, [] as Shot[]]))
    // Without a share to reach, only a limit is measured.
    const measuredNow = names.filter((name) => !AGAINST[name] || AGAINST[name].least[n] !== undefined)
    for (let run = 0; run < runs; run++) {
      for (const name of measuredNow) {
        const [shot] = await shotsAt(name, engines, [load])
        if (shot) shots.get(name)?.push(shot)
        say(`${SAYS[name]}, ${posts(eventsPerPost)}: ${Math.round(shot?.requestsPerSecond ?? 0)} requests/s`)
      }
    }
    for (const name of measuredNow) figures.push(...figuresOf(name, n, shots))
  }
  if (!quick) {
    const lines = []
    const loads = CURVE_CONNECTIONS.map((connections) => ({ connections, last: { seconds }, eventsPerPost: 1 }))
    for (const name of names) {
      const answered = await shotsAt(name, engines, loads)
      const points = answered.map((shot, n) => [loads[n]?.connections ?? 0, shot.requestsPerSecond] as const)
      lines.push({ name: SAYS[name], points })
    }
    const title = 'Deliveries of one event answered per second'
    draw({ suite: 'ingest', name: 'ingest-by-connections', title, across: 'connections', lines })
  }
  return figures
}

function isEngine(name: ListenerName): name is EngineName {
  return name === 'sqlite' || name === 'postgres'
}

function posts(eventsPerPost: number): string {
  return `${eventsPerPost} ${eventsPerPost === 1 ? 'event' : 'events'} per POST`
}

function figuresOf(name: ListenerName, n: number, all: ReadonlyMap<ListenerName, readonly Shot[]>): Figure[] {
  const shots = all.get(name) ?? []
  const against = AGAINST[name]
  const limits = against && all.get(against.limit)
  const figure = (what: string, unit: string, of: (shot: Shot) => number, least?: number) =>
    figureOf({
      suite: 'ingest',
      what: `${SAYS[name]}, ${posts(EVENTS_PER_POST[n] ?? 0)}${what}`,
      unit,
      values: shots.map(of),
      ...(limits ? { baselines: limits.map(of), note: `baseline: ${SAYS[against.limit]}` } : {}),
      ...(least === undefined ? {} : { bound: { of: 'ratio', least } })
    })
  return [
    figure('', 'requests/s', ({ requestsPerSecond }) => requestsPerSecond, against?.least[n]),
    figure(', CPU', 'µs per request', ({ cpuUs }) => cpuUs),
    figure(', p99', 'ms', ({ p99Ms }) => p99Ms)
  ]
}

/** One after the other, with an empty store at the start; then its rows are counted. */
async function shotsAt(name: ListenerName, engines: Engines, loads: readonly Load[]): Promise<Shot[]> {
  const place = isEngine(name) ? await engines.open(name) : null
  const { shots, acknowledged } = await measured(name, place, engines, loads)
  const events = await place?.events()
  // Responses in flight when the generator stopped are stored but not counted.
  const inFlight = loads.reduce((sum, { connections, eventsPerPost }) => sum + 2 * connections * eventsPerPost, 0)
  if (events !== undefined && (events < acknowledged || events > acknowledged + inFlight)) {
    throw new Error(`${acknowledged} events were acknowledged, ${events} are stored`)
  }
  return shots
}

async function measured(name: ListenerName, place: Place | null, engines: Engines, loads: readonly Load[]) {
  const child = await startListener(name, place, engines)
  const shots: Shot[] = []
  let acknowledged = 0
  try {
    for (const load of loads) {
      const warm = await shoot(child.ready.url, { ...load, last: { seconds: 1 } })
      await child.ask<Busy>('busy')
      const answered = await shoot(child.ready.url, load)
      const { cpuMs } = await child.ask<Busy>('busy')
      if (answered.refused > 0) throw new Error(`${answered.refused} deliveries were refused`)
      shots.push({ ...answered, cpuUs: (cpuMs * 1_000) / answered.acknowledged })
      acknowledged += (warm.acknowledged + answered.acknowledged) * load.eventsPerPost
    }
    return { shots, acknowledged }
  } finally {
    await child.end()
  }
}

function startListener(name: ListenerName, place: Place | null, engines: Engines): Promise<Child<HookChild>> {
  if (name === 'plain') return startChild('plain-child.ts', { journal: null }, 'service')
  if (name === 'journal') return startChild('plain-child.ts', { journal: join(engines.folder, 'journal') }, 'service')
  return startChild('hook-child.ts', { storeUrl: place?.storeUrl ?? null }, 'service')
}
