/**
 * What each guard costs and saves: the repairs that it alone stopped, what became of those people, and what a person would
 * have been asked. Counted from stored cases. Pure but for the reading.
 */
import type { ReportDays } from '../api/figures.ts'
import { GUARDS, guardTitle } from '../decide/guards/guards.ts'
import { SIGNALS, type SignalId, type SignalRow } from '../decide/guards/signals.ts'
import type { LoneStopped, Store } from '../domain/store.ts'
import { DAY_MS, plus, SECOND_MS, showDuration } from '../domain/time.ts'
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

type Endings = Readonly<Record<Ending, CasesToSee>>

export interface GuardFigures {
  readonly guard: GuardId
  /** The only signal seen; null for all that the guard stopped alone. */
  readonly signal: string | null
  readonly stopped: CasesToSee
  /** Of these, while the rule only observed: it would have been stopped. */
  readonly observed: number
  readonly became: Endings
  /** From the first failure; of those that enrolled without a repair. */
  readonly enrolledMedianMs: number | null
  /** The repairs that a person would have been asked about if the guard's result led to a proposal, and what became of them. */
  readonly proposals: CasesToSee & { readonly became: Endings }
}

export interface GuardReport {
  readonly days: number
  readonly until: Instant
  /** All that were opened in these days. */
  readonly cases: number
  readonly rows: readonly GuardFigures[]
}

const EXAMPLES = 5

export async function readGuardReport(
  store: Pick<Store, 'loneStops' | 'countCases'>,
  days: ReportDays,
  until: Instant
): Promise<GuardReport> {
  const since = plus(until, -days * DAY_MS)
  const [stopped, cases] = await Promise.all([
    store.loneStops({ since, until }),
    store.countCases({ openedSince: since, openedBefore: until })
  ])
  return { days, until, cases, rows: guardFigures(stopped) }
}

/** In the order of the guards' table; each guard is followed by its signals. Those that stopped nothing are left out. */
export function guardFigures(cases: readonly LoneStopped[]): readonly GuardFigures[] {
  return GUARDS.flatMap(({ id }) => {
    const own = cases.filter(({ guard }) => guard === id)
    const bySignal = Map.groupBy(own, ({ signals }) => (signals.length === 1 ? (signals[0] ?? null) : null))
    const ofSignals = [...bySignal].flatMap(([signal, some]) => (signal ? figures(id, signal, some) : []))
    return own.length === 0 ? [] : [figures(id, null, own), ...ofSignals]
  })
}

function figures(guard: GuardId, signal: string | null, own: readonly LoneStopped[]): GuardFigures {
  const enrolled = own.filter((one) => endingOf(one) === 'enrolled')
  const medianS = medianOf(enrolled.flatMap(({ enrolledAfterS }) => enrolledAfterS ?? []))
  const overridable = own.filter(({ final }) => !final)
  return {
    guard,
    signal,
    stopped: toSee(own),
    observed: own.filter(({ mode }) => mode === 'observe').length,
    became: endingsOf(own),
    enrolledMedianMs: medianS === null ? null : medianS * SECOND_MS,
    proposals: { ...toSee(overridable), became: endingsOf(overridable) }
  }
}

function endingsOf(own: readonly LoneStopped[]): Endings {
  const endings = Map.groupBy(own, endingOf)
  return Object.fromEntries(ENDINGS.map((ending) => [ending, toSee(endings.get(ending) ?? [])])) as Endings
}

function endingOf({ state, outcome, attack }: LoneStopped): Ending {
  if (attack) return 'attack'
  if (outcome === 'recovered_by_itself') return 'enrolled'
  if (outcome === 'recovered_after_repair') return 'repaired'
  return state === 'closed' ? 'closed' : 'with_person'
}

/** The smallest that at least half do not exceed. */
function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? null
}

/** They come newest first. */
function toSee(cases: readonly LoneStopped[]): CasesToSee {
  return { count: cases.length, cases: cases.slice(0, EXAMPLES).map(({ id }) => id) }
}

/** `G6 Recent credential change`, or the signal in words. */
export function rowTitle({ guard, signal }: GuardFigures): string {
  const row: SignalRow | undefined = signal === null ? undefined : SIGNALS[signal as SignalId]
  if (signal !== null) return row?.signal ?? signal
  return `${guard} ${guardTitle(guard)}`
}

/** What became of them, such as `3 enrolled without a repair (median 20 min), 1 with a person`. */
export function endingWords(became: Endings, enrolledMedianMs: number | null = null): string {
  const median = enrolledMedianMs === null ? '' : ` (median ${showDuration(enrolledMedianMs)})`
  const parts = ENDINGS.filter((ending) => became[ending].count > 0).map(
    (ending) => `${became[ending].count} ${ENDING_WORDS[ending]}${ending === 'enrolled' ? median : ''}`
  )
  return parts.join(', ')
}
