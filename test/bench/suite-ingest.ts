/**
 * Deliveries answered, compared with what the framework and the disk permit: a plain Fastify route without and with a journal.
 * All run side by side and take short turns. Every acknowledged event must be stored.
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
/** How long one turn lasts: short, so that a change of the machine's speed affects all listeners alike. */
const TURN_S = 1
const WARM_UP = { connections: CONNECTIONS, last: { seconds: 1 } }

export const ingest: Suite = async (bench) => {
  const { engines, runs, seconds, say, quick, draw } = bench
  const names = LISTENERS.filter((name) => !isEngine(name) || engines.names.includes(name))
  const figures: Figure[] = []
  for (const [n, eventsPerPost] of EVENTS_PER_POST.entries()) {
    // Without a share to reach, only a limit is measured.
    const measuredNow = names.filter((name) => !AGAINST[name] || AGAINST[name].least[n] !== undefined)
    const load = { connections: CONNECTIONS, last: { seconds: TURN_S }, eventsPerPost }
    const turns = Array<Load>(Math.ceil((runs * seconds) / TURN_S)).fill(load)
    const shots = await shotsOf(measuredNow, engines, turns)
    for (const [name, ofIt] of shots) {
      const perSecond = ofIt.map((shot) => Math.round(shot.requestsPerSecond)).join(' ')
      say(`${SAYS[name]}, ${posts(eventsPerPost)}: ${perSecond} requests/s`)
      figures.push(...figuresOf(name, n, shots))
    }
  }
  if (!quick) {
    const loads = CURVE_CONNECTIONS.map((connections) => ({ connections, last: { seconds }, eventsPerPost: 1 }))
    const lines = [...(await shotsOf(names, engines, loads))].map(([name, shots]) => ({
      name: SAYS[name],
      points: shots.map((shot, n) => [loads[n]?.connections ?? 0, shot.requestsPerSecond] as const)
    }))
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

interface Listening {
  readonly name: ListenerName
  readonly place: Place | null
  readonly child: Child<HookChild>
  readonly shots: Shot[]
  /** Events in all deliveries answered 204. */
  acknowledged: number
}

/**
 * One shot per load. For each load every listener has its turn, forwards and backwards in alternation. All start with an empty
 * store and are warm; at the end the rows are counted.
 */
async function shotsOf(names: readonly ListenerName[], engines: Engines, loads: readonly Load[]) {
  const all: Listening[] = []
  try {
    for (const name of names) {
      const place = isEngine(name) ? await engines.open(name) : null
      all.push({ name, place, child: await startListener(name, place, engines), shots: [], acknowledged: 0 })
    }
    for (const listening of all) await shootAt(listening, { ...WARM_UP, eventsPerPost: loads[0]?.eventsPerPost ?? 1 })
    for (const [n, load] of loads.entries()) {
      for (const listening of n % 2 === 0 ? all : all.toReversed()) {
        listening.shots.push(await shootAt(listening, load))
      }
    }
  } finally {
    for (const { child } of all) await child.end()
  }
  for (const listening of all) await verifyRows(listening, loads)
  return new Map(all.map(({ name, shots }) => [name, shots]))
}

async function shootAt(listening: Listening, load: Load): Promise<Shot> {
  const { child } = listening
  await child.ask<Busy>('busy')
  const answered = await shoot(child.ready.url, load)
  const { cpuMs } = await child.ask<Busy>('busy')
  if (answered.refused > 0) throw new Error(`${SAYS[listening.name]}: ${answered.refused} deliveries were refused`)
  listening.acknowledged += answered.acknowledged * load.eventsPerPost
  return { ...answered, cpuUs: (cpuMs * 1_000) / answered.acknowledged }
}

async function verifyRows({ place, acknowledged }: Listening, loads: readonly Load[]): Promise<void> {
  const events = await place?.events()
  // Responses in flight when the generator stopped are stored but not counted.
  const inFlight = loads.reduce((sum, { connections, eventsPerPost }) => sum + 2 * connections * eventsPerPost, 0)
  if (events !== undefined && (events < acknowledged || events > acknowledged + inFlight)) {
    throw new Error(`${acknowledged} events were acknowledged, ${events} are stored`)
  }
}

function startListener(name: ListenerName, place: Place | null, engines: Engines): Promise<Child<HookChild>> {
  if (name === 'plain') return startChild('plain-child.ts', { journal: null }, 'service')
  if (name === 'journal') return startChild('plain-child.ts', { journal: join(engines.folder, 'journal') }, 'service')
  return startChild('hook-child.ts', { storeUrl: place?.storeUrl ?? null }, 'service')
}
