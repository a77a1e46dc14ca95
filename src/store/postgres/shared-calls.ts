/** What every case asks and saves, so that many cases at once cost few statements, and few commits. */
import type { Case } from '../../domain/case.ts'
import type { Controls, Recent } from '../../domain/decision.ts'
import {
  type CaseFilter,
  type FailingNow,
  type LocalTicket,
  type RecentQuery,
  StoreUnavailable
} from '../../domain/store.ts'
import { recent } from './actions.ts'
import { SavedElsewhere } from './case-writes.ts'
import { getCases, latestCases } from './cases.ts'
import { storedControls } from './controls.ts'
import type { Lane } from './lane.ts'
import { countAll } from './lists.ts'
import type { Moment } from './moment.ts'
import { type Kept, keepSteps, namesOf, type Step } from './steps.ts'
import { getTickets, putTickets } from './tickets.ts'
import { type Answers, eachOnce, Together } from './together.ts'
import { failing } from './traces.ts'
import { isRetryable, isUniqueViolation } from './trouble.ts'

/** A transaction of more would make those who ask for one of its rows wait for long. */
const STEPS_MOST = 50

export interface SharedCalls {
  readonly getCase: Together<string, Case | null>
  readonly latestCase: Together<string, Case | null>
  readonly countCases: Together<CaseFilter, number>
  readonly recent: Together<RecentQuery, Recent>
  readonly failing: Together<{ readonly now: string; readonly windowMs: number }, FailingNow>
  readonly controls: Together<null, Controls>
  readonly getTicket: Together<string, LocalTicket | null>
  readonly putTicket: Together<LocalTicket, null>
  readonly keep: Together<Step, Kept>
}

/** `withinMs`: the longest wait for a place, as in the lane. */
export function shareCalls(lane: Lane, withinMs: number, moment: Moment): SharedCalls {
  /** By the database's time all ask about the same moment. */
  const timeOf = (now: string) => moment(now) ?? ''
  const recentOnes = bySort(
    ({ now, stormWindowMs }: RecentQuery) => `${timeOf(now)} ${stormWindowMs}`,
    (asks) => lane.use((db) => recent(db, asks, moment))
  )
  const failingOnes = eachOnce(
    ({ now, windowMs }: { now: string; windowMs: number }) => `${timeOf(now)} ${windowMs}`,
    ({ now, windowMs }) => lane.use((db) => failing(db, windowMs, moment(now)))
  )
  const controlsOnes = eachOnce(
    (_: null) => '',
    () => lane.use(storedControls)
  )
  const put = async (tickets: readonly LocalTicket[]) => {
    await lane.use((db) => putTickets(db, tickets))
    return tickets.map(() => null)
  }
  const keep = (steps: readonly Step[]) => keepTogether(lane, steps, moment)
  return {
    getCase: new Together((ids) => lane.use((db) => getCases(db, ids)), { withinMs }),
    latestCase: new Together((keys) => lane.use((db) => latestCases(db, keys)), { withinMs }),
    countCases: new Together((filters) => lane.use((db) => countAll(db, filters)), { withinMs }),
    recent: new Together(recentOnes, { withinMs }),
    failing: new Together(failingOnes, { withinMs }),
    controls: new Together(controlsOnes, { withinMs }),
    getTicket: new Together((keys) => lane.use((db) => getTickets(db, keys)), { withinMs }),
    putTicket: new Together(put, { withinMs, apart: ({ key }) => [key] }),
    keep: new Together(keep, { withinMs, most: STEPS_MOST, apart: namesOf })
  }
}

/**
 * In one transaction, which waits for nobody's locks. A step that finds one, and all of them when one fails, are kept alone:
 * none makes its neighbours wait or fail.
 */
async function keepTogether(lane: Lane, steps: readonly Step[], moment: Moment): Promise<Answers<Kept>> {
  const alone = (step: Step) => keepAlone(lane, step, moment)
  try {
    const kept = await lane.transact((db) => keepSteps(db, steps, moment, 'pass'), 'reads')
    return steps.map((step, n) => {
      const answer = kept[n]
      return answer === undefined || answer === 'alone' ? alone(step) : answer
    })
  } catch (error) {
    if (error instanceof StoreUnavailable && !isRetryable(error)) throw error
    return steps.map(alone)
  }
}

async function keepAlone(lane: Lane, step: Step, moment: Moment): Promise<Kept> {
  try {
    const [kept] = await lane.transact((db) => keepSteps(db, [step], moment, 'wait'), 'reads')
    if (kept === undefined || kept === 'alone') throw new Error('a step that waits for locks was not kept')
    return kept
  } catch (error) {
    return orConflict(error)
  }
}

/** Two that write the same new row, or open a second case of one subject: the later one is in conflict. */
export function orConflict(error: unknown): 'conflict' {
  if (isUniqueViolation(error) || error instanceof SavedElsewhere) return 'conflict'
  throw error
}

/** Only asks of one sort share a statement. */
function bySort<Ask, Answer>(
  sortOf: (ask: Ask) => string,
  perform: (asks: readonly Ask[]) => Promise<readonly Answer[]>
): (asks: readonly Ask[]) => Promise<Answers<Answer>> {
  return async (asks) => {
    const sorts = [...Map.groupBy(asks, sortOf).values()]
    const answered = await Promise.all(
      sorts.map(async (same) => {
        const answers = await perform(same)
        return same.map((ask, n) => [ask, answers[n]] as const)
      })
    )
    const byAsk = new Map(answered.flat())
    return asks.map((ask) => byAsk.get(ask) as Answer)
  }
}
