/**
 * What each guard costs and saves: the repairs that it alone stopped, what became of those people, and what a person would
 * have been asked. Counted from stored cases. Pure but for the walk.
 */
import type { ReportDays } from '../api/figures.ts'
import { everyCase } from '../case/every-case.ts'
import { GUARDS, guardTitle } from '../decide/guards/guards.ts'
import { SIGNALS, type SignalId, type SignalRow } from '../decide/guards/signals.ts'
import { type Case, enrolledAfterMs } from '../domain/case.ts'
import type { LoneStop } from '../domain/decision.ts'
import type { Store } from '../domain/store.ts'
import { DAY_MS, plus, showDuration } from '../domain/time.ts'
import type { GuardId, Instant } from '../domain/vocabulary.ts'

/** What became of a person whose repair was stopped. */
export const ENDINGS = ['enrolled', 'repaired', 'attack', 'with_person', 'closed'] as const
export type Ending = (typeof ENDINGS)[number]

export const ENDING_WORDS: Readonly<Record<Ending, string>> = {
  enrolled: 'enrolled without a repair',
  repaired: 'repaired later',
  attack: 'confirmed attack',
  with_person: 'with a person',
  closed: 'closed'
}

/** How many, and the newest of them to look at. */
export interface CasesToSee {
  readonly count: number
  readonly cases: readonly string[]
}

export interface GuardFigures {
  readonly guard: GuardId
  /** The only signal seen; null for all that the guard stopped alone. */
  readonly signal: string | null
  readonly stopped: CasesToSee
  /** Of these, while the rule only observed: it would have been stopped. */
  readonly observed: number
  readonly became: Readonly<Record<Ending, CasesToSee>>
  /** From the first failure; of those that enrolled without a repair. */
  readonly enrolledMedianMs: number | null
  /** The repairs that a person would have been asked about if the guard's result led to a proposal. */
  readonly proposals: CasesToSee
}

export interface GuardReport {
  readonly days: number
  readonly until: Instant
  /** Cases read. `isPart`: there are older ones in these days. */
  readonly cases: number
  readonly isPart: boolean
  readonly rows: readonly GuardFigures[]
}

const EXAMPLES = 5
/** Reading them takes seconds. */
const MOST_CASES = 20_000

export async function readGuardReport(
  store: Pick<Store, 'listCases'>,
  days: ReportDays,
  until: Instant
): Promise<GuardReport> {
  const stopped: StoppedCase[] = []
  let cases = 0
  for await (const c of everyCase(store, { openedSince: plus(until, -days * DAY_MS), openedBefore: until })) {
    if (cases === MOST_CASES) return { days, until, cases, isPart: true, rows: guardFigures(stopped) }
    cases++
    if (c.repair?.loneStop) stopped.push(c)
  }
  return { days, until, cases, isPart: false, rows: guardFigures(stopped) }
}

export type StoppedCase = Pick<
  Case,
  'id' | 'state' | 'outcome' | 'attack' | 'repair' | 'openedAt' | 'failures' | 'recovery'
>

/** In the order of the guards' table; each guard is followed by its signals. Those that stopped nothing are left out. */
export function guardFigures(cases: readonly StoppedCase[]): readonly GuardFigures[] {
  return GUARDS.flatMap(({ id }) => {
    const own = cases.filter(({ repair }) => repair?.loneStop?.guard === id)
    const bySignal = Map.groupBy(own, ({ repair }) => onlySignal(repair?.loneStop))
    const ofSignals = [...bySignal].flatMap(([signal, some]) => (signal ? figures(id, signal, some) : []))
    return own.length === 0 ? [] : [figures(id, null, own), ...ofSignals]
  })
}

function onlySignal(stop: LoneStop | undefined): string | null {
  const [only = null, ...others] = stop?.signals ?? []
  return others.length === 0 ? only : null
}

function figures(guard: GuardId, signal: string | null, own: readonly StoppedCase[]): GuardFigures {
  const endings = Map.groupBy(own, endingOf)
  const enrolledMs = (endings.get('enrolled') ?? []).flatMap((c) => enrolledAfterMs(c) ?? [])
  return {
    guard,
    signal,
    stopped: toSee(own),
    observed: own.filter(({ repair }) => repair?.loneStop?.mode === 'observe').length,
    became: Object.fromEntries(
      ENDINGS.map((ending) => [ending, toSee(endings.get(ending) ?? [])])
    ) as GuardFigures['became'],
    enrolledMedianMs: medianOf(enrolledMs),
    proposals: toSee(own.filter(({ repair }) => !repair?.loneStop?.final))
  }
}

function endingOf({ state, outcome, attack }: StoppedCase): Ending {
  if (attack) return 'attack'
  if (outcome === 'recovered_by_itself') return 'enrolled'
  if (outcome === 'recovered_after_repair') return 'repaired'
  return state === 'closed' ? 'closed' : 'with_person'
}

/** The smallest that at least half do not exceed. */
function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? null
}

function toSee(cases: readonly Pick<Case, 'id' | 'openedAt'>[]): CasesToSee {
  const newest = cases.toSorted((a, b) => (a.openedAt < b.openedAt ? 1 : -1)).slice(0, EXAMPLES)
  return { count: cases.length, cases: newest.map(({ id }) => id) }
}

/** `G6 Recent credential change`, or the signal in words. */
export function rowTitle({ guard, signal }: GuardFigures): string {
  const row: SignalRow | undefined = signal === null ? undefined : SIGNALS[signal as SignalId]
  if (signal !== null) return row?.signal ?? signal
  return `${guard} ${guardTitle(guard)}`
}

/** What became of them, such as `3 enrolled without a repair (median 20 min), 1 with a person`. */
export function endingWords({ became, enrolledMedianMs }: GuardFigures): string {
  const median = enrolledMedianMs === null ? '' : ` (median ${showDuration(enrolledMedianMs)})`
  const parts = ENDINGS.filter((ending) => became[ending].count > 0).map(
    (ending) => `${became[ending].count} ${ENDING_WORDS[ending]}${ending === 'enrolled' ? median : ''}`
  )
  return parts.join(', ')
}
